// CREATE TABLE, CREATE TABLE AS SELECT, CREATE TABLE LIKE, DROP TABLE, TRUNCATE TABLE; what no table takes.
#include <algorithm>
#include <filesystem>
#include <set>

#include "analyzer/name.h"
#include "base/error.h"
#include "functions/formats/csv/csv_row_parser.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "types/as_nullable.h"
#include "types/field_metadata.h"
#include "types/holds_kind.h"
#include "types/quoting.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::session {
namespace {

using catalog::Table;
using catalog::TableKind;

constexpr const char* kCreatedBy = "Spark 4.3.0";

// Spark's name for the sources it has; empty for what it has not.
std::string SourceName(const std::string& provider) {
  const std::string name = analyzer::FoldCase(provider);
  for (const char* known : {"parquet", "orc", "csv", "json", "text", "avro", "xml"}) {
    if (name == known || name.find(std::string(".") + known) != std::string::npos) return known;
  }
  return "";
}

std::string FormatTitle(const std::string& provider) {
  const std::string name = SourceName(provider);
  if (name == "parquet") return "Parquet";
  if (name == "text" || name == "avro") return name == "text" ? "Text" : "Avro";
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  return upper;
}

// What the files of the format cannot hold, said when the table is made.
void CheckFormatTypes(const std::string& provider, const Schema& columns, const std::vector<std::string>& partitions) {
  const std::string name = SourceName(provider);
  for (const StructField& column : columns) {
    if (std::find(partitions.begin(), partitions.end(), column.name) != partitions.end()) continue;
    const bool good = name == "csv"    ? functions::IsCsvType(column.type) || column.type.Is(TypeKind::kVariant)
                      : name == "text" ? column.type.IsStringLike()
                                       : true;
    if (good) continue;
    throw QueryError("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", {{"columnName", QuoteIdentifier(column.name)},
                                                              {"columnType", QuoteType(column.type)},
                                                              {"format", FormatTitle(provider)}});
  }
}

void CheckNoDuplicates(const Schema& columns, bool case_sensitive) {
  std::set<std::string> seen;
  for (const StructField& column : columns) {
    const std::string key = analyzer::NameKey(column.name, case_sensitive);
    if (!seen.insert(key).second) throw QueryError("COLUMN_ALREADY_EXISTS", {{"columnName", QuoteIdentifier(key)}});
    // The engine's structs have names that differ in more than case, and so have Spark's unless it was told otherwise.
    if (column.type.Is(TypeKind::kStruct)) CheckNoDuplicates(column.type.fields(), false);
  }
}

std::string JoinQuoted(const Schema& columns) {
  std::string text;
  for (const StructField& column : columns) text += (text.empty() ? "" : ", ") + QuoteIdentifier(column.name);
  return text;
}

}  // namespace

