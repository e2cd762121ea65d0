#include "types/as_nullable.h"

namespace firesteel {

DataType AsNullable(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return DataType::Array(AsNullable(type.element_type()));
    case TypeKind::kMap:
      return DataType::Map(AsNullable(type.key_type()), AsNullable(type.value_type()));
    case TypeKind::kStruct: {
      std::vector<StructField> fields = type.fields();
      for (StructField& field : fields) {
        field.nullable = true;
        field.type = AsNullable(field.type);
      }
      return DataType::Struct(std::move(fields));
    }
    default:
      return type;
  }
}

}  // namespace firesteel
