#pragma once

#include <atomic>
#include <functional>
#include <thread>

/// Ctrl-C and changes of the terminal's size. Signals only set flags and wake who waits; the rest happens in threads.
namespace firesteel::shell {

/// Makes SIGINT, SIGWINCH and SIGCONT wake poll() on WakeDescriptor(), and broken pipes an error of write(). Once.
void InstallSignalHandlers();

/// Readable after a signal until one of the Take functions took it.
int WakeDescriptor();
/// Whether there was a Ctrl-C since the last call. Never waits.
bool TakeInterrupt();
/// Whether the terminal has another size, or the program was stopped and goes on, since the last call.
bool TakeResize();
/// Empties WakeDescriptor().
void DrainWakes();

/// While it lives, the first Ctrl-C calls `cancel` in a thread of its own. The second ends the program with code 130: a
/// server that does not answer must not hold the user.
class CancelOnInterrupt {
 public:
  explicit CancelOnInterrupt(std::function<void()> cancel);
  ~CancelOnInterrupt();
  CancelOnInterrupt(const CancelOnInterrupt&) = delete;
  CancelOnInterrupt& operator=(const CancelOnInterrupt&) = delete;

  /// Whether it was called.
  bool interrupted() const { return interrupted_; }

 private:
  void Watch(const std::function<void()>& cancel);

  int stop_[2];
  std::atomic<bool> interrupted_{false};
  std::thread watcher_;
};

}  // namespace firesteel::shell
