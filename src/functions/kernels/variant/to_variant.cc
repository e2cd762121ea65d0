#include "base/error.h"
#include "base/utf8.h"
#include "functions/kernels/variant/variant_kernels.h"
#include "types/quoting.h"

namespace firesteel::functions {
namespace {

void AppendText(VariantBuilder& builder, std::string_view text) {
  if (IsValidUtf8(text)) {
    builder.AppendString(text);
  } else {
    builder.AppendString(DecodeUtf8LikeJava(text));
  }
}

void AppendArray(VariantBuilder& builder, const DataType& type, const VectorView& view, size_t row) {
  const ListSlot slot = view.Get<ListSlot>(row);
  const size_t start = builder.position();
  std::vector<uint32_t> offsets;
  for (uint64_t i = 0; i < slot.length; ++i) {
    offsets.push_back(builder.OffsetFrom(start));
    AppendToVariant(builder, type.element_type(), view.children[0], slot.offset + i);
  }
  builder.FinishArray(start, offsets);
}

void AppendMap(VariantBuilder& builder, const DataType& type, const VectorView& view, size_t row) {
  const ListSlot slot = view.Get<ListSlot>(row);
  const VectorView& entries = view.children[0];
  const size_t start = builder.position();
  std::vector<VariantBuilder::Field> fields;
  for (uint64_t i = 0; i < slot.length; ++i) {
    const size_t entry = entries.IndexOf(slot.offset + i);
    fields.push_back({builder.AddKey(entries.children[0].Text(entry)), builder.OffsetFrom(start)});
    AppendToVariant(builder, type.value_type(), entries.children[1], entry);
  }
  builder.FinishObject(start, fields);
}

void AppendStruct(VariantBuilder& builder, const DataType& type, const VectorView& view, size_t row) {
  const size_t index = view.IndexOf(row);
  const size_t start = builder.position();
  std::vector<VariantBuilder::Field> fields;
  for (size_t i = 0; i < type.fields().size(); ++i) {
    const StructField& field = type.fields()[i];
    fields.push_back({builder.AddKey(field.name), builder.OffsetFrom(start)});
    AppendToVariant(builder, field.type, view.children[i], index);
  }
  builder.FinishObject(start, fields);
}

void RunToVariant(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const KernelCall& call = context.call();
  VariantBuilder builder;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    try {
      builder.Clear();
      AppendToVariant(builder, call.argument_types[0], arguments[0], row);
      WriteVariant(result, row, builder);
    } catch (const VariantTooLarge&) {
      ThrowVariantSizeLimit(call.function_name);
    }
  }
}

}  // namespace

void ThrowVariantSizeLimit(std::string_view function) {
  throw QueryError(
      "VARIANT_SIZE_LIMIT",
      {{"sizeLimit", std::to_string(kVariantSizeLimit >> 20) + ".0 MiB"}, {"functionName", QuoteIdentifier(function)}},
      nullptr, ErrorClass::kRuntime);
}

void AppendToVariant(VariantBuilder& builder, const DataType& type, const VectorView& view, size_t row) {
  if (!view.IsValid(row)) return builder.AppendNull();
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return builder.AppendBoolean(view.Get<bool>(row));
    case TypeKind::kByte:
      return builder.AppendLong(view.Get<int8_t>(row));
    case TypeKind::kShort:
      return builder.AppendLong(view.Get<int16_t>(row));
    case TypeKind::kInt:
      return builder.AppendLong(view.Get<int32_t>(row));
    case TypeKind::kLong:
      return builder.AppendLong(view.Get<int64_t>(row));
    case TypeKind::kFloat:
      return builder.AppendFloat(view.Get<float>(row));
    case TypeKind::kDouble:
      return builder.AppendDouble(view.Get<double>(row));
    case TypeKind::kDecimal:
      return builder.AppendDecimal(view.Get<int128_t>(row), type.scale());
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return AppendText(builder, view.Text(row));
    case TypeKind::kBinary:
      return builder.AppendBinary(view.Text(row));
    case TypeKind::kDate:
      return builder.AppendDate(view.Get<int32_t>(row));
    case TypeKind::kTimestamp:
      return builder.AppendTimestamp(view.Get<int64_t>(row));
    case TypeKind::kTimestampNtz:
      return builder.AppendTimestampNtz(view.Get<int64_t>(row));
    case TypeKind::kVariant:
      return builder.AppendVariant(VariantAt(view, row));
    case TypeKind::kArray:
      return AppendArray(builder, type, view, row);
    case TypeKind::kMap:
      return AppendMap(builder, type, view, row);
    case TypeKind::kStruct:
      return AppendStruct(builder, type, view, row);
    default:
      // Spark takes TIME when it looks at the types and has no encoding for it then.
      ThrowUnsupported("a variant of the type " + QuoteType(type));
  }
}

const Kernel kToVariant{RunToVariant, nullptr, true};

}  // namespace firesteel::functions
