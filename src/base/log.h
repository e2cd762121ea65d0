#pragma once

#include <spdlog/spdlog.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/log_line.h"
#include "base/result.h"

/// Logging goes to standard error, one line an event. Thread-safe. Use as `log::Info("session {} opened", id)`, and
/// Event for what programs shall count.
///
/// What is logged: at `info` and above ids, numbers, names of files and conditions of errors, never a token, the text
/// of a statement, a literal, a value of the data or a message of an error, which may quote them. Two exceptions: a bug
/// of ours is reported with the engine's query, without which nobody could mend it; and `debug`, for people who look
/// for one, shows texts of the engine. Never log in a loop over rows.
namespace firesteel::log {

/// Sets the level: trace, debug, info, warn, error, off. An unknown name is an error.
Status SetLevel(std::string_view name);
/// Sets how lines look: text, json. An unknown name is an error.
Status SetFormat(std::string_view name);

/// Every line of this thread carries the fields while it lives. Scopes end in the reverse order of their begin.
class Scope {
 public:
  explicit Scope(Fields fields);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  size_t before_;
};

/// One event at level info, or debug, with its values.
void Event(std::string_view message, const Fields& fields);
void DebugEvent(std::string_view message, const Fields& fields);
/// Whether Event writes: for who would make its fields in vain.
inline bool WritesEvents() { return spdlog::should_log(spdlog::level::info); }

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
