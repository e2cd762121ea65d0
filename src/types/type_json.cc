#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "types/geospatial.h"
#include "types/type_text.h"
#include "types/user_type.h"

namespace firesteel {
namespace {

using Json = nlohmann::ordered_json;

// Deeper types are refused instead of overflowing the stack.
constexpr int kMaxDepth = 500;
constexpr std::string_view kCollationsKey = "__COLLATIONS";

std::string TypeName(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kByte:
      return "byte";
    case TypeKind::kShort:
      return "short";
    case TypeKind::kInt:
      return "integer";
    case TypeKind::kLong:
      return "long";
    case TypeKind::kString:
      return "string";
    case TypeKind::kGeometry:
      return "geometry(" + CoordinateReferenceSystem(type.srid()) + ")";
    case TypeKind::kGeography:
      return "geography(" + CoordinateReferenceSystem(type.srid()) + ", SPHERICAL)";
    default:
      return CatalogString(type);
  }
}

// Collations do not stand in the type's text but in the metadata of the nearest field, by path: that is how readers
// that know no collations see a plain string.
std::string CollationProvider(std::string_view collation) {
  return (collation.starts_with("UTF8_") ? "spark." : "icu.") + std::string(collation);
}

void CollectCollations(const DataType& type, const std::string& path, Json& out) {
  switch (type.kind()) {
    case TypeKind::kString:
      if (type.collation() != "UTF8_BINARY") out[path] = CollationProvider(type.collation());
      break;
    case TypeKind::kArray:
      CollectCollations(type.element_type(), path + ".element", out);
      break;
    case TypeKind::kMap:
      CollectCollations(type.key_type(), path + ".key", out);
      CollectCollations(type.value_type(), path + ".value", out);
      break;
    default:
      break;
  }
}

Json ToJson(const DataType& type);

Json FieldToJson(const StructField& field) {
  Json metadata = Json::object();
  if (!field.metadata.empty()) {
    metadata = Json::parse(field.metadata, nullptr, /*allow_exceptions=*/false);
    if (!metadata.is_object()) metadata = Json::object();
  }
  Json collations = Json::object();
  CollectCollations(field.type, field.name, collations);
  if (!collations.empty()) metadata[kCollationsKey] = std::move(collations);
  Json json;
  json["name"] = field.name;
  json["type"] = ToJson(field.type);
  json["nullable"] = field.nullable;
  json["metadata"] = std::move(metadata);
  return json;
}

Json ToJson(const DataType& type) {
  Json json;
  switch (type.kind()) {
    case TypeKind::kArray:
      json["type"] = "array";
      json["elementType"] = ToJson(type.element_type());
      json["containsNull"] = type.contains_null();
      return json;
    case TypeKind::kMap:
      json["type"] = "map";
      json["keyType"] = ToJson(type.key_type());
      json["valueType"] = ToJson(type.value_type());
      json["valueContainsNull"] = type.value_contains_null();
      return json;
    case TypeKind::kStruct:
      json["type"] = "struct";
      json["fields"] = Json::array();
      for (const StructField& field : type.fields()) json["fields"].push_back(FieldToJson(field));
      return json;
    case TypeKind::kUserDefined: {
      const UserDefinedClass& of = type.user_class();
      json["type"] = "udt";
      if (!of.jvm_class.empty()) json["class"] = of.jvm_class;
      json["pyClass"] = of.python_class;
      if (of.jvm_class.empty()) json["serializedClass"] = of.serialized_python_class;
      json["sqlType"] = ToJson(type.user_storage());
      return json;
    }
    default:
      return TypeName(type);
  }
}

[[noreturn]] void Refuse(const std::string& text) {
  throw QueryError("INVALID_JSON_DATA_TYPE", {{"invalidType", text}}, nullptr, ErrorClass::kIllegalArgument);
}

// "name(n)" or "name(n,m)": the numbers, or nothing.
bool Arguments(std::string_view text, std::string_view name, std::vector<int>& numbers) {
  if (!text.starts_with(name)) return false;
  text.remove_prefix(name.size());
  if (text.size() < 3 || text.front() != '(' || text.back() != ')') return false;
  text = text.substr(1, text.size() - 2);
  while (true) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    int number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return false;
    numbers.push_back(number);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text.empty()) return true;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
}

DataType IntervalFromName(const std::string& name) {
  for (int start = 0; start < 4; ++start) {
    for (int end = start; end < 4; ++end) {
      auto from = static_cast<IntervalField>(start);
      auto to = static_cast<IntervalField>(end);
      if (end < 2 && name == CatalogString(DataType::YearMonthInterval(from, to))) {
        return DataType::YearMonthInterval(from, to);
      }
      if (name == CatalogString(DataType::DayTimeInterval(from, to))) return DataType::DayTimeInterval(from, to);
    }
  }
  Refuse(name);
}

