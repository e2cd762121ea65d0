#include "gateway/proxy/proxy_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/uuid.h"
#include "gateway/proxy/grpc_call.h"
#include "gateway/refusal.h"
#include "gateway/routing/route_hints.h"
#include "gateway/sessions/config_rules.h"
#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {
namespace {

using std::chrono::milliseconds;

constexpr auto kFirstMessage = std::chrono::seconds(60);
constexpr auto kLastWords = std::chrono::seconds(10);
constexpr size_t kQueued = 1 << 20;
constexpr auto kReplayTime = std::chrono::seconds(60);
constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr auto kComeBack = milliseconds(1000);

bool IsCredential(std::string_view name) { return name == "authorization" || name == "authentication"; }

bool IsGrpc(std::string_view content_type) {
  return content_type == "application/grpc" || content_type.starts_with("application/grpc+") ||
         content_type.starts_with("application/grpc;");
}

}  // namespace

ProxyCall::ProxyCall(CallHome& home, Services& services, std::shared_ptr<const Peer> peer,
                     std::shared_ptr<Http2Stream> client)
    : home_(home),
      services_(services),
      peer_(std::move(peer)),
      client_(std::move(client)),
      begun_(services.clock.Steady()),
      begun_micros_(services.clock.NowMicros()) {}

void ProxyCall::Begin() {
  client_->SetListener(&client_side_);
  home_.Remember(shared_from_this());
}

void ProxyCall::RequestHeaders(Headers headers, bool last) {
  request_headers_ = std::move(headers);
  path_ = FindHeader(request_headers_, ":path");
  method_ = MethodOf(path_);
  if (FindHeader(request_headers_, ":method") != "POST" || !IsGrpc(FindHeader(request_headers_, "content-type"))) {
    client_->SendHeaders({{":status", "415"}}, true);
    return Finish(Code::kInvalidArgument, CallEnd::kDone, {}, "no gRPC request");
  }
  // What a load balancer or Kubernetes asks of a gRPC server: open to all, as it says nothing.
  if (path_ == kHealthCheck) {
    filter_.emplace(method_);
    return;
  }
  if (std::optional<Refusal> refusal = Prove()) return RefuseCall(*refusal);
  if (std::optional<Refusal> refusal = ReadHints()) return RefuseCall(*refusal);
  if (last) return RefuseCall(Invalid("the call has no request message"));
  filter_.emplace(method_);
}

std::optional<Refusal> ProxyCall::Prove() {
  Credentials credentials;
  for (const Header& header : request_headers_) {
    if (!IsCredential(header.name)) continue;
    ++credentials.authorization_count;
    (header.name == "authorization" ? credentials.authorization : credentials.authentication) = header.value;
  }
  if (credentials.authorization_count == 0 && peer_->identity) {
    identity_ = peer_->identity;
    return std::nullopt;
  }
  credentials.certificate_name = peer_->certificate_name;
  credentials.encrypted = peer_->encrypted;
  credentials.loopback = peer_->loopback;
  auto proved = services_.authenticator.load()->Authenticate(credentials);
  if (auto* refusal = std::get_if<Refusal>(&proved)) return std::move(*refusal);
  identity_ = std::get<0>(std::move(proved));
  return std::nullopt;
}

std::optional<Refusal> ProxyCall::ReadHints() {
  const std::shared_ptr<const GatewayConfig> config = services_.control.config();
  std::vector<std::pair<std::string, std::string>> metadata;
  for (const Header& header : request_headers_) {
    if (header.name.starts_with(config->routing.header_prefix)) metadata.emplace_back(header.name, header.value);
  }
  auto hints = HintsOfMetadata(config->routing, metadata, FindHeader(request_headers_, ":authority"));
  if (auto* refusal = std::get_if<Refusal>(&hints)) return std::move(*refusal);
  hints_ = std::get<0>(std::move(hints));
  return std::nullopt;
}

void ProxyCall::RequestData(Slice data) {
  bytes_in_ += data.size();
  if (!filter_ || finished_) return client_->Consume(data.size());
  unconsumed_ += data.size();
  std::vector<Slice> out;
  if (std::optional<Refusal> refusal = filter_->Feed(std::move(data), &out)) return RefuseCall(*refusal);
  if (filter_->waiting() && !decided_) return Decide();
  SendOn(std::move(out));
  // What is held must not keep the rest of its message from coming; what the server has yet to take must.
  const bool server_keeps_up = !upstream_stream_ || upstream_stream_->queued() < kQueued;
  if (filter_->holding() && server_keeps_up) client_->Consume(std::exchange(unconsumed_, 0));
}

