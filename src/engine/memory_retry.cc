#include "engine/memory_retry.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/engine_error.h"

namespace firesteel::engine {
namespace {

using Clock = std::chrono::steady_clock;

/// How soon a cancelled run stops waiting.
constexpr std::chrono::milliseconds kGlance{20};

}  // namespace

/// One run that counts.
class MemoryRetry::Entry {
 public:
  Entry(MemoryRetry& owner, const CancelTokenPtr& cancel, bool is_second) : owner_(owner) {
    std::unique_lock lock(owner_.mutex_);
    const auto free = [&] { return is_second ? owner_.running_ == 0 : owner_.waiting_ == 0; };
    if (is_second) ++owner_.waiting_;
    const auto until = Clock::now() + owner_.options_.patience;
    const auto cancelled = [&] { return cancel && cancel->cancelled(); };
    while (!free() && !cancelled() && Clock::now() < until) owner_.changed_.wait_for(lock, kGlance, free);
    if (is_second) --owner_.waiting_;
    ++owner_.running_;
    owner_.changed_.notify_all();
  }

  ~Entry() {
    {
      std::lock_guard lock(owner_.mutex_);
      --owner_.running_;
    }
    owner_.changed_.notify_all();
  }

  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  bool HasCompany() const {
    std::lock_guard lock(owner_.mutex_);
    return owner_.running_ > 1;
  }

 private:
  MemoryRetry& owner_;
};

void MemoryRetry::Run(const std::function<void()>& run, const std::function<bool()>& may_repeat,
                      const CancelTokenPtr& cancel) {
  {
    Entry entry(*this, cancel, /*is_second=*/false);
    try {
      return run();
    } catch (const OutOfMemory& error) {
      if (!entry.HasCompany() || !may_repeat()) throw;
      log::Info("a query has no memory beside others and is tried once more: {}", error.text());
    }
  }
  Entry entry(*this, cancel, /*is_second=*/true);
  if (cancel && cancel->cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
  run();
}

}  // namespace firesteel::engine
