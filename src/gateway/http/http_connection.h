#pragma once

#include <boost/asio/ssl/stream_base.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "gateway/http/http_upgrade.h"
#include "gateway/transport/tls.h"

namespace firesteel::gateway {

/// What a connection asks of its server. On the server's thread.
class HttpConnectionOwner {
 public:
  virtual ~HttpConnectionOwner() = default;
  virtual HttpResponse Answer(HttpRequest& request) = 0;
  /// A response: no WebSocket.
  virtual std::optional<HttpResponse> CheckUpgrade(const HttpRequest& request) = 0;
  virtual void TakeUpgrade(HttpUpgrade upgrade) = 0;
  virtual void ConnectionEnded() = 0;
};

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;
using BeastResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// Nothing where the target is no path ("*", "http://…").
std::optional<HttpRequest> ToHttpRequest(const BeastRequest& message, std::shared_ptr<const Peer> peer);
/// With the headers that every response has.
BeastResponse ToBeastResponse(HttpResponse response, unsigned version, bool keep_alive);
/// What a request that cannot be read is told; nothing where the connection is simply over.
std::optional<HttpResponse> FaultResponse(const boost::beast::error_code& error);

/// One client's connection: reads a request, answers it, reads the next. Lives as long as one of its operations. For
/// the server's thread. `Stream`: PlainStream or TlsStream.
template <class Stream>
class HttpConnection : public std::enable_shared_from_this<HttpConnection<Stream>> {
 public:
  /// A connection may outlive its server by what the io_context still holds.
  HttpConnection(Stream stream, Peer peer, std::chrono::milliseconds patience, std::weak_ptr<HttpConnectionOwner> owner)
      : stream_(std::move(stream)),
        peer_(std::make_shared<Peer>(std::move(peer))),
        patience_(patience),
        owner_(std::move(owner)) {}
  ~HttpConnection() {
    if (const auto owner = owner_.lock()) owner->ConnectionEnded();
  }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void Begin() {
    if constexpr (kTls) {
      Lowest().expires_after(patience_);
      stream_.async_handshake(boost::asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](boost::beast::error_code error) {
                                if (error) return;
                                self->peer_->certificate_name = PeerCommonName(self->stream_.native_handle());
                                self->ReadHead();
                              });
    } else {
      ReadHead();
    }
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;
  static constexpr uint32_t kMostHead = 16 << 10;
  static constexpr uint64_t kMostBody = 1 << 20;

  boost::beast::tcp_stream& Lowest() { return boost::beast::get_lowest_layer(stream_); }

  void ReadHead() {
    parser_.emplace();
    parser_->header_limit(kMostHead);
    parser_->body_limit(kMostBody);
    Lowest().expires_after(patience_);  // for the whole request: who sends it byte by byte is cut off as well
    boost::beast::http::async_read_header(stream_, buffer_, *parser_,
                                          [self = this->shared_from_this()](boost::beast::error_code error, size_t) {
                                            if (error) return self->Fault(error);
                                            self->ReadBody();
                                          });
  }

  void ReadBody() {
    if (boost::beast::iequals(parser_->get()[boost::beast::http::field::expect], "100-continue")) {
      continue_.emplace(boost::beast::http::status::continue_, parser_->get().version());
      parser_->get().erase(boost::beast::http::field::expect);
      boost::beast::http::async_write(stream_, *continue_,
                                      [self = this->shared_from_this()](boost::beast::error_code error, size_t) {
                                        if (!error) self->ReadBody();
                                      });
      return;
    }
    boost::beast::http::async_read(stream_, buffer_, *parser_,
                                   [self = this->shared_from_this()](boost::beast::error_code error, size_t) {
                                     if (error) return self->Fault(error);
                                     self->HandleRequest();
                                   });
  }

  void Fault(const boost::beast::error_code& error) {
    std::optional<HttpResponse> response = FaultResponse(error);
    if (response) Write(std::move(*response), 11, false, false);
  }

  void HandleRequest() {
    const std::shared_ptr<HttpConnectionOwner> owner = owner_.lock();
    if (!owner) return;
    BeastRequest message = parser_->release();
    std::optional<HttpRequest> request = ToHttpRequest(message, peer_);
    const bool head = message.method() == boost::beast::http::verb::head;
    if (!request) {
      return Write(TextResponse(400, "The request names no path."), message.version(), false, head);
    }
    if (boost::beast::websocket::is_upgrade(message)) {
      return Upgrade(*owner, std::move(message), std::move(*request));
    }
    const bool keep_alive = message.keep_alive();
    Write(owner->Answer(*request), message.version(), keep_alive, head);
  }

  void Upgrade(HttpConnectionOwner& owner, BeastRequest message, HttpRequest request) {
    std::optional<HttpResponse> refusal = owner.CheckUpgrade(request);
    if (!refusal && buffer_.size() > 0) {
      refusal = TextResponse(400, "A WebSocket's client waits for the answer before it sends.");
    }
    if (refusal) return Write(std::move(*refusal), message.version(), false, false);
    Lowest().expires_never();
    owner.TakeUpgrade(HttpUpgrade{std::move(stream_), std::move(message), std::move(request)});
  }

  void Write(HttpResponse answer, unsigned version, bool keep_alive, bool head) {
    response_.emplace(ToBeastResponse(std::move(answer), version, keep_alive));
    Lowest().expires_after(patience_);
    const auto written = [self = this->shared_from_this(), keep_alive](boost::beast::error_code error, size_t) {
      if (error) return;
      if (keep_alive) return self->ReadHead();
      self->End();
    };
    if (!head) return boost::beast::http::async_write(stream_, *response_, written);
    head_serializer_.emplace(*response_);
    boost::beast::http::async_write_header(stream_, *head_serializer_, written);
  }

  void End() {
    if constexpr (kTls) {
      stream_.async_shutdown([self = this->shared_from_this()](boost::beast::error_code) {});
    } else {
      // What the client still sends is not read; yet it shall see the answer, not a reset.
      boost::beast::error_code ignored;
      Lowest().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
      Drain();
    }
  }

  void Drain() {
    if (drained_ > kMostBody) return;
    Lowest().async_read_some(buffer_.prepare(kMostHead),
                             [self = this->shared_from_this()](boost::beast::error_code error, size_t size) {
                               self->drained_ += size;
                               if (!error) self->Drain();
                             });
  }

  Stream stream_;
  std::shared_ptr<Peer> peer_;
  const std::chrono::milliseconds patience_;
  std::weak_ptr<HttpConnectionOwner> owner_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::optional<boost::beast::http::response<boost::beast::http::empty_body>> continue_;
  std::optional<BeastResponse> response_;
  std::optional<boost::beast::http::response_serializer<boost::beast::http::string_body>> head_serializer_;
  uint64_t drained_ = 0;
};

}  // namespace firesteel::gateway
