#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/refusal.h"
#include "gateway/wire/request_fields.h"

/// gRPC's length-prefixed messages as bytes, and the few protobuf messages that the gateway reads and writes itself.
namespace firesteel::gateway {

inline constexpr size_t kMessagePrefix = 5;  ///< gRPC: one flag, four bytes of length

/// "/spark.connect.SparkConnectService/ExecutePlan" -> kExecutePlan. Anything else: kOther.
Method MethodOf(std::string_view path);

/// Reads the fields of one whole request message (without prefix). False where it is not a protobuf message, or where
/// session id or user are not UTF-8. As a protobuf parser: the last of a repeated scalar counts, messages merge,
/// unknown fields are skipped. Never recurses deeper than the fields that it reads; linear; allocates only what it
/// gives.
bool ReadRequest(Method method, std::string_view message, RequestFields* fields);

/// Whether the first `bytes.size()` bytes of a message of `total` bytes hold session id and user context, in front of
/// every other field; then `fields` has these two. For messages too large to be held.
bool ReadBeginning(std::string_view bytes, size_t total, RequestFields* fields);

/// Follows a large message's top level behind its beginning: a second session_id or user_context, which would change
/// whom the message speaks of, is a fault. Feed gives false once one was seen or the bytes are no message.
class TailWatch {
 public:
  /// `skip`: bytes of the message that ReadBeginning has judged, as it counted them.
  explicit TailWatch(size_t skip);
  bool Feed(std::string_view bytes);
  bool Finish() const;  ///< at the message's end: it ended between fields

 private:
  uint64_t skip_, key_ = 0, length_ = 0;
  int shift_ = 0;
  uint8_t state_ = 0;
  int depth_ = 0;  ///< groups, which only unknown fields may be
};

/// The bytes of a field to append to a request so that `user` is its user (user_context.user_id and user_name), by
/// protobuf's merging. Appended to a whole message it overrides every claim in it.
std::string UserContextField(std::string_view user);

/// Messages with their prefix, ready to be sent as DATA.
std::string Framed(std::string_view message);
std::string ConfigSetRequest(std::string_view session_id, std::string_view user, std::string_view client_type,
                             const std::vector<std::pair<std::string, std::string>>& pairs);
std::string ConfigGetRequest(std::string_view session_id, std::string_view user, std::string_view client_type,
                             const std::vector<std::string>& keys);
std::string ReleaseSessionRequest(std::string_view session_id, std::string_view user, std::string_view client_type);
std::string ConfigResponse(std::string_view session_id,
                           const std::vector<std::pair<std::string, std::optional<std::string>>>& pairs,
                           const std::vector<std::string>& warnings);
/// An ExecutePlanResponse with only ResultComplete.
std::string ResultCompleteResponse(std::string_view session_id, std::string_view operation_id);
/// Bytes to append to a ConfigResponse.
std::string ConfigWarnings(const std::vector<std::string>& warnings);
/// The same message with every value of these keys replaced by the redaction text. Config responses only.
std::string RedactConfigResponse(std::string_view message, const std::vector<std::string>& keys);

/// server_side_session_id of a response of this method; empty where it has none or is no message.
std::string ServerSideSessionId(Method method, std::string_view message);
/// Pairs of a ConfigResponse.
std::vector<std::pair<std::string, std::optional<std::string>>> ConfigResponsePairs(std::string_view message);

/// google.rpc.Status with ErrorInfo (domain org.apache.spark; where there is a condition) and RetryInfo: the bytes of
/// `grpc-status-details-bin`, not yet base64. Empty where the refusal has neither.
std::string StatusDetails(const Refusal& refusal);
/// `grpc-message`: percent-encoded as gRPC asks.
std::string StatusMessage(std::string_view message);

}  // namespace firesteel::gateway
