#include "base/utf8.h"

#include <gtest/gtest.h>

namespace firesteel {
namespace {

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(Utf8Length(""), 0u);
  EXPECT_EQ(Utf8Length("žluť𝄞 0123456789"), 16u);
  EXPECT_EQ(Utf16Length("žluť𝄞"), 6u);
  EXPECT_EQ(Utf8Length("\xff\xfe"), 2u);
}

TEST(Utf8, TellsAscii) {
  for (size_t size = 0; size < 20; ++size) {
    std::string text(size, 'a');
    EXPECT_TRUE(IsAscii(text)) << size;
    for (size_t i = 0; i < size; ++i) {
      text[i] = static_cast<char>(0x80);
      EXPECT_FALSE(IsAscii(text)) << size << ' ' << i;
      text[i] = '\x7f';
    }
    EXPECT_TRUE(IsAscii(text)) << size;
  }
}

TEST(Utf8, CutsByCodePoints) {
  EXPECT_EQ(Utf8Substring("žluť𝄞x", 1, 3), "lu");
  EXPECT_EQ(Utf8Substring("žluť𝄞x", 4, 99), "𝄞x");
  EXPECT_EQ(Utf8Substring("abc", 5, 9), "");
  EXPECT_EQ(Utf8Substring("0123456789abcdef", 9, 12), "9ab");
}

TEST(Utf8, TellsValidFromInvalid) {
  EXPECT_TRUE(IsValidUtf8("žluť𝄞 and plain text"));
  for (std::string_view bad :
       {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\xE2\x82", "\x80", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_FALSE(IsValidUtf8(bad));
    EXPECT_TRUE(IsValidUtf8(MakeValidUtf8(bad)));
  }
  EXPECT_EQ(MakeValidUtf8("a\xE2\x82"
                          "b"),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Utf8, DecodesWhatIsInvalidLikeJava) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(DecodeUtf8LikeJava("\xED\xA0\x80|\xED\xB0|\xED|"), bad + "|" + bad + "|" + bad + "|");
  EXPECT_EQ(DecodeUtf8LikeJava("\xED\x80\x80\xED\xA0"), "\xED\x80\x80" + bad);
  EXPECT_EQ(DecodeUtf8LikeJava("\xC0\xAF\xF4\x90\xE2\x82"), bad + bad + bad + bad + bad);
  EXPECT_EQ(MakeValidUtf8("\xED\xA0\x80"), bad + bad + bad);
}

TEST(Utf8, ConvertsToUtf16AndBack) {
  const std::string text = "žluť𝄞x";
  EXPECT_EQ(Utf8FromUtf16(Utf16FromUtf8(text)), text);
  EXPECT_EQ(Utf8FromUtf16(std::u16string{u'a', char16_t{0xD834}}), "a?");
}

}  // namespace
}  // namespace firesteel
