#pragma once

#include <atomic>
#include <cstdint>
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

/// What the second Ctrl-C does while a server does not answer the first one.
enum class SecondInterrupt : uint8_t {
  kCancelAgain,
  kLeave,  ///< ends the program with code 130: nothing must hold the user. Not while the terminal is being edited on
};

/// While it lives, Ctrl-C calls `cancel` in a thread of its own.
class CancelOnInterrupt {
 public:
  CancelOnInterrupt(std::function<void()> cancel, SecondInterrupt second);
  ~CancelOnInterrupt();
  CancelOnInterrupt(const CancelOnInterrupt&) = delete;
  CancelOnInterrupt& operator=(const CancelOnInterrupt&) = delete;

  /// Whether it was called.
  bool interrupted() const { return interrupted_; }

 private:
  void Watch(const std::function<void()>& cancel);

  const SecondInterrupt second_;
  int stop_[2];
  std::atomic<bool> interrupted_{false};
  std::thread watcher_;
};

}  // namespace firesteel::shell
