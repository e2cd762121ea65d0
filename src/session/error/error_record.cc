#include "session/error/error_record.h"

#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "base/large_values.h"
#include "base/log.h"
#include "base/query_context.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

std::vector<ErrorContext> ContextsOf(const Origin& origin, bool is_analysis) {
  ErrorContext context;
  if (HasSqlFragment(origin)) {
    context.object_type = origin.object_type;
    context.object_name = origin.object_name;
    context.start_index = origin.start_index;
    context.stop_index = origin.stop_index;
  } else if (origin.sql_text && origin.line < 0) {
    context.start_index = context.stop_index = -1;  // somewhere in a text
  } else if (!origin.sql_text && !origin.fragment.empty()) {
    context.is_dataframe = true;
    context.call_site = origin.call_site;
  } else if (!origin.sql_text && !is_analysis && origin.line == 0) {
    // What failed while it ran and came from no text of the user's: Spark tells an empty SQL context.
    context.start_index = -1;
    context.stop_index = -1;
  } else {
    return {};
  }
  context.fragment = MakeValidUtf8(QueryContextFragment(origin));
  context.summary = MakeValidUtf8(QueryContextSummary(origin));
  return {std::move(context)};
}

/// Which part of the server raises errors of a class.
std::vector<StackFrame> StackOf(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kParse:
      return {{"firesteel.sql.Parser", "parse"}};
    case ErrorClass::kAnalysis:
    case ErrorClass::kTempTable:
    case ErrorClass::kNoSuchTable:
      return {{"firesteel.analyzer.Analyzer", "analyze"}};
    case ErrorClass::kSql:
      return {{"firesteel.server.SparkConnectService", "answer"}};
    default:
      return {{"firesteel.session.QueryRunner", "execute"}};
  }
}

/// The condition that stands for `require(…)`, a plain Java exception: the modules that throw it know no Java.
constexpr std::string_view kRequirement = "_LEGACY_ERROR_TEMP_2273";
/// What the exception of a user's Python code says of itself is in its text only.
constexpr std::string_view kPythonException = "PYTHON_EXCEPTION";

/// A plain Java exception in a task of Spark's.
constexpr std::string_view kJobAborted = "_LEGACY_ERROR_JOB_ABORTED";

bool HasNoCondition(const QueryError& error) {
  return error.condition() == kRequirement || error.condition() == kPythonException || error.condition() == kJobAborted;
}

ErrorRecordPtr DescribeCause(const std::shared_ptr<const ErrorCause>& cause) {
  if (!cause) return nullptr;
  auto record = std::make_shared<ErrorRecord>();
  record->class_hierarchy = JavaClassHierarchy(cause->java_class);
  record->message = MakeValidUtf8(cause->message);
  record->cause = DescribeCause(cause->cause);
  return record;
}

ErrorRecordPtr Describe(const QueryError& error) {
  auto record = std::make_shared<ErrorRecord>();
  record->class_hierarchy = JavaClassHierarchy(JavaClassOf(error));
  record->stack = StackOf(error.error_class());
  // Values may be any bytes; the protocol's texts are UTF-8.
  record->message = MakeValidUtf8(error.message());
  if (HasNoCondition(error)) return record;
  record->condition = error.condition();
  record->sql_state = error.sql_state();
  for (const auto& [name, value] : error.parameters()) record->parameters.emplace_back(name, MakeValidUtf8(value));
  if (error.origin()) record->contexts = ContextsOf(*error.origin(), error.error_class() == ErrorClass::kAnalysis);
  record->cause = DescribeCause(error.cause());
  return record;
}

ErrorRecordPtr DescribeBug(const std::string& what) {
  log::Error("internal error: {}", what);
  return Describe(QueryError("INTERNAL_ERROR", {{"message", what}}, nullptr, ErrorClass::kSpark));
}

}  // namespace

ErrorRecordPtr DescribeError(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const QueryError& e) {
    return Describe(e);
  } catch (const JavaError& e) {
    auto record = std::make_shared<ErrorRecord>();
    record->class_hierarchy = JavaClassHierarchy(e.java_class());
    record->message = e.what();
    record->stack = StackOf(ErrorClass::kSql);
    return record;
  } catch (const memory::Exhausted& e) {
    return Describe(QueryError(
        "UNABLE_TO_ACQUIRE_MEMORY",
        {{"requestedBytes", std::to_string(e.requested())}, {"receivedBytes", std::to_string(e.available())}}, nullptr,
        ErrorClass::kSpark));
  } catch (const std::bad_alloc&) {
    log::Error("an operation ran out of memory");
    auto record = std::make_shared<ErrorRecord>();
    record->class_hierarchy = JavaClassHierarchy("org.apache.spark.SparkException");
    record->message = "The operation ran out of memory.";
    return record;
  } catch (const std::exception& e) {
    return DescribeBug(e.what());
  } catch (...) {
    return DescribeBug("an unknown exception");
  }
}

std::string StackTraceText(const ErrorRecord& error) {
  std::string text;
  for (const ErrorRecord* e = &error; e != nullptr; e = e->cause.get()) {
    if (e != &error) text += "Caused by: ";
    text += e->class_hierarchy.front() + ": " + e->message + "\n";
    for (const StackFrame& frame : e->stack) {
      text += "\tat " + frame.declaring_class + "." + frame.method + "(Native Method)\n";
    }
  }
  return text;
}

void ErrorStore::DropOld() {
  const auto now = clock_.Steady();
  while (!entries_.empty() && (entries_.size() > kMaxErrors || now - entries_.front().added > kLifetime)) {
    entries_.pop_front();
  }
}

std::string ErrorStore::Add(ErrorRecordPtr record) {
  std::string id = NewUuid();
  std::lock_guard lock(mutex_);
  entries_.push_back({id, std::move(record), clock_.Steady()});
  DropOld();
  return id;
}

ErrorRecordPtr ErrorStore::Take(const std::string& error_id) {
  std::lock_guard lock(mutex_);
  DropOld();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (it->id != error_id) continue;
    ErrorRecordPtr record = std::move(it->record);
    entries_.erase(it);
    return record;
  }
  return nullptr;
}

}  // namespace firesteel::session
