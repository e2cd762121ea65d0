#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/http/http_message.h"

namespace firesteel::gateway {

/// Which handler answers which request. Not thread-safe to change; Answer is as thread-safe as the handlers.
class HttpRoutes {
 public:
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  /// `pattern`: "/sessions/{}/end", where {} stands for one segment that is not empty.
  void Add(std::string method, std::string_view pattern, Handler handler);
  /// 404 or 405 where there is no route, 500 where the handler throws. HEAD is asked as GET: who sends the response
  /// leaves the body out. Sets the request's parameters.
  HttpResponse Answer(HttpRequest& request) const;

 private:
  struct Entry {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
  };
  std::vector<Entry> entries_;
};

}  // namespace firesteel::gateway
