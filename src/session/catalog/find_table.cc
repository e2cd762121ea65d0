// What a name in a query means in the catalogs.
#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "session/catalog/catalogs.h"
#include "session/catalog/stored_table.h"
#include "session/query_environment.h"
#include "types/field_metadata.h"
#include "types/quoting.h"
#include "types/value_text.h"

namespace firesteel::session {
namespace {

/// The text of what rows have that were written before the column was: EXISTS_DEFAULT, where it is a literal.
std::optional<std::string> MissingValue(const StructField& column, const bound::SessionSettings& settings) {
  const std::optional<std::string> text = MetadataText(column.metadata, "EXISTS_DEFAULT");
  if (!text || column.type.IsNested()) return std::nullopt;
  const plan::ExpressionPtr value = sql::ParseExpression(*text, ParserOptionsOf(settings));
  const auto* literal = value->As<plan::Literal>();
  if (!literal || literal->value.value.is_null()) return std::nullopt;
  // What the literal is stands in the text of a value that the engine reads as the column's type.
  std::string shown = CastText(literal->value.type, literal->value.value, "UTC");
  if (literal->value.type.Is(TypeKind::kTimestamp)) shown += "+00";
  return shown;
}

}  // namespace

std::optional<analyzer::CatalogRelation> QueryEnvironment::FindTable(const std::vector<std::string>& parts,
                                                                     const plan::Options& options,
                                                                     const bound::SessionSettings& settings,
                                                                     const OriginPtr& origin) {
  const TableName name = ResolveTableName(parts, settings, state_.configuration());
  const CatalogPtr catalog = state_.catalogs().Find(name.catalog, state_.configuration());
  if (!catalog) return std::nullopt;
  std::optional<catalog::Catalog::Snapshot> snapshot = catalog->Read(name.database, name.table);
  if (!snapshot) return std::nullopt;
  const catalog::Table& table = snapshot->table;
  found_tables_.push_back(name.parts());
  analyzer::CatalogRelation relation;
  relation.name = name.parts();
  relation.options = options;
  if (table.view) {
    if (forbidden_view_ == name.parts()) throw RecursiveView{};
    relation.view = PersistentView(name, table, settings);
    return relation;
  }
  if (table.kind == catalog::TableKind::kExternal) {
    plan::Options all(table.options.begin(), table.options.end());
    all.insert(all.end(), options.begin(), options.end());
    relation.format = StoredName(table.provider, bound::SessionSettings());
    // A folder that is not there yet has no rows.
    std::error_code ignored;
    std::vector<std::string> paths;
    if (std::filesystem::exists(table.location, ignored)) paths.push_back(table.location);
    relation.files = ResolveFiles(relation.format, paths, all, table.schema, origin);
    // Comments and defaults stand with the table, not in the files.
    for (StructField& field : relation.files.schema) {
      for (const StructField& column : table.schema) {
        if (column.name == field.name) field.metadata = column.metadata;
      }
    }
    return relation;
  }
  relation.format = "parquet";
  relation.files.schema = table.schema;
  relation.files.field_ids = table.field_ids;
  relation.files.column_names = FileColumnNames(table);
  for (const StructField& column : table.schema) {
    relation.files.missing_values.push_back(MissingValue(column, settings));
  }
  for (catalog::DataFile& file : snapshot->files) {
    struct stat info {};
    ::stat(file.path.c_str(), &info);
    relation.files.file_times.push_back(int64_t{info.st_mtim.tv_sec} * 1000000 + info.st_mtim.tv_nsec / 1000);
    relation.files.file_sizes.push_back(file.bytes);
    relation.files.files.push_back(std::move(file.path));
  }
  return relation;
}

}  // namespace firesteel::session
