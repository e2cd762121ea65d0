#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace firesteel::client {

/// A sequence that a coroutine makes while it is read, one element at a time. To be read once, by one thread; ending
/// the loop early ends the coroutine. (The standard's std::generator comes with C++23.)
///
///     for (Result<RecordBatch>& batch : stream.batches()) …
template <class T>
class Generator {
 public:
  struct promise_type {
    std::optional<T> current;

    Generator get_return_object() { return Generator(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T value) {
      current.emplace(std::move(value));
      return {};
    }
    void return_void() noexcept {}
    // Coroutines of this library do not throw; one of a user's that does has nobody to tell.
    void unhandled_exception() noexcept { std::terminate(); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  struct Sentinel {};
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    explicit Iterator(Handle handle) : handle_(handle) {}
    T& operator*() const { return *handle_.promise().current; }
    T* operator->() const { return &*handle_.promise().current; }
    Iterator& operator++() {
      handle_.resume();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(Sentinel) const { return handle_.done(); }

   private:
    Handle handle_;
  };

  Generator(Generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Generator& operator=(Generator&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  ~Generator() {
    if (handle_) handle_.destroy();
  }

  /// Runs to the first element; call it once.
  Iterator begin() {
    handle_.resume();
    return Iterator(handle_);
  }
  Sentinel end() const { return {}; }

 private:
  explicit Generator(Handle handle) : handle_(handle) {}
  Handle handle_;
};

}  // namespace firesteel::client
