#include "sources/line_reader.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace firesteel::sources {
namespace {

class LineReaderTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  std::vector<std::string> Lines(const std::string& content, const FilePart& part = {},
                                 const std::optional<std::string>& separator = std::nullopt) {
    std::ofstream(path_, std::ios::binary) << content;
    LineReader reader(path_, separator, part);
    std::vector<std::string> lines;
    std::string_view line;
    while (reader.Next(line)) lines.emplace_back(line);
    return lines;
  }

  const std::string path_ = ::testing::TempDir() + "line_reader_" + std::to_string(::getpid()) + ".txt";
};

using Texts = std::vector<std::string>;

TEST_F(LineReaderTest, EndsOfLines) {
  EXPECT_EQ(Lines("a\nb\r\nc\rd"), (Texts{"a", "b", "c", "d"}));
  EXPECT_EQ(Lines("\n\n"), (Texts{"", ""}));
  EXPECT_EQ(Lines("a\r"), (Texts{"a"}));
  EXPECT_EQ(Lines(""), (Texts{}));
  EXPECT_EQ(Lines("\xEF\xBB\xBF"
                  "a\n"),
            (Texts{"a"}));
  EXPECT_EQ(Lines("a;b;;c", {}, ";"), (Texts{"a", "b", "", "c"}));
  EXPECT_EQ(Lines("a--b-c--", {}, "--"), (Texts{"a", "b-c"}));
}

TEST_F(LineReaderTest, PartsTogetherHaveEveryLineOnce) {
  std::string content;
  Texts expected;
  for (int i = 0; i < 2000; ++i) {
    expected.push_back(std::string(static_cast<size_t>(i % 37), 'x') + std::to_string(i));
    content += expected.back() + (i % 3 == 0 ? "\r\n" : i % 3 == 1 ? "\n" : "\r");
  }
  const auto size = static_cast<int64_t>(content.size());
  for (const int64_t step : {1000, 1009, 4096}) {
    Texts all;
    for (int64_t begin = 0; begin < size; begin += step) {
      const FilePart part{0, begin, begin + step >= size ? INT64_MAX : begin + step};
      for (std::string& line : Lines(content, part)) all.push_back(std::move(line));
    }
    EXPECT_EQ(all, expected) << step;
  }
}

TEST_F(LineReaderTest, LinesLongerThanTheBuffer) {
  const std::string line(3 << 20, 'y');
  EXPECT_EQ(Lines(line + "\nz"), (Texts{line, "z"}));
}

}  // namespace
}  // namespace firesteel::sources
