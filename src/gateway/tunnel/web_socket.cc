#include "gateway/tunnel/web_socket.h"

#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "base/text_beginning.h"
#include "gateway/tunnel/protocol.h"

namespace firesteel::gateway {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

template <class Stream>
class Adopted final : public WebSocket {
 public:
  explicit Adopted(BeastWebSocket<Stream> stream) : stream_(std::move(stream)) {
    stream_.binary(true);
    // A message is a frame, masked and written in one piece.
    stream_.auto_fragment(false);
    stream_.write_buffer_bytes(kTunnelMessage);
    stream_.read_message_max(kTunnelMessage);
    // Beast takes an end that does not read, as its own reader is slow, for one that is gone: the relay watches better.
    websocket::stream_base::timeout none{};
    none.handshake_timeout = none.idle_timeout = websocket::stream_base::none();
    none.keep_alive_pings = false;
    stream_.set_option(none);
    beast::get_lowest_layer(stream_).expires_never();
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  asio::any_io_executor Executor() override { return stream_.get_executor(); }

  asio::awaitable<Received> Read(asio::mutable_buffer into) override {
    Received received;
    while (true) {
      received.size = co_await stream_.async_read_some(into, Into(received.error));
      if (received.error) co_return received;
      message_size_ += received.size;
      const bool done = stream_.is_message_done();
      const bool empty = done && message_size_ == 0;
      if (done) message_size_ = 0;
      if (!stream_.got_binary()) received.error = websocket::error::bad_opcode;
      received.end = empty;
      if (received.size > 0 || received.end || received.error) co_return received;
    }
  }

  asio::awaitable<error_code> Write(asio::const_buffer bytes) override {
    error_code error;
    co_await stream_.async_write(bytes, Into(error));
    co_return error;
  }

  asio::awaitable<void> Beat() override {
    error_code ignored;
    co_await stream_.async_pong({}, Into(ignored));
  }

  asio::awaitable<void> Close(CloseCode code, std::string reason) override {
    constexpr size_t kMost = 120;  // and three bytes for "…": a control frame has 125, two of them the code's
    reason = TextBeginning(std::move(reason), kMost);
    const websocket::close_reason last(static_cast<websocket::close_code>(code), beast::string_view(reason));
    error_code ignored;
    co_await stream_.async_close(last, Into(ignored));
  }

  void OnControl(std::function<void()> heard) override {
    stream_.control_callback([heard = std::move(heard)](websocket::frame_type, beast::string_view) { heard(); });
  }

  std::string PeerReason() override {
    const beast::string_view reason(stream_.reason().reason.data(), stream_.reason().reason.size());
    return {reason.data(), reason.size()};
  }

  void Drop() override { beast::get_lowest_layer(stream_).close(); }

 private:
  BeastWebSocket<Stream> stream_;
  size_t message_size_ = 0;
};

}  // namespace

std::unique_ptr<WebSocket> Adopt(PlainBeastWebSocket stream) {
  return std::make_unique<Adopted<beast::tcp_stream>>(std::move(stream));
}

std::unique_ptr<WebSocket> Adopt(TlsBeastWebSocket stream) {
  return std::make_unique<Adopted<beast::ssl_stream<beast::tcp_stream>>>(std::move(stream));
}

}  // namespace firesteel::gateway
