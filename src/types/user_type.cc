#include "types/user_type.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "types/holds_kind.h"

namespace firesteel {
namespace {

DataType List(DataType element) { return DataType::Array(std::move(element), false); }

DataType VectorStorage() {
  return DataType::Struct({{"type", DataType::Byte(), false, {}},
                           {"size", DataType::Int(), true, {}},
                           {"indices", List(DataType::Int()), true, {}},
                           {"values", List(DataType::Double()), true, {}}});
}

DataType MatrixStorage() {
  return DataType::Struct({{"type", DataType::Byte(), false, {}},
                           {"numRows", DataType::Int(), false, {}},
                           {"numCols", DataType::Int(), false, {}},
                           {"colPtrs", List(DataType::Int()), true, {}},
                           {"rowIndices", List(DataType::Int()), true, {}},
                           {"values", List(DataType::Double()), true, {}},
                           {"isTransposed", DataType::Boolean(), false, {}}});
}

DataType PointStorage() { return List(DataType::Double()); }

struct JvmClass {
  std::string_view name;
  std::string_view python_class;
  std::string_view type_name;
  DataType (*storage)();
};

// The user-defined types that come with Spark.
constexpr JvmClass kJvmClasses[] = {
    {"org.apache.spark.ml.linalg.VectorUDT", "pyspark.ml.linalg.VectorUDT", "vector", VectorStorage},
    {"org.apache.spark.ml.linalg.MatrixUDT", "pyspark.ml.linalg.MatrixUDT", "matrix", MatrixStorage},
    {"org.apache.spark.mllib.linalg.VectorUDT", "pyspark.mllib.linalg.VectorUDT", "vector", VectorStorage},
    {"org.apache.spark.mllib.linalg.MatrixUDT", "pyspark.mllib.linalg.MatrixUDT", "matrix", MatrixStorage},
    {"org.apache.spark.sql.test.ExamplePointUDT", "pyspark.testing.objects.ExamplePointUDT", "examplepoint",
     PointStorage},
};

const JvmClass* FindJvmClass(std::string_view name) {
  const auto* found = std::find_if(std::begin(kJvmClasses), std::end(kJvmClasses),
                                   [&](const JvmClass& known) { return known.name == name; });
  return found == std::end(kJvmClasses) ? nullptr : found;
}

}  // namespace

DataType StorageType(const DataType& type) {
  if (!HoldsKind(type, {TypeKind::kUserDefined})) return type;
  switch (type.kind()) {
    case TypeKind::kUserDefined:
      return StorageType(type.user_storage());
    case TypeKind::kArray:
      return DataType::Array(StorageType(type.element_type()), type.contains_null());
    case TypeKind::kMap:
      return DataType::Map(StorageType(type.key_type()), StorageType(type.value_type()), type.value_contains_null());
    default:
      return DataType::Struct(StorageSchema(type.fields()));
  }
}

Schema StorageSchema(Schema schema) {
  for (StructField& field : schema) field.type = StorageType(field.type);
  return schema;
}

std::string UserTypeName(const DataType& type) {
  const JvmClass* known = FindJvmClass(type.user_class().jvm_class);
  return std::string(known ? known->type_name : "pythonuserdefined");
}

DataType KnownJvmUserType(const std::string& jvm_class) {
  const JvmClass* known = FindJvmClass(jvm_class);
  if (!known) throw QueryError("UDT_CLASS_NOT_FOUND.WITHOUT_USER_CLASS", {{"udtClass", jvm_class}});
  return DataType::UserDefined(known->storage(), {std::string(known->python_class), {}, jvm_class});
}

}  // namespace firesteel
