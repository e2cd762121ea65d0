#include "gateway/transport/event_loop.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

namespace firesteel::gateway {
namespace {

using std::chrono::milliseconds;

TEST(EventLoop, RunsTimersInTheirOrderAndNotThoseThatWereCancelled) {
  EventLoop loop;
  std::string ran;
  // However late the loop wakes, the deadlines say the order.
  loop.After(milliseconds(4), [&] { ran += "c"; });
  loop.After(milliseconds(2), [&] { ran += "b"; });
  const auto cancelled = loop.After(milliseconds(3), [&] { ran += "x"; });
  loop.After(milliseconds(1), [&] {
    ran += "a";
    loop.Cancel(cancelled);
    loop.After(milliseconds(5), [&] {
      ran += "d";
      loop.Stop();
    });
  });
  loop.Run();
  EXPECT_EQ(ran, "abcd");
}

TEST(EventLoop, TakesTasksOfOtherThreadsInOrder) {
  EventLoop loop;
  std::vector<int> ran;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop.Post([&ran, i] { ran.push_back(i); });
    loop.Stop();
  });
  loop.Run();
  other.join();
  ASSERT_EQ(ran.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(ran[static_cast<size_t>(i)], i);
}

TEST(EventLoop, AHandlerThatAnotherHandlerOfTheRoundEndedIsNotCalled) {
  // Both descriptors are readable before the loop looks: whichever comes first ends the other.
  struct Ender final : EventLoop::Handler {
    void OnEvents(uint32_t) override {
      ++calls;
      loop->Unwatch(other);
      loop->Unwatch(own);
      loop->Stop();
    }
    EventLoop* loop = nullptr;
    int own = -1, other = -1, calls = 0;
  };
  std::array<int, 2> one{}, two{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, one.data()), 0);
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, two.data()), 0);
  EventLoop loop;
  Ender first, second;
  first.loop = second.loop = &loop;
  first.own = second.other = one[0];
  first.other = second.own = two[0];
  loop.WatchReadable(one[0], &first);
  loop.WatchReadable(two[0], &second);
  ASSERT_EQ(::write(one[1], "x", 1), 1);
  ASSERT_EQ(::write(two[1], "x", 1), 1);
  loop.Run();
  EXPECT_EQ(first.calls + second.calls, 1);
  for (const int fd : {one[0], one[1], two[0], two[1]}) ::close(fd);
}

TEST(EventLoop, WhatIsAskedForAtTheEndOfARoundComesBehindItsEvents) {
  EventLoop loop;
  std::string ran;
  loop.Post([&] {
    loop.AtEndOfRound([&] { ran += "end"; });
    ran += "event,";
  });
  loop.Post([&] { ran += "event,"; });
  loop.Stop();
  loop.Run();
  EXPECT_EQ(ran, "event,event,end");
}

}  // namespace
}  // namespace firesteel::gateway
