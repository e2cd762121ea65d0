#include "engine/argument_views.h"

#include "duckdb/common/types/vector.hpp"

namespace firesteel::engine {
namespace {

using functions::VectorView;

bool HasNarrowDecimal(const duckdb::LogicalType& type) {
  switch (type.id()) {
    case duckdb::LogicalTypeId::DECIMAL:
      return type.InternalType() != duckdb::PhysicalType::INT128;
    case duckdb::LogicalTypeId::LIST:
    case duckdb::LogicalTypeId::MAP:
      return HasNarrowDecimal(duckdb::ListType::GetChildType(type));
    case duckdb::LogicalTypeId::STRUCT:
      for (const auto& child : duckdb::StructType::GetChildTypes(type)) {
        if (HasNarrowDecimal(child.second)) return true;
      }
      return false;
    default:
      return false;
  }
}

template <class T>
void Copy(const VectorView& from, int128_t* to, size_t rows) {
  const T* data = static_cast<const T*>(from.data);
  for (size_t i = 0; i < rows; ++i) to[i] = data[i];
}

}  // namespace

ArgumentViews::ArgumentViews(duckdb::Vector* columns, const std::vector<DataType>& types, size_t rows) {
  views_.reserve(types.size());
  for (size_t i = 0; i < types.size(); ++i) views_.push_back(View(columns[i], types[i], rows));
}

VectorView ArgumentViews::View(duckdb::Vector& given, const DataType& type, size_t rows) {
  if (type.Is(TypeKind::kUserDefined)) return View(given, type.user_storage(), rows);
  duckdb::Vector* vector = &given;
  const bool is_constant = given.GetVectorType() == duckdb::VectorType::CONSTANT_VECTOR;
  // Widening needs to know how many elements there are: not so behind a dictionary.
  if (!is_constant && given.GetVectorType() != duckdb::VectorType::FLAT_VECTOR && HasNarrowDecimal(given.GetType())) {
    vector = &flattened_.emplace_back(given);
    vector->Flatten(rows);
  }
  duckdb::UnifiedVectorFormat& format = formats_.emplace_back();
  vector->ToUnifiedFormat(rows, format);

  VectorView view;
  view.data = format.data;
  view.selection = format.sel->data();
  view.validity = format.validity.GetData();
  view.is_constant = is_constant;
  const size_t elements = is_constant ? 1 : rows;
  switch (type.kind()) {
    case TypeKind::kDecimal:
      Widen(view, vector->GetType().InternalType(), elements);
      break;
    case TypeKind::kArray:
      view.children.push_back(
          View(duckdb::ListVector::GetEntry(*vector), type.element_type(), duckdb::ListVector::GetListSize(*vector)));
      break;
    case TypeKind::kMap: {
      const DataType entry =
          DataType::Struct({StructField{"key", type.key_type(), false}, StructField{"value", type.value_type()}});
      view.children.push_back(
          View(duckdb::ListVector::GetEntry(*vector), entry, duckdb::ListVector::GetListSize(*vector)));
      break;
    }
    case TypeKind::kStruct: {
      auto& entries = duckdb::StructVector::GetEntries(*vector);
      for (size_t i = 0; i < type.fields().size(); ++i) {
        view.children.push_back(View(*entries[i], type.fields()[i].type, elements));
      }
      break;
    }
    case TypeKind::kVariant: {
      auto& entries = duckdb::StructVector::GetEntries(*vector);
      for (size_t i = 0; i < 2; ++i) view.children.push_back(View(*entries[i], DataType::Binary(), elements));
      break;
    }
    default:
      break;
  }
  return view;
}

void ArgumentViews::Widen(VectorView& view, duckdb::PhysicalType physical, size_t rows) {
  if (physical == duckdb::PhysicalType::INT128) return;
  int128_t* wide = widened_.emplace_back(new int128_t[rows == 0 ? 1 : rows]).get();
  switch (physical) {
    case duckdb::PhysicalType::INT16:
      Copy<int16_t>(view, wide, rows);
      break;
    case duckdb::PhysicalType::INT32:
      Copy<int32_t>(view, wide, rows);
      break;
    default:
      Copy<int64_t>(view, wide, rows);
      break;
  }
  view.data = wide;
}

}  // namespace firesteel::engine
