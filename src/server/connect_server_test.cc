#include "server/connect_server.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/uuid.h"
#include "server/crc32.h"
#include "spark/connect/base.grpc.pb.h"

namespace firesteel::server {
namespace {

namespace proto = ::spark::connect;
using Ids = std::vector<std::string>;

/// range(n) gives n batches; some values of n do something else.
class FakeRunner final : public session::QueryRunner {
 public:
  static constexpr int64_t kFails = 666;
  static constexpr int64_t kRunsForever = 999;

  Schema AnalyzeSchema(const plan::RelationPtr&, session::SessionState&, const CancelTokenPtr&) override {
    return {{"id", DataType::Long(), false, ""}};
  }
  void Execute(const plan::RelationPtr& plan, session::SessionState& state, session::ResultSink& sink,
               const CancelTokenPtr& cancel) override {
    sink.OnSchema(AnalyzeSchema(plan, state, cancel));
    const auto* range = plan->As<plan::Range>();
    const int64_t end = range != nullptr ? range->end : 1;
    if (end == kFails) throw QueryError("DIVIDE_BY_ZERO", {{"config", "\"c\""}}, nullptr, ErrorClass::kArithmetic);
    while (end == kRunsForever && !cancel->cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    for (int64_t i = 0; i < end && end != kRunsForever; ++i) {
      sink.OnBatch({{session::ByteSlice::Of("head"), session::ByteSlice::Of(std::string(1000, 'b'))}, 2});
    }
  }
  session::CommandResult RunCommand(const plan::Command& command, session::SessionState&,
                                    const CancelTokenPtr&) override {
    session::CommandResult result;
    const auto* sql = command.As<plan::SqlCommand>();
    result.is_query = sql != nullptr && sql->query.text.starts_with("select");
    if (!result.is_query) result.ipc = {session::ByteSlice::Of("rows")};
    return result;
  }
  std::string Explain(const plan::RelationPtr&, session::ExplainMode, session::SessionState&,
                      const CancelTokenPtr&) override {
    return "plan";
  }
  bool IsLocal(const plan::RelationPtr&, session::SessionState&, const CancelTokenPtr&) override { return true; }
  bool IsStreaming(const plan::RelationPtr&, session::SessionState&, const CancelTokenPtr&) override { return false; }
  Ids InputFiles(const plan::RelationPtr&, session::SessionState&, const CancelTokenPtr&) override { return {"f"}; }
  bool SameSemantics(const plan::RelationPtr&, const plan::RelationPtr&, session::SessionState&,
                     const CancelTokenPtr&) override {
    return true;
  }
  int32_t SemanticHash(const plan::RelationPtr&, session::SessionState&, const CancelTokenPtr&) override { return 7; }
  void Persist(const plan::RelationPtr&, session::StorageLevel, session::SessionState&,
               const CancelTokenPtr&) override {}
  void Unpersist(const plan::RelationPtr&, session::SessionState&, const CancelTokenPtr&) override {}
  session::StorageLevel StorageLevelOf(const plan::RelationPtr&, session::SessionState&,
                                       const CancelTokenPtr&) override {
    return {};
  }
  void ReleaseSession(session::SessionState&) override {}
};

class ConnectServerTest : public testing::Test {
 protected:
  ConnectServerTest() {
    ConnectServer::Options options;
    options.port = 0;
    server_ = std::make_unique<ConnectServer>(options, std::make_shared<FakeRunner>());
    Result<int> port = server_->Start();
    EXPECT_TRUE(port.ok());
    port_ = *port;
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port_), grpc::InsecureChannelCredentials());
    stub_ = proto::SparkConnectService::NewStub(channel_);
  }

