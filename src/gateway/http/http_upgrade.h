#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <variant>

#include "gateway/http/http_message.h"

namespace firesteel::gateway {

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

/// A connection whose client asked for a WebSocket, handed over to who takes it: the HTTP server forgets it. Nothing
/// was answered yet: `websocket::stream<…>(std::move(stream)).async_accept(message, …)` does.
///
/// The stream runs on the server's thread, and its operations complete there. It has no timeout any more
/// (expires_never) and does not count among the server's connections: who takes it bounds both. When the server stops,
/// its io_context does, and what operations hold is destroyed with it.
struct HttpUpgrade {
  std::variant<PlainStream, TlsStream> stream;
  boost::beast::http::request<boost::beast::http::string_body> message;
  HttpRequest request;  ///< the same, as handlers see it
};

}  // namespace firesteel::gateway
