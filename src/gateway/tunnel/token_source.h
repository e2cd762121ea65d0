#pragma once

#include <string>

#include "base/result.h"

namespace firesteel::gateway {

/// Where the caller's token comes from. A value; thread-safe.
struct TokenSource {
  std::string token;  ///< itself; empty with an empty file: none
  std::string file;   ///< else a file with it, read anew each time: tokens are renewed

  /// Empty where there is none. An error names the file, never what stands in it.
  Result<std::string> Read() const;
};

}  // namespace firesteel::gateway
