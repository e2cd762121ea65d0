#pragma once

#include <string>

namespace firesteel::engine {

/// A text of the engine's SQL (quote ') or a name (quote ").
inline std::string Quote(const std::string& text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) quoted += c == quote ? std::string(2, quote) : std::string(1, c);
  return quoted + quote;
}

}  // namespace firesteel::engine
