#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "base/wire_writer.h"
#include "gateway/wire/grpc_message.h"
#include "gateway/wire/method_layout.h"
#include "gateway/wire/wire_reader.h"

namespace firesteel::gateway {
namespace {

// Spark's own.
constexpr std::string_view kRedacted = "*********(redacted)";

struct PairView {
  std::string_view key;
  std::optional<std::string_view> value;
};

std::optional<PairView> ReadPair(WireReader reader) {
  PairView pair;
  while (reader.Next()) {
    if (!reader.IsBytes(kPairKey) && !reader.IsBytes(kPairValue)) continue;
    if (!IsValidUtf8(reader.bytes())) return std::nullopt;
    if (reader.number() == kPairKey) {
      pair.key = reader.bytes();
    } else {
      pair.value = reader.bytes();
    }
  }
  if (!reader.ok()) return std::nullopt;
  return pair;
}

/// The pair without any of its values and with the redaction text instead.
std::string RedactedPair(WireReader reader) {
  std::string pair;
  while (reader.Next()) {
    if (!reader.IsBytes(kPairValue)) pair += reader.field();
  }
  WireWriter(&pair).Bytes(kPairValue, kRedacted);
  return pair;
}

}  // namespace

std::string ServerSideSessionId(Method method, std::string_view message) {
  const uint32_t number = LayoutOf(method).server_side_session_id;
  if (number == 0) return {};
  std::string_view id;
  WireReader reader(message);
  while (reader.Next()) {
    if (!reader.IsBytes(number)) continue;
    if (!IsValidUtf8(reader.bytes())) return {};
    id = reader.bytes();
  }
  return std::string(reader.ok() ? id : std::string_view());
}

std::vector<std::string> ConfigResponseWarnings(std::string_view message) {
  std::vector<std::string> warnings;
  WireReader reader(message);
  while (reader.Next()) {
    if (reader.IsBytes(kConfigResponseWarnings) && IsValidUtf8(reader.bytes())) warnings.emplace_back(reader.bytes());
  }
  return warnings;
}

std::vector<std::pair<std::string, std::optional<std::string>>> ConfigResponsePairs(std::string_view message) {
  std::vector<std::pair<std::string, std::optional<std::string>>> pairs;
  WireReader reader(message);
  while (reader.Next()) {
    if (!reader.IsBytes(kConfigResponsePairs)) continue;
    const std::optional<PairView> pair = ReadPair(reader.Nested());
    if (!pair) return {};
    pairs.emplace_back(pair->key, pair->value);
  }
  if (!reader.ok()) return {};
  return pairs;
}

std::string RedactConfigResponse(std::string_view message, const std::function<bool(std::string_view key)>& is_secret) {
  std::string redacted;
  redacted.reserve(message.size() + 2 * kRedacted.size());
  WireWriter writer(&redacted);
  WireReader reader(message);
  while (reader.Next()) {
    if (!reader.IsBytes(kConfigResponsePairs)) {
      redacted += reader.field();
      continue;
    }
    const std::optional<PairView> pair = ReadPair(reader.Nested());
    if (!pair) return {};
    if (pair->value && is_secret(pair->key)) {
      writer.Bytes(kConfigResponsePairs, RedactedPair(reader.Nested()));
    } else {
      redacted += reader.field();
    }
  }
  return reader.ok() ? redacted : std::string();
}

std::string RedactConfigResponse(std::string_view message, const std::vector<std::string>& keys) {
  return RedactConfigResponse(
      message, [&](std::string_view key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); });
}

}  // namespace firesteel::gateway
