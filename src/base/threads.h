#pragma once

#include <algorithm>
#include <thread>

namespace firesteel {

/// As many threads as were asked for; 0 or less: as the machine has cores, at least one.
inline int ThreadsOrCores(int threads) {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace firesteel
