#include "session/python/arrow_output.h"

#include <gtest/gtest.h>

namespace firesteel::session {
namespace {

constexpr size_t kMebi = size_t{1} << 20;

OutputPlace WithMemory(size_t bytes) { return {"", std::make_shared<size_t>(bytes)}; }

/// Adds messages of so many bytes; gives what should come out.
std::string Fill(ArrowOutput& output, std::initializer_list<size_t> sizes) {
  std::string all;
  char letter = 'a';
  for (const size_t size : sizes) {
    const std::string message(size, letter++);
    output.AddMessage(message);
    all += message;
  }
  return all + *EndOfStream();
}

TEST(ArrowOutput, KeepsWhatMemoryMayHold) {
  const OutputPlace place = WithMemory(3 * kMebi);
  ArrowOutput output(place);
  EXPECT_TRUE(output.empty());
  const std::string all = Fill(output, {1, 5000, 2 * kMebi, 0, 7});
  EXPECT_FALSE(output.empty());
  EXPECT_EQ(output.Take()->view(), all);
  EXPECT_EQ(*place.memory_left, 3 * kMebi - all.size());
}

TEST(ArrowOutput, PutsMoreIntoAFile) {
  for (const size_t memory : {size_t{0}, size_t{100}, kMebi, 3 * kMebi}) {
    const OutputPlace place = WithMemory(memory);
    ArrowOutput output(place);
    const std::string all = Fill(output, {100, 3000, kMebi - 1, 1, 3 * kMebi, 10, 2 * kMebi, 20});
    EXPECT_EQ(output.Take()->view(), all) << memory;
    EXPECT_EQ(*place.memory_left, memory) << "what went into the file is no longer in memory";
  }
}

TEST(ArrowOutput, SharesTheMemoryWithOthers) {
  const OutputPlace place = WithMemory(kMebi);
  ArrowOutput first(place);
  ArrowOutput second(place);
  const std::string of_first = Fill(first, {kMebi - 10});
  const std::string of_second = Fill(second, {11, kMebi});
  EXPECT_EQ(first.Take()->view(), of_first);
  EXPECT_EQ(second.Take()->view(), of_second);
}

}  // namespace
}  // namespace firesteel::session
