#include "session/catalog/stored_table.h"

#include <functional>
#include <set>
#include <utility>

#include "analyzer/name.h"
#include "base/error.h"
#include "session/query_environment.h"
#include "types/field_metadata.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

constexpr const char* kTypeKey = "__CHAR_VARCHAR_TYPE_STRING";

DataType MapParts(const DataType& type, const std::function<DataType(const DataType&)>& leaf) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return DataType::Array(MapParts(type.element_type(), leaf), true);
    case TypeKind::kMap:
      return DataType::Map(MapParts(type.key_type(), leaf), MapParts(type.value_type(), leaf), true);
    case TypeKind::kStruct: {
      std::vector<StructField> fields = type.fields();
      for (StructField& field : fields) {
        field.type = MapParts(field.type, leaf);
        field.nullable = true;
      }
      return DataType::Struct(std::move(fields));
    }
    default:
      return leaf(type);
  }
}

bool HasLength(const DataType& type) {
  if (type.Is(TypeKind::kChar) || type.Is(TypeKind::kVarchar)) return true;
  if (type.Is(TypeKind::kArray)) return HasLength(type.element_type());
  if (type.Is(TypeKind::kMap)) return HasLength(type.key_type()) || HasLength(type.value_type());
  if (!type.Is(TypeKind::kStruct)) return false;
  for (const StructField& field : type.fields()) {
    if (HasLength(field.type)) return true;
  }
  return false;
}

/// One row a setting that a view keeps: key, what stands in the settings, and back.
struct KeptSetting {
  const char* key;
  bool bound::SessionSettings::*flag;
};
constexpr KeptSetting kKept[] = {
    {"spark.sql.ansi.enabled", &bound::SessionSettings::ansi},
    {"spark.sql.caseSensitive", &bound::SessionSettings::case_sensitive},
    {"spark.sql.decimalOperations.allowPrecisionLoss", &bound::SessionSettings::allow_precision_loss},
    {"spark.sql.groupByOrdinal", &bound::SessionSettings::group_by_ordinal},
    {"spark.sql.orderByOrdinal", &bound::SessionSettings::order_by_ordinal},
    {"spark.sql.groupByAliases", &bound::SessionSettings::group_by_aliases},
    {"spark.sql.ansi.doubleQuotedIdentifiers", &bound::SessionSettings::double_quoted_identifiers},
    {"spark.sql.parser.escapedStringLiterals", &bound::SessionSettings::escaped_string_literals},
    {"spark.sql.ansi.enforceReservedKeywords", &bound::SessionSettings::enforce_reserved_keywords},
    {"spark.sql.legacy.sizeOfNull", &bound::SessionSettings::size_of_null},
    {"spark.sql.timestampType", &bound::SessionSettings::timestamp_ntz_default},
};
constexpr const char* kTimeZoneKey = "spark.sql.session.timeZone";

}  // namespace

DataType NullableType(const DataType& type) {
  return MapParts(type, [](const DataType& leaf) { return leaf; });
}

StructField StoredColumn(StructField field) {
  if (HasLength(field.type)) {
    field.metadata = WithMetadataText(field.metadata, kTypeKey, CatalogString(field.type));
  }
  field.type = MapParts(field.type, [](const DataType& leaf) {
    return leaf.Is(TypeKind::kChar) || leaf.Is(TypeKind::kVarchar) ? DataType::String() : leaf;
  });
  field.nullable = true;
  return field;
}

DataType DeclaredType(const StructField& column) {
  const std::optional<std::string> declared = MetadataText(column.metadata, kTypeKey);
  return declared ? sql::ParseDataType(*declared) : column.type;
}

std::vector<std::string> FileColumnNames(const catalog::Table& table) {
  std::vector<std::string> names;
  std::set<std::string> used;
  for (size_t i = 0; i < table.schema.size(); ++i) {
    std::string name = table.schema[i].name;
    if (name.empty() || name.find('\0') != std::string::npos) name = "column";
    if (!used.insert(analyzer::FoldCase(name)).second) {
      name += "_" + std::to_string(table.field_ids.at(i));
      used.insert(analyzer::FoldCase(name));
    }
    names.push_back(std::move(name));
  }
  return names;
}

void AssignFieldIds(catalog::Table& table) {
  while (table.field_ids.size() < table.schema.size()) {
    table.field_ids.push_back(table.next_field_id);
    table.next_field_id += catalog::FieldCount(table.schema[table.field_ids.size() - 1].type);
  }
}

catalog::Properties ViewSettings(const bound::SessionSettings& settings) {
  catalog::Properties kept{{kTimeZoneKey, settings.time_zone}};
  for (const KeptSetting& row : kKept) kept[row.key] = settings.*row.flag ? "true" : "false";
  return kept;
}

std::shared_ptr<const analyzer::TemporaryView> PersistentView(const TableName& name, const catalog::Table& table,
                                                              const bound::SessionSettings& settings) {
  const catalog::ViewQuery& query = *table.view;
  auto view = std::make_shared<analyzer::TemporaryView>();
  view->name = name.table;
  view->settings = settings;
  for (const KeptSetting& row : kKept) {
    if (const auto it = query.settings.find(row.key); it != query.settings.end()) {
      view->settings.*row.flag = it->second == "true";
    }
  }
  if (const auto it = query.settings.find(kTimeZoneKey); it != query.settings.end())
    view->settings.time_zone = it->second;
  if (query.catalog_and_namespace.size() == 2) {
    view->settings.current_catalog = query.catalog_and_namespace[0];
    view->settings.current_database = query.catalog_and_namespace[1];
  }
  view->sql_text = query.text;
  view->query_columns = query.columns;
  view->schema = table.schema;
  view->views = std::make_shared<const analyzer::ViewMap>();  // no temporary view is seen from inside
  sql::ParserOptions options = ParserOptionsOf(view->settings);
  options.object_type = "VIEW";
  options.object_name = name.Dotted();
  const plan::Command command = sql::ParseStatement(query.text, options);
  const auto* parsed = command.As<plan::Query>();
  if (!parsed) throw InternalError("the text of the view " + name.Dotted() + " is no query");
  view->query = parsed->relation;
  return view;
}

std::string LocationText(const std::string& location) {
  return location.starts_with('/') ? "file:" + location : location;
}

}  // namespace firesteel::session
