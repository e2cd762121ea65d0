#include "shell/terminal/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

namespace firesteel::shell {
namespace {

int wake_pipe[2] = {-1, -1};
std::atomic<bool> interrupted{false};
std::atomic<bool> resized{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets them");

void OnSignal(int signal) {
  const int before = errno;
  (signal == SIGINT ? interrupted : resized) = true;
  const char byte = 0;
  (void)!write(wake_pipe[1], &byte, 1);
  errno = before;
}

}  // namespace

void InstallSignalHandlers() {
  if (wake_pipe[0] >= 0 || pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return;
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  // Interactive reads are polls, which signals end anyway; everything else shall go on undisturbed.
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGWINCH, SIGCONT}) sigaction(signal, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int WakeDescriptor() { return wake_pipe[0]; }

bool TakeInterrupt() { return interrupted.exchange(false); }

bool TakeResize() { return resized.exchange(false); }

void DrainWakes() {
  char bytes[64];
  while (wake_pipe[0] >= 0 && read(wake_pipe[0], bytes, sizeof bytes) > 0) {
  }
}

CancelOnInterrupt::CancelOnInterrupt(std::function<void()> cancel, SecondInterrupt second) : second_(second) {
  if (pipe2(stop_, O_CLOEXEC) != 0) stop_[0] = stop_[1] = -1;
  DrainWakes();
  TakeInterrupt();
  watcher_ = std::thread([this, cancel = std::move(cancel)] { Watch(cancel); });
}

CancelOnInterrupt::~CancelOnInterrupt() {
  close(stop_[1]);
  watcher_.join();
  close(stop_[0]);
}

void CancelOnInterrupt::Watch(const std::function<void()>& cancel) {
  while (true) {
    pollfd waited[2] = {{stop_[0], POLLIN, 0}, {wake_pipe[0], POLLIN, 0}};
    if (poll(waited, 2, -1) < 0 && errno != EINTR) return;
    if (waited[0].revents != 0) return;
    if (waited[1].revents == 0) continue;
    DrainWakes();
    if (!TakeInterrupt()) continue;
    if (interrupted_.exchange(true) && second_ == SecondInterrupt::kLeave) _exit(130);
    cancel();
  }
}

}  // namespace firesteel::shell
