#include "analyzer/write/file_write.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/name.h"
#include "base/error.h"
#include "functions/function.h"
#include "types/as_nullable.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::analyzer {
namespace {

std::string DisplayFormat(const std::string& format) {
  if (format == "parquet") return "Parquet";
  if (format == "csv") return "CSV";
  if (format == "json") return "JSON";
  return "Text";
}

/// Whether `f` holds for the type or one nested in it.
template <class F>
bool AnyType(const DataType& type, const F& f) {
  if (f(type)) return true;
  if (type.Is(TypeKind::kArray)) return AnyType(type.element_type(), f);
  if (type.Is(TypeKind::kMap)) return AnyType(type.key_type(), f) || AnyType(type.value_type(), f);
  if (!type.Is(TypeKind::kStruct)) return false;
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [&](const StructField& field) { return AnyType(field.type, f); });
}

bool IsEmptyStruct(const DataType& type) { return type.Is(TypeKind::kStruct) && type.fields().empty(); }

/// FileFormat.supportDataType of Spark's formats.
bool CanHold(const std::string& format, const DataType& type) {
  if (format == "text") return type.Is(TypeKind::kString);
  if (type.Is(TypeKind::kUserDefined)) return CanHold(format, type.user_storage());
  if (format == "csv") return !type.IsNested() && !type.Is(TypeKind::kVariant) && !type.Is(TypeKind::kNull);
  return true;
}

[[noreturn]] void ThrowCannotHold(const std::string& format, const StructField& column) {
  throw QueryError("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", {{"format", DisplayFormat(format)},
                                                            {"columnName", QuoteIdentifier(column.name)},
                                                            {"columnType", QuoteType(column.type)}});
}

void CheckDistinct(const std::vector<std::string>& names, bool case_sensitive) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    const std::string key = NameKey(name, case_sensitive);
    if (!seen.insert(key).second) throw QueryError("COLUMN_ALREADY_EXISTS", {{"columnName", QuoteIdentifier(key)}});
  }
}

/// Index of the column that a partition column names.
size_t FindColumn(const Schema& schema, const std::string& name, bool case_sensitive) {
  for (size_t i = 0; i < schema.size(); ++i) {
    if (SameName(schema[i].name, name, case_sensitive)) return i;
  }
  throw QueryError("_LEGACY_ERROR_TEMP_1155",
                   {{"col", name}, {"schemaCatalog", CatalogString(DataType::Struct(schema))}});
}

/// A call of the catalogue's function `name` over bound arguments.
bound::ExpressionPtr Call(std::string_view name, std::vector<bound::ExpressionPtr> arguments,
                          const bound::SessionSettings& settings) {
  const functions::Function* function = functions::Find(name);
  if (!function) ThrowUnsupported("writing files by " + std::string(name));
  return functions::Bind({.function = *function,
                          .arguments = std::move(arguments),
                          .called_name = std::string(name),
                          .settings = settings,
                          .origin = nullptr,
                          .filter = nullptr,
                          .order = {},
                          .ignore_nulls = std::nullopt});
}

bound::ExpressionPtr Text(std::string text) {
  return bound::MakeLiteral(DataType::String(), Value{std::move(text)}, nullptr);
}

/// The columns as one struct, turned into text by to_csv or to_json.
bound::ExpressionPtr Line(const std::string& format, const std::vector<bound::Attribute>& columns,
                          const plan::Options& options, const bound::SessionSettings& settings) {
  if (format == "text") return bound::MakeReference(columns.front());
  std::vector<bound::ExpressionPtr> fields;
  for (const bound::Attribute& column : columns) {
    fields.push_back(Text(column.name));
    fields.push_back(bound::MakeReference(column));
  }
  std::vector<bound::ExpressionPtr> arguments{Call("named_struct", std::move(fields), settings)};
  if (!options.empty()) {
    ValueList entries;
    for (const auto& [key, value] : options) {
      entries.push_back(Value{key});
      entries.push_back(Value{value});
    }
    arguments.push_back(bound::MakeLiteral(DataType::Map(DataType::String(), DataType::String()),
                                           Value::List(std::move(entries)), nullptr));
  }
  return Call(format == "csv" ? "to_csv" : "to_json", std::move(arguments), settings);
}

}  // namespace

