#include <algorithm>

#include "base/utf8.h"
#include "functions/kernels/variant/variant_kernels.h"
#include "types/coercion.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

/// Stands for UUID, which is no type of Spark's; like it, intervals of this kind meet no other type.
DataType Uuid() { return DataType::CalendarInterval(); }

std::string KeyText(std::string_view key) { return IsValidUtf8(key) ? std::string(key) : DecodeUtf8LikeJava(key); }

DataType Merge(const DataType& a, const DataType& b);

DataType MergeObjects(const DataType& a, const DataType& b) {
  std::vector<StructField> fields;
  const auto& left = a.fields();
  const auto& right = b.fields();
  size_t i = 0;
  size_t j = 0;
  while (i < left.size() || j < right.size()) {
    const int order = i == left.size() ? 1 : j == right.size() ? -1 : CompareVariantKeys(left[i].name, right[j].name);
    if (order == 0) {
      fields.push_back({left[i].name, Merge(left[i].type, right[j].type), true, ""});
      ++i;
      ++j;
    } else {
      fields.push_back(order < 0 ? left[i++] : right[j++]);
    }
  }
  return DataType::Struct(std::move(fields));
}

/// JsonInferSchema.compatibleType with VARIANT for what does not meet.
DataType Merge(const DataType& a, const DataType& b) {
  if (a == b || b.Is(TypeKind::kNull)) return a;
  if (a.Is(TypeKind::kNull)) return b;
  if (a.Is(TypeKind::kStruct) && b.Is(TypeKind::kStruct)) return MergeObjects(a, b);
  if (a.Is(TypeKind::kArray) && b.Is(TypeKind::kArray)) {
    return DataType::Array(Merge(a.element_type(), b.element_type()));
  }
  if (a.IsNested() || b.IsNested() || a.Is(TypeKind::kVariant) || b.Is(TypeKind::kVariant)) return DataType::Variant();
  const bool decimal_a = a.Is(TypeKind::kDecimal);
  const bool decimal_b = b.Is(TypeKind::kDecimal);
  if (decimal_a && b.IsIntegral()) return Merge(a, DecimalForIntegral(b.kind()));
  if (decimal_b && a.IsIntegral()) return Merge(DecimalForIntegral(a.kind()), b);
  if (decimal_a && decimal_b) {
    const int scale = std::max(a.scale(), b.scale());
    const int range = std::max(a.precision() - a.scale(), b.precision() - b.scale());
    return range + scale > 38 ? DataType::Double() : DataType::Decimal(range + scale, scale);
  }
  if ((decimal_a && b.IsFractional()) || (decimal_b && a.IsFractional())) return DataType::Double();
  return TightestCommonType(a, b, false).value_or(DataType::Variant());
}

DataType TypeOf(const Variant& variant, int depth, VariantWalk& walk) {
  walk.Visit(depth);
  switch (variant.type()) {
    case VariantType::kObject: {
      std::vector<StructField> fields;
      for (size_t i = 0, count = variant.size(); i < count; ++i) {
        const Variant::Field field = variant.field(i);
        std::string key = KeyText(field.key);
        if (i > 0 && CompareVariantKeys(fields.back().name, key) >= 0) ThrowMalformedVariant();
        fields.push_back({std::move(key), TypeOf(field.value, depth + 1, walk), true, ""});
      }
      return DataType::Struct(std::move(fields));
    }
    case VariantType::kArray: {
      DataType element;
      for (size_t i = 0, count = variant.size(); i < count; ++i) {
        element = Merge(element, TypeOf(variant.element(i), depth + 1, walk));
      }
      return DataType::Array(std::move(element));
    }
    case VariantType::kNull:
      return DataType::Null();
    case VariantType::kBoolean:
      return DataType::Boolean();
    case VariantType::kLong:
      return DataType::Long();
    case VariantType::kString:
      return DataType::String();
    case VariantType::kDouble:
      return DataType::Double();
    case VariantType::kDecimal: {
      const VariantDecimal decimal = variant.decimal();
      int digits = 1;
      for (int128_t rest = decimal.unscaled / 10; rest != 0; rest /= 10) ++digits;
      return DataType::Decimal(std::max(digits, decimal.scale), decimal.scale);
    }
    case VariantType::kDate:
      return DataType::Date();
    case VariantType::kTimestamp:
      return DataType::Timestamp();
    case VariantType::kTimestampNtz:
      return DataType::TimestampNtz();
    case VariantType::kFloat:
      return DataType::Float();
    case VariantType::kBinary:
      return DataType::Binary();
    case VariantType::kUuid:
      return Uuid();
  }
  ThrowMalformedVariant();
}

DataType TypeOf(const Variant& variant) {
  VariantWalk walk(variant.encoded());
  return TypeOf(variant, 0, walk);
}

void Print(const DataType& type, std::string& out) {
  if (type.Is(TypeKind::kStruct)) {
    out += "OBJECT<";
    bool first = true;
    for (const StructField& field : type.fields()) {
      // Stricter than for columns: a name with a digit in front is quoted, too.
      const bool has_digit = !field.name.empty() && field.name[0] >= '0' && field.name[0] <= '9';
      out += (first ? "" : ", ") + (has_digit ? QuoteIdentifier(field.name) : QuoteIfNeeded(field.name)) + ": ";
      first = false;
      Print(field.type, out);
    }
    out += '>';
  } else if (type.Is(TypeKind::kArray)) {
    out += "ARRAY<";
    Print(type.element_type(), out);
    out += '>';
  } else {
    out += type == Uuid() ? "UUID" : SqlTypeName(type);
  }
}

std::string Printed(const DataType& type) {
  std::string text;
  Print(type, text);
  return text;
}

template <auto kText>
void RunSchema(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    if (arguments[0].IsValid(row)) {
      result.SetText(row, kText(TypeOf(VariantAt(arguments[0], row))));
    } else {
      result.SetNull(row);
    }
  }
}

/// Of no values at all: VOID.
void RunMerge(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const VectorView& list = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    DataType merged;
    const ListSlot slot = list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0};
    for (uint64_t i = 0; i < slot.length; ++i) {
      if (!list.children[0].IsValid(slot.offset + i)) continue;
      merged = Merge(merged, TypeFromJson(list.children[0].Text(slot.offset + i)));
    }
    result.SetText(row, Printed(merged));
  }
}

}  // namespace

const Kernel kSchemaOfVariant{RunSchema<Printed>, nullptr, true};
const Kernel kVariantType{RunSchema<TypeToJson>, nullptr, true};
const Kernel kMergeVariantTypes{RunMerge, nullptr, false};

}  // namespace firesteel::functions
