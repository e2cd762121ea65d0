#include "base/large_values.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "base/file_pages.h"

namespace firesteel::memory {
namespace {

std::atomic<size_t> limit{SIZE_MAX};
std::atomic<void (*)()> releaser{nullptr};
thread_local int watches = 0;

/// Pages of the process's own, without those of files. 0 when the system does not tell.
size_t HeldBytes() {
  // Not a stream: this runs inside operator new.
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  unsigned long total = 0;
  unsigned long resident = 0;
  unsigned long shared = 0;
  const int read = std::fscanf(file, "%lu %lu %lu", &total, &resident, &shared);
  std::fclose(file);
  if (read != 3 || resident < shared) return 0;
  static const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (resident - shared) * page;
}

/// The allocators keep what was freed; the system may have it back.
void ReleaseFreed() {
  malloc_trim(0);
  if (void (*release)() = releaser.load()) release();
}

}  // namespace

void SetLimit(int64_t bytes) { limit = static_cast<size_t>(bytes); }

void OnShortage(void (*release)()) { releaser = release; }

void ReleaseUnused() {
  ReleaseFreed();
  ReleaseFilePages();
}

void ReleaseWhenTight() {
  const size_t most = limit.load(std::memory_order_relaxed);
  if (most != SIZE_MAX && HeldBytes() > most / 5 * 4) ReleaseFreed();
}

void Require(size_t bytes) {
  const size_t most = limit.load(std::memory_order_relaxed);
  if (most == SIZE_MAX) return;
  if (const size_t held = HeldBytes(); held < most && bytes <= most - held) return;
  ReleaseFreed();
  const size_t held = std::min(HeldBytes(), most);
  if (bytes > most - held) throw Exhausted(bytes, most - held);
}

std::string NewText(size_t bytes) {
  if (bytes >= kLargeBytes) Require(2 * bytes);
  std::string text;
  text.reserve(bytes);
  return text;
}

Watch::Watch() { ++watches; }
Watch::~Watch() { --watches; }
bool Watch::Active() { return watches > 0; }

}  // namespace firesteel::memory
