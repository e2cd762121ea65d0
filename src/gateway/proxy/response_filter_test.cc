#include "gateway/proxy/response_filter.h"

#include <gtest/gtest.h>

#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {
namespace {

TEST(ResponseFilter, AppendsToEveryMessageHoweverItIsCut) {
  std::string compressed = Framed("as it is");
  compressed[0] = 1;
  const std::string bytes = Framed("one") + Framed("") + Framed(std::string(100'000, 'y')) + compressed + Framed("z");
  const std::string expected =
      Framed("one+id") + Framed("+id") + Framed(std::string(100'000, 'y') + "+id") + compressed + Framed("z+id");
  for (const size_t piece : {1, 2, 5, 6, 7, 1000, 1'000'000}) {
    ResponseFilter filter("+id");
    std::vector<Slice> out;
    for (size_t at = 0; at < bytes.size(); at += piece) filter.Feed(Slice::Of(bytes.substr(at, piece)), &out);
    std::string passed;
    for (const Slice& slice : out) passed += slice.bytes();
    EXPECT_TRUE(passed == expected) << "in pieces of " << piece;
  }
}

}  // namespace
}  // namespace firesteel::gateway
