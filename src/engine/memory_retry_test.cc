#include "engine/memory_retry.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "base/error.h"
#include "engine/engine_error.h"

namespace firesteel::engine {
namespace {

using std::chrono::milliseconds;

bool Always() { return true; }

/// A run that goes on until it is told to end.
class LongRun {
 public:
  explicit LongRun(MemoryRetry& retry)
      : thread_([this, &retry] {
          retry.Run(
              [this] {
                began_.set_value();
                end_.get_future().wait();
              },
              Always, nullptr);
        }) {
    began_.get_future().wait();
  }
  ~LongRun() {
    End();
    thread_.join();
  }
  void End() {
    if (!ended_) end_.set_value();
    ended_ = true;
  }

 private:
  bool ended_ = false;
  std::promise<void> began_;
  std::promise<void> end_;
  std::thread thread_;
};

TEST(MemoryRetryTest, AloneASecondTryWouldBeTheSame) {
  MemoryRetry retry;
  int tries = 0;
  const auto run = [&] {
    ++tries;
    throw OutOfMemory("full");
  };
  EXPECT_THROW(retry.Run(run, Always, nullptr), OutOfMemory);
  EXPECT_EQ(tries, 1);
}

TEST(MemoryRetryTest, BesideOthersItIsTriedAgainWhenTheyHaveEnded) {
  MemoryRetry retry;
  LongRun other(retry);
  int tries = 0;
  std::thread ending([&] {
    std::this_thread::sleep_for(milliseconds(50));
    other.End();
  });
  retry.Run(
      [&] {
        if (++tries == 1) throw OutOfMemory("full");
      },
      Always, nullptr);
  EXPECT_EQ(tries, 2);
  ending.join();
}

TEST(MemoryRetryTest, WhatWasSeenIsNotRepeated) {
  MemoryRetry retry;
  LongRun other(retry);
  int tries = 0;
  const auto run = [&] {
    ++tries;
    throw OutOfMemory("full");
  };
  EXPECT_THROW(retry.Run(
                   run, [] { return false; }, nullptr),
               OutOfMemory);
  EXPECT_EQ(tries, 1);
}

TEST(MemoryRetryTest, PatienceEnds) {
  MemoryRetry retry({.patience = milliseconds(30)});
  LongRun other(retry);
  int tries = 0;
  retry.Run(
      [&] {
        if (++tries == 1) throw OutOfMemory("full");
      },
      Always, nullptr);
  EXPECT_EQ(tries, 2);
}

TEST(MemoryRetryTest, ACancelledRunWaitsNoLonger) {
  MemoryRetry retry({.patience = milliseconds(60'000)});
  LongRun other(retry);
  auto cancel = std::make_shared<CancelToken>();
  std::thread cancelling([&] {
    std::this_thread::sleep_for(milliseconds(50));
    cancel->Cancel();
  });
  try {
    retry.Run([] { throw OutOfMemory("full"); }, Always, cancel);
    FAIL() << "no error";
  } catch (const QueryError& error) {
    EXPECT_EQ(error.condition(), "OPERATION_CANCELED");
  }
  cancelling.join();
}

}  // namespace
}  // namespace firesteel::engine
