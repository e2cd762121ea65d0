#include "types/data_type.h"

#include <utility>

namespace firesteel {

/// What a type holds besides two numbers and a flag: children of nested types, the collation of a string, a class.
struct DataType::Nested {
  DataType first;   // array: element; map: key; user-defined: storage
  DataType second;  // map: value
  std::vector<StructField> fields;
  std::string collation;
  UserDefinedClass user_class;
};

namespace {
constexpr std::string_view kDefaultCollation = "UTF8_BINARY";
}  // namespace

DataType DataType::CollatedString(std::string collation) {
  DataType type(TypeKind::kString);
  if (collation.empty() || collation == kDefaultCollation) return type;
  auto nested = std::make_shared<Nested>();
  nested->collation = std::move(collation);
  type.nested_ = std::move(nested);
  return type;
}

DataType DataType::Array(DataType element, bool contains_null) {
  DataType type(TypeKind::kArray);
  auto nested = std::make_shared<Nested>();
  nested->first = std::move(element);
  type.nested_ = std::move(nested);
  type.flag_ = contains_null;
  return type;
}

DataType DataType::Map(DataType key, DataType value, bool value_contains_null) {
  DataType type(TypeKind::kMap);
  auto nested = std::make_shared<Nested>();
  nested->first = std::move(key);
  nested->second = std::move(value);
  type.nested_ = std::move(nested);
  type.flag_ = value_contains_null;
  return type;
}

DataType DataType::Struct(std::vector<StructField> fields) {
  DataType type(TypeKind::kStruct);
  auto nested = std::make_shared<Nested>();
  nested->fields = std::move(fields);
  type.nested_ = std::move(nested);
  return type;
}

DataType DataType::UserDefined(DataType storage, UserDefinedClass of) {
  DataType type(TypeKind::kUserDefined);
  auto nested = std::make_shared<Nested>();
  nested->first = std::move(storage);
  nested->user_class = std::move(of);
  type.nested_ = std::move(nested);
  return type;
}

std::string_view DataType::collation() const {
  return nested_ && kind_ == TypeKind::kString ? std::string_view(nested_->collation) : kDefaultCollation;
}

const DataType& DataType::element_type() const { return nested_->first; }
const DataType& DataType::key_type() const { return nested_->first; }
const DataType& DataType::value_type() const { return nested_->second; }
const DataType& DataType::user_storage() const { return nested_->first; }
const UserDefinedClass& DataType::user_class() const { return nested_->user_class; }

const std::vector<StructField>& DataType::fields() const {
  static const std::vector<StructField> kNone;
  return nested_ ? nested_->fields : kNone;
}

bool DataType::IsIntegral() const {
  return kind_ == TypeKind::kByte || kind_ == TypeKind::kShort || kind_ == TypeKind::kInt || kind_ == TypeKind::kLong;
}

bool DataType::operator==(const DataType& other) const {
  if (kind_ != other.kind_) return false;
  switch (kind_) {
    case TypeKind::kDecimal:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kTime:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
    case TypeKind::kYearMonthInterval:
    case TypeKind::kDayTimeInterval:
      return a_ == other.a_ && b_ == other.b_;
    case TypeKind::kString:
      return collation() == other.collation();
    case TypeKind::kArray:
      return flag_ == other.flag_ && (nested_ == other.nested_ || nested_->first == other.nested_->first);
    case TypeKind::kMap:
      return flag_ == other.flag_ && (nested_ == other.nested_ || (nested_->first == other.nested_->first &&
                                                                   nested_->second == other.nested_->second));
    case TypeKind::kStruct:
      return nested_ == other.nested_ || fields() == other.fields();
    case TypeKind::kUserDefined:
      return user_class().jvm_class == other.user_class().jvm_class &&
             (!user_class().jvm_class.empty() || user_class().python_class == other.user_class().python_class);
    default:
      return true;
  }
}

}  // namespace firesteel
