#include "gateway/http/http_routes.h"

#include <exception>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "gateway/wire/percent_encoding.h"

namespace firesteel::gateway {
namespace {

constexpr std::string_view kAnySegment = "{}";

/// "/a/b" -> {"a", "b"}; "/" -> {""}.
std::vector<std::string> Segments(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    segments.emplace_back(segment);
    path.remove_prefix(segment.size());
  }
  return segments;
}

/// Segments are decoded one by one: an encoded slash is a part of its segment.
bool Matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
             std::vector<std::string>* parameters) {
  parameters->clear();
  if (pattern.size() != path.size()) return false;
  for (size_t i = 0; i < path.size(); ++i) {
    if (pattern[i] != kAnySegment) {
      if (pattern[i] != path[i]) return false;
      continue;
    }
    std::string value;
    if (path[i].empty() || !DecodePercent(path[i], false, &value)) return false;
    parameters->push_back(std::move(value));
  }
  return true;
}

}  // namespace

void HttpRoutes::Add(std::string method, std::string_view pattern, Handler handler) {
  entries_.push_back({std::move(method), Segments(pattern), std::move(handler)});
}

HttpResponse HttpRoutes::Answer(HttpRequest& request) const {
  const std::vector<std::string> segments = Segments(request.path);
  const std::string& method = request.method == "HEAD" ? "GET" : request.method;
  std::string allowed;
  for (const Entry& entry : entries_) {
    if (!Matches(entry.segments, segments, &request.parameters)) continue;
    if (entry.method != method) {
      allowed += (allowed.empty() ? "" : ", ") + entry.method;
      continue;
    }
    try {
      return entry.handler(request);
    } catch (const std::exception& error) {
      // The path only: queries may hold what people look for.
      log::Error("{} {} failed: {}", request.method, request.path, error.what());
      return TextResponse(500, "The gateway could not answer this request; its log says why.");
    }
  }
  if (allowed.empty()) return TextResponse(404, "There is no such page.");
  HttpResponse response = TextResponse(405, "This address is for " + allowed + " only.");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace firesteel::gateway
