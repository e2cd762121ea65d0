#include "session/python/session_planner.h"

#include <exception>
#include <functional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "session/python/pickle.h"
#include "session/python/planning_answer.h"
#include "sql/parser.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

constexpr const char* kPushdownKey = "spark.sql.python.filterPushdown.enabled";
constexpr int32_t kNull = -5;  // SpecialLengths.NULL
constexpr const char* kBinaryKey = "spark.sql.execution.pyspark.binaryAsBytes";

/// The traceback without the frames of PySpark's program where PySpark itself found what is wrong, as Spark shows it.
std::string Sanitized(const std::string& traceback) {
  constexpr std::string_view kError = "PySparkValueError: ";
  constexpr const char* kSpace = " \t\r\n";
  const size_t begin = traceback.find(kError);
  if (begin != std::string::npos) {
    const std::string line = traceback.substr(begin, traceback.find('\n', begin) - begin);
    const size_t text = line.find_first_not_of(kSpace, kError.size());
    return text == std::string::npos ? "" : line.substr(text);
  }
  return traceback.substr(0, traceback.find_last_not_of(kSpace) + 1);
}

/// A schema as text: of a type, or of columns. Where it is neither, Spark says why it is no type.
DataType ParseSourceSchema(const std::string& text) {
  try {
    return sql::ParseDataType(text);
  } catch (const QueryError&) {
    const std::exception_ptr first = std::current_exception();
    try {
      return DataType::Struct(sql::ParseTableSchema(text));
    } catch (const QueryError&) {
      std::rethrow_exception(first);
    }
  }
}

std::function<void(std::string)> DataSourceError(const char* action, const char* type) {
  return [=](std::string traceback) {
    throw QueryError("PYTHON_DATA_SOURCE_ERROR", {{"action", action}, {"type", type}, {"msg", std::move(traceback)}});
  };
}

void AddOptions(const plan::Options& options, QuestionBody& body) {
  body.AddInt(static_cast<int32_t>(options.size()));
  for (const auto& [key, value] : options) {
    body.AddBytes(key);
    body.AddBytes(value);
  }
}

std::string SchemaJson(const Schema& schema) { return TypeToJson(DataType::Struct(schema)); }

}  // namespace

template <class Code>
udf::Question SessionPlanner::QuestionTo(const char* program, const Code& code, std::string body) const {
  udf::Question question;
  question.module = std::string("pyspark.sql.worker.") + program;
  question.python_version = code.python_version;
  question.body = std::move(body);
  question.includes = code.includes;
  question.display_name = code.name;
  return question;
}

analyzer::TableFunctionAnalysis SessionPlanner::AnalyzeTableFunction(
    const plan::PythonCode& function, const std::vector<analyzer::AnalyzedArgument>& arguments) {
  QuestionBody body;
  body.AddBytes(function.name);
  body.AddBytes(function.command);
  body.AddInt(static_cast<int32_t>(arguments.size()));
  for (const analyzer::AnalyzedArgument& argument : arguments) {
    body.AddBytes(TypeToJson(argument.type));
    body.AddBool(argument.value.has_value());
    if (argument.value) body.AddBytes(Pickle(*argument.value, argument.type));
    body.AddBool(argument.is_table);
    body.AddBool(!argument.name.empty());
    if (!argument.name.empty()) body.AddBytes(argument.name);
  }
  const std::string bytes = ask_(QuestionTo("analyze_udtf", function, body.Take()));
  PlanningAnswer answer(bytes, [](const std::string& traceback) {
    throw QueryError("TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON", {{"msg", Sanitized(traceback)}});
  });
  analyzer::TableFunctionAnalysis analysis;
  analysis.schema = TypeFromJson(answer.Bytes()).fields();
  analysis.pickled = answer.Bytes();
  analysis.with_single_partition = answer.Int() == 1;
  for (int32_t left = answer.Int(); left > 0; --left) analysis.partition_by.push_back(answer.Bytes());
  for (int32_t left = answer.Int(); left > 0; --left) {
    analyzer::TableFunctionAnalysis::Order order;
    order.expression = answer.Bytes();
    order.ascending = answer.Int() == 1;
    const int32_t nulls = answer.Int();
    if (nulls != 0) order.nulls_first = nulls == 1;
    analysis.order_by.push_back(std::move(order));
  }
  for (int32_t left = answer.Int(); left > 0; --left) {
    analyzer::TableFunctionAnalysis::Selected selected;
    selected.expression = answer.Bytes();
    selected.alias = answer.Bytes();
    analysis.select.push_back(std::move(selected));
  }
  return analysis;
}

