#include "session/error/java_exception.h"

#include <algorithm>
#include <iterator>

namespace firesteel::session {
namespace {

struct Row {
  std::string_view name;
  std::string_view value;
};

constexpr Row kClassByCondition[] = {
    {"ARTIFACT_ALREADY_EXISTS", "org.apache.spark.SparkRuntimeException"},
    {"DATA_SOURCE_NOT_FOUND", "org.apache.spark.SparkClassNotFoundException"},
    {"INTERNAL_ERROR", "org.apache.spark.SparkException"},
    {"INVALID_ARTIFACT_PATH", "org.apache.spark.SparkRuntimeException"},
    {"INVALID_SCHEMA_TYPE_NON_STRUCT", "org.apache.spark.sql.connect.common.InvalidPlanInput"},
    {"OPERATION_CANCELED", "org.apache.spark.SparkSQLException"},
    {"PYTHON_EXCEPTION", "org.apache.spark.api.python.PythonException"},
    {"SCHEMA_NOT_FOUND", "org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException"},
    {"SQL_CONF_NOT_FOUND", "org.apache.spark.SparkNoSuchElementException"},
    {"TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", "org.apache.spark.sql.catalyst.analysis.TempTableAlreadyExistsException"},
    {"_LEGACY_ERROR_TEMP_2273", "java.lang.IllegalArgumentException"},
    {"_LEGACY_ERROR_XML_CHARACTER", "org.apache.hadoop.shaded.com.ctc.wstx.exc.WstxIOException"},
    {"_LEGACY_ERROR_XML_NAME", "javax.xml.stream.XMLStreamException"},
    {"_LEGACY_ERROR_XPATH_DOCUMENT", "java.lang.RuntimeException"},
    {"_LEGACY_ERROR_XPATH_EVALUATION", "java.lang.RuntimeException"},
    {"_LEGACY_ERROR_XPATH_SYNTAX", "java.lang.RuntimeException"},
};

constexpr Row kSuperclass[] = {
    {"java.io.IOException", "java.lang.Exception"},
    {"java.lang.ArithmeticException", "java.lang.RuntimeException"},
    {"java.lang.ArrayIndexOutOfBoundsException", "java.lang.IndexOutOfBoundsException"},
    {"java.lang.AssertionError", "java.lang.Error"},
    {"java.lang.ClassCastException", "java.lang.RuntimeException"},
    {"java.lang.ClassNotFoundException", "java.lang.ReflectiveOperationException"},
    {"java.lang.Error", "java.lang.Throwable"},
    {"java.lang.Exception", "java.lang.Throwable"},
    {"java.lang.IllegalArgumentException", "java.lang.RuntimeException"},
    {"java.lang.IllegalStateException", "java.lang.RuntimeException"},
    {"java.lang.IndexOutOfBoundsException", "java.lang.RuntimeException"},
    {"java.lang.NumberFormatException", "java.lang.IllegalArgumentException"},
    {"java.lang.ReflectiveOperationException", "java.lang.Exception"},
    {"java.lang.RuntimeException", "java.lang.Exception"},
    {"java.lang.Throwable", "java.lang.Object"},
    {"java.lang.UnsupportedOperationException", "java.lang.RuntimeException"},
    {"java.sql.SQLException", "java.lang.Exception"},
    {"java.time.DateTimeException", "java.lang.RuntimeException"},
    {"java.util.NoSuchElementException", "java.lang.RuntimeException"},
    {"javax.xml.stream.XMLStreamException", "java.lang.Exception"},
    {"org.apache.hadoop.shaded.com.ctc.wstx.exc.WstxIOException", "javax.xml.stream.XMLStreamException"},
    {"org.apache.spark.api.python.PythonException", "java.lang.RuntimeException"},
    {"org.apache.spark.SparkArithmeticException", "java.lang.ArithmeticException"},
    {"org.apache.spark.SparkArrayIndexOutOfBoundsException", "java.lang.ArrayIndexOutOfBoundsException"},
    {"org.apache.spark.SparkClassNotFoundException", "java.lang.ClassNotFoundException"},
    {"org.apache.spark.SparkDateTimeException", "java.time.DateTimeException"},
    {"org.apache.spark.SparkException", "java.lang.Exception"},
    {"org.apache.spark.SparkIllegalArgumentException", "java.lang.IllegalArgumentException"},
    {"org.apache.spark.SparkNoSuchElementException", "java.util.NoSuchElementException"},
    {"org.apache.spark.SparkNumberFormatException", "java.lang.NumberFormatException"},
    {"org.apache.spark.SparkRuntimeException", "java.lang.RuntimeException"},
    {"org.apache.spark.SparkSQLException", "java.sql.SQLException"},
    {"org.apache.spark.SparkUnsupportedOperationException", "java.lang.UnsupportedOperationException"},
    {"org.apache.spark.SparkUpgradeException", "java.lang.RuntimeException"},
    {"org.apache.spark.sql.AnalysisException", "java.lang.Exception"},
    {"org.apache.spark.sql.catalyst.ExtendedAnalysisException", "org.apache.spark.sql.AnalysisException"},
    {"org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException", "org.apache.spark.sql.AnalysisException"},
    {"org.apache.spark.sql.catalyst.analysis.NoSuchTableException", "org.apache.spark.sql.AnalysisException"},
    {"org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException", "org.apache.spark.sql.AnalysisException"},
    {"org.apache.spark.sql.catalyst.analysis.TempTableAlreadyExistsException",
     "org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException"},
    {"org.apache.spark.sql.catalyst.parser.ParseException", "org.apache.spark.sql.AnalysisException"},
    {"org.apache.spark.sql.connect.common.InvalidPlanInput", "java.lang.Exception"},
};

template <size_t kSize>
std::string_view Find(const Row (&rows)[kSize], std::string_view name) {
  auto it = std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) { return row.name == name; });
  return it == std::end(rows) ? std::string_view() : it->value;
}

}  // namespace

std::string_view JavaClassOf(const QueryError& error) {
  // These are plain Java exceptions: the modules that throw them know no Java.
  if (error.condition().starts_with("_LEGACY_ERROR_") || error.condition() == "PYTHON_EXCEPTION") {
    if (const std::string_view own = Find(kClassByCondition, error.condition()); !own.empty()) return own;
  }
  if (error.error_class() != ErrorClass::kAnalysis) return JavaClassName(error.error_class());
  if (error.condition().starts_with("CONNECT_INVALID_PLAN.")) {
    return "org.apache.spark.sql.connect.common.InvalidPlanInput";
  }
  // What Spark finds when it checks the whole analyzed plan carries the plan; the class says so.
  const std::string_view condition = error.condition();
  if (condition.starts_with("UNRESOLVED_COLUMN.") || condition.starts_with("DATATYPE_MISMATCH.") ||
      condition == "MISSING_AGGREGATION" || (condition == "TABLE_OR_VIEW_NOT_FOUND" && error.origin())) {
    return "org.apache.spark.sql.catalyst.ExtendedAnalysisException";
  }
  std::string_view own = Find(kClassByCondition, error.condition());
  return own.empty() ? JavaClassName(error.error_class()) : own;
}

std::vector<std::string> JavaClassHierarchy(std::string_view java_class) {
  std::vector<std::string> result;
  while (!java_class.empty()) {
    result.emplace_back(java_class);
    java_class = Find(kSuperclass, java_class);
  }
  if (result.back() != "java.lang.Object") {
    for (const char* rest : {"java.lang.Exception", "java.lang.Throwable", "java.lang.Object"}) result.push_back(rest);
  }
  return result;
}

}  // namespace firesteel::session
