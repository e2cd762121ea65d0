#pragma once

#include "functions/kernel.h"
#include "types/variant/variant_builder.h"

namespace firesteel::functions {

extern const Kernel kParseJson;          ///< (text) → variant; in kTry null for what is malformed
extern const Kernel kVariantGet;         ///< (variant, path) → any type that variants are cast to
extern const Kernel kIsVariantNull;      ///< (variant) → boolean, never null
extern const Kernel kIsValidVariant;     ///< (variant) → boolean
extern const Kernel kToVariant;          ///< (any) → variant
extern const Kernel kSchemaOfVariant;    ///< (variant) → the type's text
extern const Kernel kVariantType;        ///< (variant) → the type's JSON text, for kMergeVariantTypes
extern const Kernel kMergeVariantTypes;  ///< (array of JSON texts of types, NULLs among them) → the common type's text
extern const Kernel kVariantParts;       ///< (variant) → array<struct<pos int, key string, value variant>>
// edit.cc: what is in the way is an error, and in kTry null; malformed paths always are errors.
extern const Kernel kVariantInsert;       ///< (variant, path, any) → variant
extern const Kernel kVariantSet;          ///< (variant, path, any, create if missing) → variant
extern const Kernel kVariantArrayAppend;  ///< (variant, path, any) → variant
extern const Kernel kVariantDelete;       ///< (variant, path, …) → variant; NULL paths are left out
extern const Kernel kVariantStripNulls;   ///< (variant, arrays too) → variant

/// The variant of a row that is not NULL. Throws QueryError (MALFORMED_VARIANT).
inline Variant VariantAt(const VectorView& view, size_t row) {
  const size_t index = view.IndexOf(row);
  return Variant(view.children[0].Text(index), view.children[1].Text(index));
}

/// Writes what the builder holds. Throws VariantTooLarge.
inline void WriteVariant(ResultVector& result, size_t row, const VariantBuilder& builder) {
  result.Child(0).SetText(row, builder.value());
  result.Child(1).SetText(row, builder.Metadata());
}

/// VARIANT_SIZE_LIMIT of a function.
[[noreturn]] void ThrowVariantSizeLimit(std::string_view function);

/// Appends a value, or NULL, of any type that casts to variants (and structs and maps of them). Throws VariantTooLarge;
/// QueryError for keys given twice.
void AppendToVariant(VariantBuilder& builder, const DataType& type, const VectorView& view, size_t row);

}  // namespace firesteel::functions
