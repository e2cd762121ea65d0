#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string>
#include <vector>

#include "functions/kernels/kernels.h"
#include "functions/kernels/string/byte_words.h"
#include "functions/kernels/string/decimal_digits.h"
#include "functions/kernels/string/text_format.h"
#include "functions/kernels/test_columns.h"

/// Texts of every length around a word, written in place. Expected values that are not plain loops over ASCII were read
/// from Apache Spark 4.3.0.
namespace firesteel::functions {
namespace {

using testing::Column;
using testing::Outcome;
using testing::RunKernel;

using Texts = std::vector<std::optional<std::string>>;

/// The kernel's results over a column of texts.
Texts ResultsOf(const Kernel& kernel, const Texts& texts) {
  const Column<std::string> column(texts);
  const Outcome outcome =
      RunKernel(kernel, {DataType::String()}, DataType::String(), {column.view()}, texts.size(), EvalMode::kAnsi);
  EXPECT_EQ(outcome.error, nullptr);
  Texts results;
  for (size_t row = 0; row < texts.size(); ++row) results.push_back(outcome.At<std::string>(row));
  return results;
}

/// Beginnings of every length up to 40 of a text, and a NULL.
Texts Beginnings(const std::string& text) {
  Texts texts{std::nullopt};
  for (size_t size = 0; size <= 40; ++size) texts.push_back(text.substr(0, size));
  return texts;
}

template <class F>
Texts Mapped(const Texts& texts, const F& f) {
  Texts results;
  for (const auto& text : texts) results.push_back(text ? std::optional<std::string>(f(*text)) : std::nullopt);
  return results;
}

const std::string kMixed = "aZ@[`{ Az  hello wOrLd 0129/:\x7F\x01~ END of it";

TEST(TextKernels, LoadsNoMoreThanTheText) {
  for (size_t size = 1; size < 24; ++size) {
    const std::string text = kMixed.substr(0, size);
    std::string read;
    EachWord(text, [&](uint64_t word, size_t at) {
      EXPECT_EQ(at, read.size());
      read.append(reinterpret_cast<const char*>(&word), sizeof word);
    });
    EXPECT_EQ(read.substr(0, size), text);
    EXPECT_EQ(read.find_first_not_of('\0', size), std::string::npos);
    std::string copy(size + 1, '#');
    EXPECT_EQ(CopyBytes(copy.data(), text), copy.data() + size);
    EXPECT_EQ(copy, text + "#");
  }
}

TEST(TextKernels, ChangeTheCaseOfAscii) {
  const Texts texts = Beginnings(kMixed);
  const auto upper = [](std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return text;
  };
  const auto lower = [](std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  };
  EXPECT_EQ(ResultsOf(kUpper, texts), Mapped(texts, upper));
  EXPECT_EQ(ResultsOf(kLower, texts), Mapped(texts, lower));
  EXPECT_EQ(ResultsOf(kInitcap, texts), Mapped(texts, [&](const std::string& text) {
              std::string result = lower(text);
              for (size_t i = 0; i < text.size(); ++i) {
                if (i == 0 || text[i - 1] == ' ') result[i] = upper(text.substr(i, 1))[0];
              }
              return result;
            }));
  EXPECT_EQ(ResultsOf(kReverseText, texts),
            Mapped(texts, [](const std::string& text) { return std::string(text.rbegin(), text.rend()); }));
}

TEST(TextKernels, ChangeTheCaseOfOtherCharactersAtEveryPlace) {
  for (size_t size = 0; size <= 24; ++size) {
    const std::string before(size, 'q');
    EXPECT_EQ(ResultsOf(kUpper, {before + "\xC3\xA9"})[0], std::string(size, 'Q') + "\xC3\x89");
    EXPECT_EQ(ResultsOf(kUpper, {before + "\xC3\x9F"})[0], std::string(size, 'Q') + "SS");
    EXPECT_EQ(ResultsOf(kLower, {before + "\xC3\x89"})[0], before + "\xC3\xA9");
    EXPECT_EQ(ResultsOf(kReverseText, {"x" + before + "\xE6\x97\xA5"})[0], "\xE6\x97\xA5" + before + "x");
    EXPECT_EQ(ResultsOf(kInitcap, {before + " \xC3\xA9Q qX"})[0],
              (size > 0 ? "Q" + std::string(size - 1, 'q') : "") + " \xC3\x89q Qx");
  }
  // Titles of letters that are two: their own, or the first as a capital.
  EXPECT_EQ(ResultsOf(kInitcap, {"\xC7\x86"
                                 "A \xC5\x89"
                                 "a \xEF\xAC\x81x"})[0],
            "\xC7\x85"
            "a \xCA\xBCNa Fix");
}

TEST(TextKernels, WriteAndReadHexAndBase64) {
  std::string bytes;
  for (int i = 0; i < 40; ++i) bytes += static_cast<char>(i * 37);
  const Texts texts = Beginnings(bytes);
  EXPECT_EQ(ResultsOf(kUnhex, Mapped(texts,
                                     [](const std::string& text) {
                                       std::string digits;
                                       for (const unsigned char c : text) {
                                         digits += "0123456789abcdef"[c >> 4];
                                         digits += "0123456789ABCDEF"[c & 15];
                                       }
                                       return digits;
                                     })),
            texts);
  EXPECT_EQ(ResultsOf(kUnbase64, ResultsOf(kBase64Text, texts)), texts);
  EXPECT_EQ(ResultsOf(kBase64Text, {"abc", "ab", "a", ""}), (Texts{"YWJj", "YWI=", "YQ==", ""}));
  EXPECT_EQ(ResultsOf(kUnbase64, {"Y-W_J%jZGV\nm", "YQ", "YWI"}), (Texts{"abcdef", "a", "ab"}));
  EXPECT_EQ(ResultsOf(kUnhex, {"abc", "g0", "0g", "F"}), (Texts{"\x0A\xBC", std::nullopt, std::nullopt, "\x0F"}));
}

TEST(TextKernels, DigestsOneAfterAnother) {
  const Texts digests = ResultsOf(kMd5, {"", std::nullopt, "Spark", std::string(200, 'x'), "Spark"});
  EXPECT_EQ(digests[0], "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(digests[1], std::nullopt);
  EXPECT_EQ(digests[2], "8cde774d6f7333752ed72cacddb05126");
  EXPECT_EQ(digests[4], digests[2]);
}

TEST(TextKernels, DecimalsOfDoublesAreGivenOnlyBeyondDoubt) {
  EXPECT_EQ(NearestScaled(1234.5678, 2), 123457u);
  EXPECT_EQ(NearestScaled(0, 2), 0u);
  EXPECT_EQ(NearestScaled(0.999, 0), 1u);
  EXPECT_EQ(NearestScaled(0.125, 2), std::nullopt) << "a tie";
  EXPECT_EQ(NearestScaled(2.675, 2), std::nullopt) << "a tie in decimal digits, not in binary ones";
  EXPECT_EQ(NearestScaled(1e15, 2), std::nullopt) << "more digits than a double has";
  EXPECT_EQ(NearestScaled(1, 16), std::nullopt);
  EXPECT_EQ(NearestScaled(1, -1), std::nullopt);
}

TEST(TextKernels, PartsOfTextsShareTheirBytes) {
  const std::string text = "a text of more than twelve bytes  ";
  const Column<std::string> column({text});
  const Outcome trimmed = RunKernel(kTrim, {DataType::String()}, DataType::String(), {column.view()}, 1);
  EXPECT_EQ(trimmed.At<std::string>(0), "a text of more than twelve bytes");
  EXPECT_EQ(trimmed.result->Data<StringSlot>()[0].view().data(), column.view().Text(0).data());
  EXPECT_TRUE(kTrim.shares_text);
}

/// The engine compares all bytes of a slot.
void ExpectZerosBehind(const Outcome& outcome, size_t row) {
  const StringSlot& slot = outcome.result->Data<StringSlot>()[row];
  const StringSlot clean = StringSlot::Of(slot.view());
  EXPECT_EQ(std::memcmp(&slot, &clean, sizeof slot), 0) << slot.view();
}

TEST(TextKernels, PutTextsTogetherInlineAndOutside) {
  const Texts first = Beginnings("\xC3\xA9 a text, then others of its kind, and on");
  const Column<std::string> column(first);
  for (const char* const second : {"", "-", "abcd", "eight by", "twelve bytes", "seventeen letters"}) {
    const Column<std::string> others(Texts(first.size(), std::string(second)));
    const Outcome joined = RunKernel(kConcatText, {DataType::String(), DataType::String()}, DataType::String(),
                                     {column.view(), others.view()}, first.size());
    EXPECT_EQ(joined.At<std::string>(0), std::nullopt);
    const Outcome listed = RunKernel(kConcatWs, {DataType::String(), DataType::String(), DataType::String()},
                                     DataType::String(), {others.view(), column.view(), column.view()}, first.size());
    EXPECT_EQ(listed.At<std::string>(0), "");
    for (size_t row = 1; row < first.size(); ++row) {
      EXPECT_EQ(joined.At<std::string>(row), *first[row] + second);
      EXPECT_EQ(listed.At<std::string>(row), *first[row] + second + *first[row]);
      ExpectZerosBehind(joined, row);
      ExpectZerosBehind(listed, row);
    }
  }
}

TEST(TextKernels, WriteNumbersOfEveryLength) {
  std::vector<std::optional<int64_t>> numbers{std::nullopt, 0, INT64_MIN, INT64_MAX};
  for (int64_t power = 1; power < INT64_MAX / 10; power *= 10) {
    for (const int64_t number : {power, -power, power - 1, 10 * power - 1}) numbers.emplace_back(number);
  }
  const Column<int64_t> column(numbers);
  const Outcome outcome = RunKernel(kCast, {DataType::Long()}, DataType::String(), {column.view()}, numbers.size());
  EXPECT_EQ(outcome.At<std::string>(0), std::nullopt);
  for (size_t row = 1; row < numbers.size(); ++row) {
    EXPECT_EQ(outcome.At<std::string>(row), std::to_string(*numbers[row]));
    ExpectZerosBehind(outcome, row);
  }
}

TEST(TextKernels, PadWithOneByteAndWithMore) {
  const Column<std::string> texts({"7", "1234567", "12345678", "123456789", "\xC3\xA9", "", "x"});
  const Column<std::string> pads({"0", "0", "0", "0", "*", "ab", "\xC3\xA9"});
  const Column<int32_t> lengths({8, 8, 8, 8, 3, 5, 4});
  const DataType type = DataType::String();
  const Outcome left =
      RunKernel(kLpad, {type, DataType::Int(), type}, type, {texts.view(), lengths.view(), pads.view()}, 7);
  const Outcome right =
      RunKernel(kRpad, {type, DataType::Int(), type}, type, {texts.view(), lengths.view(), pads.view()}, 7);
  const Texts to_left{
      "00000007", "01234567", "12345678", "12345678", "**\xC3\xA9", "ababa", "\xC3\xA9\xC3\xA9\xC3\xA9x"};
  const Texts to_right{
      "70000000", "12345670", "12345678", "12345678", "\xC3\xA9**", "ababa", "x\xC3\xA9\xC3\xA9\xC3\xA9"};
  for (size_t row = 0; row < 7; ++row) {
    EXPECT_EQ(left.At<std::string>(row), to_left[row]);
    EXPECT_EQ(right.At<std::string>(row), to_right[row]);
  }
}

TEST(TextKernels, LevenshteinBeyondAWordOfBits) {
  const auto edits = [](const std::string& a, const std::string& b) {
    const Column<std::string> left({a});
    const Column<std::string> right({b});
    const DataType text = DataType::String();
    return *RunKernel(kLevenshtein, {text, text}, DataType::Int(), {left.view(), right.view()}, 1).At<int32_t>(0);
  };
  EXPECT_EQ(edits("kitten", "sitting"), 3);
  EXPECT_EQ(edits("", "abc"), 3);
  for (const size_t size : {63u, 64u, 65u, 130u}) {
    const std::string a(size, 'a');
    EXPECT_EQ(edits(a, a), 0);
    EXPECT_EQ(edits(a, a + "b"), 1);
    EXPECT_EQ(edits("b" + a, a + "b"), 2);
    EXPECT_EQ(edits(a, std::string(size, 'c')), static_cast<int32_t>(size));
    EXPECT_EQ(edits(a + "\xC3\xA9", a + "\xC3\xA8"), 1);
  }
}

}  // namespace
}  // namespace firesteel::functions
