#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/proxy/peer.h"
#include "gateway/refusal.h"

namespace firesteel::gateway {

/// A request as its handler sees it. A value.
struct HttpRequest {
  std::string method;                        ///< "GET"
  std::string path;                          ///< as sent, without query
  std::vector<std::string> parameters;       ///< what stands in the place of the route's {…}, in their order
  std::map<std::string, std::string> query;  ///< decoded; the last of a name counts
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, in the order sent
  std::string body;
  std::shared_ptr<const Peer> peer;

  /// The first of that name (in lower case); empty where there is none.
  std::string_view Header(std::string_view name) const;
  size_t CountOf(std::string_view header) const;
  /// Empty where there is none.
  std::string QueryValue(const std::string& name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< beyond those that every response has
};

/// A sentence for people, with its newline.
HttpResponse TextResponse(int status, std::string_view sentence);
/// {"error": sentence}.
HttpResponse JsonError(int status, std::string_view sentence);

/// The code of the same meaning, for the audit log.
Code CodeOfStatus(int status);

/// "a=1&b=%20x+y" of a query or a form.
std::map<std::string, std::string> ParseForm(std::string_view text);

}  // namespace firesteel::gateway
