#include "sources/text_decoder.h"

#include <gtest/gtest.h>

namespace firesteel::sources {
namespace {

/// The text of bytes that come in pieces of `step`.
std::string Decoded(std::string_view bytes, std::string_view charset, size_t step, bool* is_malformed = nullptr) {
  TextDecoder decoder(charset);
  std::string kept;
  std::string text;
  for (size_t at = 0; at <= bytes.size(); at += step) {
    kept += bytes.substr(at, step);
    const bool is_last = at + step > bytes.size();
    kept.erase(0, decoder.Decode(kept, is_last, text));
  }
  EXPECT_EQ(kept, "");
  if (is_malformed) *is_malformed = decoder.is_malformed();
  return text;
}

TEST(TextDecoder, TextsOfEveryCharsetInAnyPieces) {
  const std::string text = "a\u00e9\u20ac\U0001D11E\n";
  for (const std::string_view charset : {"utf-8", "utf-16", "utf-16be", "utf-16le", "utf-32"}) {
    for (const size_t step : std::initializer_list<size_t>{1, 2, 3, 5, 100}) {
      bool is_malformed = true;
      EXPECT_EQ(Decoded(EncodeText(text, charset), charset, step, &is_malformed), text) << charset << ' ' << step;
      EXPECT_FALSE(is_malformed);
    }
  }
  EXPECT_EQ(Decoded("a\xE9", "iso-8859-1", 1), "a\u00e9");
  EXPECT_EQ(EncodeText("a\u00e9\u20ac", "iso-8859-1"), "a\xE9?");
  EXPECT_EQ(EncodeText("\n", "utf-16le"), std::string("\n\0", 2));
}

TEST(TextDecoder, ByteOrderMarks) {
  EXPECT_EQ(Decoded(std::string_view("\xFF\xFE"
                                     "a\0",
                                     4),
                    "utf-16", 1),
            "a");
  EXPECT_EQ(Decoded(std::string_view("\xFF\xFE"
                                     "a\0",
                                     4),
                    "utf-16le", 2),
            "\uFEFFa");
}

TEST(TextDecoder, WhatIsMalformed) {
  for (const size_t step : std::initializer_list<size_t>{1, 2, 3, 100}) {
    bool is_malformed = false;
    EXPECT_EQ(Decoded("a\x80|\xE2\x82|\xF0\x9F\x98", "utf-8", step, &is_malformed), "a\uFFFD|\uFFFD|\uFFFD") << step;
    EXPECT_TRUE(is_malformed);
    EXPECT_EQ(Decoded(std::string_view("a\0\0\xD8", 4), "utf-16le", step), "a\uFFFD") << step;
    EXPECT_EQ(Decoded(std::string_view("a\0b", 3), "utf-16le", step), "a\uFFFD") << step;
  }
  EXPECT_EQ(Decoded("\xE9", "us-ascii", 1), "\uFFFD");
}

}  // namespace
}  // namespace firesteel::sources
