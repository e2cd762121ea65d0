#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace firesteel {

/// Why something that is not a query failed (start-up, options, files of our own). Users' query errors are QueryError.
struct Status {
  std::string message;  ///< a sentence for the user, without a final newline

  static Status Ok() { return {}; }
  static Status Error(std::string message) { return Status{std::move(message)}; }
  bool ok() const { return message.empty(); }
  explicit operator bool() const { return ok(); }
};

/// A value, or the Status that says why there is none. Own type: GCC 12 and Clang agree on none of the standard's.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}         // NOLINT: implicit by purpose
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {}  // NOLINT: implicit by purpose

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; only when ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T value_or(T other) const& { return ok() ? value() : std::move(other); }

  /// The reason; only when not ok().
  const Status& status() const { return std::get<1>(state_); }
  const std::string& error() const { return status().message; }

 private:
  std::variant<T, Status> state_;
};

}  // namespace firesteel
