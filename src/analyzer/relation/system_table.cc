#include "analyzer/relation/system_table.h"

#include <utility>

#include "base/error.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using Rows = std::vector<std::vector<plan::ExpressionPtr>>;

plan::ExpressionPtr Text(std::string text) {
  return plan::Make(plan::Literal{{DataType::String(), Value{std::move(text)}}});
}
plan::ExpressionPtr Null(DataType type) { return plan::Make(plan::Literal{{std::move(type), Value{}}}); }

plan::RelationPtr Table(Rows rows, std::vector<std::string> names, const OriginPtr& origin) {
  plan::RelationPtr table = plan::MakeRelation(plan::InlineTable{std::move(rows)}, origin);
  return plan::MakeRelation(plan::ToDf{std::move(table), std::move(names)}, origin);
}

plan::RelationPtr Keywords(Environment& environment, const bound::SessionSettings& settings, const OriginPtr& origin) {
  Rows rows;
  for (const auto& [keyword, reserved] : environment.Keywords()) {
    const bool refused = reserved && settings.enforce_reserved_keywords;
    rows.push_back({Text(keyword), plan::Make(plan::Literal{{DataType::Boolean(), Value{refused}}})});
  }
  return Table(std::move(rows), {"keyword", "reserved"}, origin);
}

plan::RelationPtr Collations(const OriginPtr& origin) {
  const plan::ExpressionPtr none = Null(DataType::String());
  Rows rows{{Text("SYSTEM"), Text("BUILTIN"), Text("UTF8_BINARY"), none, none, Text("ACCENT_SENSITIVE"),
             Text("CASE_SENSITIVE"), Text("NO_PAD"), none}};
  return Table(std::move(rows),
               {"CATALOG", "SCHEMA", "NAME", "LANGUAGE", "COUNTRY", "ACCENT_SENSITIVITY", "CASE_SENSITIVITY",
                "PAD_ATTRIBUTE", "ICU_VERSION"},
               origin);
}

void CheckWorkerLogs(Environment& environment, const OriginPtr& origin) {
  constexpr const char* kKey = "spark.sql.pyspark.worker.logging.enabled";
  if (!environment.FlagSetting(kKey)) {
    throw QueryError("FEATURE_NOT_ENABLED",
                     {{"featureName", "Python Worker Logging"}, {"configKey", kKey}, {"configValue", "true"}}, origin);
  }
}

/// No Python worker runs here: the table is empty.
plan::RelationPtr WorkerLogs(const OriginPtr& origin) {
  const auto text = [](const char* name) { return StructField{name, DataType::String(), true, ""}; };
  const DataType frame = DataType::Struct({text("class"), text("method"), text("file"), text("line")});
  const DataType exception =
      DataType::Struct({text("class"), text("msg"), {"stacktrace", DataType::Array(frame), true, ""}});
  Rows rows{{Null(DataType::Timestamp()), Null(DataType::String()), Null(DataType::String()),
             Null(DataType::Map(DataType::String(), DataType::String())), Null(exception), Null(DataType::String())}};
  plan::RelationPtr table = Table(std::move(rows), {"ts", "level", "msg", "context", "exception", "logger"}, origin);
  const plan::ExpressionPtr never = plan::Make(plan::Literal{{DataType::Boolean(), Value{false}}});
  return plan::MakeRelation(plan::Filter{std::move(table), never}, origin);
}

}  // namespace

plan::RelationPtr SystemTable(const std::string& name, size_t arguments, Environment& environment,
                              const bound::SessionSettings& settings, const OriginPtr& origin) {
  if (name != "sql_keywords" && name != "collations" && name != "python_worker_logs") return nullptr;
  // Spark asks whether the logs are kept before it counts arguments.
  if (name == "python_worker_logs") CheckWorkerLogs(environment, origin);
  if (arguments > 0) {
    throw QueryError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                     {{"functionName", QuoteIdentifier(name)},
                      {"expectedNum", "0"},
                      {"actualNum", std::to_string(arguments)},
                      {"docroot", "https://spark.apache.org/docs/latest"}},
                     origin);
  }
  if (name == "sql_keywords") return Keywords(environment, settings, origin);
  return name == "collations" ? Collations(origin) : WorkerLogs(origin);
}

}  // namespace firesteel::analyzer
