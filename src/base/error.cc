#include "base/error.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/query_context.h"

namespace firesteel {
namespace {

// Generated from the table in the Spark release, sorted by name.
constexpr ErrorCondition kSparkConditions[] = {
#include "base/error_conditions.inc"
};

// Conditions of our own, sorted by name. They extend Spark's parents, so that a client that looks at the parent or at
// the SQLSTATE treats them right.
constexpr ErrorCondition kOwnConditions[] = {
    {"SERVER_LIMIT_EXCEEDED", "53000",
     "The server refuses this request: <what> would exceed the limit of <limit>, which its operator sets by <key>."},
    {"UNSUPPORTED_FEATURE.FIRESTEEL", "0A000",
     "The feature is not supported: <feature> is not supported by Firesteel."},
    // Java's own exception, without a condition; names that begin like this are not shown.
    {"_LEGACY_ERROR_JOB_ABORTED", "", "Job aborted due to stage failure: <failure>"},
    {"_LEGACY_ERROR_SEQUENCE_BOUNDARIES", "",
     "requirement failed: Illegal sequence boundaries: <start> to <stop> by <step>"},
    {"_LEGACY_ERROR_XML_CHARACTER", "",
     "Invalid white space character (0x<code>) in text to output (in xml 1.1, could output as a character entity)"},
    {"_LEGACY_ERROR_XML_NAME", "", "<fault>"},
    {"_LEGACY_ERROR_XPATH_DOCUMENT", "", "Error loading expression '<path>'"},
    {"_LEGACY_ERROR_XPATH_EVALUATION", "", "Invalid XML document: <fault>\n<document>"},
    {"_LEGACY_ERROR_XPATH_SYNTAX", "", "Invalid XPath '<path>'<fault>"},
};

const ErrorCondition* Find(const ErrorCondition* begin, const ErrorCondition* end, std::string_view name) {
  auto it = std::lower_bound(begin, end, name, [](const ErrorCondition& c, std::string_view n) { return c.name < n; });
  return it != end && it->name == name ? it : nullptr;
}

bool IsParameterChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Puts the parameters into the template. A placeholder without a value stays as it is, so that a forgotten parameter is
// seen in the message and does not become a second error.
std::string FillTemplate(std::string_view text, const ErrorParameters& parameters) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '<') {
      size_t end = i + 1;
      while (end < text.size() && IsParameterChar(text[end])) ++end;
      if (end < text.size() && text[end] == '>' && end > i + 1) {
        std::string_view name = text.substr(i + 1, end - i - 1);
        auto it = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.first == name; });
        if (it != parameters.end()) {
          result += it->second;
          i = end + 1;
          continue;
        }
      }
    }
    result += text[i++];
  }
  return result;
}

constexpr std::array<std::string_view, 14> kJavaClassNames = {
    "org.apache.spark.sql.AnalysisException",
    "org.apache.spark.sql.catalyst.parser.ParseException",
    "org.apache.spark.SparkArithmeticException",
    "org.apache.spark.SparkRuntimeException",
    "org.apache.spark.SparkIllegalArgumentException",
    "org.apache.spark.SparkDateTimeException",
    "org.apache.spark.SparkNumberFormatException",
    "org.apache.spark.SparkArrayIndexOutOfBoundsException",
    "org.apache.spark.SparkUnsupportedOperationException",
    "org.apache.spark.SparkUpgradeException",
    "org.apache.spark.SparkSQLException",
    "org.apache.spark.sql.catalyst.analysis.TempTableAlreadyExistsException",
    "org.apache.spark.sql.catalyst.analysis.NoSuchTableException",
    "org.apache.spark.SparkException",
};
static_assert(kJavaClassNames.size() == static_cast<size_t>(ErrorClass::kSpark) + 1);

bool IsAnalysis(ErrorClass c) {
  return c == ErrorClass::kAnalysis || c == ErrorClass::kTempTable || c == ErrorClass::kNoSuchTable;
}

}  // namespace

const ErrorCondition* FindErrorCondition(std::string_view name) {
  if (const auto* own = Find(std::begin(kOwnConditions), std::end(kOwnConditions), name)) return own;
  return Find(std::begin(kSparkConditions), std::end(kSparkConditions), name);
}

std::string_view JavaClassName(ErrorClass error_class) { return kJavaClassNames[static_cast<size_t>(error_class)]; }

QueryError::QueryError(std::string condition, ErrorParameters parameters, OriginPtr origin, ErrorClass error_class)
    : condition_(std::move(condition)),
      parameters_(std::move(parameters)),
      origin_(std::move(origin)),
      error_class_(error_class) {
  Format();
}

std::string_view QueryError::sql_state() const {
  const ErrorCondition* row = FindErrorCondition(condition_);
  return row ? row->sql_state : std::string_view();
}

QueryError& QueryError::AddOrigin(const OriginPtr& origin) {
  if (!origin_ && origin) {
    origin_ = origin;
    Format();
  }
  return *this;
}

QueryError& QueryError::CausedByIo(std::string message) {
  cause_ = std::make_shared<const ErrorCause>(ErrorCause{"java.io.IOException", std::move(message), nullptr});
  return *this;
}

QueryError& QueryError::CausedBy(const QueryError& error) {
  cause_ = std::make_shared<const ErrorCause>(
      ErrorCause{std::string(JavaClassName(error.error_class())), error.message(), error.cause()});
  return *this;
}

void QueryError::Format() {
  const ErrorCondition* row = FindErrorCondition(condition_);
  message_.clear();
  // Spark hides the names of its unnamed old conditions.
  if (!condition_.starts_with("_LEGACY_ERROR_")) message_ += "[" + condition_ + "] ";
  if (row) {
    message_ += FillTemplate(row->message_template, parameters_);
    if (!row->sql_state.empty()) message_.append(" SQLSTATE: ").append(row->sql_state);
  } else {
    for (const auto& [name, value] : parameters_) message_ += name + "=" + value + " ";
  }
  if (!origin_) return;
  if (error_class_ == ErrorClass::kParse && !HasSqlFragment(*origin_)) {
    message_ += ParserPosition(*origin_);
  } else if (IsAnalysis(error_class_)) {
    // An analysis error names the place only when it came from SQL text; Spark finds unbound parameters too early for
    // it.
    if (origin_->sql_text && origin_->line > 0 && condition_ != "UNBOUND_SQL_PARAMETER") {
      message_ += "; line " + std::to_string(origin_->line) + " pos " + std::to_string(origin_->column);
    }
  } else if (std::string summary = QueryContextSummary(*origin_); !summary.empty()) {
    message_ += "\n" + summary;
  }
}

void ThrowUnsupported(const std::string& feature, const OriginPtr& origin) {
  throw QueryError("UNSUPPORTED_FEATURE.FIRESTEEL", {{"feature", feature}}, origin, ErrorClass::kUnsupported);
}

}  // namespace firesteel
