#include "server/error_status.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/utf8.h"
#include "base/wire_writer.h"

namespace firesteel::server {
namespace {

// Trailers are small: Spark cuts the message and leaves out what does not fit.
constexpr size_t kMaxMessage = 2048;
constexpr size_t kMaxMetadata = 1024;
constexpr size_t kLeastText = 4;  // a character and "..."

std::string Json(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// At most `limit` bytes, with "..." for what was cut, never in the middle of a character.
std::string Abbreviate(const std::string& text, size_t limit) {
  const std::string valid = MakeValidUtf8(text);
  if (valid.size() <= limit) return valid;
  size_t end = limit - 3;
  while (end > 0 && (static_cast<unsigned char>(valid[end]) & 0xc0) == 0x80) --end;
  return valid.substr(0, end) + "...";
}

std::string ClassesJson(const session::ErrorRecord& error) {
  nlohmann::ordered_json classes = nlohmann::ordered_json::array();
  std::string json;
  for (const std::string& name : error.class_hierarchy) {
    classes.push_back(name);
    std::string longer = Json(classes);
    if (longer.size() > kMaxMetadata) break;
    json = std::move(longer);
  }
  return json;
}

std::string ParametersJson(const session::ErrorRecord& error) {
  nlohmann::ordered_json parameters = nlohmann::ordered_json::object();
  for (const auto& [name, value] : error.parameters) parameters[name] = value;
  return Json(parameters);
}

grpc::StatusCode CodeOf(const session::ErrorRecord& error) {
  return error.condition == "SERVER_LIMIT_EXCEEDED" ? grpc::StatusCode::RESOURCE_EXHAUSTED : grpc::StatusCode::INTERNAL;
}

void Metadata(WireWriter* info, std::string_view key, std::string_view value) {
  std::string entry;
  WireWriter writer(&entry);
  writer.Bytes(1, key);
  writer.Bytes(2, value);
  info->Bytes(3, entry);
}

}  // namespace

grpc::Status StatusOf(const session::ErrorRecordPtr& error, session::Session* session) {
  std::string info_bytes;
  WireWriter info(&info_bytes);  // google.rpc.ErrorInfo
  info.Bytes(1, error->class_hierarchy.front());
  info.Bytes(2, "org.apache.spark");
  Metadata(&info, "classes", ClassesJson(*error));
  if (session != nullptr) {
    const session::Configuration& settings = session->state().configuration();
    if (settings.GetBoolean("spark.sql.connect.enrichError.enabled")) {
      Metadata(&info, "errorId", session->errors().Add(error));
    }
    if (settings.GetBoolean("spark.sql.pyspark.jvmStacktrace.enabled")) {
      const int64_t limit = settings.GetNumber("spark.connect.jvmStacktrace.maxSize");
      const size_t most = std::clamp<size_t>(limit < 0 ? 0 : static_cast<size_t>(limit), kLeastText, kMaxMetadata);
      Metadata(&info, "stackTrace", Abbreviate(session::StackTraceText(*error), most));
    }
  }
  if (!error->sql_state.empty()) Metadata(&info, "sqlState", error->sql_state);
  if (!error->condition.empty()) {
    if (std::string parameters = ParametersJson(*error); parameters.size() <= kMaxMetadata) {
      Metadata(&info, "errorClass", error->condition);
      Metadata(&info, "messageParameters", parameters);
    }
  }

  std::string any_bytes;
  WireWriter any(&any_bytes);  // google.protobuf.Any
  any.Bytes(1, "type.googleapis.com/google.rpc.ErrorInfo");
  any.Bytes(2, info_bytes);

  const std::string message = Abbreviate(error->message, kMaxMessage);
  std::string status_bytes;
  WireWriter status(&status_bytes);  // google.rpc.Status
  status.Int(1, CodeOf(*error));
  status.Bytes(2, message);
  status.Bytes(3, any_bytes);
  return grpc::Status(CodeOf(*error), message, status_bytes);
}

grpc::Status StatusOfCurrentException(session::Session* session) {
  const session::ErrorRecordPtr error = session::DescribeError(std::current_exception());
  if (log::WritesEvents()) {
    log::Event("request refused", {{"session_id", session != nullptr ? session->session_id() : ""},
                                   {"condition", error->condition},
                                   {"exception", error->class_hierarchy.front()}});
  }
  return StatusOf(error, session);
}

grpc::Status MalformedRequest(const char* why) { return grpc::Status(grpc::StatusCode::UNKNOWN, why); }

}  // namespace firesteel::server