  template <class Request>
  Request Of() const {
    Request request;
    request.set_session_id(session_);
    request.mutable_user_context()->set_user_id("u");
    return request;
  }
  proto::ExecutePlanRequest Execute(int64_t end, bool reattachable = true) const {
    auto request = Of<proto::ExecutePlanRequest>();
    request.mutable_plan()->mutable_root()->mutable_range()->set_end(end);
    request.set_operation_id(NewUuid());
    if (reattachable) request.add_request_options()->mutable_reattach_options()->set_reattachable(true);
    return request;
  }
  struct Outcome {
    std::vector<proto::ExecutePlanResponse> responses;
    grpc::Status status;
  };
  template <class Stream>
  static Outcome Read(Stream stream) {
    Outcome outcome;
    proto::ExecutePlanResponse response;
    while (stream->Read(&response)) outcome.responses.push_back(response);
    outcome.status = stream->Finish();
    return outcome;
  }
  Outcome Run(const proto::ExecutePlanRequest& request) {
    grpc::ClientContext context;
    return Read(stub_->ExecutePlan(&context, request));
  }
  Outcome Reattach(const std::string& operation, const std::string& last = "") {
    grpc::ClientContext context;
    auto request = Of<proto::ReattachExecuteRequest>();
    request.set_operation_id(operation);
    if (!last.empty()) request.set_last_response_id(last);
    return Read(stub_->ReattachExecute(&context, request));
  }
  template <class Request, class Response>
  grpc::Status Call(grpc::Status (proto::SparkConnectService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                             Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    return (stub_.get()->*method)(&context, request, response);
  }
  using Stub = proto::SparkConnectService::Stub;

  int port_ = 0;
  std::unique_ptr<ConnectServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Stub> stub_;
  const std::string session_ = NewUuid();
};

/// Whether the trailer's bytes hold the text (ErrorInfo's fields are plain text on the wire).
bool TrailerHas(const grpc::Status& status, const std::string& text) {
  return status.error_details().find(text) != std::string::npos;
}

TEST_F(ConnectServerTest, StreamsSchemaBatchesAndEnd) {
  Outcome outcome = Run(Execute(3));
  ASSERT_TRUE(outcome.status.ok()) << outcome.status.error_message();
  ASSERT_EQ(outcome.responses.size(), 5u);
  EXPECT_EQ(outcome.responses[0].schema().struct_().fields(0).name(), "id");
  for (int i = 1; i <= 3; ++i) {
    const auto& batch = outcome.responses[i].arrow_batch();
    EXPECT_EQ(batch.row_count(), 2);
    EXPECT_EQ(batch.start_offset(), 2 * (i - 1));
    EXPECT_TRUE(batch.has_start_offset());
    EXPECT_EQ(batch.data(), "head" + std::string(1000, 'b'));
  }
  EXPECT_TRUE(outcome.responses[4].has_result_complete());
  for (const auto& response : outcome.responses) {
    EXPECT_EQ(response.session_id(), session_);
    EXPECT_FALSE(response.server_side_session_id().empty());
    EXPECT_FALSE(response.operation_id().empty());
    EXPECT_TRUE(IsUuid(response.response_id()));
  }
  outcome = Run(Execute(1, false));
  EXPECT_EQ(outcome.responses.size(), 2u);  // no result_complete without reattach
}

TEST_F(ConnectServerTest, CutsBatchesAsAsked) {
  auto request = Execute(1);
  auto* chunking = request.add_request_options()->mutable_result_chunking_options();
  chunking->set_allow_arrow_batch_chunking(true);
  chunking->set_preferred_arrow_chunk_size(400);
  Outcome outcome = Run(request);
  ASSERT_EQ(outcome.responses.size(), 5u);
  std::string data;
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(outcome.responses[i].arrow_batch().chunk_index(), i - 1);
    EXPECT_EQ(outcome.responses[i].arrow_batch().num_chunks_in_batch(), 3);
    data += outcome.responses[i].arrow_batch().data();
  }
  EXPECT_EQ(data, "head" + std::string(1000, 'b'));
}

TEST_F(ConnectServerTest, ErrorsCarrySparksTrailerAndDetails) {
  Outcome outcome = Run(Execute(FakeRunner::kFails));
  EXPECT_EQ(outcome.status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_TRUE(outcome.status.error_message().starts_with("[DIVIDE_BY_ZERO] "));
  EXPECT_TRUE(TrailerHas(outcome.status, "org.apache.spark.SparkArithmeticException"));
  EXPECT_TRUE(TrailerHas(outcome.status, "{\"config\":\"\\\"c\\\"\"}"));
  EXPECT_TRUE(TrailerHas(outcome.status, "22012"));
  const std::string& trailer = outcome.status.error_details();
  const size_t at = trailer.find("errorId");
  ASSERT_NE(at, std::string::npos);
  auto request = Of<proto::FetchErrorDetailsRequest>();
  request.set_error_id(trailer.substr(at + 9, 36));
  proto::FetchErrorDetailsResponse details;
  ASSERT_TRUE(Call(&Stub::FetchErrorDetails, request, &details).ok());
  ASSERT_EQ(details.errors_size(), 1);
  EXPECT_EQ(details.errors(0).spark_throwable().error_class(), "DIVIDE_BY_ZERO");
  EXPECT_EQ(details.errors(0).spark_throwable().message_parameters().at("config"), "\"c\"");
  ASSERT_TRUE(Call(&Stub::FetchErrorDetails, request, &details).ok());
  EXPECT_EQ(details.errors_size(), 0);
}

TEST_F(ConnectServerTest, ReattachReleaseAndRepeat) {
  auto request = Execute(2);
  Outcome first = Run(request);
  ASSERT_EQ(first.responses.size(), 4u);
  EXPECT_EQ(Run(request).responses.size(), 4u);  // the same request again attaches
  Outcome rest = Reattach(request.operation_id(), first.responses[1].response_id());
  ASSERT_EQ(rest.responses.size(), 2u);
  EXPECT_EQ(rest.responses[0].response_id(), first.responses[2].response_id());
  auto other = request;
  other.mutable_plan()->mutable_root()->mutable_range()->set_end(1);
  EXPECT_TRUE(TrailerHas(Run(other).status, "INVALID_HANDLE.OPERATION_ALREADY_EXISTS"));

  auto release = Of<proto::ReleaseExecuteRequest>();
  release.set_operation_id(request.operation_id());
  release.mutable_release_until()->set_response_id(first.responses[0].response_id());
  proto::ReleaseExecuteResponse released;
  EXPECT_TRUE(Call(&Stub::ReleaseExecute, release, &released).ok());
  EXPECT_TRUE(TrailerHas(Reattach(request.operation_id()).status, "INVALID_CURSOR.POSITION_NOT_AVAILABLE"));
  release.mutable_release_all();
  EXPECT_TRUE(Call(&Stub::ReleaseExecute, release, &released).ok());
  EXPECT_TRUE(released.has_operation_id());
  EXPECT_TRUE(Call(&Stub::ReleaseExecute, release, &released).ok());
  EXPECT_TRUE(TrailerHas(Reattach(request.operation_id()).status, "INVALID_HANDLE.OPERATION_NOT_FOUND"));
  EXPECT_TRUE(TrailerHas(Run(request).status, "INVALID_HANDLE.OPERATION_ABANDONED"));
}

TEST_F(ConnectServerTest, InterruptsByTagIdAndAll) {
  for (int way = 0; way < 3; ++way) {
    auto request = Execute(FakeRunner::kRunsForever);
    request.add_tags("t");
    grpc::ClientContext context;
    auto stream = stub_->ExecutePlan(&context, request);
    proto::ExecutePlanResponse schema;
    ASSERT_TRUE(stream->Read(&schema));
    auto interrupt = Of<proto::InterruptRequest>();
    if (way == 0) interrupt.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_ALL);
    if (way == 1) {
      interrupt.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_TAG);
      interrupt.set_operation_tag("t");
    }
    if (way == 2) {
      interrupt.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_OPERATION_ID);
      interrupt.set_operation_id(request.operation_id());
    }
    proto::InterruptResponse response;
    ASSERT_TRUE(Call(&Stub::Interrupt, interrupt, &response).ok());
    ASSERT_EQ(response.interrupted_ids_size(), 1);
    EXPECT_EQ(response.interrupted_ids(0), request.operation_id());
    proto::ExecutePlanResponse more;
    EXPECT_FALSE(stream->Read(&more));
    EXPECT_TRUE(TrailerHas(stream->Finish(), "OPERATION_CANCELED"));
  }
  auto wrong = Of<proto::InterruptRequest>();
  proto::InterruptResponse response;
  EXPECT_TRUE(TrailerHas(Call(&Stub::Interrupt, wrong, &response), "UNSUPPORTED_FEATURE.INTERRUPT_TYPE"));
}

