#include "gateway/servers/server_endpoint.h"

#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

TEST(ServerEndpoint, IsReadAndWrittenTheSame) {
  for (const char* text :
       {"localhost:15002", "10.0.0.7:1", "a-b.c_d.example:65535", "[::1]:15002", "[fe80::1%eth0]:9"}) {
    const auto endpoint = ParseEndpoint(text);
    ASSERT_TRUE(endpoint.ok()) << text;
    EXPECT_EQ(EndpointText(endpoint.value().host, endpoint.value().port), text);
  }
}

TEST(ServerEndpoint, SaysWhatIsWrong) {
  const auto fault = [](const char* text) {
    const auto endpoint = ParseEndpoint(text);
    return endpoint.ok() ? std::string() : endpoint.error();
  };
  EXPECT_EQ(fault("localhost"), "has no port; write HOST:PORT");
  EXPECT_EQ(fault("[::1]"), "has no port; write [ADDRESS]:PORT");
  EXPECT_EQ(fault("[nonsense]:1"), "has no IPv6 address between its brackets");
  EXPECT_EQ(fault("::1:15002"), "has more than one colon; an IPv6 address is written [ADDRESS]:PORT");
  EXPECT_EQ(fault(":15002"), "has no host name in front of its port; write HOST:PORT");
  EXPECT_EQ(fault("a b:15002"), "has no host name in front of its port; write HOST:PORT");
  for (const char* port : {"h:", "h:0", "h:65536", "h:-1", "h:1x", "h: 1"}) {
    EXPECT_EQ(fault(port), "has a port that is no number from 1 to 65535") << port;
  }
}

}  // namespace
}  // namespace firesteel::gateway
