#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Errors as values: no call of the client library throws. Values, safe to copy and to use in any thread.
namespace firesteel::client {

/// Which part of the way failed. What the server says in detail is Error::condition.
enum class ErrorKind : uint8_t {
  kInvalidArgument,  ///< a call that cannot be made: a bad option, connection string, profile, plan; nothing was sent
  kConnection,       ///< nobody answered: refused, unreachable, name not found, TLS failed
  kAuthentication,   ///< the server refused the credentials (UNAUTHENTICATED, PERMISSION_DENIED)
  kUnsupported,      ///< the server does not know this call or feature
  kTimeout,          ///< the deadline passed
  kCanceled,         ///< the operation was interrupted
  kSessionLost,      ///< the session is gone: ended, or its server is another one now (SESSION_CHANGED, SESSION_CLOSED)
  kParse,            ///< SQL text that is no SQL: Spark's ParseException
  kAnalysis,         ///< Spark's AnalysisException
  kExecution,        ///< any other error of Spark's: arithmetic, casts, Python code, I/O
  kProtocol,         ///< the server answered what no server may answer
  kInternal,         ///< a bug, here or there
};

/// Where in the user's text or program an error arose.
struct QueryContext {
  enum class Type : uint8_t { kSql, kDataFrame };
  Type type = Type::kSql;
  std::string object_type;  ///< of the view or function that holds the text, "VIEW"; empty for the text that was sent
  std::string object_name;
  int32_t start_index = -1;  ///< of the first character in the text, from 0; -1 when not known
  int32_t stop_index = -1;
  std::string fragment;   ///< the piece of text, or the DataFrame call's name
  std::string call_site;  ///< of DataFrame calls
  std::string summary;    ///< as Spark prints it
};

/// What went wrong. `message` alone is a whole sentence for the user.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::string condition;                          ///< Spark's error condition, "TABLE_OR_VIEW_NOT_FOUND"; empty if none
  std::string sql_state;                          ///< five characters, or empty
  std::map<std::string, std::string> parameters;  ///< of the condition's message
  std::vector<QueryContext> contexts;
  std::vector<std::string> class_hierarchy;  ///< the server's exception classes, most derived first
  std::vector<Error> causes;                 ///< outermost first, each without causes of its own
  std::vector<std::string> stack_trace;      ///< the server's, when it sends one
  int grpc_code = 0;                         ///< of the call that failed; 0 when none was made

  static Error Invalid(std::string message) {
    Error error;
    error.kind = ErrorKind::kInvalidArgument;
    error.message = std::move(message);
    return error;
  }
  /// With one of Spark's conditions: "[ZERO_INDEX] Index must be non-zero."
  static Error Invalid(std::string condition, const std::string& text) {
    Error error = Invalid("[" + condition + "] " + text);
    error.condition = std::move(condition);
    return error;
  }
};

/// A value, or the Error that says why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit by purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit by purpose

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; only when ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T value_or(T other) const& { return ok() ? value() : std::move(other); }

  /// The reason; only when not ok().
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success, or the Error that says why not.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by purpose

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  /// Only when not ok().
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace firesteel::client
