#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "base/wire_writer.h"
#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {
namespace {

// Trailers are small: Spark cuts the message and leaves out what does not fit.
constexpr size_t kMostText = 2048;
constexpr size_t kMostMetadata = 1024;

std::string Json(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The Java class that Spark raises for the condition, and its superclasses: clients look for the first one that they
/// know.
std::vector<std::string> ClassesOf(std::string_view condition) {
  if (condition.starts_with("INVALID_HANDLE.") || condition.starts_with("INVALID_CURSOR.") ||
      condition == "OPERATION_CANCELED") {
    return {"org.apache.spark.SparkSQLException", "java.sql.SQLException", "java.lang.Exception", "java.lang.Throwable",
            "java.lang.Object"};
  }
  if (condition.starts_with("CANNOT_MODIFY_")) {
    return {"org.apache.spark.sql.AnalysisException", "java.lang.Exception", "java.lang.Throwable", "java.lang.Object"};
  }
  return {"org.apache.spark.SparkException", "java.lang.Exception", "java.lang.Throwable", "java.lang.Object"};
}

std::string Any(std::string_view type, std::string_view message) {
  std::string any;
  WireWriter writer(&any);
  writer.Bytes(1, "type.googleapis.com/google.rpc." + std::string(type));
  writer.Bytes(2, message);
  return any;
}

std::string ErrorInfo(const Refusal& refusal) {
  const std::vector<std::string> classes = ClassesOf(refusal.condition);
  std::string info;
  WireWriter writer(&info);
  writer.Bytes(1, classes.front());
  writer.Bytes(2, "org.apache.spark");
  const auto metadata = [&](std::string_view key, std::string_view value) {
    if (value.empty() || value.size() > kMostMetadata) return;
    std::string entry;
    WireWriter inner(&entry);
    inner.Bytes(1, key);
    inner.Bytes(2, value);
    writer.Bytes(3, entry);
  };
  metadata("classes", Json(classes));
  // PySpark acts on some conditions, so this one is sent even where its parameters do not fit.
  metadata("errorClass", MakeValidUtf8(refusal.condition));
  metadata("messageParameters", Json(nlohmann::ordered_json(refusal.parameters)));
  metadata("sqlState", MakeValidUtf8(refusal.sql_state));
  return info;
}

std::string RetryInfo(std::chrono::milliseconds after) {
  const auto delay = static_cast<uint64_t>(std::max<int64_t>(after.count(), 0));
  std::string duration, info;
  WireWriter writer(&duration);
  if (delay >= 1000) writer.Int(1, delay / 1000);
  if (delay % 1000 != 0) writer.Int(2, delay % 1000 * 1'000'000);
  WireWriter(&info).Bytes(1, duration);
  return info;
}

}  // namespace

std::string RefusalText(const Refusal& refusal) {
  const std::string front = refusal.condition.empty() ? "" : "[" + refusal.condition + "] ";
  std::string text = MakeValidUtf8(refusal.message.starts_with(front) ? refusal.message : front + refusal.message);
  if (text.size() <= kMostText) return text;
  size_t end = kMostText - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::string StatusDetails(const Refusal& refusal) {
  if (refusal.condition.empty() && !refusal.retry_after) return {};
  std::string status;
  WireWriter writer(&status);
  if (refusal.code != Code::kOk) writer.Int(1, static_cast<uint64_t>(refusal.code));
  writer.Text(2, RefusalText(refusal));
  if (!refusal.condition.empty()) writer.Bytes(3, Any("ErrorInfo", ErrorInfo(refusal)));
  if (refusal.retry_after) writer.Bytes(3, Any("RetryInfo", RetryInfo(*refusal.retry_after)));
  return status;
}

std::string StatusMessage(std::string_view message) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(message.size());
  for (const char c : message) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte >= ' ' && byte <= '~' && c != '%') {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace firesteel::gateway
