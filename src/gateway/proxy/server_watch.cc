#include "gateway/proxy/server_watch.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "base/uuid.h"

namespace firesteel::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr int kRefusals = 3;
constexpr auto kRetryKnown = milliseconds(100), kRetryUnknown = milliseconds(200);
constexpr auto kSilence = seconds(30);
constexpr auto kPatience = seconds(2);

}  // namespace

ServerWatch::ServerWatch(EventLoop& loop, WatchListener& listener, ServerEntry blueprint, Milliseconds probe_interval,
                         ServerEntryPtr known)
    : loop_(loop),
      listener_(listener),
      blueprint_(std::move(blueprint)),
      probe_interval_(probe_interval),
      entry_(std::move(known)) {}

void ServerWatch::Attempt() {
  if (attempting_ || stopped_) return;
  if (!entry_ && !listed_) return Stop();
  attempting_ = true;
  ServerEntryPtr entry = entry_;
  if (!entry) {
    blueprint_.probe_session = NewUuid();
    entry = std::make_shared<const ServerEntry>(blueprint_);
  }
  upstream_ = std::make_shared<Upstream>(loop_, std::move(entry));
  upstream_->WhenReady([self = shared_from_this()](Upstream::Outcome outcome, const std::string& why) {
    self->attempting_ = false;
    if (!self->stopped_) self->Attempted(outcome, why);
  });
}

void ServerWatch::Attempted(Upstream::Outcome outcome, const std::string& why) {
  using Outcome = Upstream::Outcome;
  refusals_ = outcome == Outcome::kRefused ? refusals_ + 1 : 0;
  switch (outcome) {
    case Outcome::kReady:
      upstream_->OnEnd([self = shared_from_this()](const std::string& reason) {
        if (self->stopped_) return;
        log::Debug("the connection to {} ended: {}", self->blueprint_.Text(), reason);
        self->Attempt();
      });
      if (!entry_ || !was_ready_) {
        auto entry = std::make_shared<ServerEntry>(*upstream_->entry());
        if (!entry_) {
          entry->id = listener_.NewId();
          entry->instance = upstream_->instance();
          entry->reachable = std::make_shared<std::atomic<bool>>(true);
        }
        entry->plan_compression = upstream_->plan_compression();
        entry_ = std::move(entry);
        was_ready_ = true;
        silent_since_ = {};
        listener_.OnServerReady(entry_);
      }
      SetReachable(true);
      Settle(Verdict::kAlive);
      ProbeLater();
      return;
    case Outcome::kOtherStart:
      Lose(why);
      Attempt();
      return;
    case Outcome::kRefused:
    case Outcome::kFailed:
      if (entry_ && refusals_ >= kRefusals) {
        Lose(why);
      } else if (entry_) {
        SetReachable(false);
        if (outcome == Outcome::kFailed) Settle(Verdict::kSilent);
        if (steady_clock::now() - silent_since_ > kSilence) Lose(why);
      }
      Retry();
  }
}

void ServerWatch::Retry() {
  loop_.After(entry_ ? kRetryKnown : kRetryUnknown, [self = shared_from_this()] { self->Attempt(); });
}

void ServerWatch::ProbeLater() {
  loop_.After(probe_interval_, [self = shared_from_this(), upstream = upstream_] {
    if (self->stopped_ || self->upstream_ != upstream || !upstream->connection()) return;
    upstream->Probe([self, upstream](Upstream::Outcome outcome, const std::string& why) {
      if (self->stopped_ || self->upstream_ != upstream || !upstream->connection()) return;
      if (outcome == Upstream::Outcome::kOtherStart) {
        upstream->Close(why);  // its end brings the next attempt, which learns more
        return;
      }
      self->SetReachable(outcome == Upstream::Outcome::kReady);
      if (self->silent_since_ != steady_clock::time_point{} && steady_clock::now() - self->silent_since_ > kSilence) {
        self->Lose(why);
        upstream->Close(why);
        return;
      }
      self->ProbeLater();
    });
  });
}

void ServerWatch::SetReachable(bool reachable) {
  if (!entry_ || entry_->reachable->exchange(reachable) == reachable) return;
  silent_since_ = reachable ? steady_clock::time_point{} : steady_clock::now();
  listener_.OnServerReachable(entry_, reachable);
}

void ServerWatch::Lose(const std::string& why) {
  if (entry_) listener_.OnServerLost(std::exchange(entry_, nullptr), why);
  refusals_ = 0;
  Settle(Verdict::kLost);
}

void ServerWatch::Settle(Verdict verdict) {
  for (const auto& told : std::exchange(verdicts_, {})) told(verdict);
}

void ServerWatch::Suspect(ServerId id, std::function<void(Verdict)> verdict) {
  if (stopped_ || !entry_ || entry_->id != id) return verdict(Verdict::kLost);
  // Long enough without an answer: nobody waits for another one.
  if (silent_since_ != steady_clock::time_point{} && steady_clock::now() - silent_since_ > kPatience) {
    return verdict(Verdict::kSilent);
  }
  verdicts_.push_back(std::move(verdict));
  if (attempting_) return;
  // A connection that stands may be older than the server's end: ask over it, and over a new one if it does not stand.
  if (upstream_ && upstream_->connection()) {
    upstream_->Probe([self = shared_from_this()](Upstream::Outcome outcome, const std::string& why) {
      if (outcome == Upstream::Outcome::kReady) self->Settle(Verdict::kAlive);
      // Else the connection's end begins an attempt, or silence makes it unreachable.
      if (outcome == Upstream::Outcome::kOtherStart) self->upstream_->Close(why);
      if (outcome == Upstream::Outcome::kFailed && self->upstream_ && self->upstream_->connection()) {
        self->SetReachable(false);
        self->Settle(Verdict::kSilent);
      }
    });
  } else {
    Attempt();
  }
}

void ServerWatch::Died(const std::string& why) {
  Lose(why);
  Stop();
}

void ServerWatch::Stop() {
  if (std::exchange(stopped_, true)) return;
  Settle(Verdict::kLost);
  if (upstream_) upstream_->Close("no longer watched");
}

}  // namespace firesteel::gateway