analyzer::DataSourceRead SessionPlanner::PlanRead(const plan::PythonCode& source, const plan::Options& options,
                                                  const std::optional<Schema>& schema) {
  QuestionBody create;
  create.AddBytes(source.command);
  create.AddBytes(source.name);
  create.AddBool(schema.has_value());
  if (schema) create.AddBytes(SchemaJson(*schema));
  AddOptions(options, create);
  const std::string created = ask_(QuestionTo("create_data_source", source, create.Take()));
  PlanningAnswer instance(created, DataSourceError("create", "instance"));
  const std::string pickled = instance.Bytes();
  const bool is_text = instance.Int() == 1;
  const std::string text = instance.Bytes();
  analyzer::DataSourceRead read;
  const DataType type = is_text ? ParseSourceSchema(text) : TypeFromJson(text);
  if (!type.Is(TypeKind::kStruct)) {
    throw QueryError("INVALID_SCHEMA.NON_STRUCT_TYPE", {{"inputSchema", text}, {"dataType", QuoteType(type)}});
  }
  read.schema = type.fields();

  QuestionBody plan;
  plan.AddBytes(pickled);
  plan.AddBytes(SchemaJson({{"partition", DataType::Binary(), true, {}}}));
  plan.AddBytes(SchemaJson(read.schema));
  plan.AddInt(MaxBatchRows());
  plan.AddBool(state_.configuration().GetBoolean(kPushdownKey));
  plan.AddBool(false);  // streaming
  plan.AddBool(state_.configuration().GetBoolean(kBinaryKey));
  const std::string planned = ask_(QuestionTo("plan_data_source_read", source, plan.Take()));
  // What fails behind the function was asked of the reader.
  bool has_function = false;
  PlanningAnswer answer(planned, [&](std::string traceback) {
    if (has_function) DataSourceError("generate", "read partitions")(std::move(traceback));
    DataSourceError("initialize", "reader")(std::move(traceback));
  });
  read.function = answer.Bytes();
  has_function = true;
  for (int32_t left = answer.Int(); left > 0; --left) read.partitions.push_back(answer.Bytes());
  if (state_.configuration().GetBoolean(kPushdownKey)) read.source = std::make_shared<const std::string>(pickled);
  return read;
}

SessionPlanner::FilteredRead SessionPlanner::PlanFilteredRead(const bound::PythonFunction& source,
                                                              const std::string& pickled, const Schema& schema,
                                                              const std::string& filters) {
  QuestionBody body;
  body.AddBytes(pickled);
  body.AddBytes(SchemaJson(schema));
  body.AddBytes(filters);
  body.AddInt(MaxBatchRows());
  body.AddBool(state_.configuration().GetBoolean(kBinaryKey));
  const std::string bytes = ask_(QuestionTo("data_source_pushdown_filters", source, body.Take()));
  PlanningAnswer answer(bytes, DataSourceError("initialize", "reader"));
  FilteredRead read;
  read.function = answer.Bytes();
  for (int32_t left = answer.Int(); left > 0; --left) read.partitions.push_back(answer.Bytes());
  for (int32_t left = answer.Int(); left > 0; --left) read.handled.push_back(answer.Int());
  return read;
}

int32_t SessionPlanner::MaxBatchRows() const {
  return static_cast<int32_t>(state_.configuration().GetNumber("spark.sql.execution.arrow.maxRecordsPerBatch"));
}

SessionPlanner::DataSourceWrite SessionPlanner::PlanWrite(const plan::PythonCode& source, const plan::Options& options,
                                                          const Schema& schema, bool overwrite) {
  QuestionBody body;
  body.AddBytes(source.command);
  body.AddBytes(source.name);
  body.AddBytes(SchemaJson(schema));
  body.AddBytes(SchemaJson({{kMessageColumn, DataType::Binary(), true, {}}}));
  AddOptions(options, body);
  body.AddBool(overwrite);
  body.AddBool(false);  // streaming
  body.AddBool(state_.configuration().GetBoolean(kBinaryKey));
  const std::string bytes = ask_(QuestionTo("write_into_data_source", source, body.Take()));
  PlanningAnswer answer(bytes, DataSourceError("initialize", "writer"));
  DataSourceWrite write;
  write.function = answer.Bytes();
  write.writer = answer.Bytes();
  return write;
}

void SessionPlanner::EndWrite(const plan::PythonCode& source, const std::string& writer,
                              const std::vector<std::optional<std::string>>& messages, bool is_abort) {
  QuestionBody body;
  body.AddBytes(writer);
  body.AddInt(static_cast<int32_t>(messages.size()));
  for (const std::optional<std::string>& message : messages) {
    if (message) {
      body.AddBytes(*message);
    } else {
      body.AddInt(kNull);
    }
  }
  body.AddBool(is_abort);
  const std::string bytes = ask_(QuestionTo("commit_data_source_write", source, body.Take()));
  PlanningAnswer(bytes, DataSourceError("commit or abort", "write")).Int();
}

}  // namespace firesteel::session
