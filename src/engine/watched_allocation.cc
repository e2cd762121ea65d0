#include <cstddef>
#include <cstdlib>
#include <new>

#include "base/large_values.h"

// The `new` that memory::Watch speaks of. It lies beside the engine, whose work is watched, and not in base: programs
// that link the client library keep their own.

// The sanitizers have their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

void* operator new(std::size_t size) {
  if (size >= firesteel::memory::kLargeBytes && firesteel::memory::Watch::Active()) firesteel::memory::Require(size);
  while (true) {
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#endif
