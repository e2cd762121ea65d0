#include "client/transport/grpc_transport.h"

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "client/config/environment.h"
#include "spark/connect/base.grpc.pb.h"

namespace firesteel::client {
namespace {

using google::protobuf::Message;

constexpr int kMaxMessageBytes = 128 * 1024 * 1024;

void Prepare(grpc::ClientContext& context, const CallOptions& options) {
  if (options.timeout.count() > 0) context.set_deadline(std::chrono::system_clock::now() + options.timeout);
  for (const auto& [name, value] : options.headers) context.AddMetadata(name, value);
}

class GrpcStream : public IncomingStream {
 public:
  explicit GrpcStream(const CallOptions& options) { Prepare(context_, options); }

  template <class Open>
  void Start(Open open) {
    reader_ = open(&context_);
  }
  bool Read(proto::ExecutePlanResponse& response) override { return reader_->Read(&response); }
  grpc::Status Finish() override { return reader_->Finish(); }
  void Cancel() override { context_.TryCancel(); }

  ~GrpcStream() override { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<proto::ExecutePlanResponse>> reader_;
};

class GrpcTransport : public Transport {
 public:
  explicit GrpcTransport(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(proto::SparkConnectService::NewStub(channel)) {}

  grpc::Status Call(Rpc rpc, const Message& request, Message& response, const CallOptions& options) override {
    grpc::ClientContext context;
    Prepare(context, options);
    using Stub = proto::SparkConnectService::Stub;
    auto call = [&]<class Request, class Response>(
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
      return (stub_.get()->*method)(&context, static_cast<const Request&>(request), static_cast<Response*>(&response));
    };
    switch (rpc) {
      case Rpc::kAnalyzePlan:
        return call(&Stub::AnalyzePlan);
      case Rpc::kConfig:
        return call(&Stub::Config);
      case Rpc::kArtifactStatus:
        return call(&Stub::ArtifactStatus);
      case Rpc::kInterrupt:
        return call(&Stub::Interrupt);
      case Rpc::kReleaseExecute:
        return call(&Stub::ReleaseExecute);
      case Rpc::kReleaseSession:
        return call(&Stub::ReleaseSession);
      case Rpc::kFetchErrorDetails:
        return call(&Stub::FetchErrorDetails);
      case Rpc::kCloneSession:
        return call(&Stub::CloneSession);
      case Rpc::kExecutePlan:
      case Rpc::kReattachExecute:
      case Rpc::kAddArtifacts:
        break;
    }
    return {grpc::StatusCode::INTERNAL, "not a call of one response"};
  }

  std::unique_ptr<IncomingStream> Open(Rpc rpc, const Message& request, const CallOptions& options) override {
    auto stream = std::make_unique<GrpcStream>(options);
    stream->Start([&](grpc::ClientContext* context) {
      if (rpc == Rpc::kExecutePlan) {
        return stub_->ExecutePlan(context, static_cast<const proto::ExecutePlanRequest&>(request));
      }
      return stub_->ReattachExecute(context, static_cast<const proto::ReattachExecuteRequest&>(request));
    });
    return stream;
  }

  grpc::Status Upload(const std::function<UploadRequests()>& begin, proto::AddArtifactsResponse& response,
                      const CallOptions& options) override {
    grpc::ClientContext context;
    Prepare(context, options);
    std::unique_ptr<grpc::ClientWriter<proto::AddArtifactsRequest>> writer = stub_->AddArtifacts(&context, &response);
    const UploadRequests next = begin();
    proto::AddArtifactsRequest request;
    while (next(request) && writer->Write(request)) request.Clear();
    writer->WritesDone();
    return writer->Finish();
  }

 private:
  std::unique_ptr<proto::SparkConnectService::Stub> stub_;
};

/// The authorities that the system trusts; empty where they lie elsewhere, then gRPC looks.
std::string SystemRoots() {
  for (const char* path :
       {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;
    Result<std::string> text = ReadTextFile("the file of trusted authorities", path);
    if (text) return *std::move(text);
  }
  return "";
}

Result<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const ConnectionSettings& settings) {
  if (settings.security != Security::kTls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  if (settings.tls.ca.empty()) {
    options.pem_root_certs = SystemRoots();
  } else {
    Result<std::string> roots = ReadTextFile("the file of trusted authorities", settings.tls.ca);
    if (!roots) return roots.error();
    options.pem_root_certs = *std::move(roots);
  }
  if (!settings.tls.certificate.empty()) {
    Result<std::string> chain = ReadTextFile("the client's certificate", settings.tls.certificate);
    if (!chain) return chain.error();
    Result<std::string> key = ReadTextFile("the client's key", settings.tls.key);
    if (!key) return key.error();
    options.pem_cert_chain = *std::move(chain);
    options.pem_private_key = *std::move(key);
  }
  return grpc::SslCredentials(options);
}

}  // namespace

std::string_view NameOf(Rpc rpc) {
  switch (rpc) {
    case Rpc::kExecutePlan:
      return "ExecutePlan";
    case Rpc::kReattachExecute:
      return "ReattachExecute";
    case Rpc::kAnalyzePlan:
      return "AnalyzePlan";
    case Rpc::kConfig:
      return "Config";
    case Rpc::kAddArtifacts:
      return "AddArtifacts";
    case Rpc::kArtifactStatus:
      return "ArtifactStatus";
    case Rpc::kInterrupt:
      return "Interrupt";
    case Rpc::kReleaseExecute:
      return "ReleaseExecute";
    case Rpc::kReleaseSession:
      return "ReleaseSession";
    case Rpc::kFetchErrorDetails:
      return "FetchErrorDetails";
    case Rpc::kCloneSession:
      return "CloneSession";
  }
  return "";
}

Result<TransportPtr> MakeGrpcTransport(const ConnectionSettings& settings) {
  Result<std::shared_ptr<grpc::ChannelCredentials>> credentials = CredentialsOf(settings);
  if (!credentials) return credentials.error();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  // A channel of its own for each session: gRPC shares connections of equal channels, and one that broke would break
  // all sessions at once.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // A server that comes back is found within seconds; retries wait longer between calls than this.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10'000);
  if (!settings.tls.server_name.empty()) arguments.SetSslTargetNameOverride(settings.tls.server_name);
  if (settings.keepalive.enabled) {
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(settings.keepalive.time_ms));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, static_cast<int>(settings.keepalive.timeout_ms));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, settings.keepalive.without_calls ? 1 : 0);
  }
  return TransportPtr(
      std::make_shared<GrpcTransport>(grpc::CreateCustomChannel(settings.Target(), *credentials, arguments)));
}

}  // namespace firesteel::client
