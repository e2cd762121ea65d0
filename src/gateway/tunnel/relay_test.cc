#include "gateway/tunnel/relay.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <string>

#include "gateway/tunnel/testing/far_gateway.h"
#include "gateway/tunnel/testing/near_client.h"

namespace firesteel::gateway::testing {
namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

/// A client that speaks the tunnel's protocol by hand, and wrongly. Blocking.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : socket_(io_) {
    socket_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    socket_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
      request.set(http::field::sec_websocket_protocol, kTunnelProtocol);
      request.set(http::field::authorization, "Bearer good");
    }));
    socket_.handshake("localhost", kTunnelPath);
    socket_.binary(true);
    socket_.auto_fragment(false);
  }

  /// It may fail: the gateway may have seen enough before the last byte.
  void Send(const std::string& message) {
    error_code ignored;
    socket_.write(asio::buffer(message), ignored);
  }
  void SendText(const std::string& message) {
    socket_.binary(false);
    Send(message);
  }
  /// One message; false at the end, whose code Code gives.
  bool Receive(std::string* message) {
    boost::beast::flat_buffer buffer;
    error_code error;
    socket_.read(buffer, error);
    message->assign(static_cast<const char*>(buffer.data().data()), buffer.size());
    return !error;
  }
  int Code() const { return socket_.reason().code; }

 private:
  asio::io_context io_;
  websocket::stream<tcp::socket> socket_;
};

TEST(Relay, EmptyMessagesAreEnds) {
  FarGateway gateway;
  RawClient client(gateway.port());
  const Socket far = gateway.Next();
  client.Send("last");
  client.Send("");
  EXPECT_EQ(ReceiveUpTo(far, 100), "last");
  ASSERT_TRUE(SendAll(far, "answer"));
  std::string message;
  ASSERT_TRUE(client.Receive(&message));
  EXPECT_EQ(message, "answer");
  ::shutdown(far.fd(), SHUT_WR);
  ASSERT_TRUE(client.Receive(&message));
  EXPECT_EQ(message, "");
  EXPECT_FALSE(client.Receive(&message));
  EXPECT_EQ(client.Code(), 1000);
}

TEST(Relay, BytesAfterTheirEndAreRefused) {
  FarGateway gateway;
  RawClient client(gateway.port());
  const Socket far = gateway.Next();
  client.Send("");
  client.Send("more");
  std::string message;
  EXPECT_FALSE(client.Receive(&message));
  EXPECT_EQ(client.Code(), 1001);
  EXPECT_EQ(EndingOf(far), Ending::kEnd);
}

TEST(Relay, TextIsRefused) {
  FarGateway gateway;
  RawClient client(gateway.port());
  const Socket far = gateway.Next();
  client.SendText("hello");
  std::string message;
  EXPECT_FALSE(client.Receive(&message));
  EXPECT_EQ(EndingOf(far), Ending::kEnd);
}

TEST(Relay, LongMessagesAreRefused) {
  FarGateway gateway;
  RawClient client(gateway.port());
  const Socket far = gateway.Next();
  client.Send(std::string(kTunnelMessage, 'x'));
  EXPECT_EQ(ReceiveUpTo(far, kTunnelMessage).size(), kTunnelMessage);
  client.Send(std::string(kTunnelMessage + 1, 'x'));
  std::string message;
  EXPECT_FALSE(client.Receive(&message));
  EXPECT_EQ(EndingOf(far), Ending::kEnd);
}

TEST(Relay, MessagesOfAnySizeComeInOrder) {
  FarGateway gateway;
  RawClient client(gateway.port());
  const Socket far = gateway.Next();
  std::string all;
  for (size_t size : {size_t{1}, size_t{125}, size_t{126}, size_t{65535}, kTunnelMessage}) {
    client.Send(std::string(size, static_cast<char>('a' + size % 26)));
    all += std::string(size, static_cast<char>('a' + size % 26));
  }
  EXPECT_TRUE(ReceiveUpTo(far, all.size()) == all);
}

}  // namespace
}  // namespace firesteel::gateway::testing
