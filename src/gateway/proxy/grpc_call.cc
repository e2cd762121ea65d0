#include "gateway/proxy/grpc_call.h"

#include <charconv>
#include <memory>
#include <utility>

#include "base/base64.h"
#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {
namespace {

constexpr size_t kMostBody = 16 << 20;  ///< of a response to the gateway itself

Headers StatusHeaders(Code code, const Refusal* refusal) {
  Headers headers = {{"grpc-status", std::to_string(static_cast<int>(code))}};
  if (!refusal) return headers;
  headers.push_back({"grpc-message", StatusMessage(RefusalText(*refusal))});
  if (const std::string details = StatusDetails(*refusal); !details.empty()) {
    std::string text = Base64Text(details);
    text.resize(text.find_last_not_of('=') + 1);  // as gRPC sends it
    headers.push_back({"grpc-status-details-bin", std::move(text)});
  }
  return headers;
}

Headers ResponseHeaders() { return {{":status", "200"}, {"content-type", "application/grpc"}}; }

/// Lives until its stream is closed.
class UnaryCall final : public StreamListener {
 public:
  UnaryCall(EventLoop& loop, std::function<void(UnaryOutcome)> done) : loop_(loop), done_(std::move(done)) {}

  void Begin(std::shared_ptr<Http2Stream> stream, std::string framed, std::chrono::milliseconds timeout) {
    stream_ = std::move(stream);
    stream_->SetListener(this);
    stream_->Send(Slice::Of(std::move(framed)));
    stream_->End();
    timer_ = loop_.After(timeout, [this] {
      timed_ = false;
      Finish();
      stream_->Reset(kHttp2Cancel);
    });
    timed_ = true;
  }

  void OnHeaders(Headers headers, bool last) override {
    if (last) OnTrailers(std::move(headers));
  }
  void OnTrailers(Headers trailers) override {
    outcome_.answered = true;
    outcome_.code = StatusOf(trailers);
    outcome_.trailers = std::move(trailers);
  }
  void OnData(Slice data) override {
    stream_->Consume(data.size());
    if (outcome_.body.size() + data.size() <= kMostBody) outcome_.body += data.bytes();
  }
  void OnEnd() override {}
  void OnSent(size_t) override {}
  void OnClosed(const StreamEnd&) override {
    if (timed_) loop_.Cancel(timer_);
    Finish();
    delete this;
  }

 private:
  void Finish() {
    if (!done_) return;
    outcome_.body.erase(0, kMessagePrefix);
    std::exchange(done_, nullptr)(std::move(outcome_));
  }

  EventLoop& loop_;
  std::function<void(UnaryOutcome)> done_;
  std::shared_ptr<Http2Stream> stream_;
  EventLoop::TimerId timer_;
  bool timed_ = false;
  UnaryOutcome outcome_;
};

}  // namespace

Code StatusOf(const Headers& headers) {
  const std::string_view text = FindHeader(headers, "grpc-status");
  int code = static_cast<int>(Code::kUnknown);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (error != std::errc() || end != text.data() + text.size() || code < 0 || code > 16) return Code::kUnknown;
  return static_cast<Code>(code);
}

void Refuse(Http2Stream& stream, bool headers_sent, const Refusal& refusal) {
  Headers status = StatusHeaders(refusal.code, &refusal);
  if (headers_sent) {
    stream.End(std::move(status));
    return;
  }
  Headers headers = ResponseHeaders();
  for (Header& header : status) headers.push_back(std::move(header));
  stream.SendHeaders(headers, true);
}

void Answer(Http2Stream& stream, std::string framed) {
  stream.SendHeaders(ResponseHeaders(), false);
  stream.Send(Slice::Of(std::move(framed)));
  stream.End(StatusHeaders(Code::kOk, nullptr));
}

void CallUnary(Http2Connection& connection, EventLoop& loop, const std::string& method, const std::string& token,
               std::string framed, std::chrono::milliseconds timeout, std::function<void(UnaryOutcome)> done) {
  Headers headers = {{":method", "POST"},
                     {":scheme", connection.bytes().encrypted() ? "https" : "http"},
                     {":authority", "gateway"},
                     {":path", kService + method},
                     {"te", "trailers"},
                     {"content-type", "application/grpc"},
                     {"user-agent", "firesteel-gateway"},
                     {"grpc-timeout", std::to_string(timeout.count()) + "m"}};
  if (!token.empty()) headers.push_back({"authorization", "Bearer " + token, true});
  std::shared_ptr<Http2Stream> stream = connection.Open(headers);
  if (!stream) {
    done({});
    return;
  }
  auto call = std::make_unique<UnaryCall>(loop, std::move(done));
  call.release()->Begin(std::move(stream), std::move(framed), timeout);  // ends itself: OnClosed always comes
}

}  // namespace firesteel::gateway