catalog::Table CatalogCommands::NewTable(const TableName& name, Schema columns, const plan::TableClauses& clauses) {
  CheckValidName(name.table);
  const std::pair<std::string, std::string> database{name.catalog, name.database};
  Table table;
  table.database = name.database;
  table.name = name.table;
  table.provider = clauses.provider.value_or(settings_.default_source);
  if (SourceName(table.provider).empty()) {
    throw QueryError("DATA_SOURCE_NOT_FOUND", {{"provider", table.provider}});
  }
  for (const StructField& column : clauses.partition_definitions) {
    columns.push_back(StoredColumn(column));
  }
  CheckNoDuplicates(columns, settings_.case_sensitive);
  if (!clauses.transform.empty()) {
    throw QueryError("UNSUPPORTED_PARTITION_TRANSFORM", {{"transform", QuoteIdentifier(clauses.transform)}}, nullptr,
                     ErrorClass::kUnsupported);
  }
  if (clauses.has_transforms) ThrowUnsupported("a table partitioned by expressions", origin_);
  // Partition columns come last, in the order in which they were named.
  Schema partitions;
  for (const std::string& wanted : clauses.partition_columns) {
    const auto it = std::find_if(columns.begin(), columns.end(), [&](const StructField& column) {
      return analyzer::SameName(column.name, wanted, settings_.case_sensitive);
    });
    if (it == columns.end()) {
      Schema all = columns;
      all.insert(all.end(), partitions.begin(), partitions.end());
      throw QueryError("COLUMN_NOT_DEFINED_IN_TABLE", {{"colType", "partition"},
                                                       {"colName", QuoteIdentifier(wanted)},
                                                       {"tableName", name.Quoted()},
                                                       {"tableCols", JoinQuoted(all)}});
    }
    if (it->type.IsNested() || it->type.Is(TypeKind::kBinary) || it->type.Is(TypeKind::kVariant)) {
      throw QueryError("INVALID_PARTITION_COLUMN_DATA_TYPE", {{"type", QuoteType(it->type)}});
    }
    table.partition_columns.push_back(it->name);
    partitions.push_back(*it);
    columns.erase(it);
  }
  if (columns.empty() && !partitions.empty()) throw QueryError("ALL_PARTITION_COLUMNS_NOT_ALLOWED", {});
  columns.insert(columns.end(), partitions.begin(), partitions.end());
  for (const StructField& column : columns) {
    if (!HoldsKind(column.type, {TypeKind::kCalendarInterval})) continue;
    throw QueryError("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", {{"columnName", QuoteIdentifier(column.name)},
                                                              {"columnType", QuoteType(column.type)},
                                                              {"format", FormatTitle(table.provider)}});
  }
  if (!clauses.buckets.columns.empty()) SetBuckets(table, name, columns, clauses.buckets);
  CheckFormatTypes(table.provider, columns, table.partition_columns);
  table.schema = std::move(columns);
  table.comment = clauses.comment;
  for (const auto& [key, value] : clauses.properties) table.properties[key] = value;
  std::optional<std::string> location = clauses.location;
  for (const auto& [key, value] : clauses.options) {
    if (analyzer::FoldCase(key) == "path") {
      location = value;
    } else {
      table.options[key] = value;
    }
  }
  table.kind = location ? TableKind::kExternal : TableKind::kManaged;
  RequireDatabase(database);
  table.location =
      location ? TablePath(*location) : CatalogOf(name.catalog)->DefaultLocation(name.database, name.table);
  table.created_by = kCreatedBy;
  table.created_micros = settings_.now_micros;
  AssignFieldIds(table);
  return table;
}

void CatalogCommands::SetBuckets(Table& table, const TableName& name, const Schema& columns,
                                 const plan::Buckets& buckets) {
  const auto known = [&](const std::vector<std::string>& wanted, const char* kind) {
    std::vector<std::string> found;
    for (const std::string& column : wanted) {
      const auto it = std::find_if(columns.begin(), columns.end(), [&](const StructField& field) {
        return analyzer::SameName(field.name, column, settings_.case_sensitive);
      });
      if (it == columns.end()) {
        throw QueryError("COLUMN_NOT_DEFINED_IN_TABLE", {{"colType", kind},
                                                         {"colName", QuoteIdentifier(column)},
                                                         {"tableName", name.Quoted()},
                                                         {"tableCols", JoinQuoted(columns)}});
      }
      const auto& partitions = table.partition_columns;
      if (std::find(partitions.begin(), partitions.end(), it->name) != partitions.end()) {
        throw QueryError("_LEGACY_ERROR_TEMP_1166",
                         {{"bucketCol", it->name}, {"normalizedPartCols", analyzer::DottedName(partitions)}});
      }
      found.push_back(it->name);
    }
    return found;
  };
  const int64_t most = std::stoll(state_.configuration().GetText("spark.sql.sources.bucketing.maxBuckets"));
  if (buckets.count <= 0 || buckets.count > most) {
    throw QueryError("INVALID_BUCKET_COUNT",
                     {{"bucketingMaxBuckets", std::to_string(most)}, {"numBuckets", std::to_string(buckets.count)}},
                     nullptr, ErrorClass::kParse);
  }
  table.bucket_columns = known(buckets.columns, "bucket");
  table.bucket_sort_columns = known(buckets.sort_columns, "sort");
  table.bucket_count = buckets.count;
}

