#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>

/// Memory for single large values. The engine counts what it keeps in its own buffers; what a function builds (a text
/// of gigabytes, an array of a billion elements) it does not see. Without a look at the process first, such a value
/// would end in the hands of the system's out-of-memory killer.
namespace firesteel::memory {

/// Smaller allocations are not looked at.
inline constexpr size_t kLargeBytes = size_t{32} << 20;

/// An allocation that the process has no memory for.
class Exhausted : public std::bad_alloc {
 public:
  Exhausted(size_t requested, size_t available) : requested_(requested), available_(available) {}
  const char* what() const noexcept override { return "no memory for a large value"; }
  size_t requested() const { return requested_; }
  size_t available() const { return available_; }

 private:
  size_t requested_;
  size_t available_;
};

/// What the process may hold. Without a call there is no limit. Thread-safe.
void SetLimit(int64_t bytes);

/// Calls `release` before an allocation is refused: it gives back what an allocator keeps for later. Call it once,
/// before other threads start.
void OnShortage(void (*release)());

/// Gives back to the system what the process holds and does not need now: freed memory that the allocators keep, and
/// pages of files. For a server at rest; costs the next query some page faults. Thread-safe.
void ReleaseUnused();

/// The same for freed memory only, when the process holds more than four fifths of its limit: allocators keep
/// what was freed while work goes on. For a look now and then. Thread-safe.
void ReleaseWhenTight();

/// Throws Exhausted when the process would hold more than its limit with so many bytes more. One read of /proc.
void Require(size_t bytes);

/// A text with room for so many bytes. A large one is refused before it is filled when there is no room for two: the
/// engine keeps a copy.
std::string NewText(size_t bytes);

/// While one lives, large allocations by `new` on its thread are looked at (Require) before they are made. Whoever
/// makes one handles std::bad_alloc; other threads, libraries' own among them, are left alone. The `new` that looks is
/// in programs that link the engine.
class Watch {
 public:
  Watch();
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  /// Whether one lives on this thread.
  static bool Active();
};

}  // namespace firesteel::memory
