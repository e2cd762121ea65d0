// DESCRIBE TABLE EXTENDED … AS JSON.
#include <ctime>
#include <nlohmann/json.hpp>

#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "types/field_metadata.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

using Json = nlohmann::ordered_json;

Json ColumnJson(const StructField& field);

Json TypeJson(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kString:
      return {{"name", "string"}, {"collation", std::string(type.collation())}};
    case TypeKind::kChar:
      return {{"name", "char"}, {"length", type.length()}};
    case TypeKind::kVarchar:
      return {{"name", "varchar"}, {"length", type.length()}};
    case TypeKind::kDecimal:
      return {{"name", "decimal"}, {"precision", type.precision()}, {"scale", type.scale()}};
    case TypeKind::kTimestamp:
      return {{"name", "timestamp_ltz"}};
    case TypeKind::kArray:
      return {{"name", "array"},
              {"element_type", TypeJson(type.element_type())},
              {"element_nullable", type.contains_null()}};
    case TypeKind::kMap:
      return {{"name", "map"},
              {"key_type", TypeJson(type.key_type())},
              {"value_type", TypeJson(type.value_type())},
              {"value_nullable", type.contains_null()}};
    case TypeKind::kStruct: {
      Json fields = Json::array();
      for (const StructField& field : type.fields()) fields.push_back(ColumnJson(field));
      return {{"name", "struct"}, {"fields", std::move(fields)}};
    }
    default:
      return {{"name", CatalogString(type)}};
  }
}

Json ColumnJson(const StructField& field) {
  Json json{{"name", field.name}, {"type", TypeJson(field.type)}, {"nullable", field.nullable}};
  if (const auto comment = MetadataText(field.metadata, "comment")) json["comment"] = *comment;
  if (const auto value = MetadataText(field.metadata, "CURRENT_DEFAULT")) json["default"] = *value;
  return json;
}

}  // namespace

CommandResult CatalogCommands::DescribeJson(const TableName& name, const catalog::Table& table) const {
  Json json{{"table_name", name.table},
            {"catalog_name", name.catalog},
            {"namespace", Json::array({name.database})},
            {"schema_name", name.database}};
  json["columns"] = Json::array();
  for (const StructField& field : table.schema) json["columns"].push_back(ColumnJson(field));
  if (table.bucket_count > 0) {
    json["num_buckets"] = table.bucket_count;
    json["bucket_columns"] = table.bucket_columns;
    json["sort_columns"] = table.bucket_sort_columns;
  }
  if (!table.view) json["location"] = LocationText(table.location);
  if (!table.options.empty()) json["storage_properties"] = Redacted(table.options);
  json["created_time"] = UtcText(table.created_micros, "%Y-%m-%dT%H:%M:%SZ");
  json["last_access"] = "UNKNOWN";
  json["created_by"] = table.created_by;
  json["type"] = std::string(catalog::KindName(table.kind));
  if (!table.view) json["provider"] = table.provider;
  if (table.comment) json["comment"] = *table.comment;
  if (table.view) {
    std::string path;
    for (const std::string& part : table.view->catalog_and_namespace) {
      path += (path.empty() ? "" : ".") + QuoteIfNeeded(part);
    }
    json["view_text"] = table.view->text;
    json["view_original_text"] = table.view->text;
    json["view_schema_mode"] = table.view->schema_mode;
    json["view_catalog_and_namespace"] = path;
    json["view_query_output_columns"] = table.view->columns;
  }
  if (!table.properties.empty()) json["table_properties"] = Redacted(table.properties);
  if (!table.partition_columns.empty()) {
    json["partition_provider"] = "Catalog";
    json["partition_columns"] = table.partition_columns;
  }
  json["collation"] = "UTF8_BINARY";
  return Text({{"json_metadata", DataType::String(), false, ""}},
              {{Value{json.dump(-1, ' ', false, Json::error_handler_t::replace)}}});
}

}  // namespace firesteel::session
