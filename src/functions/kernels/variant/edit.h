#pragma once

#include <functional>
#include <span>

#include "functions/kernels/variant/path.h"
#include "types/variant/variant_builder.h"

/// Changes within variants. All write the whole variant anew, so that the dictionary holds the keys that are left, in
/// the order in which they are met. All throw QueryError for bytes that are no variant, and VariantTooLarge.
namespace firesteel::functions {

/// Something on the path is of another type than the path's next step needs.
struct VariantPathMismatch {
  size_t depth;  ///< steps that lead to it
};

enum class VariantEdit : uint8_t {
  kInsert,         ///< a new field (VARIANT_DUPLICATE_KEY if it is there), or an element with the later ones moved
  kSet,            ///< a field or element, new or in the place of what is there
  kSetIfThere,     ///< the same, but nothing new
  kAppendElement,  ///< at the end of the array at the path; a path to nothing changes nothing
  kDelete,         ///< a path to nothing, or through other types, changes nothing
};

/// Writes `root` with the change at the end of `path`, which has steps unless an element is appended. `append_value`
/// writes the new value. Throws VariantPathMismatch.
void EditVariant(const Variant& root, std::span<const VariantStep> path, VariantEdit edit,
                 const std::function<void(VariantBuilder&)>& append_value, VariantBuilder& out);

/// Writes `root` without the null fields of its objects and, if wanted, without the null elements of its arrays.
void StripVariantNulls(const Variant& root, bool from_arrays, VariantBuilder& out);

}  // namespace firesteel::functions