DataType FromName(const std::string& name) {
  using T = DataType;
  static const std::vector<std::pair<std::string_view, T>> kNames = {
      {"void", T::Null()},
      {"null", T::Null()},
      {"boolean", T::Boolean()},
      {"byte", T::Byte()},
      {"tinyint", T::Byte()},
      {"short", T::Short()},
      {"smallint", T::Short()},
      {"integer", T::Int()},
      {"int", T::Int()},
      {"long", T::Long()},
      {"bigint", T::Long()},
      {"float", T::Float()},
      {"double", T::Double()},
      {"string", T::String()},
      {"binary", T::Binary()},
      {"date", T::Date()},
      {"timestamp", T::Timestamp()},
      {"timestamp_ltz", T::Timestamp()},
      {"decimal", T::Decimal(10, 0)},
      {"timestamp_ntz", T::TimestampNtz()},
      {"interval", T::CalendarInterval()},
      {"variant", T::Variant()},
      {"time", T::Time(6)},
  };
  for (const auto& [known, type] : kNames) {
    if (known == name) return type;
  }
  std::vector<int> numbers;
  if (Arguments(name, "decimal", numbers) && numbers.size() == 2) {
    if (numbers[0] < 1 || numbers[0] > 38 || numbers[1] < 0 || numbers[1] > numbers[0]) Refuse(name);
    return T::Decimal(numbers[0], numbers[1]);
  }
  numbers.clear();
  if (Arguments(name, "char", numbers) && numbers.size() == 1 && numbers[0] > 0) return T::Char(numbers[0]);
  numbers.clear();
  if (Arguments(name, "varchar", numbers) && numbers.size() == 1 && numbers[0] > 0) return T::Varchar(numbers[0]);
  numbers.clear();
  if (Arguments(name, "time", numbers) && numbers.size() == 1 && numbers[0] >= 0 && numbers[0] <= 6) {
    return T::Time(numbers[0]);
  }
  for (const char* prefix : {"timestamp_ltz", "timestamp_ntz"}) {
    numbers.clear();
    if (!Arguments(name, prefix, numbers) || numbers.size() != 1 || numbers[0] < 7 || numbers[0] > 9) continue;
    return name[10] == 'l' ? T::TimestampNanos(numbers[0]) : T::TimestampNtzNanos(numbers[0]);
  }
  for (bool geography : {false, true}) {
    const std::string_view begin = geography ? "geography(" : "geometry(";
    const std::string_view end = geography ? ", SPHERICAL)" : ")";
    if (!name.starts_with(begin) || !name.ends_with(end) || name.size() < begin.size() + end.size()) continue;
    const std::string_view system =
        std::string_view(name).substr(begin.size(), name.size() - begin.size() - end.size());
    if (std::optional<int> srid = SridOfName(system)) return geography ? T::Geography(*srid) : T::Geometry(*srid);
  }
  if (name.starts_with("interval ")) return IntervalFromName(name);
  constexpr std::string_view kCollate = "string collate ";
  if (name.starts_with(kCollate)) return T::CollatedString(name.substr(kCollate.size()));
  Refuse(name);
}

DataType FromJson(const Json& json, const std::string& path, const Json& collations, int depth);

bool Flag(const Json& json, const char* key) {
  auto it = json.find(key);
  if (it == json.end()) return true;
  if (!it->is_boolean()) Refuse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  return it->get<bool>();
}

const Json& Member(const Json& json, const char* key) {
  auto it = json.find(key);
  if (it == json.end()) Refuse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  return *it;
}

StructField FieldFromJson(const Json& json, int depth) {
  if (!json.is_object() || !Member(json, "name").is_string()) {
    Refuse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  StructField field;
  field.name = json["name"].get<std::string>();
  Json metadata = json.value("metadata", Json::object());
  Json collations = Json::object();
  if (metadata.is_object() && metadata.contains(kCollationsKey)) {
    collations = metadata[kCollationsKey];
    metadata.erase(kCollationsKey);
  }
  field.type = FromJson(Member(json, "type"), field.name, collations, depth + 1);
  field.nullable = Flag(json, "nullable");
  if (metadata.is_object() && !metadata.empty()) {
    field.metadata = metadata.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return field;
}

DataType FromJson(const Json& json, const std::string& path, const Json& collations, int depth) {
  if (depth > kMaxDepth) Refuse("nested too deeply");
  if (json.is_string()) {
    DataType type = FromName(json.get<std::string>());
    if (type.Is(TypeKind::kString) && collations.is_object() && collations.contains(path) &&
        collations[path].is_string()) {
      const std::string collation = collations[path].get<std::string>();
      return DataType::CollatedString(collation.substr(collation.find('.') + 1));
    }
    return type;
  }
  if (!json.is_object()) Refuse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  const Json& kind = Member(json, "type");
  if (kind == "array") {
    return DataType::Array(FromJson(Member(json, "elementType"), path + ".element", collations, depth + 1),
                           Flag(json, "containsNull"));
  }
  if (kind == "map") {
    return DataType::Map(FromJson(Member(json, "keyType"), path + ".key", collations, depth + 1),
                         FromJson(Member(json, "valueType"), path + ".value", collations, depth + 1),
                         Flag(json, "valueContainsNull"));
  }
  if (kind == "struct") {
    std::vector<StructField> fields;
    const Json& list = Member(json, "fields");
    if (!list.is_array()) Refuse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    for (const Json& field : list) fields.push_back(FieldFromJson(field, depth));
    return DataType::Struct(std::move(fields));
  }
  if (kind == "udt") {
    auto text = [&](const char* key) { return json.contains(key) && json[key].is_string() ? json[key] : Json(""); };
    const std::string jvm_class = text("class").get<std::string>();
    if (!jvm_class.empty()) return KnownJvmUserType(jvm_class);
    return DataType::UserDefined(
        FromJson(Member(json, "sqlType"), path, collations, depth + 1),
        {text("pyClass").get<std::string>(), text("serializedClass").get<std::string>(), std::string()});
  }
  Refuse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// Nesting of brackets outside strings: the JSON library would recurse as deep when it frees the tree.
bool NestedTooDeeply(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > 3 * kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::string TypeToJson(const DataType& type) {
  return ToJson(type).dump(-1, ' ', false, Json::error_handler_t::replace);
}

DataType TypeFromJson(std::string_view text) {
  if (NestedTooDeeply(text)) Refuse("nested too deeply");
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) Refuse(std::string(text));
  return FromJson(json, "", Json::object(), 0);
}

}  // namespace firesteel