TEST_F(ConnectServerTest, SqlCommandsGiveRelationOrRows) {
  auto request = Execute(1);
  auto* sql = request.mutable_plan()->mutable_command()->mutable_sql_command()->mutable_input()->mutable_sql();
  sql->set_query("select 1");
  Outcome outcome = Run(request);
  ASSERT_EQ(outcome.responses.size(), 2u);
  EXPECT_EQ(outcome.responses[0].sql_command_result().relation().sql().query(), "select 1");
  request.set_operation_id(NewUuid());
  sql->set_query("show tables");
  outcome = Run(request);
  EXPECT_EQ(outcome.responses[0].sql_command_result().relation().local_relation().data(), "rows");
}

TEST_F(ConnectServerTest, FarewellMakesNoSession) {
  auto request = Execute(1);
  request.mutable_plan()->mutable_command()->mutable_ml_command()->mutable_clean_cache();
  Outcome outcome = Run(request);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status.error_message();
  EXPECT_TRUE(outcome.responses[0].has_ml_command_result());
  auto config = Of<proto::ConfigRequest>();
  config.mutable_operation()->mutable_get()->add_keys("spark.sql.ansi.enabled");
  proto::ConfigResponse answer;
  EXPECT_TRUE(Call(&Stub::Config, config, &answer).ok());
  EXPECT_EQ(answer.server_side_session_id(), outcome.responses[0].server_side_session_id());
  auto release = Of<proto::ReleaseExecuteRequest>();
  release.set_operation_id(request.operation_id());
  release.mutable_release_all();
  proto::ReleaseExecuteResponse released;
  EXPECT_TRUE(Call(&Stub::ReleaseExecute, release, &released).ok());
  EXPECT_EQ(server_->sessions().size(), 0u);
}