void ProxyCall::RequestEnd() {
  request_ended_ = true;
  if (!filter_ || finished_) return;
  if (!decided_) return RefuseCall(Invalid("the call has no whole request message"));
  if (forwarded_) {
    if (std::optional<Refusal> refusal = filter_->Finish()) return RefuseCall(*refusal);
    upstream_stream_->End();
  }
}

// Its one field, the name of a service, has the number of the session id.
void ProxyCall::AnswerHealth() {
  const std::string& service = filter_->first().session_id;
  if (!service.empty() && service != "spark.connect.SparkConnectService") {
    return RefuseCall({.code = Code::kNotFound, .message = "the gateway has no service of this name"});
  }
  Answer(*client_, Framed(std::string_view("\x08\x01", 2)));  // HealthCheckResponse{SERVING}
  Finish(Code::kOk, CallEnd::kDone, {}, {});
}

void ProxyCall::Decide() {
  decided_ = true;
  if (path_ == kHealthCheck) return AnswerHealth();
  if (method_ == Method::kOther && !IsUuid(filter_->first().session_id)) {
    return RefuseCall(
        {.code = Code::kUnimplemented,
         .message = fmt::format("the gateway does not know {}, and the request names no session", path_)});
  }
  decision_ = services_.control.OnCall({method_, identity_, hints_, filter_->first()}, &home_.loop(),
                                       [self = shared_from_this()](const Resumption& how) {
                                         if (!self->finished_) self->Resumed(how);
                                       });
  switch (decision_.kind) {
    case Decision::Kind::kRefuse:
      return RefuseCall(decision_.refusal);
    case Decision::Kind::kForward:
      if (!decision_.waits) Reach();
      return;
    default:
      return Answered();
  }
}

void ProxyCall::Resumed(const Resumption& how) {
  if (how.ended) return ServerIsLost();
  decision_.waits = false;
  decision_.replays = how.replays;
  decision_.replay = how.replay;
  decision_.checked_replay = how.checked_replay;
  decision_.server_session = how.server_session;
  Reach();
}

void ProxyCall::Answered() {
  const RequestFields& fields = filter_->first();
  switch (decision_.kind) {
    case Decision::Kind::kConfigKept:
      Answer(*client_, ConfigResponse(fields.session_id, {}, decision_.warnings, decision_.told_session));
      break;
    case Decision::Kind::kCacheCleaned:
      Answer(*client_, ResultCompleteResponse(fields.session_id, fields.operation_id, decision_.told_session));
      break;
    case Decision::Kind::kPlanCompression:
      AnswerPlanCompression(services_.control.Server(decision_.server), decision_.told_session);
      break;
    case Decision::Kind::kNothing:
      Answer(*client_, EmptyResponse(method_, fields.session_id, decision_.told_session));
      break;
    default:
      break;
  }
  Finish(Code::kOk, CallEnd::kDone, {}, {});
}

// Every key has a value: PySpark asks again before every plan while one has none.
void ProxyCall::AnswerPlanCompression(const ServerEntryPtr& entry, const std::string& told_session) {
  const RequestFields& fields = filter_->first();
  std::vector<std::pair<std::string, std::optional<std::string>>> pairs;
  for (const auto& [key, otherwise] : fields.config_pairs) {
    std::optional<std::string> value = otherwise ? otherwise : key.ends_with(".threshold") ? "-1" : "NONE";
    if (entry) {
      for (const auto& [known, setting] : entry->plan_compression) {
        if (known == key && setting) value = setting;
      }
    }
    pairs.emplace_back(key, std::move(value));
  }
  Answer(*client_, ConfigResponse(fields.session_id, pairs, {}, told_session));
}

void ProxyCall::Reach() {
  upstream_ = home_.upstreams().To(decision_.server);
  if (!upstream_) return ServerIsLost();
  server_text_ = upstream_->entry()->Text();
  if (!*upstream_->entry()->reachable) return AskWhatBecameOfServer();
  upstream_->WhenReady([self = shared_from_this()](Upstream::Outcome outcome, const std::string&) {
    if (!self->finished_) self->Reached(outcome);
  });
}

