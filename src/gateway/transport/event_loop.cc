#include "gateway/transport/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace firesteel::gateway {

using std::chrono::steady_clock;

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (epoll_ < 0 || wakeup_ < 0) throw std::system_error(errno, std::generic_category(), "epoll");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = 0;  // registrations begin at 1
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wakeup_, &event);
}

EventLoop::~EventLoop() {
  ::close(wakeup_);
  ::close(epoll_);
}

void EventLoop::Register(int fd, uint32_t events, Handler* handler) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = ++last_id_;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
  handlers_[last_id_] = handler;
  registrations_[fd] = last_id_;
}

void EventLoop::Watch(int fd, Handler* handler) { Register(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, handler); }

void EventLoop::WatchReadable(int fd, Handler* handler) { Register(fd, EPOLLIN, handler); }

void EventLoop::Unwatch(int fd) {
  const auto found = registrations_.find(fd);
  if (found == registrations_.end()) return;
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  handlers_.erase(found->second);
  registrations_.erase(found);
}

EventLoop::TimerId EventLoop::After(std::chrono::milliseconds delay, Task task) {
  const TimerId id{steady_clock::now() + delay, ++last_id_};
  timers_.emplace(id, std::move(task));
  return id;
}

void EventLoop::Cancel(const TimerId& timer) { timers_.erase(timer); }

void EventLoop::Post(Task task) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(task));
  }
  const uint64_t one = 1;
  if (first) (void)!::write(wakeup_, &one, sizeof one);
}

void EventLoop::Stop() {
  Post([this] { stopped_ = true; });
}

int EventLoop::NextTimeout() const {
  if (timers_.empty()) return -1;
  const auto wait = timers_.begin()->first.first - steady_clock::now();
  // Rounded up: a timer that is not yet due would only make the loop spin.
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  return static_cast<int>(std::clamp<int64_t>(millis, 0, 60'000));
}

void EventLoop::RunTimers() {
  const auto now = steady_clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const Task task = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    task();
  }
}

void EventLoop::RunPosted() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (const Task& task : tasks) task();
}

void EventLoop::RunEnds() {
  while (!ends_.empty()) {
    std::vector<Task> tasks;
    tasks.swap(ends_);
    for (const Task& task : tasks) task();
  }
}

void EventLoop::Run() {
  std::array<epoll_event, 256> events{};
  stopped_ = false;
  while (!stopped_) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), NextTimeout());
    if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
    for (int i = 0; i < count; ++i) {
      const uint64_t id = events[i].data.u64;
      if (id == 0) {
        uint64_t ignored = 0;
        (void)!::read(wakeup_, &ignored, sizeof ignored);
        RunPosted();
        continue;
      }
      const auto found = handlers_.find(id);
      if (found != handlers_.end()) found->second->OnEvents(events[i].events);
    }
    RunTimers();
    RunEnds();
  }
  RunEnds();
}

}  // namespace firesteel::gateway
