// What a name in a query means in the catalogs.
#include <utility>

#include "base/error.h"
#include "session/catalog/catalogs.h"
#include "session/catalog/stored_table.h"
#include "session/query_environment.h"
#include "types/quoting.h"

namespace firesteel::session {

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
    relation.files = ResolveFiles(relation.format, {table.location}, all, table.schema, origin);
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
  for (catalog::DataFile& file : snapshot->files) relation.files.files.push_back(std::move(file.path));
  return relation;
}

}  // namespace firesteel::session
