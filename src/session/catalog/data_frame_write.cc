// df.write.saveAsTable, df.write.insertInto and df.writeTo.
#include <algorithm>

#include "analyzer/name.h"
#include "base/error.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "types/quoting.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::session {
namespace {

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string SourceTitle(const std::string& provider) {
  const std::string name = analyzer::FoldCase(provider);
  if (name == "parquet") return "ParquetDataSourceV2";
  if (name == "json") return "JsonDataSourceV2";
  if (name == "text") return "TextDataSourceV2";
  if (name == "orc") return "OrcDataSourceV2";
  if (name == "csv") return "CSVDataSourceV2";
  return provider;
}

Schema ColumnsOf(const bound::Relation& query) {
  Schema columns;
  for (const bound::Attribute& column : query.output) columns.push_back(ColumnOf(column));
  return columns;
}

std::string StructText(const Schema& schema) { return CatalogString(DataType::Struct(schema)); }

}  // namespace

void CatalogCommands::Write(const plan::WriteOperation& write) {
  using Mode = plan::WriteOperation::Mode;
  const Names& parts = write.table->name;
  if (!write.bucket_by && !write.sort_columns.empty()) throw QueryError("SORT_BY_WITHOUT_BUCKETING", {});
  if (!write.clustering_columns.empty()) ThrowUnsupported("clustered tables (clusterBy)", origin_);
  if (write.table->method == plan::WriteOperation::Table::Method::kInsertInto) {
    if (!write.partitioning_columns.empty()) {
      throw QueryError("PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO", {{"tableName", analyzer::DottedName(parts)}});
    }
    auto [name, table] = RequireTable(parts, nullptr, "INSERT", true);
    Insert insert{std::move(name), std::move(table), write.input, {}, {}, false, write.mode == Mode::kOverwrite, false};
    return InsertRows(insert);
  }
  if (parts.size() == 1 && parts[0].empty()) {
    throw QueryError("PARSE_EMPTY_STATEMENT", {}, nullptr, ErrorClass::kParse);
  }
  const TableName name = SaveName(parts);
  std::optional<catalog::Table> there = Find(name);
  if (there && (write.mode == Mode::kUnspecified || write.mode == Mode::kErrorIfExists)) ThrowExists(name);
  if (there && write.mode == Mode::kIgnore) return;
  if (there && write.mode == Mode::kAppend) return Append(name, *there, write);

  std::vector<Names> read;
  const bound::RelationPtr query = AnalyzeQuery(write.input, &read);
  if (there && std::find(read.begin(), read.end(), name.parts()) != read.end()) {
    throw QueryError("UNSUPPORTED_OVERWRITE.TABLE", {{"table", name.Quoted()}});
  }
  plan::TableClauses clauses;
  clauses.provider = write.source;
  clauses.options = write.options;
  if (write.path) clauses.location = write.path;
  clauses.partition_columns = write.partitioning_columns;
  if (write.bucket_by) {
    clauses.buckets.columns = write.bucket_by->columns;
    clauses.buckets.count = write.bucket_by->count;
    clauses.buckets.sort_columns = write.sort_columns;
  }
  CreateAs(NewTable(name, ColumnsOf(*query), clauses), name, query, false, write.mode == Mode::kOverwrite,
           there ? std::optional<int64_t>(there->id) : std::nullopt);
}

TableName CatalogCommands::SaveName(const Names& parts) const {
  if (parts.size() > 2 && !Catalogs::Exists(parts[0], state_.configuration())) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ".") + QuoteIfNeeded(part);
    throw QueryError("_LEGACY_ERROR_TEMP_1310", {{"quote", text}});
  }
  return Resolve(parts);
}

