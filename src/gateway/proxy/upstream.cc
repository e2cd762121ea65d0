#include "gateway/proxy/upstream.h"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {

Upstream::Upstream(EventLoop& loop, ServerEntryPtr entry) : loop_(loop), entry_(std::move(entry)) {}

Upstream::~Upstream() {
  if (timed_) loop_.Cancel(timer_);
}

void Upstream::WhenReady(Ready ready) {
  if (ready_) return ready(Outcome::kReady, {});
  if (ended_) return ready(Outcome::kFailed, "the connection ended");
  waiting_.push_back(std::move(ready));
  if (std::exchange(started_, true)) return;
  timed_ = true;
  timer_ = loop_.After(entry_->probe_timeout, [self = shared_from_this()] {
    self->timed_ = false;
    self->Close(
        fmt::format("{} did not answer within {} ms", self->entry_->Text(), self->entry_->probe_timeout.count()));
  });
  Resolve(entry_->address.host, entry_->address.port, loop_,
          [self = shared_from_this()](std::vector<SocketAddress> addresses) { self->Connect(std::move(addresses)); });
}

void Upstream::Connect(std::vector<SocketAddress> addresses) {
  if (ended_) return;
  if (addresses.empty()) return Finish(Outcome::kFailed, fmt::format("the name {} is not known", entry_->address.host));
  Result<Socket> socket = BeginConnect(addresses.front());
  if (!socket) return Finish(Outcome::kFailed, socket.error());
  ByteStream stream = entry_->tls ? ByteStream::TlsClient(std::move(*socket), entry_->tls, entry_->tls_name)
                                  : ByteStream(std::move(*socket));
  connection_ = std::make_unique<Http2Connection>(Http2Connection::Role::kClient, loop_, std::move(stream), *this);
  connection_->Start();
}

void Upstream::OnReady() {
  Probe([self = shared_from_this()](Outcome outcome, const std::string& why) { self->Finish(outcome, why); });
}

void Upstream::Probe(std::function<void(Outcome, const std::string& why)> done) {
  if (!connection_ || ended_) return done(Outcome::kFailed, "the connection ended");
  CallUnary(*connection_, loop_, "Config", entry_->token,
            ConfigGetOptionRequest(entry_->probe_session, kProbeUser, kClientType, kPlanCompressionKeys),
            entry_->probe_timeout, [self = shared_from_this(), done = std::move(done)](UnaryOutcome outcome) {
              const std::string text = self->entry_->Text();
              if (!outcome.answered) return done(Outcome::kFailed, text + " does not answer a Config request");
              if (outcome.code != Code::kOk) {
                return done(Outcome::kFailed, fmt::format("{} refused a Config request: {}", text,
                                                          FindHeader(outcome.trailers, "grpc-message")));
              }
              const std::string instance = ServerSideSessionId(Method::kConfig, outcome.body);
              if (instance.empty()) return done(Outcome::kFailed, text + " is no Spark Connect server");
              const std::string& known = self->entry_->instance.empty() ? self->instance_ : self->entry_->instance;
              if (!known.empty() && known != instance) return done(Outcome::kOtherStart, text + " was started anew");
              self->instance_ = instance;
              self->plan_compression_ = ConfigResponsePairs(outcome.body);
              done(Outcome::kReady, {});
            });
}

void Upstream::Finish(Outcome outcome, const std::string& why) {
  if (timed_) loop_.Cancel(timer_);
  timed_ = false;
  const std::vector<Ready> waiting = std::exchange(waiting_, {});  // those of this outcome: closing ends others
  if (outcome == Outcome::kReady) {
    ready_ = !ended_;
  } else {
    ended_ = true;
    ready_ = false;
    if (connection_ && !connection_->closed()) connection_->Close(why);
  }
  for (const Ready& ready : waiting) ready(outcome, why);
}

void Upstream::OnClosed(const std::string& why) {
  const bool was_ready = std::exchange(ready_, false);
  const bool refused = connection_->connect_error() == ECONNREFUSED;
  ended_ = true;
  // Here the connection is on the stack: it goes when the round is over, and this with it at the earliest.
  loop_.AtEndOfRound(
      [self = shared_from_this(), connection = std::shared_ptr<Http2Connection>(std::move(connection_))] {});
  Finish(refused ? Outcome::kRefused : Outcome::kFailed, why);
  if (was_ready && on_end_) std::exchange(on_end_, nullptr)(why);
}

void Upstream::Close(const std::string& why) {
  if (ended_) return;
  if (connection_) {
    connection_->Close(why);
  } else {
    Finish(Outcome::kFailed, why);
  }
}

void Upstream::CheckTimes(std::chrono::steady_clock::time_point now) {
  if (connection_) connection_->CheckTimes(now);
}

}  // namespace firesteel::gateway
