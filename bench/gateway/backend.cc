// A Spark Connect server that does nothing, as cheaply as gRPC can: what stands behind the gateway while it is
// measured.
//
//     gateway_bench_backend --port 15002
//
// AnalyzePlan and Config answer at once. ExecutePlan of the relation range(0, BYTES, STEP) streams BYTES of Arrow data
// in messages of STEP; the bytes are made once a call and shared by its messages.

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <string>

#include "spark/connect/base.grpc.pb.h"

namespace {

namespace proto = ::spark::connect;

constexpr char kServerSideSession[] = "6b1b6a34-33a5-4d4f-9d0e-3f4b87f2e0aa";
constexpr int kUnlimited = -1;

/// Writes one message `count` times, then ResultComplete, each when the one before it was taken.
class Stream : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit Stream(const grpc::ByteBuffer& request_bytes) {
    proto::ExecutePlanRequest request;
    grpc::ByteBuffer bytes = request_bytes;
    const grpc::Status parsed = grpc::SerializationTraits<proto::ExecutePlanRequest>::Deserialize(&bytes, &request);
    const proto::Range& range = request.plan().root().range();
    if (!parsed.ok() || range.end() < 0 || range.step() <= 0) {
      Finish({grpc::StatusCode::INVALID_ARGUMENT, "the bench's backend runs range(0, BYTES, STEP) only"});
      return;
    }
    proto::ExecutePlanResponse response;
    response.set_session_id(request.session_id());
    response.set_server_side_session_id(kServerSideSession);
    response.set_operation_id(request.operation_id());
    response.mutable_result_complete();
    last_ = Buffer(response);
    response.mutable_arrow_batch()->set_row_count(1);
    response.mutable_arrow_batch()->set_data(std::string(static_cast<size_t>(range.step()), 'x'));
    batch_ = Buffer(response);
    left_ = range.end() / range.step();
    Next();
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      Next();
    } else {
      Finish({grpc::StatusCode::CANCELLED, "the client is gone"});
    }
  }
  void OnDone() override { delete this; }

 private:
  static grpc::ByteBuffer Buffer(const proto::ExecutePlanResponse& response) {
    const grpc::Slice slice(response.SerializeAsString());
    return grpc::ByteBuffer(&slice, 1);
  }

  void Next() {
    if (left_-- > 0) {
      StartWrite(&batch_);
    } else {
      StartWriteAndFinish(&last_, grpc::WriteOptions(), grpc::Status::OK);
    }
  }

  grpc::ByteBuffer batch_, last_;
  int64_t left_ = 0;
};

class Methods : public proto::SparkConnectService::Service {};
using Service = proto::SparkConnectService::WithRawCallbackMethod_ExecutePlan<
    proto::SparkConnectService::WithCallbackMethod_AnalyzePlan<proto::SparkConnectService::WithCallbackMethod_Config<
        proto::SparkConnectService::WithCallbackMethod_ReleaseSession<Methods>>>>;

class Backend : public Service {
 public:
  grpc::ServerUnaryReactor* AnalyzePlan(grpc::CallbackServerContext* context, const proto::AnalyzePlanRequest* request,
                                        proto::AnalyzePlanResponse* response) override {
    response->set_session_id(request->session_id());
    response->set_server_side_session_id(kServerSideSession);
    response->mutable_spark_version()->set_version("4.3.0");
    return Done(context);
  }

  /// A gateway's probe asks for configuration values; the pairs come back as they came, without values where none are.
  grpc::ServerUnaryReactor* Config(grpc::CallbackServerContext* context, const proto::ConfigRequest* request,
                                   proto::ConfigResponse* response) override {
    response->set_session_id(request->session_id());
    response->set_server_side_session_id(kServerSideSession);
    for (const std::string& key : request->operation().get().keys()) {
      proto::KeyValue* pair = response->add_pairs();
      pair->set_key(key);
      if (key == "spark.connect.session.planCompression.threshold") pair->set_value("10485760");
      if (key == "spark.connect.session.planCompression.defaultAlgorithm") pair->set_value("ZSTD");
    }
    return Done(context);
  }

  grpc::ServerUnaryReactor* ReleaseSession(grpc::CallbackServerContext* context,
                                           const proto::ReleaseSessionRequest* request,
                                           proto::ReleaseSessionResponse* response) override {
    response->set_session_id(request->session_id());
    response->set_server_side_session_id(kServerSideSession);
    return Done(context);
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* ExecutePlan(grpc::CallbackServerContext* /*context*/,
                                                          const grpc::ByteBuffer* request) override {
    return new Stream(*request);
  }

 private:
  static grpc::ServerUnaryReactor* Done(grpc::CallbackServerContext* context) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

int main(int argc, char** argv) {
  int port = 0;
  CLI::App app("The server behind the gateway while it is measured.");
  app.add_option("--port", port, "on 127.0.0.1")->required();
  CLI11_PARSE(app, argc, argv);

  Backend backend;
  grpc::ServerBuilder builder;
  int bound = 0;
  builder.AddListeningPort(fmt::format("127.0.0.1:{}", port), grpc::InsecureServerCredentials(), &bound);
  builder.SetMaxReceiveMessageSize(kUnlimited);
  builder.RegisterService(&backend);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || bound == 0) {
    fmt::print(stderr, "Cannot listen on 127.0.0.1:{}.\n", port);
    return 1;
  }
  server->Wait();
}