// Appending by name to a table that is there: it must look as the DataFrame says.
void CatalogCommands::Append(const TableName& name, const catalog::Table& table, const plan::WriteOperation& write) {
  if (table.view) throw QueryError("_LEGACY_ERROR_TEMP_1158", {});
  const std::string source = write.source.value_or(settings_.default_source);
  if (write.source && analyzer::FoldCase(source) != analyzer::FoldCase(table.provider)) {
    throw QueryError("_LEGACY_ERROR_TEMP_1159", {{"tableName", name.Dotted()},
                                                 {"existingProvider", SourceTitle(table.provider)},
                                                 {"specifiedProvider", SourceTitle(source)}});
  }
  const bound::RelationPtr query = AnalyzeQuery(write.input);
  if (query->output.size() != table.schema.size()) {
    throw QueryError("_LEGACY_ERROR_TEMP_1161", {{"tableName", name.Dotted()},
                                                 {"existingTableSchema", StructText(table.schema)},
                                                 {"querySchema", StructText(bound::OutputSchema(*query))}});
  }
  if (write.partitioning_columns != table.partition_columns) {
    throw QueryError("_LEGACY_ERROR_TEMP_1163", {{"tableName", name.Dotted()},
                                                 {"specifiedPartCols", Join(write.partitioning_columns)},
                                                 {"existingPartCols", Join(table.partition_columns)}});
  }
  for (const StructField& column : table.schema) {
    const bool given = std::any_of(query->output.begin(), query->output.end(), [&](const bound::Attribute& attribute) {
      return analyzer::SameName(attribute.name, column.name, settings_.case_sensitive);
    });
    if (given) continue;
    std::vector<std::string> names;
    for (const bound::Attribute& attribute : query->output) names.push_back(attribute.name);
    throw QueryError("_LEGACY_ERROR_TEMP_1162", {{"col", column.name}, {"inputColumns", Join(names)}});
  }
  Insert insert;
  insert.name = name;
  insert.table = table;
  insert.query = write.input;
  insert.by_name = true;
  InsertRows(insert);
}

void CatalogCommands::Write(const plan::WriteOperationV2& write) {
  using Mode = plan::WriteOperationV2::Mode;
  if (write.mode == Mode::kReplace || write.mode == Mode::kCreateOrReplace) {
    const TableName name = Resolve(write.table);
    AnalyzeQuery(write.input);
    ThrowNoOperation(name, "REPLACE TABLE AS SELECT");
  }
  if (write.mode != Mode::kCreate) {
    auto [name, table] = RequireTable(write.table, nullptr, "", true);
    // Spark's own tables are of its first interface and take no writes through the second.
    throw QueryError("_LEGACY_ERROR_TEMP_1012", {{"identifier", name.Quoted()}});
  }
  plan::TableClauses clauses;
  clauses.provider = write.provider;
  clauses.options = write.options;
  clauses.properties = write.table_properties;
  if (!write.clustering_columns.empty()) ThrowUnsupported("clustered tables (clusterBy)", origin_);
  for (const plan::ExpressionPtr& partition : write.partitioning) {
    const auto* column = partition->As<plan::UnresolvedAttribute>();
    if (const auto* call = partition->As<plan::UnresolvedFunction>(); call && clauses.transform.empty()) {
      std::string arguments;
      for (const plan::ExpressionPtr& argument : call->arguments) {
        const auto* name = argument->As<plan::UnresolvedAttribute>();
        const auto* literal = argument->As<plan::Literal>();
        arguments += (arguments.empty() ? "" : ", ") +
                     (name      ? analyzer::DottedName(name->parts)
                      : literal ? CastText(literal->value.type, literal->value.value, settings_.time_zone)
                                : std::string("…"));
      }
      clauses.transform = call->name.back() + "(" + arguments + ")";
      const auto* count = call->arguments.empty() ? nullptr : call->arguments[0]->As<plan::Literal>();
      if (call->name.back() == "bucket" && count && count->value.type.IsIntegral()) {
        clauses.transform.clear();
        clauses.buckets.count = std::stoi(CastText(count->value.type, count->value.value, settings_.time_zone));
        for (size_t i = 1; i < call->arguments.size(); ++i) {
          if (const auto* name = call->arguments[i]->As<plan::UnresolvedAttribute>()) {
            clauses.buckets.columns.push_back(analyzer::DottedName(name->parts));
          }
        }
        continue;
      }
    }
    if (!column || column->parts.size() != 1) {
      clauses.has_transforms = true;
    } else {
      clauses.partition_columns.push_back(column->parts[0]);
    }
  }
  const TableName name = Resolve(write.table);
  const bound::RelationPtr query = AnalyzeQuery(write.input);
  catalog::Table table = NewTable(name, ColumnsOf(*query), clauses);
  if (Find(name)) ThrowExists(name);
  CreateAs(std::move(table), name, query, false, false, std::nullopt);
}

}  // namespace firesteel::session
