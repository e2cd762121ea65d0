#include "engine/engine_error.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include "base/error.h"
#include "base/log.h"
#include "engine/damaged_file.h"

namespace firesteel::engine {
namespace {

using duckdb::ExceptionType;

/// The engine's texts may carry a stack trace; the user gets what stands before it.
std::string FirstParagraph(const std::string& text) { return text.substr(0, text.find("\n\n")); }

/// The number of the operating system's error behind the engine's; 0 when it tells none.
int SystemError(const duckdb::ErrorData& error) {
  const auto found = error.ExtraInfo().find("errno");
  if (found == error.ExtraInfo().end()) return 0;
  int number = 0;
  const std::string& text = found->second;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Errors that only writing gives.
bool IsOfWriting(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG || system_error == EROFS;
}

bool IsInputOrOutput(ExceptionType type) {
  return type == ExceptionType::IO || type == ExceptionType::SERIALIZATION || type == ExceptionType::HTTP ||
         type == ExceptionType::NETWORK || type == ExceptionType::PERMISSION;
}

/// The temporary folder failed: it has no room, or is gone.
std::exception_ptr SpillError(const std::string& text) { return std::make_exception_ptr(OutOfMemory(text)); }

/// What failed to read or write: a file of the query's, else the engine's own files of what does not fit into memory.
std::exception_ptr InputOutputError(const duckdb::ErrorData& error, const Operation& operation,
                                    const std::vector<std::string>& files) {
  const std::string text = FirstParagraph(error.RawMessage());
  const int system_error = SystemError(error);
  if (files.empty() || IsOfWriting(system_error)) return SpillError(text);
  if (std::exception_ptr damaged = FindDamagedFile(files, operation)) return damaged;
  if (std::exception_ptr changed = FindChangedFile(files, operation, text)) return changed;
  if (system_error != 0) return SpillError(text);
  return std::make_exception_ptr(FileError(files.front(), text));
}

}  // namespace

std::exception_ptr MapError(const duckdb::ErrorData& error, Operation& operation,
                            const std::vector<std::string>& all_files) {
  if (std::exception_ptr raised = operation.Find(error)) return raised;
  // Where a query failed on another thread before its rows were asked for, the engine tells the error by its text
  // alone, or that this thread was interrupted for it.
  const bool interrupted = error.Type() == ExceptionType::INTERRUPT && !operation.cancelled();
  if (error.Type() == ExceptionType::INVALID_INPUT || interrupted) {
    if (std::exception_ptr raised = operation.LastRaised()) return raised;
  }
  const std::vector<std::string> files = operation.FilesOfTheEngine(all_files);
  const std::string text = FirstParagraph(error.RawMessage());
  switch (error.Type()) {
    case ExceptionType::INTERRUPT:
      return std::make_exception_ptr(QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql));
    case ExceptionType::OUT_OF_MEMORY:
      return std::make_exception_ptr(OutOfMemory(text));
    case ExceptionType::OUT_OF_RANGE:
      // What may overflow is a kernel; this is what remains (sums beyond 128 bits).
      return std::make_exception_ptr(
          QueryError("ARITHMETIC_OVERFLOW",
                     {{"message", "Overflow"}, {"alternative", ""}, {"config", "\"spark.sql.ansi.enabled\""}}, nullptr,
                     ErrorClass::kArithmetic));
    default:
      break;
  }
  if (IsInputOrOutput(error.Type())) return InputOutputError(error, operation, files);
  if (error.Type() == ExceptionType::CONVERSION) {
    if (std::exception_ptr mismatch = FindOtherTypes(files)) return mismatch;
  }
  if (std::exception_ptr damaged = FindDamagedFile(files, operation)) return damaged;
  if (std::exception_ptr changed = FindChangedFile(files, operation, text)) return changed;
  return std::make_exception_ptr(
      InternalError(duckdb::Exception::ExceptionTypeToString(error.Type()) + " error of the engine: " + text));
}

void FailQuery(const duckdb::ErrorData& error, Operation& operation, const QuerySpec& query) {
  log::Debug("the engine failed: {} {}", duckdb::Exception::ExceptionTypeToString(error.Type()), error.RawMessage());
  if (operation.cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
  try {
    std::rethrow_exception(MapError(error, operation, query.files));
  } catch (const InternalError& internal) {
    log::Error("{}\n{}", internal.what(), query.sql);
    throw;
  }
}

void FailWrite(const duckdb::ErrorData& error, Operation& operation, const QuerySpec& query) {
  if (!IsInputOrOutput(error.Type()) || operation.cancelled()) FailQuery(error, operation, query);
  const int system_error = SystemError(error);
  if (!IsOfWriting(system_error)) {
    const std::vector<std::string> files = operation.FilesOfTheEngine(query.files);
    if (std::exception_ptr damaged = FindDamagedFile(files, operation)) std::rethrow_exception(damaged);
    if (std::exception_ptr changed = FindChangedFile(files, operation, FirstParagraph(error.RawMessage()))) {
      std::rethrow_exception(changed);
    }
  }
  const std::error_code code(system_error != 0 ? system_error : EIO, std::generic_category());
  std::string text = FirstParagraph(error.RawMessage());
  // The exception says again what the code means.
  if (const std::string meaning = ": " + code.message(); text.ends_with(meaning)) {
    text.erase(text.size() - meaning.size());
  }
  throw std::system_error(code, text);
}

}  // namespace firesteel::engine
