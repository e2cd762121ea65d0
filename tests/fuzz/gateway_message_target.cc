// Messages as the gateway reads and rewrites them. The first byte says which method the message behind it belongs to;
// where it is odd, the rest is a response instead of a request. What must hold of every message that is accepted: a
// field that is appended decides, two messages in a row are one, what is followed in pieces is what was read whole, and
// no secret stays.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "gateway/wire/grpc_message.h"

namespace {

using firesteel::InternalError;
namespace gateway = firesteel::gateway;
using gateway::Method;
using gateway::RequestFields;

void Require(bool holds, const char* what) {
  if (!holds) throw InternalError(what);
}

bool Same(const RequestFields& a, const RequestFields& b) {
  return a.session_id == b.session_id && a.claimed_user == b.claimed_user && a.observed_session == b.observed_session &&
         a.operation_id == b.operation_id && a.reattachable == b.reattachable && a.cleans_cache == b.cleans_cache &&
         a.new_session_id == b.new_session_id && a.config_operation == b.config_operation &&
         a.config_pairs == b.config_pairs;
}

/// Whether the watch lets the message pass; given in pieces of up to `most` bytes, both answers are the same.
bool Follow(std::string_view message, size_t skip, size_t most) {
  gateway::TailWatch whole(skip), pieces(skip);
  const bool passes = whole.Feed(message) && whole.Finish();
  size_t size = 1;
  for (std::string_view rest = message; !rest.empty(); size = size % most + 1) {
    const std::string_view piece = rest.substr(0, size);
    rest.remove_prefix(piece.size());
    if (!pieces.Feed(piece)) Require(!pieces.Feed(rest) && !pieces.Finish(), "the watch forgot a fault");
  }
  Require(pieces.Finish() == passes, "cut into pieces the message means another thing");
  return passes;
}

void ReadRequest(Method method, const std::string& message) {
  RequestFields fields;
  const bool accepted = gateway::ReadRequest(method, message, &fields);
  if (!accepted) Require(Same(fields, {}), "something was read of what is no message");
  Follow(message, 0, 7);

  for (const size_t size : {message.size(), message.size() / 2}) {
    RequestFields beginning;
    const std::string_view bytes = std::string_view(message).substr(0, size);
    const size_t judged = gateway::ReadBeginning(bytes, message.size(), &beginning);
    Require(judged <= size, "more was judged than there is");
    if (judged == 0 || !Follow(message, judged, 5) || !accepted) continue;
    Require(beginning.session_id == fields.session_id && beginning.claimed_user == fields.claimed_user,
            "the beginning tells of another session or user than the message");
  }
  if (!accepted) return;

  RequestFields other;
  Require(gateway::ReadRequest(method, message + gateway::UserContextField("verified"), &other) &&
              other.claimed_user == "verified",
          "the appended user does not decide");
  other.claimed_user = fields.claimed_user;
  Require(Same(fields, other), "the appended user changes something else");

  if (const std::string field = gateway::ObservedSessionField(method, "real"); !field.empty()) {
    Require(gateway::ReadRequest(method, message + field, &other) && other.observed_session == "real",
            "the appended session does not decide");
    other.observed_session = fields.observed_session;
    Require(Same(fields, other), "the appended session changes something else");
  }

  Require(gateway::ReadRequest(method, message + message, &other), "a message twice is no message");
  Require(other.config_pairs.size() >= fields.config_pairs.size(), "pairs were lost by merging");
  // A choice that the message makes twice and its lists are the two things that grow.
  other.config_pairs = fields.config_pairs;
  Require(Same(fields, other), "a message twice is another one");
}

void ReadResponse(Method method, const std::string& message) {
  const std::string id = gateway::ServerSideSessionId(method, message);
  const std::string field = gateway::ServerSideSessionIdField(method, "gateway's");
  if (!id.empty()) {
    Require(gateway::ServerSideSessionId(method, message + field) == "gateway's", "the appended id does not decide");
  }

  const auto pairs = gateway::ConfigResponsePairs(message);
  const auto is_secret = [](std::string_view key) { return key.find('s') != std::string_view::npos; };
  const std::string redacted = gateway::RedactConfigResponse(message, is_secret);
  const auto then = gateway::ConfigResponsePairs(redacted);
  Require(then.size() == pairs.size(), "pairs came or went by redaction");
  bool hidden = false;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const bool secret = pairs[i].second && is_secret(pairs[i].first);
    hidden |= secret;
    Require(then[i].first == pairs[i].first, "redaction changed a key");
    Require(then[i].second == (secret ? "*********(redacted)" : pairs[i].second), "redaction of the wrong values");
  }
  if (!pairs.empty() && !hidden) Require(redacted == message, "a message without secrets was changed");
  Require(gateway::RedactConfigResponse(redacted, is_secret) == redacted, "redaction twice is another one");
}

/// The texts of errors come from clients, too.
void Refuse(const std::string& text) {
  const gateway::Refusal refusal{.code = gateway::Code::kInternal,
                                 .message = text,
                                 .condition = "INVALID_HANDLE.FORMAT",
                                 .parameters = {{"handle", text}}};
  Require(gateway::RefusalText(refusal).size() <= 2048, "a message too long");
  Require(gateway::StatusDetails(refusal).size() <= 4096, "details too long");
  for (const char c : gateway::StatusMessage(text)) Require(c >= ' ' && c <= '~', "a byte that no header has");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto method = static_cast<Method>(data[0] / 2 % (static_cast<int>(Method::kOther) + 1));
  const std::string message(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    ReadRequest(method, message);
  } else {
    ReadResponse(method, message);
    Refuse(message);
  }
  return 0;
}
