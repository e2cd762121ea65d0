#pragma once

#include <atomic>
#include <memory>

namespace firesteel {

/// Asked by everything that runs long (kernels, readers, pumps): set once, never cleared. Thread-safe.
class CancelToken {
 public:
  void Cancel() noexcept { cancelled_.store(true, std::memory_order_release); }
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> cancelled_{false};
};

using CancelTokenPtr = std::shared_ptr<CancelToken>;

}  // namespace firesteel