void ProxyCall::Reached(Upstream::Outcome outcome) {
  Http2Connection* connection = upstream_->connection();
  if (outcome != Upstream::Outcome::kReady || !connection) return AskWhatBecameOfServer();
  if (!decision_.replays) return Forward(*connection);
  Replay(*connection);
}

void ProxyCall::Replay(Http2Connection& connection) {
  const std::string& session = filter_->first().session_id;
  const bool sets = !decision_.replay.empty();
  std::string request = sets ? ConfigSetRequest(session, decision_.user, kClientType, decision_.replay, true)
                             : ConfigGetOptionRequest(session, decision_.user, kClientType, kPlanCompressionKeys);
  Introduce(connection, std::move(request), [this](const UnaryOutcome& outcome) {
    if (outcome.code != Code::kOk) return AnswerAs(outcome);
    replay_id_ = ServerSideSessionId(Method::kConfig, outcome.body);
    replay_warnings_ = ConfigResponseWarnings(outcome.body);
    ReplayChecked(0);
  });
}

void ProxyCall::ReplayChecked(size_t next) {
  Http2Connection* connection = upstream_->connection();
  if (!connection) return AskWhatBecameOfServer();
  if (next < decision_.checked_replay.size()) {
    Introduce(*connection,
              ConfigSetRequest(filter_->first().session_id, decision_.user, kClientType,
                               {decision_.checked_replay[next]}, false),
              [this, next](const UnaryOutcome& outcome) {
                if (outcome.code != Code::kOk && !replay_error_) replay_error_ = outcome;
                ReplayChecked(next + 1);
              });
    return;
  }
  if (decision_.server_session.empty()) decision_.server_session = replay_id_;
  services_.control.ReplayDone(decision_.ticket, replay_id_, std::move(replay_warnings_));
  if (replay_error_) return AnswerAs(*replay_error_);
  Forward(*connection);
}

void ProxyCall::Introduce(Http2Connection& connection, std::string request,
                          std::function<void(const UnaryOutcome&)> then) {
  CallUnary(connection, home_.loop(), "Config", upstream_->entry()->token, std::move(request), kReplayTime,
            [self = shared_from_this(), then = std::move(then)](const UnaryOutcome& outcome) {
              if (self->finished_) return;
              if (!outcome.answered) return self->AskWhatBecameOfServer();
              then(outcome);
            });
}

// The server's own words: what was set is wrong, and its answer says what.
void ProxyCall::AnswerAs(const UnaryOutcome& outcome) {
  Headers headers = {{":status", "200"}, {"content-type", "application/grpc"}};
  for (const Header& header : outcome.trailers) {
    if (header.name.starts_with("grpc-")) headers.push_back(header);
  }
  client_->SendHeaders(headers, true);
  Finish(outcome.code, CallEnd::kDone, {}, "the server refused what the client had set before it had a server");
}

Headers ProxyCall::ForwardedHeaders(const Http2Connection& connection) const {
  Headers headers;
  headers.reserve(request_headers_.size() + 1);
  const bool own_token = !upstream_->entry()->token.empty();
  // A caller's proof is for the gateway alone. One whom it lets in without may need it at the server.
  const bool drop_credentials = own_token || identity_->method != Identity::Method::kAnonymous;
  for (const Header& header : request_headers_) {
    if (drop_credentials && IsCredential(header.name)) continue;
    // What is to be changed must not come compressed.
    if (header.name == "grpc-accept-encoding" && (!decision_.told_session.empty() || method_ == Method::kConfig))
      continue;
    headers.push_back(header);
    if (header.name == ":scheme") headers.back().value = connection.bytes().encrypted() ? "https" : "http";
  }
  if (own_token) headers.push_back({"authorization", "Bearer " + upstream_->entry()->token, true});
  return headers;
}

void ProxyCall::Forward(Http2Connection& connection) {
  upstream_stream_ = connection.Open(ForwardedHeaders(connection));
  if (!upstream_stream_) return AskWhatBecameOfServer();
  forwarded_ = true;
  upstream_stream_->SetListener(&server_side_);
  std::vector<Slice> out;
  RequestRewrite rewrite;
  if (identity_->method != Identity::Method::kAnonymous) rewrite.user = decision_.user;
  rewrite.new_session_id = decision_.new_session_id;
  if (!decision_.told_session.empty()) {
    rewrite.told_session = decision_.told_session;
    rewrite.server_session = decision_.server_session;
    response_filter_.emplace(ServerSideSessionIdField(method_, decision_.told_session));
  }
  std::optional<Refusal> refusal = filter_->Release(std::move(rewrite), &out);
  if (!refusal && request_ended_) refusal = filter_->Finish();
  if (refusal) return RefuseCall(*refusal);
  SendOn(std::move(out));
  if (request_ended_) upstream_stream_->End();
  services_.metrics.MessagePassed(services_.clock.Steady() - begun_);
}