TEST_F(ConnectServerTest, AnalyzesAndConfigures) {
  auto request = Of<proto::AnalyzePlanRequest>();
  request.mutable_schema()->mutable_plan()->mutable_root()->mutable_range()->set_end(1);
  proto::AnalyzePlanResponse response;
  ASSERT_TRUE(Call(&Stub::AnalyzePlan, request, &response).ok());
  EXPECT_TRUE(response.schema().schema().struct_().fields(0).data_type().has_long_());
  request.mutable_spark_version();
  ASSERT_TRUE(Call(&Stub::AnalyzePlan, request, &response).ok());
  EXPECT_EQ(response.spark_version().version(), "4.3.0");
  request.clear_analyze();
  EXPECT_TRUE(TrailerHas(Call(&Stub::AnalyzePlan, request, &response), "UNKNOWN_ANALYZE_METHOD"));

  auto config = Of<proto::ConfigRequest>();
  auto* set = config.mutable_operation()->mutable_set();
  set->set_silent(true);
  auto* pair = set->add_pairs();
  pair->set_key("spark.sql.warehouse.dir");
  pair->set_value("/x");
  proto::ConfigResponse answer;
  ASSERT_TRUE(Call(&Stub::Config, config, &answer).ok());
  ASSERT_EQ(answer.warnings_size(), 1);
  EXPECT_EQ(answer.warnings(0),
            "Failed to set spark.sql.warehouse.dir to Some(/x) due to [CANNOT_MODIFY_STATIC_CONFIG] Cannot modify the "
            "value of the static Spark config: \"spark.sql.warehouse.dir\". SQLSTATE: 46110");
  set->set_silent(false);
  EXPECT_TRUE(TrailerHas(Call(&Stub::Config, config, &answer), "CANNOT_MODIFY_STATIC_CONFIG"));
}

TEST_F(ConnectServerTest, DeepAndMalformedPlansAreRefusedAndTheServerGoesOn) {
  auto deep = [&](int levels) {
    auto request = Of<proto::AnalyzePlanRequest>();
    auto* relation = request.mutable_is_local()->mutable_plan()->mutable_root();
    for (int i = 0; i < levels; ++i) relation = relation->mutable_limit()->mutable_input();
    relation->mutable_range()->set_end(1);
    proto::AnalyzePlanResponse response;
    return Call(&Stub::AnalyzePlan, request, &response);
  };
  EXPECT_TRUE(deep(500).ok());
  EXPECT_EQ(deep(1000).error_code(), grpc::StatusCode::UNKNOWN);
  EXPECT_EQ(deep(2000).error_code(), grpc::StatusCode::UNKNOWN);
  EXPECT_TRUE(deep(1).ok());
  auto bad = Execute(1);
  bad.set_session_id("abc");
  EXPECT_TRUE(TrailerHas(Run(bad).status, "INVALID_HANDLE.FORMAT"));
  bad = Execute(1);
  bad.clear_plan();
  EXPECT_TRUE(TrailerHas(Run(bad).status, "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET"));
  EXPECT_TRUE(Run(Execute(1)).status.ok());
}