StructField CatalogCommands::WithDefault(StructField column, const DataType& type, const std::string& text,
                                         const plan::ExpressionPtr& value, const std::string& statement) {
  auto fail = [&](const char* condition, ErrorParameters more) {
    ErrorParameters parameters{
        {"statement", statement}, {"colName", QuoteIdentifier(column.name)}, {"defaultValue", text}};
    parameters.insert(parameters.end(), more.begin(), more.end());
    throw QueryError(condition, std::move(parameters));
  };
  if (value->As<plan::ScalarSubquery>() || value->As<plan::Exists>() || value->As<plan::InSubquery>()) {
    fail("INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION", {});
  }
  bound::ExpressionPtr bound;
  try {
    bound = Constant(value);
  } catch (const QueryError&) {
    fail("INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION", {});
  }
  if (bound::AnyOf(bound, [](const bound::Expression& e) { return e.As<bound::PythonCall>() != nullptr; })) {
    fail("INVALID_DEFAULT_VALUE.NOT_CONSTANT", {});
  }
  const bool fits = SameTypeIgnoringNullability(bound->type, type) || bound->type.Is(TypeKind::kNull) ||
                    (type.IsStringLike() && bound->type.Is(TypeKind::kString)) || CanUpCast(bound->type, type) ||
                    (bound->type.IsNumeric() && type.IsNumeric());
  if (!fits) {
    fail("INVALID_DEFAULT_VALUE.DATA_TYPE",
         {{"expectedType", QuoteType(type)}, {"actualType", QuoteType(bound->type)}});
  }
  // What rows have that were written before the column was: the value of now.
  const DataType stored = type.IsStringLike() ? DataType::String() : type;
  if (!SameTypeIgnoringNullability(bound->type, stored)) bound = bound::MakeCast(bound, stored, EvalMode::kAnsi, true);
  const bound::Attribute attribute{1, column.name, bound->type, true, "", {}};
  const bound::RelationPtr one = bound::MakeRelation(
      bound::Project{bound::MakeRelation(bound::OneRow{}, {}), {{attribute, std::move(bound)}}}, {attribute});
  const std::vector<std::vector<Value>> rows = runner_.RowsOf(one, settings_, cancel_);
  const std::string exists = LiteralSql(stored, rows.at(0).at(0), settings_.time_zone);
  // Spark's order of the three: EXISTS_DEFAULT, comment, CURRENT_DEFAULT.
  const std::optional<std::string> comment = MetadataText(column.metadata, "comment");
  column.metadata = WithMetadataText(WithoutMetadataKey(column.metadata, "comment"), "EXISTS_DEFAULT", exists);
  if (comment) column.metadata = WithMetadataText(column.metadata, "comment", *comment);
  column.metadata = WithMetadataText(column.metadata, "CURRENT_DEFAULT", text);
  // What a column was declared as comes behind.
  if (const auto declared = MetadataText(column.metadata, kDeclaredTypeKey)) {
    column.metadata =
        WithMetadataText(WithoutMetadataKey(column.metadata, kDeclaredTypeKey), kDeclaredTypeKey, *declared);
  }
  return column;
}

Schema CatalogCommands::StoredColumns(const std::vector<plan::ColumnDefinition>& columns, const TableName& name,
                                      const std::string& statement) {
  Schema schema;
  for (const plan::ColumnDefinition& column : columns) {
    if (column.is_generated) ThrowNoOperation(name, "generated columns");
    if (column.is_identity) ThrowNoOperation(name, "identity columns");
    StructField field = StoredColumn(column.field);
    if (column.default_text) {
      field = WithDefault(std::move(field), column.field.type, *column.default_text, column.default_value, statement);
    }
    schema.push_back(std::move(field));
  }
  return schema;
}

