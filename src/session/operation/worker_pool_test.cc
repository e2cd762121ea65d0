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

/// A pool of one place that is taken until the gate opens; what runs afterwards is written down.
class BusyPoolTest : public testing::Test {
 protected:
  void SetUp() override {
    pool_.Submit(
        [&] {
          ++started_;
          gate_.Wait();
        },
        "first", slot_);
    WaitFor(started_, 1);
  }
  void Add(const std::string& group, char name) {
    pool_.Submit(
        [this, name] {
          std::lock_guard lock(mutex_);
          order_ += name;
          ++done_;
        },
        group, std::make_shared<WorkerPool::Slot>());
  }
  std::string order() {
    std::lock_guard lock(mutex_);
    return order_;
  }

  Gate gate_;
  std::atomic<int> started_{0}, done_{0};
  std::mutex mutex_;
  std::string order_;
  WorkerPool::SlotPtr slot_ = std::make_shared<WorkerPool::Slot>();
  WorkerPool pool_{{.max_running = 1}};
};

TEST_F(BusyPoolTest, GroupsTakeTurns) {
  for (const char name : {'1', '2', '3'}) Add("a", name);
  Add("b", 'x');
  Add("c", 'y');
  Add("b", 'z');
  EXPECT_EQ(order(), "");
  gate_.Open();
  WaitFor(done_, 6);
  EXPECT_EQ(order(), "1xy2z3");
}

TEST_F(BusyPoolTest, OthersRunBesideWhatIsSetAside) {
  Add("b", 'x');
  EXPECT_FALSE(pool_.IsCrowded());
  slot_->SetAside(true);
  WaitFor(done_, 1);
  slot_->SetAside(true);
  slot_->SetAside(false);
  Add("b", 'y');
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(order(), "x") << "the first counts again";
  gate_.Open();
  WaitFor(done_, 2);
  slot_->SetAside(true);  // ended long ago
  Add("b", 'z');
  WaitFor(done_, 3);
}

TEST_F(BusyPoolTest, IsCrowdedByMoreSetAsideThanPlaces) {
  slot_->SetAside(true);
  auto second = std::make_shared<WorkerPool::Slot>();
  pool_.Submit(
      [&] {
        ++started_;
        gate_.Wait();
      },
      "second", second);
  WaitFor(started_, 2);
  Add("b", 'x');
  EXPECT_FALSE(pool_.IsCrowded()) << "one is aside, one counts";
  second->SetAside(true);
  WaitFor(done_, 1);
  EXPECT_FALSE(pool_.IsCrowded()) << "nothing waits";
  pool_.Submit(
      [&] {
        ++started_;
        gate_.Wait();
      },
      "third", std::make_shared<WorkerPool::Slot>());
  WaitFor(started_, 3);
  Add("b", 'y');
  EXPECT_TRUE(pool_.IsCrowded());
  gate_.Open();
  WaitFor(done_, 2);
}

TEST(WorkerPool, AGroupRunsAtMostSoManyAtOnce) {
  WorkerPool pool({.max_running = 3, .max_running_per_group = 1});
  Gate gate;
  std::atomic<int> greedy{0}, others{0};
  for (int i = 0; i < 3; ++i) {
    pool.Submit(
        [&] {
          ++greedy;
          gate.Wait();
        },
        "greedy", std::make_shared<WorkerPool::Slot>());
  }
  for (const char* group : {"a", "b"}) {
    pool.Submit([&] { ++others; }, group, std::make_shared<WorkerPool::Slot>());
  }
  WaitFor(others, 2);
  WaitFor(greedy, 1);
  EXPECT_EQ(greedy, 1);
  gate.Open();
  WaitFor(greedy, 3);
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
