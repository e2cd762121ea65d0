#include "gateway/transport/http2_connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace firesteel::gateway {
namespace {

using std::chrono::milliseconds;

struct Listener final : StreamListener {
  void OnHeaders(Headers h, bool last) override {
    headers = std::move(h);
    only_headers = last;
    if (on_headers) on_headers();
  }
  void OnTrailers(Headers t) override { trailers = std::move(t); }
  void OnData(Slice slice) override {
    data += slice.bytes();
    if (consumes) {
      consumed += slice.size();
      stream->Consume(slice.size());
    }
  }
  void OnEnd() override { ended = true; }
  void OnSent(size_t bytes) override { sent += bytes; }
  void OnClosed(const StreamEnd& e) override {
    end = e;
    if (on_closed) on_closed();
  }

  std::shared_ptr<Http2Stream> stream;
  Headers headers, trailers;
  std::string data;
  bool only_headers = false, ended = false, consumes = true;
  size_t sent = 0, consumed = 0;
  std::optional<StreamEnd> end;
  std::function<void()> on_headers, on_closed;
};

struct Owner final : Http2Connection::Owner {
  void OnStream(std::shared_ptr<Http2Stream> stream) override {
    Listener* mine = next ? next : &listener;
    mine->stream = stream;
    stream->SetListener(mine);
  }
  void OnReady() override { ready = true; }
  void OnClosed(const std::string& reason) override { why = reason; }
  void OnGoAway() override { go_away = true; }
  Listener listener;         ///< of a stream, unless there is
  Listener* next = nullptr;  ///< another one for the next
  bool ready = false, go_away = false;
  std::string why;
};

/// A client and a server, joined, on one loop.
class Http2ConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    client_ = std::make_unique<Http2Connection>(Http2Connection::Role::kClient, loop_, ByteStream(Socket(ends[0])),
                                                client_owner_);
    server_ = std::make_unique<Http2Connection>(Http2Connection::Role::kServer, loop_, ByteStream(Socket(ends[1])),
                                                server_owner_);
    server_->Start();
    client_->Start();
  }

  std::shared_ptr<Http2Stream> Open() {
    auto stream = client_->Open(
        {{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/p"}, {"x", "1"}, {"x", "2"}});
    answer_.stream = stream;
    if (stream) stream->SetListener(&answer_);
    return stream;
  }
  /// Until `done`, at most two seconds.
  void RunUntil(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    std::function<void()> look = [&] {
      if (done() || std::chrono::steady_clock::now() > deadline) return loop_.Stop();
      loop_.After(milliseconds(1), look);
    };
    loop_.After(milliseconds(0), look);
    loop_.Run();
    EXPECT_TRUE(done());
  }

  EventLoop loop_;
  Owner client_owner_, server_owner_;
  Listener answer_;
  std::unique_ptr<Http2Connection> client_, server_;
};

TEST_F(Http2ConnectionTest, CarriesHeadersDataAndTrailersBothWays) {
  const std::string large(3 << 20, 'z');  // beyond a stream's window
  Listener& request = server_owner_.listener;
  request.on_headers = [&] {
    request.stream->SendHeaders({{":status", "200"}, {"y", "a"}, {"y", "b"}}, false);
    request.stream->Send(Slice::Of(large));
    request.stream->End({{"grpc-status", "0"}});
  };
  auto stream = Open();
  ASSERT_TRUE(stream);
  stream->Send(Slice::Of("hello"));
  stream->Send(Slice::Of(large));
  stream->End();
  RunUntil([&] { return answer_.end && request.end; });
  EXPECT_EQ(request.headers.size(), 6u);
  EXPECT_EQ(request.headers[4].value + request.headers[5].value, "12");
  EXPECT_TRUE(request.data == "hello" + large);
  EXPECT_TRUE(request.ended);
  EXPECT_TRUE(answer_.data == large);
  EXPECT_EQ(answer_.trailers.size(), 1u);
  EXPECT_EQ(request.sent, large.size());
  EXPECT_TRUE(answer_.end->complete);
  EXPECT_EQ(client_->stream_count(), 0u);
}

TEST_F(Http2ConnectionTest, WhoDoesNotConsumeGetsNoMoreThanTheWindow) {
  Listener& request = server_owner_.listener;
  request.consumes = false;
  auto stream = Open();
  ASSERT_TRUE(stream);
  stream->Send(Slice::Of(std::string(8 << 20, 'z')));
  stream->End();
  RunUntil([&] { return request.data.size() == 1 << 20; });
  int looks = 0;
  RunUntil([&] { return ++looks > 20; });  // some time in which no more comes
  EXPECT_EQ(request.data.size(), size_t{1} << 20);

  // Another stream of the same connection is not held up.
  Listener other;
  server_owner_.next = &other;
  auto second = client_->Open({{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/q"}});
  ASSERT_TRUE(second);
  second->Send(Slice::Of(std::string(2 << 20, 'o')));
  second->End();
  RunUntil([&] { return other.ended; });
  EXPECT_EQ(other.data.size(), size_t{2} << 20);
}

TEST_F(Http2ConnectionTest, AnAnswerOfTrailersOnlyIsSeenAsSuch) {
  Listener& request = server_owner_.listener;
  request.on_headers = [&] { request.stream->SendHeaders({{":status", "200"}, {"grpc-status", "5"}}, true); };
  auto stream = Open();
  stream->End();
  RunUntil([&] { return answer_.end.has_value(); });
  EXPECT_TRUE(answer_.only_headers);
  EXPECT_TRUE(answer_.trailers.empty());
}

TEST_F(Http2ConnectionTest, AResetReachesTheOtherSide) {
  Listener& request = server_owner_.listener;
  request.on_headers = [&] { answer_.stream->Reset(kHttp2Cancel); };
  ASSERT_TRUE(Open());
  RunUntil([&] { return answer_.end && request.end; });
  EXPECT_EQ(request.end->code, kHttp2Cancel);
  EXPECT_FALSE(request.end->complete);
  EXPECT_FALSE(request.end->connection_lost);
}

TEST_F(Http2ConnectionTest, AConnectionThatEndsTellsItsStreams) {
  server_owner_.listener.on_headers = [&] { loop_.After(milliseconds(1), [&] { server_->Close("enough"); }); };
  ASSERT_TRUE(Open());
  RunUntil([&] { return answer_.end.has_value(); });
  EXPECT_TRUE(answer_.end->connection_lost);
  EXPECT_FALSE(client_owner_.why.empty());
  EXPECT_EQ(server_owner_.why, "enough");
  EXPECT_FALSE(Open()) << "a connection that ended takes no more";
}

TEST_F(Http2ConnectionTest, ADrainedConnectionTakesNoMoreAndEndsWithItsLastStream) {
  Listener& request = server_owner_.listener;
  request.on_headers = [&] { server_->Drain(); };
  auto stream = Open();
  RunUntil([&] { return client_owner_.go_away; });
  EXPECT_FALSE(client_->Open({{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/p"}}));
  EXPECT_FALSE(answer_.end);
  request.stream->SendHeaders({{":status", "200"}}, true);
  stream->End();
  RunUntil([&] { return answer_.end.has_value(); });
  EXPECT_TRUE(answer_.end->complete);
}

TEST(Http2Abuse, AFloodOfPingsEndsTheConnection) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  EventLoop loop;
  Owner owner;
  Http2Connection server(Http2Connection::Role::kServer, loop, ByteStream(Socket(ends[1])), owner);
  server.Start();
  const Socket raw(ends[0]);
  std::string bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);  // preface, empty SETTINGS
  const std::string ping("\0\0\x08\6\0\0\0\0\0abcdefgh", 17);
  for (int i = 0; i < 100; ++i) bytes += ping;
  int rounds = 0;
  std::function<void()> flood = [&] {
    std::array<char, 65536> ignored;
    while (::read(raw.fd(), ignored.data(), ignored.size()) > 0) {
    }
    if (server.closed() || ++rounds > 100) return loop.Stop();
    (void)!::write(raw.fd(), bytes.data(), bytes.size());
    bytes.erase(0, rounds == 1 ? 33 : 0);
    loop.After(milliseconds(1), flood);
  };
  loop.After(milliseconds(0), flood);
  loop.Run();
  EXPECT_TRUE(server.closed());
  EXPECT_GE(rounds, 9) << "what gRPC itself sends must pass";
}

}  // namespace
}  // namespace firesteel::gateway
