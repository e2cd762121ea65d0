#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/proxy/forwarding.h"
#include "gateway/proxy/grpc_call.h"
#include "gateway/proxy/request_filter.h"
#include "gateway/proxy/response_filter.h"
#include "gateway/proxy/upstreams.h"

namespace firesteel::gateway {

class ProxyCall;

/// The loop that a call lives on.
class CallHome {
 public:
  virtual ~CallHome() = default;
  virtual EventLoop& loop() = 0;
  virtual Upstreams& upstreams() = 0;
  /// Keeps the call alive until it is forgotten.
  virtual void Remember(std::shared_ptr<ProxyCall> call) = 0;
  virtual void Forget(ProxyCall* call) = 0;
};

/// One call of a client on its way through the gateway: caller proved, first message read, server decided, then bytes
/// in both directions as they come, at the pace of the slower side. For its loop's thread.
class ProxyCall final : public std::enable_shared_from_this<ProxyCall> {
 public:
  ProxyCall(CallHome& home, Services& services, std::shared_ptr<const Peer> peer, std::shared_ptr<Http2Stream> client);

  void Begin();
  ServerId server() const { return decision_.server; }
  /// The server of this call is gone: it ends with SESSION_CHANGED.
  void ServerIsLost();
  /// About once a second: a call whose first message does not come is ended.
  void CheckTimes(std::chrono::steady_clock::time_point now);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // What the client sends.
  struct ClientSide final : StreamListener {
    explicit ClientSide(ProxyCall& c) : call(c) {}
    void OnHeaders(Headers headers, bool last) override { call.RequestHeaders(std::move(headers), last); }
    void OnTrailers(Headers) override {}  // gRPC's requests have none
    void OnData(Slice data) override { call.RequestData(std::move(data)); }
    void OnEnd() override { call.RequestEnd(); }
    void OnSent(size_t bytes) override { call.ResponseSent(bytes); }
    void OnClosed(const StreamEnd& end) override { call.ClientClosed(end); }
    ProxyCall& call;
  };
  // What the server sends.
  struct ServerSide final : StreamListener {
    explicit ServerSide(ProxyCall& c) : call(c) {}
    void OnHeaders(Headers headers, bool last) override { call.ResponseHeaders(std::move(headers), last); }
    void OnTrailers(Headers trailers) override { call.ResponseTrailers(std::move(trailers)); }
    void OnData(Slice data) override { call.ResponseData(std::move(data)); }
    void OnEnd() override {}
    void OnSent(size_t bytes) override { call.RequestSent(bytes); }
    void OnClosed(const StreamEnd& end) override { call.ServerClosed(end); }
    ProxyCall& call;
  };

  void RequestHeaders(Headers headers, bool last);
  void RequestData(Slice data);
  void RequestEnd();
  void RequestSent(size_t bytes);
  void ResponseHeaders(Headers headers, bool last);
  void ResponseData(Slice data);
  void ResponseTrailers(Headers trailers);
  void ResponseSent(size_t bytes);
  void ClientClosed(const StreamEnd& end);
  void ServerClosed(const StreamEnd& end);

  std::optional<Refusal> Prove();
  std::optional<Refusal> ReadHints();
  void Decide();
  void Answered();
  /// The session is set up on its server, or it is for this call to do.
  void Resumed(const Resumption& how);
  void Reach();
  void Reached(Upstream::Outcome outcome);
  /// Tells the server what the session was told before it had one, and learns the server's id of the session.
  void Replay(Http2Connection& connection);
  void ReplayChecked(size_t next);
  void Introduce(Http2Connection& connection, std::string request, std::function<void(const UnaryOutcome&)> then);
  void AnswerAs(const UnaryOutcome& outcome);
  void AnswerHealth();
  void Forward(Http2Connection& connection);
  Headers ForwardedHeaders(const Http2Connection& connection) const;
  void SendOn(std::vector<Slice> slices);
  /// The connection to the server broke: ends the call once it is known what became of the server.
  void AskWhatBecameOfServer();
  Refusal AfterVerdict(Verdict verdict) const;
  /// A Config response whose keys and warnings the gateway has a say in.
  bool HoldsResponse() const;
  void FinishHeld(Headers trailers);

  void RefuseCall(const Refusal& refusal);
  /// Answers a question for plan compression with what the server of the entry said, or with no.
  void AnswerPlanCompression(const ServerEntryPtr& entry, const std::string& told_session);
  /// The client has its answer: accounts for the call, once.
  void Finish(Code code, CallEnd end, const std::string& condition, const std::string& reason);

  CallHome& home_;
  Services& services_;
  std::shared_ptr<const Peer> peer_;
  ClientSide client_side_{*this};
  ServerSide server_side_{*this};
  std::shared_ptr<Http2Stream> client_, upstream_stream_;
  std::shared_ptr<Upstream> upstream_;

  TimePoint begun_, finished_at_;
  int64_t begun_micros_;
  Headers request_headers_;
  std::string path_;
  Method method_ = Method::kOther;
  std::shared_ptr<const Identity> identity_;
  RouteHints hints_;
  std::optional<RequestFilter> filter_;
  Decision decision_;
  bool decided_ = false;    ///< a decision was asked for
  bool forwarded_ = false;  ///< the request began to go to the server
  bool request_ended_ = false;
  bool response_begun_ = false;  ///< headers went to the client
  bool finished_ = false;
  bool asking_ = false;    ///< what became of the server
  size_t unconsumed_ = 0;  ///< of the request: read, and not yet on its way to the server
  size_t unsent_ = 0;      ///< of the response: read, and not yet on its way to the client
  std::optional<ResponseFilter> response_filter_;
  Headers response_headers_;  ///< held back with the response, where that is held
  std::string response_;
  std::string replay_id_;
  std::vector<std::string> replay_warnings_;
  std::optional<UnaryOutcome> replay_error_;  ///< of the first setting that the server refused
  uint64_t bytes_in_ = 0, bytes_out_ = 0;
  std::string server_text_;
};

}  // namespace firesteel::gateway
