#include "gateway/proxy/request_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace firesteel::gateway {
namespace {

constexpr uint32_t kHeld = 4 << 20;        ///< larger ones are rare: clients send data above 1 MiB in chunks
constexpr uint32_t kBeginning = 64 << 10;  ///< where a larger message's identity must stand
constexpr uint32_t kLargest = 128 << 20;   ///< Spark's own limit, spark.connect.grpc.maxInboundMessageSize

std::string PrefixOf(uint32_t length) {
  return {0, static_cast<char>(length >> 24), static_cast<char>(length >> 16), static_cast<char>(length >> 8),
          static_cast<char>(length)};
}

}  // namespace

std::optional<Refusal> RequestFilter::Feed(Slice data, std::vector<Slice>* out) {
  if (!data.empty()) input_.push_back(std::move(data));
  return Drain(out);
}

std::optional<Refusal> RequestFilter::Release(RequestRewrite rewrite, std::vector<Slice>* out) {
  rewrite_ = std::move(rewrite);
  released_ = true;
  return Drain(out);
}

void RequestFilter::Move(size_t size, std::string* into) {
  while (size > 0 && next_ < input_.size()) {
    Slice& slice = input_[next_];
    const Slice taken = slice.Take(std::min(size, slice.size()));
    *into += taken.bytes();
    size -= taken.size();
    if (slice.empty()) ++next_;
  }
}

std::optional<Refusal> RequestFilter::Drain(std::vector<Slice>* out) {
  std::optional<Refusal> refusal;
  while (!refusal && !waiting() && next_ < input_.size()) {
    if (!in_message_) {
      refusal = TakePrefix();
      // An empty message is whole with its prefix.
      if (!refusal && in_message_ && length_ == 0) refusal = HoldWhole(out);
    } else if (length_ <= kHeld) {
      refusal = HoldWhole(out);
    } else if (!tail_) {
      refusal = BeginLarge(out);
    } else {
      refusal = PassLarge(out);
    }
  }
  // What waited for the decision goes on, also when no byte follows it.
  if (!refusal && released_ && in_message_ && length_ <= kHeld && held_.size() == length_) refusal = HoldWhole(out);
  if (!refusal && released_ && in_message_ && length_ > kHeld && !tail_ && held_.size() >= kBeginning) {
    refusal = BeginLarge(out);
    if (!refusal && next_ < input_.size()) return Drain(out);
  }
  if (next_ == input_.size()) {
    input_.clear();
    next_ = 0;
  }
  return refusal;
}

std::optional<Refusal> RequestFilter::TakePrefix() {
  Move(kMessagePrefix - prefix_.size(), &prefix_);
  if (prefix_.size() < kMessagePrefix) return std::nullopt;
  const std::string prefix = std::exchange(prefix_, {});
  if (prefix[0] != 0) {
    return Refusal{.code = Code::kUnimplemented,
                   .message =
                       "the gateway reads whose session a message is for and takes no compressed messages: "
                       "switch off gRPC's compression in the client"};
  }
  length_ = 0;
  for (size_t i = 1; i < kMessagePrefix; ++i) length_ = length_ << 8 | static_cast<uint8_t>(prefix[i]);
  if (length_ > kLargest) {
    return Exhausted(fmt::format("a message of {} bytes: at most {} are taken", length_, kLargest));
  }
  in_message_ = true;
  held_.clear();
  return std::nullopt;
}

std::optional<Refusal> RequestFilter::Check(const RequestFields& fields) const {
  if (fields.session_id != first_->session_id) {
    return Invalid("a message of this call names another session than the first");
  }
  if (fields.claimed_user != first_->claimed_user) {
    return Denied("a message of this call names another user than the first");
  }
  return std::nullopt;
}

std::string RequestFilter::Appended(const RequestFields& fields) const {
  std::string appended;
  if (rewrite_.user && *rewrite_.user != fields.claimed_user) appended = UserContextField(*rewrite_.user);
  // One that observed something else is told so by the server. Of a large message it is not known: it may stand behind.
  const bool same = fields.observed_session.empty() || fields.observed_session == rewrite_.told_session;
  if (!rewrite_.server_session.empty() && same) appended += ObservedSessionField(method_, rewrite_.server_session);
  if (!rewrite_.new_session_id.empty()) appended += NewSessionIdField(rewrite_.new_session_id);
  return appended;
}

std::optional<Refusal> RequestFilter::HoldWhole(std::vector<Slice>* out) {
  Move(length_ - held_.size(), &held_);
  if (held_.size() < length_) return std::nullopt;
  RequestFields fields;
  if (!ReadRequest(method_, held_, &fields)) return Invalid("the request is no message of Spark Connect");
  if (!first_) first_ = fields;
  if (!released_) return std::nullopt;
  if (std::optional<Refusal> refusal = Check(fields)) return refusal;
  const std::string appended = Appended(fields);
  std::string framed = PrefixOf(static_cast<uint32_t>(length_ + appended.size()));
  framed += held_;
  framed += appended;
  out->push_back(Slice::Of(std::move(framed)));
  in_message_ = false;
  held_.clear();
  return std::nullopt;
}

std::optional<Refusal> RequestFilter::BeginLarge(std::vector<Slice>* out) {
  Move(kBeginning - std::min<size_t>(held_.size(), kBeginning), &held_);
  if (held_.size() < kBeginning) return std::nullopt;
  RequestFields fields;
  const size_t judged = ReadBeginning(held_, length_, &fields);
  if (judged == 0) {
    return Invalid(fmt::format("a message above {} bytes must begin with session_id and user_context", kHeld));
  }
  if (!first_) first_ = fields;
  if (!released_) return std::nullopt;
  if (std::optional<Refusal> refusal = Check(fields)) return refusal;
  tail_.emplace(judged);
  if (!tail_->Feed(held_)) return Invalid("the request names its session or user twice, or is no message");
  appended_ = Appended(fields);
  left_ = length_ - held_.size();
  std::string framed = PrefixOf(static_cast<uint32_t>(length_ + appended_.size()));
  framed += held_;
  out->push_back(Slice::Of(std::move(framed)));
  held_.clear();
  return std::nullopt;
}

std::optional<Refusal> RequestFilter::PassLarge(std::vector<Slice>* out) {
  Slice& slice = input_[next_];
  const Slice piece = slice.Take(std::min<uint64_t>(left_, slice.size()));
  if (slice.empty()) ++next_;
  if (!tail_->Feed(piece.bytes())) return Invalid("the request names its session or user twice, or is no message");
  left_ -= piece.size();
  // The last byte goes on only when the whole is a message: what is cut off would swallow what is appended.
  if (left_ == 0 && !tail_->Finish()) return Invalid("the request is no message of Spark Connect");
  out->push_back(piece);
  if (left_ > 0) return std::nullopt;
  if (!appended_.empty()) out->push_back(Slice::Of(std::exchange(appended_, {})));
  tail_.reset();
  in_message_ = false;
  return std::nullopt;
}

std::optional<Refusal> RequestFilter::Finish() const {
  if (in_message_ || !prefix_.empty()) return Invalid("the request ended within a message");
  return std::nullopt;
}

}  // namespace firesteel::gateway