void CheckFileWrite(const bound::Relation& input, const FileWriteRequest& request,
                    const bound::SessionSettings& settings) {
  const Schema schema = bound::OutputSchema(input);
  for (const StructField& column : schema) {
    const auto is_interval = [](const DataType& type) { return type.Is(TypeKind::kCalendarInterval); };
    if (AnyType(column.type, is_interval)) ThrowCannotHold(request.format, column);
    if (AnyType(column.type, [](const DataType& type) { return type.Is(TypeKind::kTime); })) {
      throw QueryError("UNSUPPORTED_TIME_TYPE", {});
    }
  }
  CheckDistinct(request.partition_columns, settings.case_sensitive);
  for (const std::string& name : request.partition_columns) {
    const DataType& type = schema[FindColumn(schema, name, settings.case_sensitive)].type;
    if (type.IsNested() || type.Is(TypeKind::kVariant) || type.Is(TypeKind::kNull)) {
      throw QueryError("INVALID_PARTITION_COLUMN_DATA_TYPE", {{"type", QuoteType(AsNullable(type))}});
    }
  }
  if (!schema.empty() && request.partition_columns.size() == schema.size()) {
    throw QueryError("ALL_PARTITION_COLUMNS_NOT_ALLOWED", {});
  }
  if (schema.empty() || std::any_of(schema.begin(), schema.end(),
                                    [](const StructField& column) { return AnyType(column.type, IsEmptyStruct); })) {
    throw QueryError("EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE", {{"format", DisplayFormat(request.format)}});
  }
  if (request.format == "csv") return;  // its columns may have equal names
  std::vector<std::string> names;
  for (const StructField& column : schema) names.push_back(column.name);
  CheckDistinct(names, settings.case_sensitive);
}

FileWritePlan PlanFileWrite(const bound::RelationPtr& input, const FileWriteRequest& request,
                            const bound::SessionSettings& settings) {
  const Schema schema = bound::OutputSchema(*input);
  FileWritePlan plan;
  plan.folder_columns = request.partition_columns.size();
  std::set<size_t> in_folders;
  bound::Project project;
  project.child = input;
  // Ids of an analysis count from 1: these are far from them.
  bound::AttributeId next_id = bound::AttributeId{1} << 48;
  for (const std::string& name : request.partition_columns) {
    const size_t index = FindColumn(schema, name, settings.case_sensitive);
    in_folders.insert(index);
    bound::Attribute folder;
    folder.id = ++next_id;
    folder.name = name;
    folder.type = DataType::String();
    const EvalMode mode = settings.ansi ? EvalMode::kAnsi : EvalMode::kLegacy;
    project.expressions.push_back({folder, bound::MakeCast(bound::MakeReference(input->output[index]),
                                                           DataType::String(), mode, /*is_implicit=*/true)});
  }
  std::vector<bound::Attribute> columns;
  for (size_t i = 0; i < schema.size(); ++i) {
    if (in_folders.contains(i)) continue;
    if (!CanHold(request.format, schema[i].type)) ThrowCannotHold(request.format, schema[i]);
    plan.file_columns.push_back(schema[i]);
    columns.push_back(input->output[i]);
  }
  if (request.format == "text" && columns.size() != 1) {
    throw QueryError("_LEGACY_ERROR_TEMP_1290", {{"schemaSize", std::to_string(columns.size())}});
  }
  if (request.format == "parquet") {
    // Nulls without a type stand in the schema only: the engine cannot mark their columns in the way that Spark reads.
    const auto is_void = [](const bound::Attribute& column) { return column.type.Is(TypeKind::kNull); };
    const bool only_void = std::all_of(columns.begin(), columns.end(), is_void);
    for (const bound::Attribute& column : columns) {
      if (only_void || !is_void(column)) project.expressions.push_back({column, bound::MakeReference(column)});
    }
  } else {
    bound::ExpressionPtr line = Line(request.format, columns, request.options, settings);
    bound::Attribute attribute;
    attribute.id = ++next_id;
    attribute.name = "value";
    attribute.type = line->type;
    attribute.nullable = line->nullable;
    project.expressions.push_back({std::move(attribute), std::move(line)});
  }
  std::vector<bound::Attribute> output;
  for (const bound::NamedExpression& expression : project.expressions) output.push_back(expression.output);
  plan.relation = bound::MakeRelation(std::move(project), std::move(output));
  return plan;
}

}  // namespace firesteel::analyzer
