#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace firesteel::session {

/// Where in the user's text or program an error arose, as FetchErrorDetails tells it.
struct ErrorContext {
  bool is_dataframe = false;
  std::string object_type;
  std::string object_name;
  int32_t start_index = 0;
  int32_t stop_index = 0;
  std::string fragment;
  std::string call_site;
  std::string summary;
};

/// A frame of a stack trace, as Java's StackTraceElement.
struct StackFrame {
  std::string declaring_class;
  std::string method;
};

/// An error in the shape that clients get: free of C++ exceptions and of the protocol. Immutable once made.
struct ErrorRecord {
  std::vector<std::string> class_hierarchy;  ///< Java names, the exception's own first
  std::string message;
  std::string condition;  ///< empty for plain Java exceptions
  std::string sql_state;
  ErrorParameters parameters;
  std::vector<ErrorContext> contexts;
  /// The part of the server that raised it. There is no Java here: clients show it as native, without files of ours.
  std::vector<StackFrame> stack;
  std::shared_ptr<const ErrorRecord> cause;  ///< null: none is told
};

using ErrorRecordPtr = std::shared_ptr<const ErrorRecord>;

/// The record of whatever was thrown: QueryError, JavaError, std::bad_alloc; anything else is a bug of ours, which is
/// logged and becomes INTERNAL_ERROR.
ErrorRecordPtr DescribeError(const std::exception_ptr& error);

/// What Java's Throwable.printStackTrace would print: class and message, the frames, the causes.
std::string StackTraceText(const ErrorRecord& error);

/// The errors of one session that FetchErrorDetails may still ask for: the last 20, for a minute, each once.
/// Thread-safe.
class ErrorStore {
 public:
  explicit ErrorStore(const Clock& clock = SystemClock::Instance()) : clock_(clock) {}

  /// Keeps the error and gives the id under which it can be fetched.
  std::string Add(ErrorRecordPtr record);
  /// Hands the error out and forgets it. Null when there is none (any more).
  ErrorRecordPtr Take(const std::string& error_id);

 private:
  static constexpr size_t kMaxErrors = 20;
  static constexpr std::chrono::seconds kLifetime{60};

  struct Entry {
    std::string id;
    ErrorRecordPtr record;
    std::chrono::steady_clock::time_point added;
  };
  void DropOld();  // with mutex_ held

  const Clock& clock_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // guarded by mutex_; oldest first
};

}  // namespace firesteel::session
