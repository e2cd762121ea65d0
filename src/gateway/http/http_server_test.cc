#include "gateway/http/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>
#include <future>
#include <stdexcept>
#include <thread>

#include "gateway/http/http_upgrade.h"
#include "gateway/testing/certificate.h"
#include "gateway/transport/socket.h"

namespace firesteel::gateway {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Raw bytes to the server, for requests that no decent client sends; gives all that comes back until it closes.
std::string Exchange(uint16_t port, const std::string& bytes) {
  const Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return "no connection";
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  std::string answer;
  char buffer[4096];
  ssize_t size = 0;
  while ((size = ::recv(socket.fd(), buffer, sizeof buffer, 0)) > 0) answer.append(buffer, static_cast<size_t>(size));
  return size < 0 ? answer + "<no end>" : answer;
}

/// A server whose handlers tell what they were asked.
class HttpServerTest : public ::testing::Test {
 protected:
  static HttpServer::Options Options() { return {.patience = milliseconds(300)}; }

  void Begin(HttpServer& server) {
    server.Route("GET", "/hello", [](const HttpRequest&) { return TextResponse(200, "hello"); });
    server.Route("POST", "/echo", [](const HttpRequest& request) {
      return HttpResponse{.content_type = "application/octet-stream", .body = request.body};
    });
    server.Route("GET", "/things/{}/of/{}", [](const HttpRequest& request) {
      return TextResponse(200, request.parameters[0] + "|" + request.parameters[1] + "|" + request.QueryValue("q"));
    });
    server.Route("GET", "/peer", [](const HttpRequest& request) {
      return TextResponse(200, std::string(request.peer->loopback ? "loopback" : "far") +
                                   (request.peer->encrypted ? " tls" : " plain"));
    });
    server.Route("GET", "/broken", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("secret"); });
    const Status status = server.Start();
    ASSERT_TRUE(status) << status.message;
  }
};

TEST_F(HttpServerTest, AnswersByRoute) {
  HttpServer server(Options(), nullptr);
  Begin(server);
  httplib::Client client("127.0.0.1", server.port());
  client.set_keep_alive(true);
  EXPECT_EQ(client.Get("/hello")->body, "hello\n");
  EXPECT_EQ(client.Get("/things/a%2Fb%20c/of/d?q=x%26y")->body, "a/b c|d|x&y\n");
  EXPECT_THAT(Exchange(server.port(), "GET /things/a/of/b?q=1+%2B%202 HTTP/1.1\r\nConnection: close\r\n\r\n"),
              HasSubstr("a|b|1 + 2\n"));
  EXPECT_EQ(client.Get("/peer")->body, "loopback plain\n");
  EXPECT_EQ(client.Get("/things//of/d")->status, 404) << "an empty segment is none";
  EXPECT_EQ(client.Get("/things/%zz/of/d")->status, 404);
  const auto wrong = client.Post("/hello", "", "text/plain");
  EXPECT_EQ(wrong->status, 405);
  EXPECT_EQ(wrong->get_header_value("Allow"), "GET");
  const auto broken = client.Get("/broken");
  EXPECT_EQ(broken->status, 500);
  EXPECT_EQ(broken->body.find("secret"), std::string::npos);
  const auto head = client.Head("/hello");
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->get_header_value("Content-Length"), "6");
  EXPECT_TRUE(head->body.empty());
}