void ProxyCall::SendOn(std::vector<Slice> slices) {
  for (Slice& slice : slices) upstream_stream_->Send(std::move(slice));
}

void ProxyCall::RequestSent(size_t bytes) {
  const size_t consumed = std::min(bytes, unconsumed_);
  unconsumed_ -= consumed;
  client_->Consume(consumed);
}

bool ProxyCall::HoldsResponse() const {
  return method_ == Method::kConfig && (!decision_.warnings.empty() || !services_.redaction.load()->empty());
}

void ProxyCall::ResponseHeaders(Headers headers, bool last) {
  if (finished_) return;
  if (last) {
    const Code code = StatusOf(headers);
    client_->SendHeaders(headers, true);
    return Finish(code, CallEnd::kDone, {}, {});
  }
  if (HoldsResponse()) {
    response_headers_ = std::move(headers);
    return;
  }
  response_begun_ = true;
  client_->SendHeaders(headers, false);
}

void ProxyCall::ResponseData(Slice data) {
  if (finished_) return upstream_stream_->Consume(data.size());
  if (!response_headers_.empty()) {
    upstream_stream_->Consume(data.size());
    response_ += data.bytes();
    return;
  }
  bytes_out_ += data.size();
  unsent_ += data.size();
  if (!response_filter_) return client_->Send(std::move(data));
  std::vector<Slice> out;
  response_filter_->Feed(std::move(data), &out);
  for (Slice& slice : out) client_->Send(std::move(slice));
}

void ProxyCall::ResponseSent(size_t bytes) {
  const size_t consumed = std::min(bytes, unsent_);  // what was appended never came
  unsent_ -= consumed;
  if (upstream_stream_) upstream_stream_->Consume(consumed);
}

void ProxyCall::ResponseTrailers(Headers trailers) {
  if (finished_) return;
  const Code code = StatusOf(trailers);
  if (!response_headers_.empty()) {
    FinishHeld(std::move(trailers));
  } else {
    client_->End(std::move(trailers));
  }
  Finish(code, CallEnd::kDone, {}, {});
}

void ProxyCall::FinishHeld(Headers trailers) {
  response_begun_ = true;
  client_->SendHeaders(response_headers_, false);
  if (response_.size() >= kMessagePrefix && response_[0] == 0) {
    const std::shared_ptr<const Redaction> redaction = services_.redaction.load();
    std::string message = RedactConfigResponse(std::string_view(response_).substr(kMessagePrefix),
                                               [&](std::string_view key) { return redaction->IsSecret(key); });
    message += ConfigWarnings(decision_.warnings);
    if (!decision_.told_session.empty()) message += ServerSideSessionIdField(method_, decision_.told_session);
    response_ = Framed(message);
  }
  bytes_out_ += response_.size();
  client_->Send(Slice::Of(std::move(response_)));
  client_->End(std::move(trailers));
}

void ProxyCall::ServerClosed(const StreamEnd& end) {
  if (finished_) return;
  if (end.connection_lost || end.code == kHttp2RefusedStream) return AskWhatBecameOfServer();
  // The server's reset is the client's, too. A stream that ended without trailers is none of gRPC's.
  services_.metrics.ProxyError("call_reset_by_server");
  client_->Reset(end.code == 0 ? kHttp2InternalError : end.code);
  Finish(Code::kInternal, CallEnd::kDone, {}, fmt::format("the server reset the call ({})", end.code));
}

void ProxyCall::AskWhatBecameOfServer() {
  if (std::exchange(asking_, true)) return;
  services_.metrics.ProxyError("connection_to_server_lost");
  services_.control.Suspect(decision_.server, home_.loop(), [self = shared_from_this()](Verdict verdict) {
    if (!self->finished_) self->RefuseCall(self->AfterVerdict(verdict));
  });
}