void CatalogCommands::Execute(const plan::CreateTable& create) {
  const TableName name = Resolve(create.name);
  if (create.has_constraint) ThrowNoOperation(name, "CONSTRAINT");
  if (create.or_replace) {
    if (create.query) AnalyzeQuery(create.query);
    ThrowNoOperation(name, create.query ? "REPLACE TABLE AS SELECT" : "REPLACE TABLE");
  }
  if (create.is_external && !create.clauses.location) {
    throw QueryError("CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION", {});
  }
  bound::RelationPtr query;
  Schema columns;
  if (create.query) {
    if (!create.columns.empty()) {
      throw QueryError("_LEGACY_ERROR_TEMP_0035",
                       {{"message", "Schema may not be specified in a Create Table As Select (CTAS) statement"}},
                       origin_, ErrorClass::kParse);
    }
    query = AnalyzeQuery(create.query);
    for (const bound::Attribute& column : query->output) {
      columns.push_back(ColumnOf(column));
    }
  } else {
    columns = StoredColumns(create.columns, name, "CREATE TABLE");
    for (StructField& column : columns) column.type = AsNullable(column.type);
  }
  Table table = NewTable(name, std::move(columns), create.clauses);
  if (std::optional<Table> there = Find(name)) {
    if (create.if_not_exists) return;
    ThrowExists(name);
  }
  if (query) return CreateAs(std::move(table), name, query, create.if_not_exists, false, std::nullopt);
  if (table.schema.empty()) {
    if (table.kind == TableKind::kManaged) {
      throw QueryError("UNABLE_TO_INFER_SCHEMA", {{"format", FormatTitle(table.provider)}});
    }
    plan::DataSource source;
    source.format = table.provider;
    source.paths = {table.location};
    source.options.assign(table.options.begin(), table.options.end());
    table.schema = bound::OutputSchema(*AnalyzeQuery(plan::MakeRelation(std::move(source), origin_)));
    AssignFieldIds(table);
  }
  if (CatalogOf(name.catalog)->CreateTable(table, {}) || create.if_not_exists) return;
  ThrowExists(name);
}

void CatalogCommands::CreateAs(Table table, const TableName& name, const bound::RelationPtr& query, bool if_not_exists,
                               bool overwrite, std::optional<int64_t> replaced) {
  // The query's columns in the table's order: partition columns are last there.
  bound::Project project{query, {}};
  std::vector<bound::Attribute> output;
  for (const StructField& column : table.schema) {
    const auto it = std::find_if(query->output.begin(), query->output.end(),
                                 [&](const bound::Attribute& given) { return given.name == column.name; });
    project.expressions.push_back({*it, bound::MakeReference(*it)});
    output.push_back(*it);
  }
  const bound::RelationPtr rows = bound::MakeRelation(std::move(project), std::move(output));
  std::vector<catalog::DataFile> files;
  if (table.kind == TableKind::kExternal) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const bool allowed = state_.configuration().GetBoolean("spark.sql.legacy.allowNonEmptyLocationInCTAS");
    if (!overwrite && !allowed && fs::exists(table.location, ignored) && !fs::is_empty(table.location, ignored)) {
      throw QueryError("_LEGACY_ERROR_TEMP_1241", {{"tablePath", "file://" + table.location},
                                                   {"config", "spark.sql.legacy.allowNonEmptyLocationInCTAS"}});
    }
    WriteExternal(table, rows, plan::WriteOperation::Mode::kOverwrite, {}, false);
  } else {
    files = WriteFiles(table, rows);
  }
  if (CatalogOf(name.catalog)->CreateTable(table, files, replaced)) {
    state_.cache().InvalidateFiles(analyzer::DottedName(name.parts()));
    return;
  }
  for (const catalog::DataFile& file : files) {
    std::error_code ignored;
    std::filesystem::remove(file.path, ignored);
  }
  if (!if_not_exists) ThrowExists(name);
}

void CatalogCommands::Execute(const plan::CreateTableLike& create) {
  TableName source_name = Resolve(create.source);
  const std::optional<Table> source = Find(source_name);
  if (!source && !IsTemporaryView(create.source)) ThrowNotFound(create.source, create.source_origin);
  const TableName name = Resolve(create.name);
  plan::TableClauses clauses = create.clauses;
  Schema columns;
  if (source) {
    columns = source->schema;
    clauses.partition_columns = source->partition_columns;
    if (!clauses.provider && !source->view) clauses.provider = source->provider;
    if (!source->view && !create.clauses.provider) {
      clauses.options.assign(source->options.begin(), source->options.end());
    }
  } else {
    columns = runner_.TableSchema(create.source, state_, origin_);
  }
  for (StructField& column : columns) column.nullable = true;
  const Table table = NewTable(name, std::move(columns), clauses);
  if (CatalogOf(name.catalog)->CreateTable(table, {}) || create.if_not_exists) return;
  throw QueryError("TABLE_OR_VIEW_ALREADY_EXISTS", {{"relationName", QuoteIdentifiers({name.database, name.table})}});
}

