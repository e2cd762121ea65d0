#include "catalog/table.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "types/type_text.h"

namespace firesteel::catalog {
namespace {

using Json = nlohmann::json;

Json Parse(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw InternalError("an entry of the catalog is no JSON object: " + std::string(text));
  return json;
}

}  // namespace

std::string_view KindName(TableKind kind) {
  switch (kind) {
    case TableKind::kManaged:
      return "MANAGED";
    case TableKind::kExternal:
      return "EXTERNAL";
    case TableKind::kView:
      return "VIEW";
  }
  return "";
}

int32_t FieldCount(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return 1 + FieldCount(type.element_type());
    case TypeKind::kMap:
      return 1 + FieldCount(type.key_type()) + FieldCount(type.value_type());
    case TypeKind::kStruct: {
      int32_t count = 1;
      for (const StructField& field : type.fields()) count += FieldCount(field.type);
      return count;
    }
    case TypeKind::kVariant:
      return 3;  // value and metadata
    case TypeKind::kUserDefined:
      return FieldCount(type.user_storage());
    default:
      return 1;
  }
}

std::string ToJson(const Database& database) {
  return Json{{"comment", database.comment},
              {"location", database.location},
              {"owner", database.owner},
              {"properties", database.properties}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Database DatabaseFromJson(std::string_view text) {
  const Json json = Parse(text);
  Database database;
  database.comment = json.value("comment", "");
  database.location = json.value("location", "");
  database.owner = json.value("owner", "");
  database.properties = json.value("properties", Properties());
  return database;
}

std::string ToJson(const Table& table) {
  Json json{{"kind", KindName(table.kind)},
            {"provider", table.provider},
            {"schema", TypeToJson(DataType::Struct(table.schema))},
            {"fieldIds", table.field_ids},
            {"nextFieldId", table.next_field_id},
            {"partitionColumns", table.partition_columns},
            {"properties", table.properties},
            {"options", table.options},
            {"location", table.location},
            {"owner", table.owner},
            {"createdBy", table.created_by},
            {"createdMicros", table.created_micros}};
  if (table.comment) json["comment"] = *table.comment;
  if (table.bucket_count > 0) {
    json["buckets"] = {
        {"columns", table.bucket_columns}, {"sortColumns", table.bucket_sort_columns}, {"count", table.bucket_count}};
  }
  for (const auto& partition : table.empty_partitions) {
    Json values = Json::array();
    for (const auto& value : partition) values.push_back(value ? Json(*value) : Json());
    json["emptyPartitions"].push_back(std::move(values));
  }
  if (table.view) {
    json["view"] = {{"text", table.view->text},
                    {"columns", table.view->columns},
                    {"catalogAndNamespace", table.view->catalog_and_namespace},
                    {"schemaMode", table.view->schema_mode},
                    {"settings", table.view->settings}};
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Table TableFromJson(std::string_view text) {
  const Json json = Parse(text);
  Table table;
  const std::string kind = json.value("kind", "");
  table.kind = kind == "VIEW" ? TableKind::kView : kind == "EXTERNAL" ? TableKind::kExternal : TableKind::kManaged;
  table.provider = json.value("provider", "");
  table.schema = TypeFromJson(json.value("schema", "")).fields();
  table.field_ids = json.value("fieldIds", std::vector<int32_t>());
  table.next_field_id = json.value("nextFieldId", 1);
  table.partition_columns = json.value("partitionColumns", std::vector<std::string>());
  if (json.contains("emptyPartitions")) {
    for (const Json& values : json["emptyPartitions"]) {
      auto& partition = table.empty_partitions.emplace_back();
      for (const Json& value : values) {
        partition.push_back(value.is_null() ? std::nullopt : std::optional<std::string>(value.get<std::string>()));
      }
    }
  }
  if (json.contains("buckets")) {
    const Json& buckets = json["buckets"];
    table.bucket_columns = buckets.value("columns", std::vector<std::string>());
    table.bucket_sort_columns = buckets.value("sortColumns", std::vector<std::string>());
    table.bucket_count = buckets.value("count", 0);
  }
  if (json.contains("comment")) table.comment = json.value("comment", "");
  table.properties = json.value("properties", Properties());
  table.options = json.value("options", Properties());
  table.location = json.value("location", "");
  table.owner = json.value("owner", "");
  table.created_by = json.value("createdBy", "");
  table.created_micros = json.value("createdMicros", int64_t{0});
  if (json.contains("view")) {
    const Json& view = json["view"];
    table.view = ViewQuery{view.value("text", ""), view.value("columns", std::vector<std::string>()),
                           view.value("catalogAndNamespace", std::vector<std::string>()),
                           view.value("schemaMode", "COMPENSATION"), view.value("settings", Properties())};
  }
  return table;
}

}  // namespace firesteel::catalog