TEST_F(HttpServerTest, ForbidsScriptsFramesAndCaching) {
  HttpServer server(Options(), nullptr);
  Begin(server);
  httplib::Client client("127.0.0.1", server.port());
  for (const char* path : {"/hello", "/nothing", "/broken"}) {
    const auto response = client.Get(path);
    EXPECT_THAT(response->get_header_value("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(response->get_header_value("Content-Security-Policy"), HasSubstr("frame-ancestors 'none'"));
    EXPECT_EQ(response->get_header_value("Content-Security-Policy").find("unsafe"), std::string::npos);
    EXPECT_EQ(response->get_header_value("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response->get_header_value("Cache-Control"), "no-store");
  }
}

TEST_F(HttpServerTest, BoundsRequests) {
  HttpServer server(Options(), nullptr);
  Begin(server);
  httplib::Client client("127.0.0.1", server.port());
  const std::string most(1 << 20, 'x');
  EXPECT_EQ(client.Post("/echo", most, "text/plain")->body, most);
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\n";
  EXPECT_THAT(Exchange(server.port(), head + "Content-Length: 1048577\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Exchange(server.port(), head + "X: " + std::string(17 << 10, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Exchange(server.port(), "GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Exchange(server.port(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Exchange(server.port(), head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "))
      << "two lengths: a proxy in front may believe the other one";
}

TEST_F(HttpServerTest, ExpectContinueIsAnswered) {
  HttpServer server(Options(), nullptr);
  Begin(server);
  const std::string answer = Exchange(server.port(),
                                      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
                                      "Content-Length: 2\r\n\r\nhi");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 100 Continue\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nhi"));
}

TEST_F(HttpServerTest, ClosesSilentConnections) {
  HttpServer server(Options(), nullptr);
  Begin(server);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(Exchange(server.port(), "GET /hello HT"), "");
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(250));
  EXPECT_THAT(Exchange(server.port(), "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), HasSubstr("hello\n"))
      << "kept alive, then closed";
}

TEST_F(HttpServerTest, ManyWaitForFewConnections) {
  HttpServer::Options options = Options();
  options.most_connections = 2;
  HttpServer server(options, nullptr);
  Begin(server);
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 8; ++i) {
    answers.push_back(std::async(std::launch::async, [&] {
      return Exchange(server.port(), "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }));
  }
  for (auto& answer : answers) EXPECT_THAT(answer.get(), HasSubstr("hello\n"));
}

TEST_F(HttpServerTest, SpeaksTlsAndTakesRenewedCertificates) {
  const testing::Certificate first("DNS:localhost,IP:127.0.0.1", "first");
  const testing::Certificate second("DNS:localhost,IP:127.0.0.1", "second");
  const auto context = [](const testing::Certificate& certificate) {
    return HttpServerContext({.certificate_file = certificate.file(), .key_file = certificate.key_file()}).value();
  };
  HttpServer server(Options(), context(first));
  Begin(server);
  const auto ask = [&](const testing::Certificate& trusted) {
    httplib::SSLClient client("127.0.0.1", server.port());
    client.set_ca_cert_path(trusted.file().c_str());
    const auto response = client.Get("/peer");
    return response ? response->body : httplib::to_string(response.error());
  };
  EXPECT_EQ(ask(first), "loopback tls\n");
  EXPECT_EQ(ask(second), httplib::to_string(httplib::Error::SSLServerVerification));
  server.SetTls(context(second));
  EXPECT_EQ(ask(second), "loopback tls\n");
  httplib::Client plain("127.0.0.1", server.port());
  EXPECT_FALSE(plain.Get("/hello"));
}

TEST_F(HttpServerTest, HandsWebSocketsOver) {
  namespace beast = boost::beast;
  HttpServer server(Options(), nullptr);
  std::shared_ptr<beast::websocket::stream<PlainStream>> taken;
  server.RouteUpgrade(
      "/tunnel",
      [](const HttpRequest& request) -> std::optional<HttpResponse> {
        if (request.Header("authorization") == "Bearer yes") return std::nullopt;
        return TextResponse(401, "no");
      },
      [&](HttpUpgrade upgrade) {
        taken =
            std::make_shared<beast::websocket::stream<PlainStream>>(std::get<PlainStream>(std::move(upgrade.stream)));
        taken->async_accept(upgrade.message, [&](beast::error_code error) {
          if (!error) taken->async_write(boost::asio::buffer("welcome", 7), [](beast::error_code, size_t) {});
        });
      });
  Begin(server);

  boost::asio::io_context io;
  beast::websocket::stream<boost::asio::ip::tcp::socket> client(io);
  const auto connect = [&](const std::string& token) {
    client.next_layer().close();
    client.next_layer().connect({boost::asio::ip::address_v4::loopback(), server.port()});
    client.set_option(beast::websocket::stream_base::decorator([token](beast::websocket::request_type& request) {
      request.set(beast::http::field::authorization, "Bearer " + token);
    }));
    beast::error_code error;
    client.handshake("localhost", "/tunnel", error);
    return error;
  };
  EXPECT_EQ(connect("no"), beast::websocket::error::upgrade_declined);
  EXPECT_FALSE(taken);
  EXPECT_FALSE(connect("yes"));
  beast::flat_buffer buffer;
  client.read(buffer);
  EXPECT_EQ(beast::buffers_to_string(buffer.data()), "welcome");
  httplib::Client plain("127.0.0.1", server.port());
  EXPECT_EQ(plain.Get("/tunnel")->status, 426);
  client.next_layer().close();
  server.Stop();
}

TEST_F(HttpServerTest, RunsTasksOnItsThreadUntilItStops) {
  HttpServer server(Options(), nullptr);
  std::atomic<int> ticks{0};
  server.Every(milliseconds(5), [&] { ++ticks; });
  Begin(server);
  std::promise<std::thread::id> thread;
  server.Post([&] { thread.set_value(std::this_thread::get_id()); });
  EXPECT_NE(thread.get_future().get(), std::this_thread::get_id());
  while (ticks < 3) std::this_thread::sleep_for(milliseconds(1));
  server.Stop();
  const int at_stop = ticks;
  server.Post([&] { ++ticks; });
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(ticks, at_stop);
}

TEST_F(HttpServerTest, NamesTheAddressThatItCannotHave) {
  HttpServer first(Options(), nullptr);
  Begin(first);
  HttpServer::Options options = Options();
  options.port = first.port();
  HttpServer second(options, nullptr);
  EXPECT_THAT(second.Start().message, HasSubstr("127.0.0.1:" + std::to_string(first.port())));
}

}  // namespace
}  // namespace firesteel::gateway
