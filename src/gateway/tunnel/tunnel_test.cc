#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "gateway/tunnel/testing/far_gateway.h"
#include "gateway/tunnel/testing/near_client.h"

namespace firesteel::gateway::testing {
namespace {

using ::testing::HasSubstr;

/// A stream whose bytes show their place: this block again and again, its length a prime. Made once, so that the test
/// itself takes no more memory as it goes on.
const std::string& Block() {
  static const std::string kBlock = [] {
    std::string bytes(1'048'583, '\0');
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>((i * 2654435761U) >> 13);
    return bytes;
  }();
  return kBlock;
}

/// From a place of the stream up to the block's end, at most `most` bytes.
std::string_view StreamFrom(size_t place, size_t most) {
  return std::string_view(Block()).substr(place % Block().size(), most);
}

void SendStream(const Socket& socket, size_t size) {
  for (size_t sent = 0; sent < size;) {
    const std::string_view bytes = StreamFrom(sent, size - sent);
    ASSERT_TRUE(SendAll(socket, bytes)) << sent;
    sent += bytes.size();
  }
}

/// Expects the stream's bytes up to `size`; `look` is called now and then.
void ExpectStream(
    const Socket& socket, size_t size, const std::function<void()>& look = [] {}) {
  std::string buffer(65536, '\0');
  for (size_t received = 0; received < size;) {
    const std::string_view expected = StreamFrom(received, std::min(buffer.size(), size - received));
    const ssize_t got = ::recv(socket.fd(), buffer.data(), expected.size(), MSG_WAITALL);
    ASSERT_EQ(got, static_cast<ssize_t>(expected.size())) << received;
    ASSERT_EQ(std::memcmp(buffer.data(), expected.data(), expected.size()), 0) << received;
    received += expected.size();
    look();
  }
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kLittleMemory = size_t{160} << 20;  // sanitizers keep what was freed
#else
constexpr size_t kLittleMemory = size_t{16} << 20;
#endif

size_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

bool Becomes(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(Tunnel, CarriesBytesBothWays) {
  FarGateway gateway;
  NearClient client(gateway.port());
  const Socket near = client.Connect();
  ASSERT_TRUE(SendAll(near, "question"));
  const Socket far = gateway.Next();
  ASSERT_TRUE(far);
  EXPECT_EQ(ReceiveUpTo(far, 8), "question");
  ASSERT_TRUE(SendAll(far, "answer"));
  EXPECT_EQ(ReceiveUpTo(near, 6), "answer");
}

TEST(Tunnel, ConnectionIsProven) {
  FarGateway gateway;
  NearClient client(gateway.port());
  const Socket near = client.Connect();
  Peer peer;
  ASSERT_TRUE(gateway.Next(&peer));
  ASSERT_TRUE(peer.identity);
  EXPECT_EQ(peer.identity->user, "ada");
  EXPECT_TRUE(peer.loopback);
  EXPECT_FALSE(peer.encrypted);
}

TEST(Tunnel, OneSideEndsAndTheOtherGoesOn) {
  FarGateway gateway;
  NearClient client(gateway.port());
  const Socket near = client.Connect();
  ASSERT_TRUE(SendAll(near, "all of it"));
  ::shutdown(near.fd(), SHUT_WR);
  const Socket far = gateway.Next();
  EXPECT_EQ(ReceiveUpTo(far, 100), "all of it");
  ASSERT_TRUE(SendAll(far, "still here"));
  EXPECT_EQ(ReceiveUpTo(near, 10), "still here");
  EXPECT_EQ(gateway.tunnels(), 1u);
  ::shutdown(far.fd(), SHUT_WR);
  EXPECT_EQ(EndingOf(near), Ending::kEnd);
  EXPECT_TRUE(Becomes([&] { return gateway.tunnels() == 0; }));
}

TEST(Tunnel, LargeTransfersTakeLittleMemory) {
  constexpr size_t kSize = size_t{200} << 20;
  FarGateway gateway;
  NearClient client(gateway.port());
  const Socket near = client.Connect();
  const Socket far = gateway.Next();
  ASSERT_TRUE(far);
  const size_t before = Block().empty() ? 0 : ResidentBytes();
  std::thread sender([&] { SendStream(near, kSize); });
  std::thread answerer([&] { SendStream(far, kSize); });
  std::thread far_reader([&] { ExpectStream(far, kSize); });
  size_t most = before;
  ExpectStream(near, kSize, [&] { most = std::max(most, ResidentBytes()); });
  sender.join();
  answerer.join();
  far_reader.join();
  EXPECT_LT(most - before, kLittleMemory);
}

TEST(Tunnel, SlowReaderHoldsTheWriterBack) {
  // Longer than what counts as silence: a reader that is slow is not gone.
  const TunnelTimes times{.beat = std::chrono::milliseconds(50), .silence = std::chrono::milliseconds(300)};
  FarGateway gateway({.times = times});
  TunnelClient::Options options = NearClient::To(gateway.port());
  options.times = times;
  NearClient client(std::move(options));
  const Socket near = client.Connect();
  const Socket far = gateway.Next();
  ASSERT_TRUE(far);
  constexpr size_t kMost = size_t{256} << 20;
  const size_t before = Block().empty() ? 0 : ResidentBytes();
  size_t sent = 0;
  const auto send_until_full = [&] {
    pollfd writable{near.fd(), POLLOUT, 0};
    while (sent < kMost && ::poll(&writable, 1, 1500) == 1) {
      const std::string_view bytes = StreamFrom(sent, 65536);
      const ssize_t got = ::send(near.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      ASSERT_TRUE(got > 0 || errno == EAGAIN) << errno;
      if (got > 0) sent += static_cast<size_t>(got);
    }
  };
  send_until_full();
  // What the kernel's buffers of three sockets take, and our two messages.
  EXPECT_LT(sent, size_t{40} << 20);
  EXPECT_LT(ResidentBytes(), before + kLittleMemory);
  ::shutdown(near.fd(), SHUT_WR);
  ExpectStream(far, sent);
  EXPECT_EQ(EndingOf(far), Ending::kEnd);
}

TEST(Tunnel, ResetOfTheClientReachesTheGateway) {
  FarGateway gateway;
  NearClient client(gateway.port());
  std::optional<Socket> near = client.Connect();
  ASSERT_TRUE(SendAll(*near, "x"));
  const Socket far = gateway.Next();
  EXPECT_EQ(ReceiveUpTo(far, 1), "x");
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(near->fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  near.reset();
  EXPECT_NE(EndingOf(far), Ending::kNone);
  EXPECT_TRUE(Becomes([&] { return gateway.tunnels() == 0; }));
}

TEST(Tunnel, EndOfTheGatewayIsABreak) {
  std::optional<FarGateway> gateway(std::in_place);
  NearClient client(gateway->port());
  const Socket near = client.Connect();
  ASSERT_TRUE(SendAll(near, "x"));
  ASSERT_EQ(ReceiveUpTo(gateway->Next(), 1), "x");
  gateway.reset();
  EXPECT_NE(EndingOf(near), Ending::kNone);
}

TEST(Tunnel, BrokenTunnelIsNotTakenForTheEndOfTheBytes) {
  FarGateway gateway;
  NearClient client(gateway.port());
  const Socket near = client.Connect();
  const Socket far = gateway.Next();
  ASSERT_TRUE(far);
  gateway.Revoke();
  EXPECT_EQ(EndingOf(near), Ending::kBreak);
}

TEST(Tunnel, GoesOnWhenTheGatewayWasRestarted) {
  std::optional<FarGateway> gateway(std::in_place);
  const uint16_t port = gateway->port();
  NearClient client(port);
  {
    const Socket near = client.Connect();
    ASSERT_TRUE(gateway->Next());
  }
  gateway.reset();
  const Socket between = client.Connect();
  EXPECT_EQ(EndingOf(between), Ending::kBreak);
  EXPECT_THAT(client.Test(), HasSubstr("refused"));
  gateway.emplace(FarGateway::Options{.port = port});
  const Socket near = client.Connect();
  ASSERT_TRUE(SendAll(near, "again"));
  EXPECT_EQ(ReceiveUpTo(gateway->Next(), 5), "again");
}

TEST(Tunnel, WrongTokenReachesNobody) {
  FarGateway gateway;
  NearClient client(gateway.port(), "bad");
  EXPECT_EQ(client.Test(),
            "the gateway 127.0.0.1:" + std::to_string(gateway.port()) + " refuses the token: the token is not known");
  const Socket near = client.Connect();
  EXPECT_EQ(EndingOf(near), Ending::kBreak);
  EXPECT_EQ(gateway.tunnels(), 0u);
}

TEST(Tunnel, TestSaysNothingWhereAllIsWell) {
  FarGateway gateway;
  NearClient client(gateway.port());
  EXPECT_EQ(client.Test(), "");
  EXPECT_TRUE(Becomes([&] { return gateway.tunnels() == 0; }));
}

TEST(Tunnel, RevokedTokenEndsTunnels) {
  FarGateway gateway;
  NearClient client(gateway.port());
  const Socket near = client.Connect();
  const Socket far = gateway.Next();
  ASSERT_TRUE(far);
  gateway.Revoke();
  EXPECT_NE(EndingOf(far), Ending::kNone);
  EXPECT_EQ(gateway.tunnels(), 0u);
}

TEST(Tunnel, UsersHaveALimit) {
  FarGateway gateway({.limits = {.per_user = 1}});
  NearClient client(gateway.port());
  const Socket first = client.Connect();
  const Socket far = gateway.Next();
  ASSERT_TRUE(far);
  EXPECT_THAT(client.Test(), HasSubstr("status 429): user ada has 1 tunnels, which is the most"));
  EXPECT_EQ(gateway.refused().status, 429);
  ASSERT_NE(gateway.refused().identity, nullptr);
  EXPECT_EQ(gateway.refused().identity->user, "ada");
  ::shutdown(first.fd(), SHUT_WR);
  ::shutdown(far.fd(), SHUT_WR);
  EXPECT_TRUE(Becomes([&] { return gateway.tunnels() == 0; }));
  EXPECT_EQ(client.Test(), "");
}

TEST(Tunnel, AllHaveALimit) {
  FarGateway gateway({.limits = {.in_all = 0}});
  NearClient client(gateway.port());
  EXPECT_THAT(client.Test(), HasSubstr("status 503): the gateway has 0 tunnels, which is the most"));
}

TEST(Tunnel, StillPeerIsGivenUp) {
  // Takes connections and says nothing after the handshake: a gateway that is stopped.
  const TunnelTimes times{.beat = std::chrono::milliseconds(30),
                          .silence = std::chrono::milliseconds(150),
                          .farewell = std::chrono::milliseconds(50)};
  FarGateway gateway({.times = {.beat = std::chrono::hours(1)}});
  TunnelClient::Options options = NearClient::To(gateway.port());
  options.times = times;
  NearClient client(std::move(options));
  const Socket near = client.Connect();
  const Socket far = gateway.Next();
  ASSERT_TRUE(far);
  // The gateway's end does not read while its connection takes no more, and does not beat.
  const std::string much(size_t{1} << 20, 'x');
  pollfd writable{near.fd(), POLLOUT, 0};
  while (::poll(&writable, 1, 0) == 1 && ::send(near.fd(), much.data(), much.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {
  }
  EXPECT_EQ(EndingOf(near), Ending::kBreak);
}

}  // namespace
}  // namespace firesteel::gateway::testing
