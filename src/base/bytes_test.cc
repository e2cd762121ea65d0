#include "base/bytes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <system_error>

namespace firesteel {
namespace {

TEST(BytesTest, OfTextsAndTheirParts) {
  SharedBytes whole = Bytes::Of("one two");
  SharedBytes part = Bytes::Part(whole, whole->view().substr(4));
  whole.reset();
  part->ReleasePages();
  EXPECT_EQ(part->view(), "two");
  EXPECT_EQ(Bytes::Of("")->size(), 0u);
}

TEST(BytesTest, MappedFilesOutliveTheirNames) {
  std::string path = "/tmp/firesteel-bytes-XXXXXX";
  ::close(::mkstemp(path.data()));
  const std::string text(100'000, 'x');
  std::ofstream(path, std::ios::binary) << "head" << text;
  const SharedBytes bytes = Bytes::MapFile(path, 4);
  const SharedBytes nothing = Bytes::MapFile(path, 4 + text.size());
  ::unlink(path.c_str());
  EXPECT_EQ(bytes->view(), text);
  const SharedBytes part = Bytes::Part(bytes, bytes->view().substr(5000, 10));
  part->ReleasePages();
  bytes->ReleasePages();
  EXPECT_EQ(part->view(), std::string(10, 'x'));
  EXPECT_EQ(bytes->view(), text);
  EXPECT_EQ(nothing->view(), "");
  EXPECT_THROW(Bytes::MapFile(path), std::system_error);
}

}  // namespace
}  // namespace firesteel
