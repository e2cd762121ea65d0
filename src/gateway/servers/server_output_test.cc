#include "gateway/servers/server_output.h"

#include <gtest/gtest.h>

#include <chrono>

namespace firesteel::gateway {
namespace {

using std::chrono::steady_clock;

class ServerOutputTest : public testing::Test {
 protected:
  // What is logged while `act` runs.
  template <class Act>
  static std::string Logged(const Act& act) {
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    act();
    return testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
  }
  static size_t Count(const std::string& text, const std::string& part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
  }

  ServerOutput output_{"warm", 7};
  steady_clock::time_point now_ = steady_clock::now();
};

TEST_F(ServerOutputTest, LinesWhereverThePiecesEnd) {
  const std::string logged = Logged([&] {
    output_.Add("one\ntw", now_);
    output_.Add("o\r\n\nthree", now_);
    output_.Finish(now_);
  });
  EXPECT_EQ(output_.LastLines(), "one | two | three");
  EXPECT_NE(logged.find("pool warm process 7: two"), std::string::npos) << logged;
}

TEST_F(ServerOutputTest, KeepsTheLastLines) {
  Logged([&] {
    for (int i = 0; i < 20; ++i) output_.Add(std::to_string(i) + "\n", now_);
  });
  EXPECT_EQ(output_.LastLines(), "15 | 16 | 17 | 18 | 19");
}

TEST_F(ServerOutputTest, CutsLongLines) {
  const std::string logged = Logged([&] {
    for (int i = 0; i < 100; ++i) output_.Add(std::string(1000, '~'), now_);
    output_.Add("\nnext\n", now_);
  });
  EXPECT_EQ(Count(logged, "~"), ServerOutput::kLongestLine);
  EXPECT_NE(logged.find("process 7: next"), std::string::npos);
}

TEST_F(ServerOutputTest, LeavesOutWhatIsTooMuch) {
  const std::string logged = Logged([&] {
    for (int i = 0; i < ServerOutput::kLinesPerSecond + 30; ++i) output_.Add("line\n", now_);
    output_.Add("later\n", now_ + std::chrono::seconds(2));
  });
  EXPECT_EQ(Count(logged, ": line"), static_cast<size_t>(ServerOutput::kLinesPerSecond));
  EXPECT_NE(logged.find("30 lines are left out"), std::string::npos);
  EXPECT_NE(logged.find("process 7: later"), std::string::npos);
}

}  // namespace
}  // namespace firesteel::gateway
