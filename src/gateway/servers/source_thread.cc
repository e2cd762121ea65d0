#include "gateway/servers/source_thread.h"

#include <chrono>
#include <utility>

namespace firesteel::gateway {
namespace {

using std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kInterruptEvery = std::chrono::milliseconds(10);

}  // namespace

bool SourceThread::Control::stopped() const {
  std::lock_guard lock(mutex_);
  return stopped_;
}

bool SourceThread::Control::Wait(Milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return stopped_; });
}

void SourceThread::Control::Report(std::vector<ServerEndpoint> endpoints) {
  std::lock_guard lock(report_mutex_);
  if (on_endpoints_) on_endpoints_(std::move(endpoints));
}

void SourceThread::Control::SetInterrupt(std::function<void()> interrupt) {
  std::lock_guard lock(mutex_);
  interrupt_ = std::move(interrupt);
}

SourceThread::SourceThread(OnEndpoints on_endpoints, std::function<void(Control&)> body)
    : control_(std::make_shared<Control>(std::move(on_endpoints))) {
  thread_ = std::thread([control = control_, body = std::move(body)] {
    body(*control);
    std::lock_guard lock(control->mutex_);
    control->interrupt_ = nullptr;
    control->done_ = true;
    control->changed_.notify_all();
  });
}

SourceThread::~SourceThread() {
  Control& control = *control_;
  {
    std::lock_guard lock(control.report_mutex_);
    control.on_endpoints_ = nullptr;
  }
  const auto until = steady_clock::now() + kPatience;
  std::unique_lock lock(control.mutex_);
  control.stopped_ = true;
  control.changed_.notify_all();
  // Once is not enough: the body may be just before the call that is to be interrupted.
  while (!control.done_ && steady_clock::now() < until) {
    if (control.interrupt_) control.interrupt_();
    control.changed_.wait_for(lock, kInterruptEvery, [&] { return control.done_; });
  }
  const bool done = control.done_;
  lock.unlock();
  if (done) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

}  // namespace firesteel::gateway
