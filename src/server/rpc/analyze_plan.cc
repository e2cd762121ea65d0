#include <string>
#include <utility>

#include "base/error.h"
#include "connect/data_type.h"
#include "connect/decoder.h"
#include "connect/invalid_plan.h"
#include "server/answer.h"
#include "server/parsed_request.h"
#include "server/rpc/rpc.h"
#include "session/error/java_exception.h"
#include "session/plan_decoding.h"

namespace firesteel::server {

namespace proto = ::spark::connect;
using session::ExplainMode;
using session::Session;

namespace {

/// Spark's version, whatever ours is: clients choose what they send by it.
constexpr const char* kSparkVersion = "4.3.0";

ExplainMode ModeOf(proto::AnalyzePlanRequest::Explain::ExplainMode mode) {
  using Explain = proto::AnalyzePlanRequest::Explain;
  switch (mode) {
    case Explain::EXPLAIN_MODE_SIMPLE:
      return ExplainMode::kSimple;
    case Explain::EXPLAIN_MODE_EXTENDED:
      return ExplainMode::kExtended;
    case Explain::EXPLAIN_MODE_CODEGEN:
      return ExplainMode::kCodegen;
    case Explain::EXPLAIN_MODE_COST:
      return ExplainMode::kCost;
    case Explain::EXPLAIN_MODE_FORMATTED:
      return ExplainMode::kFormatted;
    default:
      throw session::JavaError("java.lang.UnsupportedOperationException",
                               "Unknown Explain Mode " + Explain::ExplainMode_Name(mode) + "!");
  }
}

session::StorageLevel LevelOf(const proto::AnalyzePlanRequest::Persist& persist) {
  if (!persist.has_storage_level()) return {};
  const auto& wanted = persist.storage_level();
  return {wanted.use_disk(), wanted.use_memory(), wanted.use_off_heap(), wanted.deserialized(), wanted.replication()};
}

void Report(const session::StorageLevel& level, proto::StorageLevel* out) {
  out->set_use_disk(level.use_disk);
  out->set_use_memory(level.use_memory);
  out->set_use_off_heap(level.use_off_heap);
  out->set_deserialized(level.deserialized);
  out->set_replication(level.replication);
}

/// One request with what its cases need.
struct Analysis {
  Services& services;
  Session& session;
  const proto::AnalyzePlanRequest& request;
  proto::AnalyzePlanResponse* response;
  connect::DecodeContext context;
  CancelTokenPtr cancel = std::make_shared<CancelToken>();

  session::SessionState& state() { return session.state(); }
  plan::RelationPtr Decode(const proto::Plan& plan) { return connect::DecodeQuery(plan, context); }
  void Run();
};

void Analysis::Run() {
  using Request = proto::AnalyzePlanRequest;
  session::QueryRunner& runner = services.runner;
  switch (request.analyze_case()) {
    case Request::kSchema:
      connect::EncodeSchema(runner.AnalyzeSchema(Decode(request.schema().plan()), state(), cancel),
                            response->mutable_schema()->mutable_schema());
      return;
    case Request::kExplain: {
      const ExplainMode mode = ModeOf(request.explain().explain_mode());
      response->mutable_explain()->set_explain_string(
          runner.Explain(Decode(request.explain().plan()), mode, state(), cancel));
      return;
    }
    case Request::kTreeString: {
      const Schema schema = runner.AnalyzeSchema(Decode(request.tree_string().plan()), state(), cancel);
      response->mutable_tree_string()->set_tree_string(session::TreeString(schema, request.tree_string().level()));
      return;
    }
    case Request::kIsLocal:
      response->mutable_is_local()->set_is_local(runner.IsLocal(Decode(request.is_local().plan()), state(), cancel));
      return;
    case Request::kIsStreaming:
      response->mutable_is_streaming()->set_is_streaming(
          runner.IsStreaming(Decode(request.is_streaming().plan()), state(), cancel));
      return;
    case Request::kInputFiles:
      response->mutable_input_files();
      for (std::string& file : runner.InputFiles(Decode(request.input_files().plan()), state(), cancel)) {
        response->mutable_input_files()->add_files(std::move(file));
      }
      return;
    case Request::kSparkVersion:
      response->mutable_spark_version()->set_version(kSparkVersion);
      return;
    case Request::kDdlParse:
      connect::EncodeDataType(session::ParseDdl(request.ddl_parse().ddl_string(), state()),
                              response->mutable_ddl_parse()->mutable_parsed());
      return;
    case Request::kSameSemantics: {
      const plan::RelationPtr target = Decode(request.same_semantics().target_plan());
      const plan::RelationPtr other = Decode(request.same_semantics().other_plan());
      response->mutable_same_semantics()->set_result(runner.SameSemantics(target, other, state(), cancel));
      return;
    }
    case Request::kSemanticHash:
      response->mutable_semantic_hash()->set_result(
          runner.SemanticHash(Decode(request.semantic_hash().plan()), state(), cancel));
      return;
    case Request::kPersist:
      runner.Persist(connect::DecodeRelation(request.persist().relation(), context), LevelOf(request.persist()),
                     state(), cancel);
      response->mutable_persist();
      return;
    case Request::kUnpersist:
      runner.Unpersist(connect::DecodeRelation(request.unpersist().relation(), context), state(), cancel);
      response->mutable_unpersist();
      return;
    case Request::kGetStorageLevel: {
      const plan::RelationPtr relation = connect::DecodeRelation(request.get_storage_level().relation(), context);
      Report(runner.StorageLevelOf(relation, state(), cancel),
             response->mutable_get_storage_level()->mutable_storage_level());
      return;
    }
    case Request::kJsonToDdl:
      response->mutable_json_to_ddl()->set_ddl_string(session::JsonToDdl(request.json_to_ddl().json_string()));
      return;
    case Request::ANALYZE_NOT_SET:
      connect::ThrowInvalidPlan("UNKNOWN_ANALYZE_METHOD", {{"other", "ANALYZE_NOT_SET"}});
  }
}

}  // namespace

grpc::Status AnalyzePlan(Services& services, const grpc::ByteBuffer& bytes, grpc::ByteBuffer* out) {
  connect::WireFault fault = connect::WireFault::kNone;
  auto request = ParsedRequest<proto::AnalyzePlanRequest>::Parse(bytes, &fault);
  if (fault != connect::WireFault::kNone) return MalformedRequest(connect::DescribeFault(fault));
  return Answer([&](session::SessionPtr& session) {
    session = OpenSession(services, **request);
    proto::AnalyzePlanResponse response;
    Analysis analysis{services, *session, **request, &response, session::DecodeContextOf(session->state())};
    analysis.Run();
    Identify(*session, &response);
    *out = ToByteBuffer(response);
  });
}

}  // namespace firesteel::server
