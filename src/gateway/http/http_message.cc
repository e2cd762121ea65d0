#include "gateway/http/http_message.h"

#include <algorithm>

#include "base/json_text.h"
#include "gateway/wire/percent_encoding.h"

namespace firesteel::gateway {
std::string_view HttpRequest::Header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

size_t HttpRequest::CountOf(std::string_view header) const {
  return static_cast<size_t>(
      std::count_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == header; }));
}

std::string HttpRequest::QueryValue(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

HttpResponse TextResponse(int status, std::string_view sentence) {
  HttpResponse response;
  response.status = status;
  response.body = std::string(sentence) + "\n";
  return response;
}

HttpResponse JsonError(int status, std::string_view sentence) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = "{\"error\":";
  AppendJsonText(sentence, false, response.body);
  response.body += "}\n";
  return response;
}

std::map<std::string, std::string> ParseForm(std::string_view text) {
  std::map<std::string, std::string> values;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string name;
    std::string value;
    if (pair.empty() || !DecodePercent(pair.substr(0, equals), true, &name)) continue;
    if (!DecodePercent(pair.substr(std::min(equals + 1, pair.size())), true, &value)) continue;
    values[name] = value;
  }
  return values;
}

Code CodeOfStatus(int status) {
  switch (status) {
    case 400:
      return Code::kInvalidArgument;
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kPermissionDenied;
    case 404:
      return Code::kNotFound;
    case 429:
      return Code::kResourceExhausted;
    case 503:
      return Code::kUnavailable;
    default:
      return status < 400 ? Code::kOk : Code::kInternal;
  }
}

}  // namespace firesteel::gateway
