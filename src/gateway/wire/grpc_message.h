#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/refusal.h"
#include "gateway/wire/open_groups.h"
#include "gateway/wire/request_fields.h"

/// gRPC's length-prefixed messages as bytes, and the few protobuf messages that the gateway reads and writes itself.
namespace firesteel::gateway {

inline constexpr size_t kMessagePrefix = 5;  ///< gRPC: one flag, four bytes of length

/// "/spark.connect.SparkConnectService/ExecutePlan" -> kExecutePlan. Anything else: kOther.
Method MethodOf(std::string_view path);

/// Reads the fields of one whole request message (without prefix). False where it is not a protobuf message, or where
/// a text that is read is not UTF-8; then `fields` is empty. As a protobuf parser: the last of a repeated scalar
/// counts, messages merge, the last member of a oneof takes the others, unknown fields are skipped. Stricter than the
/// lenient ones of them: two parsers never read a message that passes differently. Never recurses deeper than the
/// fields that it reads; linear; allocates only what it gives. A Config request of more than 100,000 keys is refused.
bool ReadRequest(Method method, std::string_view message, RequestFields* fields);

/// For messages too large to be held: reads session id and user context where they stand in front of every other field
/// of the message, whose size is `total` and whose first bytes these are. Gives how many bytes it has judged, for
/// TailWatch; then `fields` has these two, the user empty where there is no user context. 0 where they do not say it:
/// with more bytes of the same message they may. One of each is judged, in any order; the tail's watch refuses another.
/// The answer is the same however many bytes more there are.
size_t ReadBeginning(std::string_view bytes, size_t total, RequestFields* fields);

/// Follows a large message's top level behind its beginning: a second session_id or user_context, which would change
/// whom the message speaks of, is a fault. Only a message that was fed whole and finished well may be forwarded to its
/// last byte or get a field appended: what is cut would swallow it.
class TailWatch {
 public:
  /// `skip`: what ReadBeginning gave. The message is fed from its first byte on.
  explicit TailWatch(size_t skip) : left_(skip) {}
  /// The next bytes, which must not be forwarded where it says false: a fault was seen. It stays false then.
  bool Feed(std::string_view bytes);
  bool Finish() const;  ///< at the message's end: it ended between fields, without a fault

 private:
  enum class Part : uint8_t { kKey, kVarint, kLength };

  bool Take(uint8_t byte);
  bool TakeKey();

  uint64_t left_;  // bytes of the value that is being skipped
  uint64_t value_ = 0;
  int count_ = 0;  // bytes of the number that is being read
  Part part_ = Part::kKey;
  bool fault_ = false;
  OpenGroups groups_;
};

/// The bytes of a field to append to a request so that `user` is its user (user_context.user_id and user_name), by
/// protobuf's merging. Appended to a whole message that ReadRequest or TailWatch accepted it overrides every claim in
/// it. `user` is not empty: parsers that merge built messages take an empty text for none.
std::string UserContextField(std::string_view user);
/// Bytes to append to a request so that its client_observed_server_side_session_id is `id`. Empty where the method has
/// none.
std::string ObservedSessionField(Method method, std::string_view id);
/// Bytes to append to a response of this method so that its server_side_session_id is `id`, which is not empty. Empty
/// where the method has none.
std::string ServerSideSessionIdField(Method method, std::string_view id);

/// The message behind its prefix, ready to be sent as DATA. Below 4 GiB.
std::string Framed(std::string_view message);

/// Bytes to append to a CloneSessionRequest so that its new_session_id is `id`.
std::string NewSessionIdField(std::string_view id);

// Whole messages with their prefix: what Framed gives.
std::string ConfigSetRequest(std::string_view session_id, std::string_view user, std::string_view client_type,
                             const std::vector<std::pair<std::string, std::string>>& pairs, bool silent);
/// get_option: keys that the server does not know come back without a value, and are no error.
std::string ConfigGetOptionRequest(std::string_view session_id, std::string_view user, std::string_view client_type,
                                   const std::vector<std::string>& keys);
std::string ReleaseSessionRequest(std::string_view session_id, std::string_view user, std::string_view client_type);
/// Clients hold on to the first `server_side_session_id` that they see, an empty one, too (PySpark 4.3): every later
/// response with another one ends their session.
std::string ConfigResponse(std::string_view session_id,
                           const std::vector<std::pair<std::string, std::optional<std::string>>>& pairs,
                           const std::vector<std::string>& warnings, std::string_view server_side_session_id = {});
/// An ExecutePlanResponse with only ResultComplete.
std::string ResultCompleteResponse(std::string_view session_id, std::string_view operation_id,
                                   std::string_view server_side_session_id = {});
/// A response of this method that says whose session it is and nothing else.
std::string EmptyResponse(Method method, std::string_view session_id, std::string_view server_side_session_id = {});

// Without prefix.
/// Bytes to append to a ConfigResponse.
std::string ConfigWarnings(const std::vector<std::string>& warnings);
/// The same message with every value of the keys that `is_secret` names replaced by the redaction text; all else stays
/// as it is. Config responses only. Empty where it is no message: what cannot be read is not shown.
std::string RedactConfigResponse(std::string_view message, const std::function<bool(std::string_view key)>& is_secret);
std::string RedactConfigResponse(std::string_view message, const std::vector<std::string>& keys);

/// server_side_session_id of a response of this method; empty where it has none or is no message.
std::string ServerSideSessionId(Method method, std::string_view message);
std::vector<std::string> ConfigResponseWarnings(std::string_view message);
/// Pairs of a ConfigResponse; none where it is no message.
std::vector<std::pair<std::string, std::optional<std::string>>> ConfigResponsePairs(std::string_view message);

/// The text of the refusal as the client sees it: valid UTF-8, "[CONDITION] " in front where there is a condition and
/// the message does not begin so, at most 2 KiB.
std::string RefusalText(const Refusal& refusal);
/// google.rpc.Status with ErrorInfo (domain org.apache.spark; where there is a condition) and RetryInfo: the bytes of
/// `grpc-status-details-bin`, not yet base64. Empty where the refusal has neither. Clients compare it with
/// `grpc-status` and `grpc-message`: send StatusMessage(RefusalText(refusal)) beside it.
std::string StatusDetails(const Refusal& refusal);
/// `grpc-message`: percent-encoded as gRPC asks.
std::string StatusMessage(std::string_view message);

}  // namespace firesteel::gateway