Refusal ProxyCall::AfterVerdict(Verdict verdict) const {
  if (verdict == Verdict::kLost) return InvalidHandle("SESSION_CHANGED", filter_->first().session_id);
  // A second try runs nothing twice where the server knows the operation by its id, or nothing was sent. What an
  // unknown RPC does is not known.
  const bool runs = (method_ == Method::kExecutePlan && !filter_->first().reattachable) || method_ == Method::kOther;
  const bool safe = !forwarded_ || !runs;
  if (!safe) {
    return {.code = Code::kInternal,
            .message = fmt::format(
                "the connection to the server ({}) was lost while the statement ran: it may have run in part "
                "or whole",
                server_text_)};
  }
  return {.code = Code::kUnavailable,
          .message = fmt::format("the connection to the server ({}) was lost", server_text_),
          .retry_after = verdict == Verdict::kSilent ? std::optional<milliseconds>(kComeBack) : std::nullopt};
}

void ProxyCall::ServerIsLost() {
  if (!finished_) RefuseCall(InvalidHandle("SESSION_CHANGED", filter_->first().session_id));
}

void ProxyCall::RefuseCall(const Refusal& refusal) {
  if (finished_) return;
  const bool lost = refusal.condition == "INVALID_HANDLE.SESSION_CHANGED";
  // PySpark asks before its first plan, takes every error for a no, and gives up the session for this one: the plan
  // would then end in NO_ACTIVE_SESSION before it is sent. So the plan is what is told.
  const bool asks = lost && decided_ && !response_begun_ && method_ == Method::kConfig &&
                    OnlyAsksForPlanCompression(filter_->first());
  if (asks) {
    AnswerPlanCompression(nullptr, filter_->first().observed_session);
  } else {
    Refuse(*client_, response_begun_, refusal);
  }
  if (upstream_stream_) upstream_stream_->Reset(kHttp2Cancel);
  Finish(asks ? Code::kOk : refusal.code, lost ? CallEnd::kServerLost : CallEnd::kDone, refusal.condition,
         refusal.message);
}

void ProxyCall::ClientClosed(const StreamEnd& end) {
  if (!finished_) {
    Finish(Code::kCancelled, CallEnd::kClientGone, {},
           end.connection_lost ? "the client's connection was lost" : "the client cancelled");
  }
  if (upstream_stream_) {
    upstream_stream_->SetListener(nullptr);
    upstream_stream_->Reset(kHttp2Cancel);  // nothing where it is closed, as it is after a whole answer
  }
  home_.Forget(this);
}

void ProxyCall::Finish(Code code, CallEnd end, const std::string& condition, const std::string& reason) {
  if (std::exchange(finished_, true)) return;
  if (decision_.ticket != 0) services_.control.CallEnded(decision_.ticket, end, code == Code::kOk);
  services_.metrics.RequestFinished(method_, code);
  finished_at_ = services_.clock.Steady();
  if (!services_.audit) return;
  AuditEntry entry;
  entry.time_micros = begun_micros_;
  if (identity_) {
    entry.user = identity_->user;
    entry.method = identity_->method;
    entry.credential = identity_->credential;
  }
  if (filter_ && decided_) {
    if (entry.user.empty()) entry.user = filter_->first().claimed_user;
    entry.session = filter_->first().session_id;
    entry.operation = filter_->first().operation_id;
  }
  entry.team = decision_.route.team;
  entry.environment = decision_.route.environment;
  entry.rpc = path_.substr(path_.rfind('/') + 1);
  entry.server = server_text_;
  entry.code = code;
  entry.condition = condition;
  entry.duration = std::chrono::duration_cast<std::chrono::microseconds>(services_.clock.Steady() - begun_);
  entry.bytes_in = bytes_in_;
  entry.bytes_out = bytes_out_;
  entry.remote = peer_->address;
  entry.reason = reason;
  services_.audit->Write(std::move(entry));
}

void ProxyCall::CheckTimes(TimePoint now) {
  if (!finished_ && !decided_ && now - begun_ > kFirstMessage) {
    RefuseCall({.code = Code::kDeadlineExceeded, .message = "the call's first message did not come in time"});
  }
  // Clients end their side when they have the answer: one that sends on is cut off.
  if (finished_ && !request_ended_ && now - finished_at_ > kLastWords) client_->Reset(kHttp2Cancel);
}

}  // namespace firesteel::gateway
