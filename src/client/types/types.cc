#include "firesteel/types.h"

#include <utility>

#include "base/error.h"
#include "client/types/ddl_parser.h"
#include "client/types/server_types.h"
#include "types/type_text.h"

namespace firesteel::client {

/// What a type holds besides two numbers and a flag.
struct DataType::Node {
  DataType first;   // array: element; map: key; user-defined: storage
  DataType second;  // map: value
  std::vector<StructField> fields;
  std::string text;  // string: collation; unparsed: DDL; user-defined: class of the server
  std::string python_class;
  std::string serialized_python_class;
};

namespace {

constexpr std::string_view kDefaultCollation = "UTF8_BINARY";

const std::string& NoText() {
  static const std::string none;
  return none;
}

const DataType& NoType() {
  static const DataType none;
  return none;
}

}  // namespace

DataType DataType::string(std::string collation) {
  DataType type(TypeKind::kString);
  if (collation.empty() || collation == kDefaultCollation) return type;
  auto node = std::make_shared<Node>();
  node->text = std::move(collation);
  type.node_ = std::move(node);
  return type;
}

DataType DataType::array(DataType element, bool contains_null) {
  DataType type(TypeKind::kArray);
  auto node = std::make_shared<Node>();
  node->first = std::move(element);
  type.node_ = std::move(node);
  type.flag_ = contains_null;
  return type;
}

DataType DataType::map(DataType key, DataType value, bool value_contains_null) {
  DataType type(TypeKind::kMap);
  auto node = std::make_shared<Node>();
  node->first = std::move(key);
  node->second = std::move(value);
  type.node_ = std::move(node);
  type.flag_ = value_contains_null;
  return type;
}

DataType DataType::struct_(std::vector<StructField> fields) {
  DataType type(TypeKind::kStruct);
  auto node = std::make_shared<Node>();
  node->fields = std::move(fields);
  type.node_ = std::move(node);
  return type;
}

DataType DataType::user_defined(DataType storage, std::string jvm_class, std::string python_class,
                                std::string serialized_python_class) {
  DataType type(TypeKind::kUserDefined);
  auto node = std::make_shared<Node>();
  node->first = std::move(storage);
  node->text = std::move(jvm_class);
  node->python_class = std::move(python_class);
  node->serialized_python_class = std::move(serialized_python_class);
  type.node_ = std::move(node);
  return type;
}

DataType DataType::unparsed(std::string ddl) {
  DataType type(TypeKind::kUnparsed);
  auto node = std::make_shared<Node>();
  node->text = std::move(ddl);
  type.node_ = std::move(node);
  return type;
}

Result<DataType> DataType::parse(std::string_view ddl) { return ParseDdl(ddl); }

Result<DataType> DataType::from_json(std::string_view json) {
  try {
    return FromServerType(TypeFromJson(json));
  } catch (const std::exception&) {
    return Error::Invalid("This is no JSON text of a data type: " + std::string(json.substr(0, 200)));
  }
}

std::string_view DataType::collation() const {
  if (kind_ != TypeKind::kString) return {};
  return node_ ? std::string_view(node_->text) : kDefaultCollation;
}

const DataType& DataType::element_type() const { return is(TypeKind::kArray) ? node_->first : NoType(); }
const DataType& DataType::key_type() const { return is(TypeKind::kMap) ? node_->first : NoType(); }
const DataType& DataType::value_type() const { return is(TypeKind::kMap) ? node_->second : NoType(); }
const DataType& DataType::storage_type() const { return is(TypeKind::kUserDefined) ? node_->first : NoType(); }
const std::string& DataType::jvm_class() const { return is(TypeKind::kUserDefined) ? node_->text : NoText(); }
const std::string& DataType::python_class() const {
  return is(TypeKind::kUserDefined) ? node_->python_class : NoText();
}
const std::string& DataType::serialized_python_class() const {
  return is(TypeKind::kUserDefined) ? node_->serialized_python_class : NoText();
}
const std::string& DataType::ddl_text() const { return is(TypeKind::kUnparsed) ? node_->text : NoText(); }

const std::vector<StructField>& DataType::fields() const {
  static const std::vector<StructField> none;
  return is(TypeKind::kStruct) ? node_->fields : none;
}

std::string DataType::simple_string() const {
  if (is(TypeKind::kUnparsed)) return ddl_text();
  if (is(TypeKind::kUserDefined)) return "udt";
  return CatalogString(ToServerType(*this));
}

std::string DataType::sql() const {
  if (is(TypeKind::kUnparsed)) return ddl_text();
  return SqlTypeName(ToServerType(*this));
}

std::string DataType::json() const { return TypeToJson(ToServerType(*this)); }

bool DataType::operator==(const DataType& other) const {
  if (kind_ != other.kind_ || a_ != other.a_ || b_ != other.b_ || flag_ != other.flag_) return false;
  if (node_ == other.node_) return true;
  if (!node_ || !other.node_) return false;
  return node_->first == other.node_->first && node_->second == other.node_->second &&
         node_->fields == other.node_->fields && node_->text == other.node_->text &&
         node_->python_class == other.node_->python_class &&
         node_->serialized_python_class == other.node_->serialized_python_class;
}

Result<Schema> Schema::parse(std::string_view ddl) {
  Result<DataType> type = ParseDdl(ddl);
  if (!type) return type.error();
  if (type->is(TypeKind::kStruct)) return Schema(type->fields());
  return Schema({StructField{"value", *type}});
}

Result<Schema> Schema::from_json(std::string_view json) {
  Result<DataType> type = DataType::from_json(json);
  if (!type) return type.error();
  if (!type->is(TypeKind::kStruct)) return Error::Invalid("A schema is a struct, not " + type->simple_string() + ".");
  return Schema(type->fields());
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> names;
  names.reserve(size());
  for (const StructField& field : fields()) names.push_back(field.name);
  return names;
}

std::optional<size_t> Schema::index_of(std::string_view name) const {
  for (size_t i = 0; i < size(); ++i) {
    if (fields()[i].name == name) return i;
  }
  return std::nullopt;
}

std::string Schema::ddl() const { return SchemaToDdl(ToServerType(type_).fields()); }
std::string Schema::tree_string(int level) const { return SchemaTreeString(ToServerType(type_).fields(), level); }

}  // namespace firesteel::client
