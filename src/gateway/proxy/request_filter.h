#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/refusal.h"
#include "gateway/transport/slice.h"
#include "gateway/wire/grpc_message.h"
#include "gateway/wire/request_fields.h"

namespace firesteel::gateway {

/// What is put into requests in place of what the client said.
struct RequestRewrite {
  std::optional<std::string> user;           ///< whom messages shall speak of; none: as claimed
  std::string told_session, server_session;  ///< see Decision; empty: nothing to replace
  std::string new_session_id;                ///< see Decision; empty: nothing to add
};

/// The request messages of one call on their way to a server: reads the identity fields of the first, waits for the
/// decision, then passes all on with the verified user in them. Every message must speak of the same session and claim
/// the same user. A message up to four mebibytes is held until it is whole; a larger one streams through, with its
/// identity in front. Bytes change only where the user does.
class RequestFilter {
 public:
  explicit RequestFilter(Method method) : method_(method) {}

  /// Takes bytes of the request; appends to `out` what may go on. A refusal ends the call.
  std::optional<Refusal> Feed(Slice data, std::vector<Slice>* out);
  /// The request ended.
  std::optional<Refusal> Finish() const;

  /// Whether it needs more of a message before it passes any of it on.
  bool holding() const { return in_message_ && !tail_ && !waiting(); }
  /// Once the first message's fields are known; they wait for Release.
  bool waiting() const { return first_.has_value() && !released_; }
  const RequestFields& first() const { return *first_; }
  /// Lets messages pass.
  std::optional<Refusal> Release(RequestRewrite rewrite, std::vector<Slice>* out);

 private:
  std::optional<Refusal> Drain(std::vector<Slice>* out);
  std::optional<Refusal> TakePrefix();
  std::optional<Refusal> HoldWhole(std::vector<Slice>* out);
  std::optional<Refusal> BeginLarge(std::vector<Slice>* out);
  std::optional<Refusal> PassLarge(std::vector<Slice>* out);
  std::optional<Refusal> Check(const RequestFields& fields) const;
  /// What must be appended to a message that says this.
  std::string Appended(const RequestFields& fields) const;
  /// Up to `size` bytes of the input, moved behind `into`.
  void Move(size_t size, std::string* into);

  Method method_;
  std::optional<RequestFields> first_;
  bool released_ = false;
  RequestRewrite rewrite_;

  std::vector<Slice> input_;  ///< not yet looked at
  size_t next_ = 0;           ///< of input_
  std::string prefix_;
  bool in_message_ = false;
  uint32_t length_ = 0;  ///< of the message at hand
  std::string held_;     ///< of it: all, or a large one's beginning
  std::optional<TailWatch> tail_;
  uint64_t left_ = 0;  ///< of a large message's bytes that were not yet passed on
  std::string appended_;
};

}  // namespace firesteel::gateway
