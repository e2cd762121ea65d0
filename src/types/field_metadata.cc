#include "types/field_metadata.h"

#include <nlohmann/json.hpp>

namespace firesteel {
namespace {

using Json = nlohmann::ordered_json;

Json ParseObject(std::string_view text) {
  if (text.empty()) return Json::object();
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

std::string Print(const Json& json) {
  return json.empty() ? "" : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::optional<std::string> MetadataText(std::string_view metadata, std::string_view key) {
  // Nearly every field has none.
  if (metadata.find(key) == std::string_view::npos) return std::nullopt;
  const Json json = ParseObject(metadata);
  auto it = json.find(std::string(key));
  if (it == json.end() || !it->is_string()) return std::nullopt;
  return it->get<std::string>();
}

std::string WithMetadataText(std::string_view metadata, std::string_view key, std::string_view value) {
  Json json = ParseObject(metadata);
  json[std::string(key)] = std::string(value);
  return Print(json);
}

std::string WithoutMetadataKey(std::string_view metadata, std::string_view key) {
  if (metadata.find(key) == std::string_view::npos) return std::string(metadata);
  Json json = ParseObject(metadata);
  json.erase(std::string(key));
  return Print(json);
}

std::string EscapedComment(std::string_view comment) {
  std::string text = "'";
  for (char c : comment) {
    if (c == '\'') text += '\\';
    text += c;
  }
  return text + "'";
}

}  // namespace firesteel
