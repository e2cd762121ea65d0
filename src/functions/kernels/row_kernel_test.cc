#include "functions/kernels/row_kernel.h"

#include <gtest/gtest.h>

#include "functions/kernels/test_columns.h"

namespace firesteel::functions {
namespace {

using testing::Column;
using testing::Outcome;
using testing::RunKernel;

// 11 … 14 bytes: slots keep up to 12 in themselves.
const std::vector<std::optional<std::string>> kTexts = {
    "", std::nullopt, "12345678901", "123456789012", "1234567890123", "12345678901234", std::string(100'000, 'x')};

void Twice(TextOut& out, std::string_view text) {
  char* room = out.Room(text.size() * 2 + 7);  // more than is used
  std::memcpy(room, text.data(), text.size());
  std::memcpy(room + text.size(), text.data(), text.size());
  out.Commit(text.size() * 2);
}

void OnlyShort(Row& row, TextOut& out, std::string_view text) {
  if (text.size() > 13) {
    row.Fail("X", {}, ErrorClass::kRuntime);
  } else if (text.empty()) {
    out.SetNull();
  } else {
    out.Set(text);
  }
}

std::string_view Half(std::string_view text) { return text.substr(text.size() / 2); }

Outcome OfTexts(const Kernel& kernel, const Column<std::string>& column) {
  return RunKernel(kernel, {DataType::String()}, DataType::String(), {column.view()}, kTexts.size());
}

TEST(RowKernel, WritesTextsInPlace) {
  const Column<std::string> column(kTexts);
  const Kernel kernel = RowKernel<Twice>();
  const Outcome outcome = OfTexts(kernel, column);
  for (size_t i = 0; i < kTexts.size(); ++i) {
    EXPECT_EQ(outcome.At<std::string>(i), kTexts[i] ? std::optional(*kTexts[i] + *kTexts[i]) : std::nullopt) << i;
  }
}

TEST(RowKernel, FailsOrSkipsRowsOfTexts) {
  const Column<std::string> column(kTexts);
  const Kernel kernel = RowKernel<OnlyShort>(true);
  const Outcome outcome = OfTexts(kernel, column);
  ASSERT_NE(outcome.error, nullptr);
  EXPECT_EQ(outcome.At<std::string>(0), std::nullopt);
  EXPECT_EQ(outcome.At<std::string>(4), kTexts[4]);
}

TEST(RowKernel, SharesTheBytesOfItsArgument) {
  const Column<std::string> column(kTexts);
  const Kernel kernel = SharingKernel<Half>();
  EXPECT_TRUE(kernel.shares_text);
  const Outcome outcome = OfTexts(kernel, column);
  EXPECT_EQ(outcome.At<std::string>(3), "789012");
  const std::string_view long_text = outcome.result->Data<StringSlot>()[6].view();
  EXPECT_EQ(long_text, std::string(50'000, 'x'));
  EXPECT_EQ(long_text.data(), column.view().Text(6).data() + 50'000);
}

TEST(StringSlot, FillsWhatItDoesNotUseWithZeros) {
  const StringSlot slot = StringSlot::Of("abc");
  EXPECT_EQ(std::string_view(slot.inlined.bytes, 12), std::string_view("abc\0\0\0\0\0\0\0\0\0", 12));
  EXPECT_EQ(std::string_view(StringSlot::Of("1234567890123").outside.prefix, 4), "1234");
}

}  // namespace
}  // namespace firesteel::functions