TEST_F(ConnectServerTest, KeepsArtifactsThatAreWhole) {
  proto::AddArtifactsResponse response;
  grpc::ClientContext context;
  auto writer = stub_->AddArtifacts(&context, &response);
  auto request = Of<proto::AddArtifactsRequest>();
  auto* good = request.mutable_batch()->add_artifacts();
  good->set_name("cache/good");
  good->mutable_data()->set_data("hello");
  good->mutable_data()->set_crc(Crc32("hello"));
  auto* broken = request.mutable_batch()->add_artifacts();
  broken->set_name("cache/broken");
  broken->mutable_data()->set_data("hello");
  broken->mutable_data()->set_crc(5);
  writer->Write(request);
  auto begin = Of<proto::AddArtifactsRequest>();
  begin.mutable_begin_chunk()->set_name("cache/large");
  begin.mutable_begin_chunk()->set_total_bytes(10);
  begin.mutable_begin_chunk()->set_num_chunks(2);
  begin.mutable_begin_chunk()->mutable_initial_chunk()->set_data("hello");
  begin.mutable_begin_chunk()->mutable_initial_chunk()->set_crc(Crc32("hello"));
  writer->Write(begin);
  auto chunk = Of<proto::AddArtifactsRequest>();
  chunk.mutable_chunk()->set_data("world");
  chunk.mutable_chunk()->set_crc(Crc32("world"));
  writer->Write(chunk);
  writer->WritesDone();
  ASSERT_TRUE(writer->Finish().ok());
  ASSERT_EQ(response.artifacts_size(), 3);
  EXPECT_TRUE(response.artifacts(0).is_crc_successful());
  EXPECT_FALSE(response.artifacts(1).is_crc_successful());
  auto ask = Of<proto::ArtifactStatusesRequest>();
  for (const char* name : {"cache/good", "cache/broken", "cache/large", "jars/x"}) ask.add_names(name);
  proto::ArtifactStatusesResponse statuses;
  ASSERT_TRUE(Call(&Stub::ArtifactStatus, ask, &statuses).ok());
  EXPECT_TRUE(statuses.statuses().at("cache/good").exists());
  EXPECT_FALSE(statuses.statuses().at("cache/broken").exists());
  EXPECT_TRUE(statuses.statuses().at("cache/large").exists());
}

TEST_F(ConnectServerTest, ReleasedSessionsAreClosed) {
  EXPECT_TRUE(Run(Execute(1)).status.ok());
  auto release = Of<proto::ReleaseSessionRequest>();
  proto::ReleaseSessionResponse response;
  ASSERT_TRUE(Call(&Stub::ReleaseSession, release, &response).ok());
  EXPECT_FALSE(response.server_side_session_id().empty());
  EXPECT_TRUE(TrailerHas(Run(Execute(1)).status, "INVALID_HANDLE.SESSION_CLOSED"));
}

TEST_F(ConnectServerTest, ClientsThatLeaveEndPlainOperations) {
  auto request = Execute(FakeRunner::kRunsForever, false);
  {
    grpc::ClientContext context;
    auto stream = stub_->ExecutePlan(&context, request);
    proto::ExecutePlanResponse schema;
    ASSERT_TRUE(stream->Read(&schema));
    context.TryCancel();
    stream->Finish();
  }
  auto session = server_->sessions().Get("u", session_, "");
  for (int i = 0; i < 2000 && session->HasRunningOperations(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(session->HasRunningOperations());
}

TEST_F(ConnectServerTest, PortsAreNotShared) {
  ConnectServer::Options options;
  options.port = port_;
  ConnectServer second(options, std::make_shared<FakeRunner>());
  Result<int> port = second.Start();
  EXPECT_FALSE(port.ok());
  EXPECT_NE(port.error().find(std::to_string(port_)), std::string::npos);
}

TEST_F(ConnectServerTest, StopsSoonAlsoWithRunningOperations) {
  grpc::ClientContext context;
  auto stream = stub_->ExecutePlan(&context, Execute(FakeRunner::kRunsForever));
  proto::ExecutePlanResponse schema;
  ASSERT_TRUE(stream->Read(&schema));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(server_->Stop(std::chrono::milliseconds(1500)));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  EXPECT_FALSE(stream->Finish().ok());
}

}  // namespace
}  // namespace firesteel::server