void CatalogCommands::Execute(const plan::DropTable& drop) {
  if (IsTemporaryView(drop.name)) {
    const bool global = drop.name.size() == 2 && analyzer::FoldCase(drop.name[0]) == "global_temp";
    (global ? state_.global_temp_views() : state_.temp_views()).Drop(drop.name.back(), settings_.case_sensitive);
    return;
  }
  const TableName name = Resolve(drop.name);
  const std::optional<Table> table = Find(name);
  if (table && CatalogOf(name.catalog)->DropTable(table->id)) {
    state_.cache().RemoveFiles(analyzer::DottedName(name.parts()));
    return;
  }
  if (drop.if_exists) return;
  throw QueryError(
      "TABLE_OR_VIEW_NOT_FOUND",
      {{"relationName", name.Quoted()}, {"searchPath", "[" + QuoteIdentifiers({name.catalog, name.database}) + "]"}},
      nullptr, ErrorClass::kNoSuchTable);
}

void CatalogCommands::Execute(const plan::TruncateTable& truncate) {
  auto [name, table] = RequireTable(truncate.name, truncate.name_origin, "TRUNCATE TABLE");
  if (table.kind == TableKind::kExternal) {
    throw QueryError("CANNOT_TRUNCATE_EXTERNAL_TABLE", {{"tableName", name.Quoted()}});
  }
  if (!truncate.partition.empty() && table.partition_columns.empty()) {
    throw QueryError("_LEGACY_ERROR_TEMP_1267", {{"tableIdentWithDB", name.Quoted()}});
  }
  std::vector<std::pair<size_t, std::optional<std::string>>> wanted;
  for (const auto& [column, value] : truncate.partition) {
    const size_t index = PartitionIndex(name, table, column);
    const auto* literal = value ? value->As<plan::Literal>() : nullptr;
    if (!literal) ThrowUnsupported("TRUNCATE TABLE with such a PARTITION clause", origin_);
    std::optional<std::string> text;
    if (!literal->value.value.is_null()) {
      text = CastText(literal->value.type, literal->value.value, settings_.time_zone);
    }
    wanted.emplace_back(index, std::move(text));
  }
  catalog::Catalog::Change change;
  change.table_id = table.id;
  change.replaces = [&](const catalog::DataFile& file) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& part) {
      return part.first < file.partition_values.size() && file.partition_values[part.first] == part.second;
    });
  };
  CatalogOf(name.catalog)->Commit(change);
  state_.cache().InvalidateFiles(analyzer::DottedName(name.parts()));
}

void CatalogCommands::Execute(const plan::RowChange& change) {
  auto [name, table] = RequireTable(change.name, change.name_origin, "", true);
  switch (change.kind) {
    case plan::RowChange::Kind::kDelete:
      ThrowNoOperation(name, "DELETE");
    case plan::RowChange::Kind::kUpdate:
      ThrowNoOperation(name, "UPDATE TABLE", ErrorClass::kUnsupported);
    case plan::RowChange::Kind::kMerge:
      ThrowNoOperation(name, "MERGE INTO TABLE", ErrorClass::kUnsupported);
    case plan::RowChange::Kind::kReplaceWhere:
      ThrowNoOperation(name, "INSERT INTO ... REPLACE WHERE");
  }
}

void CatalogCommands::Execute(const plan::AnalyzeTable& analyze) {
  if (const auto there = IsTemporaryView(analyze.name) ? std::nullopt : Find(Resolve(analyze.name));
      there && there->view) {
    throw QueryError("UNSUPPORTED_FEATURE.ANALYZE_VIEW", {});
  }
  auto [name, table] = RequireTable(analyze.name, analyze.name_origin, "");
  for (const std::string& wanted : analyze.columns) {
    const bool known = std::any_of(table.schema.begin(), table.schema.end(), [&](const StructField& column) {
      return analyzer::SameName(column.name, wanted, settings_.case_sensitive);
    });
    if (known) continue;
    throw QueryError("COLUMN_NOT_FOUND", {{"colName", QuoteIdentifier(wanted)},
                                          {"caseSensitiveConfig", DoubleQuoted("spark.sql.caseSensitive")}});
  }
  // Nothing here asks for statistics beyond those in the files.
}

}  // namespace firesteel::session
