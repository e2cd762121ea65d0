#include "firesteel/catalog.h"

#include <functional>
#include <utility>

#include "client/api/execution.h"
#include "client/api/observations.h"
#include "client/plan/access.h"
#include "client/types/type_proto.h"

namespace firesteel::client {

using internal::Access;
using internal::PlanBuilder;
using internal::RelationNode;

namespace {

using Text = std::optional<std::string>;
using Fill = std::function<void(proto::Catalog* catalog)>;

DataFrame Call(const ExecutorPtr& executor, Fill fill) {
  return Access::Make(executor,
                      internal::MakeRelation(executor, {}, {},
                                             [fill = std::move(fill)](const RelationNode&, proto::Relation* out,
                                                                      PlanBuilder&) { fill(out->mutable_catalog()); }));
}

Result<void> Do(const ExecutorPtr& executor, Fill fill) {
  Result<std::vector<Row>> rows = Call(executor, std::move(fill)).collect();
  if (!rows) return rows.error();
  return {};
}

Text TextAt(const Row& row, size_t i) {
  const std::string* text = i < row.size() ? row[i].get_if<std::string>() : nullptr;
  return text ? Text(*text) : std::nullopt;
}

bool FlagAt(const Row& row, size_t i) {
  const bool* flag = i < row.size() ? row[i].get_if<bool>() : nullptr;
  return flag && *flag;
}

std::vector<std::string> TextsAt(const Row& row, size_t i) {
  std::vector<std::string> texts;
  const Array* array = i < row.size() ? row[i].get_if<Array>() : nullptr;
  if (!array) return texts;
  for (const Value& item : *array) {
    if (const std::string* text = item.get_if<std::string>()) texts.push_back(*text);
  }
  return texts;
}

template <class T>
Result<std::vector<T>> All(const ExecutorPtr& executor, Fill fill, T (*make)(const Row&)) {
  Result<std::vector<Row>> rows = Call(executor, std::move(fill)).collect();
  if (!rows) return rows.error();
  std::vector<T> items;
  for (const Row& row : *rows) items.push_back(make(row));
  return items;
}

template <class T>
Result<T> One(const ExecutorPtr& executor, Fill fill, T (*make)(const Row&)) {
  Result<std::vector<Row>> rows = Call(executor, std::move(fill)).collect();
  if (!rows) return rows.error();
  if (rows->empty()) return internal::UnexpectedResult("a call of the catalog");
  return make(rows->front());
}

std::string MakeText(const Row& row) { return TextAt(row, 0).value_or(""); }
bool MakeFlag(const Row& row) { return FlagAt(row, 0); }

Catalog::Database MakeDatabase(const Row& row) {
  return {TextAt(row, 0).value_or(""), TextAt(row, 1), TextAt(row, 2), TextAt(row, 3).value_or("")};
}

Catalog::Table MakeTable(const Row& row) {
  return {TextAt(row, 0).value_or(""), TextAt(row, 1), TextsAt(row, 2), TextAt(row, 3),
          TextAt(row, 4).value_or(""), FlagAt(row, 5)};
}

Catalog::Function MakeFunction(const Row& row) {
  return {TextAt(row, 0).value_or(""), TextAt(row, 1), TextsAt(row, 2), TextAt(row, 3),
          TextAt(row, 4).value_or(""), FlagAt(row, 5)};
}

Catalog::TableColumn MakeColumn(const Row& row) {
  return {TextAt(row, 0).value_or(""),
          TextAt(row, 1),
          TextAt(row, 2).value_or(""),
          FlagAt(row, 3),
          FlagAt(row, 4),
          FlagAt(row, 5),
          FlagAt(row, 6)};
}

}  // namespace

Result<std::string> Catalog::current_catalog() const {
  return One(
      executor_, [](proto::Catalog* catalog) { catalog->mutable_current_catalog(); }, MakeText);
}

Result<void> Catalog::set_current_catalog(std::string name) const {
  return Do(executor_,
            [=](proto::Catalog* catalog) { catalog->mutable_set_current_catalog()->set_catalog_name(name); });
}

Result<std::vector<Catalog::CatalogMetadata>> Catalog::list_catalogs(const Text& pattern) const {
  const auto fill = [=](proto::Catalog* catalog) {
    auto* list = catalog->mutable_list_catalogs();
    if (pattern) list->set_pattern(*pattern);
  };
  return All<CatalogMetadata>(executor_, fill, [](const Row& row) {
    return CatalogMetadata{TextAt(row, 0).value_or(""), TextAt(row, 1)};
  });
}

Result<std::string> Catalog::current_database() const {
  return One(
      executor_, [](proto::Catalog* catalog) { catalog->mutable_current_database(); }, MakeText);
}

Result<void> Catalog::set_current_database(std::string name) const {
  return Do(executor_, [=](proto::Catalog* catalog) { catalog->mutable_set_current_database()->set_db_name(name); });
}

Result<std::vector<Catalog::Database>> Catalog::list_databases(const Text& pattern) const {
  const auto fill = [=](proto::Catalog* catalog) {
    auto* list = catalog->mutable_list_databases();
    if (pattern) list->set_pattern(*pattern);
  };
  return All(executor_, fill, MakeDatabase);
}

Result<Catalog::Database> Catalog::get_database(std::string name) const {
  return One(
      executor_, [=](proto::Catalog* catalog) { catalog->mutable_get_database()->set_db_name(name); }, MakeDatabase);
}

Result<bool> Catalog::database_exists(std::string name) const {
  return One(
      executor_, [=](proto::Catalog* catalog) { catalog->mutable_database_exists()->set_db_name(name); }, MakeFlag);
}

Result<void> Catalog::create_database(std::string name, bool if_not_exists,
                                      const std::map<std::string, std::string>& properties) const {
  return Do(executor_, [=](proto::Catalog* catalog) {
    auto* create = catalog->mutable_create_database();
    create->set_db_name(name);
    create->set_if_not_exists(if_not_exists);
    create->mutable_properties()->insert(properties.begin(), properties.end());
  });
}

Result<void> Catalog::drop_database(std::string name, bool if_exists, bool cascade) const {
  return Do(executor_, [=](proto::Catalog* catalog) {
    auto* drop = catalog->mutable_drop_database();
    drop->set_db_name(name);
    drop->set_if_exists(if_exists);
    drop->set_cascade(cascade);
  });
}

Result<std::vector<Catalog::Table>> Catalog::list_tables(const Text& database, const Text& pattern) const {
  const auto fill = [=](proto::Catalog* catalog) {
    auto* list = catalog->mutable_list_tables();
    if (database) list->set_db_name(*database);
    if (pattern) list->set_pattern(*pattern);
  };
  return All(executor_, fill, MakeTable);
}

Result<std::vector<Catalog::Table>> Catalog::list_views(const Text& database, const Text& pattern) const {
  Text name = database;
  if (pattern && !name) {
    Result<std::string> current = current_database();
    if (!current) return current.error();
    name = *std::move(current);
  }
  const auto fill = [=](proto::Catalog* catalog) {
    auto* list = catalog->mutable_list_views();
    if (name) list->set_db_name(*name);
    if (pattern) list->set_pattern(*pattern);
  };
  return All(executor_, fill, MakeTable);
}

Result<Catalog::Table> Catalog::get_table(std::string name) const {
  return One(
      executor_, [=](proto::Catalog* catalog) { catalog->mutable_get_table()->set_table_name(name); }, MakeTable);
}

Result<bool> Catalog::table_exists(std::string name, const Text& database) const {
  const auto fill = [=](proto::Catalog* catalog) {
    catalog->mutable_table_exists()->set_table_name(name);
    if (database) catalog->mutable_table_exists()->set_db_name(*database);
  };
  return One(executor_, fill, MakeFlag);
}

Result<std::vector<Catalog::TableColumn>> Catalog::list_columns(std::string table, const Text& database) const {
  const auto fill = [=](proto::Catalog* catalog) {
    catalog->mutable_list_columns()->set_table_name(table);
    if (database) catalog->mutable_list_columns()->set_db_name(*database);
  };
  return All(executor_, fill, MakeColumn);
}

Result<std::vector<std::string>> Catalog::list_partitions(std::string table) const {
  return All(
      executor_, [=](proto::Catalog* catalog) { catalog->mutable_list_partitions()->set_table_name(table); }, MakeText);
}

Result<std::map<std::string, std::string>> Catalog::get_table_properties(std::string table) const {
  Result<std::vector<Row>> rows = Call(executor_, [=](proto::Catalog* catalog) {
                                    catalog->mutable_get_table_properties()->set_table_name(table);
                                  }).collect();
  if (!rows) return rows.error();
  std::map<std::string, std::string> properties;
  for (const Row& row : *rows) properties.emplace(TextAt(row, 0).value_or(""), TextAt(row, 1).value_or(""));
  return properties;
}

Result<std::string> Catalog::get_create_table_string(std::string table, bool as_serde) const {
  Result<std::vector<Row>> rows = Call(executor_, [=](proto::Catalog* catalog) {
                                    catalog->mutable_get_create_table_string()->set_table_name(table);
                                    catalog->mutable_get_create_table_string()->set_as_serde(as_serde);
                                  }).collect();
  if (!rows) return rows.error();
  return rows->empty() ? std::string() : MakeText(rows->front());
}

Result<DataFrame> Catalog::create_table(std::string name, const Text& path, const Text& source,
                                        const std::optional<Schema>& schema, const Text& description,
                                        const Options& options) const {
  const DataFrame frame = Call(executor_, [=](proto::Catalog* catalog) {
    auto* create = catalog->mutable_create_table();
    create->set_table_name(name);
    if (path) create->set_path(*path);
    if (source) create->set_source(*source);
    if (description) create->set_description(*description);
    if (schema) ToProto(*schema, create->mutable_schema());
    for (const auto& [key, value] : options) create->mutable_options()->insert({key, value.text()});
  });
  Result<std::vector<Row>> created = frame.collect();
  if (!created) return created.error();
  return frame;
}

Result<void> Catalog::drop_table(std::string name, bool if_exists, bool purge) const {
  return Do(executor_, [=](proto::Catalog* catalog) {
    auto* drop = catalog->mutable_drop_table();
    drop->set_table_name(name);
    drop->set_if_exists(if_exists);
    drop->set_purge(purge);
  });
}

Result<void> Catalog::truncate_table(std::string name) const {
  return Do(executor_, [=](proto::Catalog* catalog) { catalog->mutable_truncate_table()->set_table_name(name); });
}

Result<void> Catalog::analyze_table(std::string name, bool no_scan) const {
  return Do(executor_, [=](proto::Catalog* catalog) {
    catalog->mutable_analyze_table()->set_table_name(name);
    catalog->mutable_analyze_table()->set_no_scan(no_scan);
  });
}

Result<void> Catalog::recover_partitions(std::string table) const {
  return Do(executor_, [=](proto::Catalog* catalog) { catalog->mutable_recover_partitions()->set_table_name(table); });
}

Result<void> Catalog::drop_view(std::string name, bool if_exists) const {
  return Do(executor_, [=](proto::Catalog* catalog) {
    catalog->mutable_drop_view()->set_view_name(name);
    catalog->mutable_drop_view()->set_if_exists(if_exists);
  });
}

Result<bool> Catalog::drop_temp_view(std::string name) const {
  return One(
      executor_, [=](proto::Catalog* catalog) { catalog->mutable_drop_temp_view()->set_view_name(name); }, MakeFlag);
}

Result<bool> Catalog::drop_global_temp_view(std::string name) const {
  return One(
      executor_, [=](proto::Catalog* catalog) { catalog->mutable_drop_global_temp_view()->set_view_name(name); },
      MakeFlag);
}

Result<std::vector<Catalog::Function>> Catalog::list_functions(const Text& database, const Text& pattern) const {
  const auto fill = [=](proto::Catalog* catalog) {
    auto* list = catalog->mutable_list_functions();
    if (database) list->set_db_name(*database);
    if (pattern) list->set_pattern(*pattern);
  };
  return All(executor_, fill, MakeFunction);
}

Result<Catalog::Function> Catalog::get_function(std::string name) const {
  return One(
      executor_, [=](proto::Catalog* catalog) { catalog->mutable_get_function()->set_function_name(name); },
      MakeFunction);
}

Result<bool> Catalog::function_exists(std::string name, const Text& database) const {
  const auto fill = [=](proto::Catalog* catalog) {
    catalog->mutable_function_exists()->set_function_name(name);
    if (database) catalog->mutable_function_exists()->set_db_name(*database);
  };
  return One(executor_, fill, MakeFlag);
}

Result<bool> Catalog::is_cached(std::string table) const {
  return One(
      executor_, [=](proto::Catalog* catalog) { catalog->mutable_is_cached()->set_table_name(table); }, MakeFlag);
}

Result<void> Catalog::cache_table(std::string table, const std::optional<StorageLevel>& level) const {
  return Do(executor_, [=](proto::Catalog* catalog) {
    catalog->mutable_cache_table()->set_table_name(table);
    if (level) internal::ToProto(*level, catalog->mutable_cache_table()->mutable_storage_level());
  });
}

Result<void> Catalog::uncache_table(std::string table) const {
  return Do(executor_, [=](proto::Catalog* catalog) { catalog->mutable_uncache_table()->set_table_name(table); });
}

Result<void> Catalog::clear_cache() const {
  return Do(executor_, [](proto::Catalog* catalog) { catalog->mutable_clear_cache(); });
}

Result<void> Catalog::refresh_table(std::string table) const {
  return Do(executor_, [=](proto::Catalog* catalog) { catalog->mutable_refresh_table()->set_table_name(table); });
}

Result<void> Catalog::refresh_by_path(std::string path) const {
  return Do(executor_, [=](proto::Catalog* catalog) { catalog->mutable_refresh_by_path()->set_path(path); });
}

}  // namespace firesteel::client
