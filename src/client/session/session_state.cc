#include "client/session/session_state.h"

#include <google/protobuf/io/coded_stream.h>
#include <zstd.h>

#include <charconv>
#include <unordered_map>
#include <utility>

#include "base/uuid.h"
#include "client/session/session_stream.h"
#include "client/transport/authorization.h"
#include "client/transport/grpc_transport.h"

namespace firesteel::client {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortCall{10 * 60'000};
constexpr milliseconds kRelease{10'000};
constexpr milliseconds kLongCall{60 * 60'000};
constexpr size_t kLongestUserAgent = 2048;
// Smaller plans are not worth the question whether the server wants them compressed.
constexpr size_t kLeastCompressed = 64 * 1024;

constexpr const char* kCompressionThreshold = "spark.connect.session.planCompression.threshold";
constexpr const char* kCompressionAlgorithm = "spark.connect.session.planCompression.defaultAlgorithm";

/// Tags belong to a thread and a session.
std::unordered_map<uint64_t, std::set<std::string>>& ThreadTags() {
  thread_local std::unordered_map<uint64_t, std::set<std::string>> tags;
  return tags;
}

uint64_t NextNumber() {
  static std::atomic<uint64_t> next = 0;
  return next.fetch_add(1);
}

std::string ClientType(const std::string& user_agent) {
  return (user_agent.empty() ? "_SPARK_CONNECT_CPP" : user_agent) + " spark/" + kProtocolVersion +
         " os/linux cpp/firesteel";
}

}  // namespace

Result<std::shared_ptr<SessionState>> SessionState::Make(const ConnectionSettings& settings,
                                                         const SessionOptions& options,
                                                         std::shared_ptr<ChildProcess> process) {
  if (settings.user_agent.size() > kLongestUserAgent) {
    return Error::Invalid("The user agent (" + settings.SourceOf("user_agent") + ") is longer than 2048 characters.");
  }
  std::string token;
  if (settings.token) {
    Result<std::string> given = settings.token.Get();
    if (!given) return given.error();
    token = *std::move(given);
  }
  std::shared_ptr<SessionState> state(new SessionState(settings, options, std::move(process)));
  Result<void> opened = state->Open(std::move(token));
  if (!opened) return opened.error();
  return state;
}

SessionState::SessionState(const ConnectionSettings& settings, const SessionOptions& options,
                           std::shared_ptr<ChildProcess> process)
    : settings_(settings),
      options_(options),
      process_(std::move(process)),
      session_id_(settings.session_id ? *settings.session_id : NewUuid()),
      client_type_(ClientType(settings.user_agent)),
      number_(NextNumber()) {
  error_context_.target = settings.Target();
  error_context_.tls = settings.security == Security::kTls;
  error_context_.has_certificate = !settings.tls.certificate.empty();
  if (settings.token) error_context_.token_source = settings.token.source;
  if (!settings.cluster_id.empty()) {
    error_context_.cluster = "the cluster " + settings.cluster_id + " (from " + settings.SourceOf("cluster_id") + ")";
  }
}

Result<void> SessionState::Open(std::string token) {
  Result<TransportPtr> transport = MakeGrpcTransport(settings_);
  if (!transport) return transport.error();
  transport_ = WithLogging(WithAuthorization(*transport, settings_, std::move(token)), options_.log);
  repeating_ = WithRetries(transport_, options_.retry, pause_);
  releases_ =
      std::make_unique<ReleaseQueue>(repeating_, [] { return CallOptions{.timeout = kRelease, .headers = {}}; });
  return {};
}

SessionState::~SessionState() { pause_->CallOff(); }

int64_t SessionState::NextPlanId() {
  static std::atomic<int64_t> next = 0;
  return next.fetch_add(1);
}

CallOptions SessionState::OptionsOf(milliseconds timeout) const {
  CallOptions options;
  options.timeout = options_.call_timeout.value_or(timeout);
  return options;
}

Result<void> SessionState::CheckOpen() const {
  if (!stopped_.load()) return {};
  Error error;
  error.kind = ErrorKind::kSessionLost;
  std::lock_guard lock(mutex_);
  error.message = why_lost_.empty() ? "The session was stopped: make a new one." : why_lost_;
  return error;
}

std::string SessionState::ServerSideSessionId() const {
  std::lock_guard lock(mutex_);
  return server_side_session_id_;
}

template <class Request>
void SessionState::Fill(Request& request) const {
  request.set_session_id(session_id_);
  request.set_client_type(client_type_);
  request.mutable_user_context()->set_user_id(settings_.user_id);
  if constexpr (requires { request.set_client_observed_server_side_session_id(""); }) {
    const std::string id = ServerSideSessionId();
    if (!id.empty()) request.set_client_observed_server_side_session_id(id);
  }
}

Result<void> SessionState::Verify(const std::string& session_id, const std::string& server_side_session_id) {
  Error error;
  if (session_id != session_id_) {
    error.kind = ErrorKind::kProtocol;
    error.message = "The server answered for the session " + session_id + " instead of " + session_id_ + ".";
    return error;
  }
  std::lock_guard lock(mutex_);
  if (server_side_session_id_.empty()) {
    server_side_session_id_ = server_side_session_id;
  } else if (!server_side_session_id.empty() && server_side_session_id != server_side_session_id_) {
    error.kind = ErrorKind::kSessionLost;
    error.message =
        "The server lost the session and began another one in its place: views, configuration and cached data are "
        "gone. "
        "Make a new session.";
    error.condition = "INVALID_HANDLE.SESSION_CHANGED";
    why_lost_ = error.message;
    stopped_.store(true);
    return error;
  }
  return {};
}

std::optional<proto::FetchErrorDetailsResponse> SessionState::FetchDetails(const std::string& error_id) {
  proto::FetchErrorDetailsRequest request;
  Fill(request);
  request.set_error_id(error_id);
  proto::FetchErrorDetailsResponse response;
  if (!transport_->Call(Rpc::kFetchErrorDetails, request, response, OptionsOf(kShortCall)).ok()) return std::nullopt;
  return response;
}

Error SessionState::Convert(Rpc rpc, const grpc::Status& status) {
  ErrorContext context = error_context_;
  {
    std::lock_guard lock(mutex_);
    context.server_version = server_version_;
  }
  Error error = ErrorOf(rpc, status, context, [this](const std::string& id) { return FetchDetails(id); });
  std::lock_guard lock(mutex_);
  if (error.kind == ErrorKind::kSessionLost) {
    why_lost_ = error.message;
    stopped_.store(true);
  }
  if (error.condition == "CONNECT_INVALID_PLAN.CANNOT_PARSE") compression_threshold_ = -1;
  return error;
}

template <class Response, class Request>
Result<Response> SessionState::Call(Rpc rpc, const Request& request, milliseconds timeout, bool retry_unreachable) {
  Result<void> open = CheckOpen();
  if (!open) return open.error();
  CallOptions options = OptionsOf(timeout);
  options.retry_unreachable = retry_unreachable;
  Response response;
  const grpc::Status status = repeating_->Call(rpc, request, response, options);
  if (!status.ok()) return Convert(rpc, status);
  Result<void> verified = Verify(response.session_id(), response.server_side_session_id());
  if (!verified) return verified.error();
  return response;
}

Result<proto::AnalyzePlanResponse> SessionState::Analyze(proto::AnalyzePlanRequest request) {
  Fill(request);
  return Call<proto::AnalyzePlanResponse>(Rpc::kAnalyzePlan, request, kLongCall, true);
}

Result<void> SessionState::Handshake() {
  proto::AnalyzePlanRequest request;
  Fill(request);
  request.mutable_spark_version();
  Result<proto::AnalyzePlanResponse> response =
      Call<proto::AnalyzePlanResponse>(Rpc::kAnalyzePlan, request, kShortCall, /*retry_unreachable=*/false);
  if (!response) return response.error();
  std::lock_guard lock(mutex_);
  server_version_ = response->spark_version().version();
  return {};
}

Result<std::string> SessionState::Version() {
  proto::AnalyzePlanRequest request;
  request.mutable_spark_version();
  Result<proto::AnalyzePlanResponse> response = Analyze(std::move(request));
  if (!response) return response.error();
  return response->spark_version().version();
}

Result<proto::ConfigResponse> SessionState::Config(proto::ConfigRequest::Operation operation) {
  const bool changes = operation.has_set() || operation.has_unset();
  proto::ConfigRequest request;
  Fill(request);
  *request.mutable_operation() = std::move(operation);
  Result<proto::ConfigResponse> response = Call<proto::ConfigResponse>(Rpc::kConfig, request, kShortCall, true);
  if (changes) {
    std::lock_guard lock(mutex_);
    time_zone_.reset();
    compression_threshold_.reset();
  }
  return response;
}

Result<std::string> SessionState::TimeZone() {
  {
    std::lock_guard lock(mutex_);
    if (time_zone_) return *time_zone_;
  }
  proto::ConfigRequest::Operation operation;
  operation.mutable_get()->add_keys("spark.sql.session.timeZone");
  Result<proto::ConfigResponse> response = Config(std::move(operation));
  if (!response) return response.error();
  const std::string zone = response->pairs_size() > 0 ? response->pairs(0).value() : "UTC";
  std::lock_guard lock(mutex_);
  time_zone_ = zone;
  return zone;
}

void SessionState::Compress(proto::Plan& plan) {
  const bool is_command = plan.has_command();
  if (!is_command && !plan.has_root()) return;
  const google::protobuf::Message& message =
      is_command ? static_cast<const google::protobuf::Message&>(plan.command()) : plan.root();
  const size_t size = message.ByteSizeLong();
  if (size < kLeastCompressed) return;
  std::optional<int64_t> threshold;
  {
    std::lock_guard lock(mutex_);
    threshold = compression_threshold_;
  }
  if (!threshold) {
    threshold = -1;  // for servers that do not know the keys
    proto::ConfigRequest::Operation operation;
    operation.mutable_get()->add_keys(kCompressionThreshold);
    operation.mutable_get()->add_keys(kCompressionAlgorithm);
    Result<proto::ConfigResponse> response = Config(std::move(operation));
    if (response && response->pairs_size() == 2 && response->pairs(1).value() == "ZSTD") {
      const std::string& text = response->pairs(0).value();
      int64_t bytes = -1;
      std::from_chars(text.data(), text.data() + text.size(), bytes);
      threshold = bytes;
    }
    std::lock_guard lock(mutex_);
    compression_threshold_ = threshold;
  }
  if (*threshold < 0 || size <= static_cast<size_t>(*threshold)) return;
  const std::string plain = message.SerializeAsString();
  std::string compressed(ZSTD_compressBound(plain.size()), '\0');
  const size_t length = ZSTD_compress(compressed.data(), compressed.size(), plain.data(), plain.size(), 3);
  if (ZSTD_isError(length) || length >= plain.size()) return;
  compressed.resize(length);
  proto::Plan::CompressedOperation* operation = plan.mutable_compressed_operation();
  operation->set_data(std::move(compressed));
  operation->set_op_type(is_command ? proto::Plan::CompressedOperation::OP_TYPE_COMMAND
                                    : proto::Plan::CompressedOperation::OP_TYPE_RELATION);
  operation->set_compression_codec(proto::COMPRESSION_CODEC_ZSTD);
}

Result<std::unique_ptr<ResponseStream>> SessionState::Execute(proto::Plan plan) {
  Result<void> open = CheckOpen();
  if (!open) return open.error();
  Compress(plan);
  proto::ExecutePlanRequest request;
  Fill(request);
  request.set_operation_id(NewUuid());
  *request.mutable_plan() = std::move(plan);
  for (const std::string& tag : Tags()) request.add_tags(tag);
  request.add_request_options()->mutable_result_chunking_options()->set_allow_arrow_batch_chunking(true);
  if (options_.reattachable) {
    request.add_request_options()->mutable_reattach_options()->set_reattachable(true);
  }
  StreamOptions stream;
  stream.reattachable = options_.reattachable;
  stream.retry = options_.retry;
  stream.timeout = options_.call_timeout.value_or(kShortCall);
  auto responses = std::make_unique<ReattachingStream>(transport_, *releases_, std::move(stream), std::move(request));
  return std::unique_ptr<ResponseStream>(std::make_unique<SessionStream>(shared_from_this(), std::move(responses)));
}

Result<std::vector<proto::ExecutePlanResponse>> SessionState::Run(proto::Command command) {
  proto::Plan plan;
  *plan.mutable_command() = std::move(command);
  Result<std::unique_ptr<ResponseStream>> stream = Execute(std::move(plan));
  if (!stream) return stream.error();
  std::vector<proto::ExecutePlanResponse> responses;
  while (true) {
    Result<std::optional<proto::ExecutePlanResponse>> response = (*stream)->Next();
    if (!response) return response.error();
    if (!*response) return responses;
    const auto kind = (*response)->response_type_case();
    if (kind != proto::ExecutePlanResponse::RESPONSE_TYPE_NOT_SET || (*response)->observed_metrics_size() > 0 ||
        (*response)->has_metrics()) {
      responses.push_back(**std::move(response));
    }
  }
}

Result<std::vector<std::string>> SessionState::Interrupt(proto::InterruptRequest request) {
  Fill(request);
  Result<proto::InterruptResponse> response =
      Call<proto::InterruptResponse>(Rpc::kInterrupt, request, kShortCall, true);
  if (!response) return response.error();
  return std::vector<std::string>(response->interrupted_ids().begin(), response->interrupted_ids().end());
}

Result<std::shared_ptr<SessionState>> SessionState::Clone() {
  Result<void> open = CheckOpen();
  if (!open) return open.error();
  proto::CloneSessionRequest request;
  Fill(request);
  const std::string id = NewUuid();
  request.set_new_session_id(id);
  proto::CloneSessionResponse response;
  const grpc::Status status = repeating_->Call(Rpc::kCloneSession, request, response, OptionsOf(kShortCall));
  if (!status.ok()) return Convert(Rpc::kCloneSession, status);
  if (response.new_session_id() != id) {
    Error error;
    error.kind = ErrorKind::kProtocol;
    error.message = "The server named the new session " + response.new_session_id() + " instead of " + id + ".";
    return error;
  }
  ConnectionSettings settings = settings_;
  settings.session_id = id;
  return Sibling(settings);
}

Result<std::shared_ptr<SessionState>> SessionState::NewSession() {
  Result<void> open = CheckOpen();
  if (!open) return open.error();
  ConnectionSettings settings = settings_;
  settings.session_id.reset();
  return Sibling(settings);
}

Result<std::shared_ptr<SessionState>> SessionState::Sibling(const ConnectionSettings& settings) {
  Result<std::shared_ptr<SessionState>> made = Make(settings, options_, process_);
  if (made) {
    std::lock_guard lock(mutex_);
    (*made)->server_version_ = server_version_;
  }
  return made;
}

Result<void> SessionState::Stop() {
  if (stopped_.exchange(true)) return {};
  releases_->Flush(milliseconds(2'000));
  proto::ReleaseSessionRequest request;
  Fill(request);
  proto::ReleaseSessionResponse response;
  CallOptions options = OptionsOf(kShortCall);
  // A server that is gone has no session to end.
  options.retry_unreachable = false;
  const grpc::Status status = repeating_->Call(Rpc::kReleaseSession, request, response, options);
  pause_->CallOff();
  if (!status.ok()) return Convert(Rpc::kReleaseSession, status);
  return {};
}

Result<void> SessionState::Upload(const std::function<UploadRequests()>& begin) {
  Result<void> open = CheckOpen();
  if (!open) return open.error();
  auto filled = [&]() -> UploadRequests {
    return [this, next = begin()](proto::AddArtifactsRequest& request) {
      if (!next(request)) return false;
      Fill(request);
      return true;
    };
  };
  proto::AddArtifactsResponse response;
  const grpc::Status status = repeating_->Upload(filled, response, OptionsOf(kLongCall));
  if (!status.ok()) return Convert(Rpc::kAddArtifacts, status);
  Result<void> verified = Verify(response.session_id(), response.server_side_session_id());
  if (!verified) return verified;
  for (const auto& summary : response.artifacts()) {
    if (summary.is_crc_successful()) continue;
    Error error;
    error.kind = ErrorKind::kProtocol;
    error.message = "The artifact " + summary.name() + " arrived damaged at the server.";
    return error;
  }
  return {};
}

Result<std::set<std::string>> SessionState::ExistingArtifacts(const std::vector<std::string>& names) {
  proto::ArtifactStatusesRequest request;
  Fill(request);
  for (const std::string& name : names) request.add_names(name);
  Result<proto::ArtifactStatusesResponse> response =
      Call<proto::ArtifactStatusesResponse>(Rpc::kArtifactStatus, request, kShortCall, true);
  if (!response) return response.error();
  std::set<std::string> existing;
  for (const auto& [name, status] : response->statuses()) {
    if (status.exists()) existing.insert(name);
  }
  return existing;
}

std::set<std::string> SessionState::Tags() const {
  const auto found = ThreadTags().find(number_);
  return found == ThreadTags().end() ? std::set<std::string>() : found->second;
}

void SessionState::SetTags(std::set<std::string> tags) {
  if (tags.empty()) {
    ThreadTags().erase(number_);
  } else {
    ThreadTags()[number_] = std::move(tags);
  }
}

int64_t SessionState::AddProgressHandler(std::function<void(const Progress&)> handler) {
  std::lock_guard lock(mutex_);
  progress_handlers_.emplace(next_handler_, std::move(handler));
  return next_handler_++;
}

void SessionState::RemoveProgressHandler(int64_t number) {
  std::lock_guard lock(mutex_);
  progress_handlers_.erase(number);
}

void SessionState::ClearProgressHandlers() {
  std::lock_guard lock(mutex_);
  progress_handlers_.clear();
}

void SessionState::Report(const Progress& progress) {
  std::vector<std::function<void(const Progress&)>> handlers;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [number, handler] : progress_handlers_) handlers.push_back(handler);
  }
  for (const auto& handler : handlers) handler(progress);
}

}  // namespace firesteel::client
