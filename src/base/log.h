#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

#include "base/result.h"

/// Logging goes to standard error, one line an event. Thread-safe. Use as `log::Info("session {} opened", id)`.
/// Never log secrets, plan contents at info level, or anything in a loop over rows.
namespace firesteel::log {

/// Sets the level: trace, debug, info, warn, error, off. An unknown name is an error.
Status SetLevel(std::string_view name);

template <class... Arguments>
void Debug(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) {
  spdlog::debug(format, std::forward<Arguments>(arguments)...);
}
template <class... Arguments>
void Info(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) {
  spdlog::info(format, std::forward<Arguments>(arguments)...);
}
template <class... Arguments>
void Warn(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) {
  spdlog::warn(format, std::forward<Arguments>(arguments)...);
}
template <class... Arguments>
void Error(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) {
  spdlog::error(format, std::forward<Arguments>(arguments)...);
}

}  // namespace firesteel::log
