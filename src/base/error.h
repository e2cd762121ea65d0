#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/origin.h"

namespace firesteel {

/// One row of Spark's table of error conditions. The table is generated at build time from the table in the Spark
/// release (see tools/generate/error_conditions.py), so names, SQLSTATEs and texts are Spark's own.
struct ErrorCondition {
  std::string_view name;              ///< "DIVIDE_BY_ZERO", or "PARENT.SUB" for a sub-condition
  std::string_view sql_state;         ///< "22012"
  std::string_view message_template;  ///< parameters in angle brackets: "<parameter>"
};

/// The row of `name`, or null when Spark has no such condition. Binary search, thread-safe.
const ErrorCondition* FindErrorCondition(std::string_view name);

/// Parameters in the order given; names are Spark's (`objectName`, `proposal`, ...). Values are final text: use
/// QuoteIdentifier, QuoteSqlConfig and the like from types/quoting.h to quote them as Spark does.
using ErrorParameters = std::vector<std::pair<std::string, std::string>>;

/// The exception class that Spark raises; clients map it to their own class by its name.
enum class ErrorClass : uint8_t {
  kAnalysis,         ///< org.apache.spark.sql.AnalysisException (and its relatives by condition)
  kParse,            ///< org.apache.spark.sql.catalyst.parser.ParseException
  kArithmetic,       ///< org.apache.spark.SparkArithmeticException
  kRuntime,          ///< org.apache.spark.SparkRuntimeException
  kIllegalArgument,  ///< org.apache.spark.SparkIllegalArgumentException
  kDateTime,         ///< org.apache.spark.SparkDateTimeException
  kNumberFormat,     ///< org.apache.spark.SparkNumberFormatException
  kArrayIndex,       ///< org.apache.spark.SparkArrayIndexOutOfBoundsException
  kUnsupported,      ///< org.apache.spark.SparkUnsupportedOperationException
  kUpgrade,          ///< org.apache.spark.SparkUpgradeException
  kSql,              ///< org.apache.spark.SparkSQLException (protocol: handles, cursors, operations)
  kTempTable,        ///< org.apache.spark.sql.catalyst.analysis.TempTableAlreadyExistsException
  kNoSuchTable,      ///< org.apache.spark.sql.catalyst.analysis.NoSuchTableException
  kSpark,            ///< org.apache.spark.SparkException
};

/// Java name of the exception class ("org.apache.spark.sql.AnalysisException").
std::string_view JavaClassName(ErrorClass error_class);

/// What led to an error, where the condition's text does not say it: clients show it behind "Caused by:".
struct ErrorCause {
  std::string java_class;  ///< "java.io.IOException"
  std::string message;
  std::shared_ptr<const ErrorCause> cause;  ///< null: the chain ends
};

/// A user's error: Spark's condition with its parameters, and where in the user's text it arose. The only type that
/// parser, analyzer, lowering, kernels and engine throw for something that the user did. Caught in one place (session).
class QueryError : public std::exception {
 public:
  QueryError(std::string condition, ErrorParameters parameters, OriginPtr origin = nullptr,
             ErrorClass error_class = ErrorClass::kAnalysis);

  const std::string& condition() const { return condition_; }
  const ErrorParameters& parameters() const { return parameters_; }
  const OriginPtr& origin() const { return origin_; }
  ErrorClass error_class() const { return error_class_; }
  std::string_view sql_state() const;  ///< empty when the condition is unknown

  /// `[CONDITION] text SQLSTATE: 12345` plus the parser's position or the query context, as Spark's getMessage().
  const std::string& message() const { return message_; }
  const char* what() const noexcept override { return message_.c_str(); }

  /// Gives the error a place if it has none yet (a child's place is more exact than its parent's).
  QueryError& AddOrigin(const OriginPtr& origin);

  /// Null when nothing is known beyond the message.
  const std::shared_ptr<const ErrorCause>& cause() const { return cause_; }
  /// The operating system's or a library's own words, as a java.io.IOException.
  QueryError& CausedByIo(std::string message);
  QueryError& CausedBy(const QueryError& error);

 private:
  void Format();

  std::string condition_;
  ErrorParameters parameters_;
  OriginPtr origin_;
  ErrorClass error_class_;
  std::string message_;
  std::shared_ptr<const ErrorCause> cause_;
};

/// A bug of ours, never the user's fault: logged with its plan, answered as INTERNAL_ERROR; the server lives on.
class InternalError : public std::exception {
 public:
  explicit InternalError(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// Something of Spark's that Firesteel does not have yet; `feature` completes "… is not supported by Firesteel".
/// Condition UNSUPPORTED_FEATURE.FIRESTEEL, a row of our own, SQLSTATE 0A000.
[[noreturn]] void ThrowUnsupported(const std::string& feature, const OriginPtr& origin = nullptr);

}  // namespace firesteel
