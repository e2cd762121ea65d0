#pragma once

#include <exception>
#include <string>
#include <vector>

#include "base/error.h"
#include "duckdb/common/error_data.hpp"
#include "engine/operation.h"

namespace firesteel::engine {

/// SPILL_OUT_OF_MEMORY: the engine has no memory left, and could not put data into the temporary folder.
class OutOfMemory : public QueryError {
 public:
  explicit OutOfMemory(const std::string& text)
      : QueryError("SPILL_OUT_OF_MEMORY", {{"consumerToSpill", "the query engine"}, {"message", text}}, nullptr,
                   ErrorClass::kSpark),
        text_(text) {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The user's view of an error that the engine reports: what a kernel raised, or Spark's condition for the kind of the
/// engine's own error. Only the kind, never the text, decides. `files` are what the query reads; they tell which of
/// them is missing or damaged. Bugs become InternalError with the engine's text. Never null.
std::exception_ptr MapError(const duckdb::ErrorData& error, Operation& operation,
                            const std::vector<std::string>& files);

/// Throws what the engine's error means to the user; a bug of ours is logged with its query.
[[noreturn]] void FailQuery(const duckdb::ErrorData& error, Operation& operation, const QuerySpec& query);

/// As FailQuery for a query whose rows are written. Throws std::system_error when the writing failed.
[[noreturn]] void FailWrite(const duckdb::ErrorData& error, Operation& operation, const QuerySpec& query);

}  // namespace firesteel::engine
