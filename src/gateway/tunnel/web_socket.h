#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/stream_fwd.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "gateway/tunnel/asio.h"

namespace firesteel::gateway {

/// Why an end closes a WebSocket, by the numbers of RFC 6455.
enum class CloseCode : uint16_t { kNormal = 1000, kGoingAway = 1001, kPolicy = 1008 };

/// A WebSocket that stands, either side's, over TCP or TLS. For its executor's thread; one Read, one Write, one
/// Beat and one Close may run at a time.
class WebSocket {
 public:
  struct Received {
    error_code error;
    size_t size = 0;
    bool end = false;  ///< an empty message
  };

  virtual ~WebSocket() = default;
  virtual asio::any_io_executor Executor() = 0;
  /// The next bytes, of whatever message; or the end, or an error. Also answers pings.
  virtual asio::awaitable<Received> Read(asio::mutable_buffer into) = 0;
  /// One binary message, at most kTunnelMessage bytes.
  virtual asio::awaitable<error_code> Write(asio::const_buffer bytes) = 0;
  /// A pong that nobody asked for: it shows that this end lives. Not a ping: its answer would wait behind what the peer
  /// writes, and all that the peer reads would wait for the answer.
  virtual asio::awaitable<void> Beat() = 0;
  /// The closing handshake; `reason` is cut to what a close frame may hold.
  virtual asio::awaitable<void> Close(CloseCode code, std::string reason) = 0;
  /// `heard` is called at every control frame, inside Read.
  virtual void OnControl(std::function<void()> heard) = 0;
  /// What the peer gave as its reason when it closed; may be empty.
  virtual std::string PeerReason() = 0;
  /// Cuts the connection: everything that runs ends with an error.
  virtual void Drop() = 0;
};

template <class Stream>
using BeastWebSocket = boost::beast::websocket::stream<Stream, true>;
using PlainBeastWebSocket = BeastWebSocket<boost::beast::tcp_stream>;
using TlsBeastWebSocket = BeastWebSocket<boost::beast::ssl_stream<boost::beast::tcp_stream>>;

/// Takes one over after its opening handshake.
std::unique_ptr<WebSocket> Adopt(PlainBeastWebSocket stream);
std::unique_ptr<WebSocket> Adopt(TlsBeastWebSocket stream);

}  // namespace firesteel::gateway
