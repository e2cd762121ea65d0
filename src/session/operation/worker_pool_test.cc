#include "session/operation/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace firesteel::session {
namespace {

/// Lets tasks wait until the test opens it.
class Gate {
 public:
  void Open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

void WaitFor(const std::atomic<int>& value, int wanted) {
  while (value < wanted) std::this_thread::yield();
}

TEST(WorkerPool, RunsAtMostSoManyAtOnce) {
  WorkerPool pool({.max_running = 2});
  Gate gate;
  std::atomic<int> started{0}, most{0}, running{0};
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(pool.Submit([&] {
      most = std::max<int>(most, ++running);
      ++started;
      gate.Wait();
      --running;
    }));
  }
  WaitFor(started, 2);
  EXPECT_EQ(started, 2);
  gate.Open();
  WaitFor(started, 6);
  EXPECT_TRUE(pool.Stop(std::chrono::seconds(5)));
  EXPECT_LE(most, 2);
}

TEST(WorkerPool, BlockedTasksDoNotCount) {
  WorkerPool pool({.max_running = 1});
  Gate gate;
  std::atomic<int> done{0};
  pool.Submit([&] {
    WorkerPool::BlockedScope blocked;
    gate.Wait();
    ++done;
  });
  std::atomic<int> second{0};
  pool.Submit([&] { ++second; });
  WaitFor(second, 1);
  EXPECT_EQ(done, 0);
  gate.Open();
  WaitFor(done, 1);
}

TEST(WorkerPool, TellsItsActivity) {
  WorkerPool pool({.max_running = 2});
  Gate gate;
  std::atomic<int> started{0};
  pool.Submit([&] {
    ++started;
    gate.Wait();
  });
  pool.Submit([&] { ++started; });
  WaitFor(started, 2);
  EXPECT_EQ(pool.activity().begun, 2);
  EXPECT_GE(pool.activity().unended, 1);
  gate.Open();
  pool.Stop(std::chrono::seconds(10));
  EXPECT_EQ(pool.activity().begun, 2);
  EXPECT_EQ(pool.activity().unended, 0);
}

TEST(WorkerPool, HasDeepStacks) {
  WorkerPool pool({.max_running = 1});
  std::atomic<int> done{0};
  pool.Submit([&] {
    // Far more than the usual 8 MiB.
    volatile char large[40 << 20];
    large[0] = 1;
    large[sizeof large - 1] = 1;
    done = large[0];
  });
  WaitFor(done, 1);
}

TEST(WorkerPool, StopsInTime) {
  WorkerPool pool({.max_running = 1});
  Gate gate;
  std::atomic<int> started{0};
  pool.Submit([&] {
    ++started;
    gate.Wait();
  });
  WaitFor(started, 1);
  EXPECT_FALSE(pool.Stop(std::chrono::milliseconds(20)));
  EXPECT_FALSE(pool.Submit([] {}));
  gate.Open();
  EXPECT_TRUE(pool.Stop(std::chrono::seconds(5)));
}

}  // namespace
}  // namespace firesteel::session
