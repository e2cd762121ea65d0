#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "functions/kernel.h"

namespace firesteel::functions {

/// One step into a variant: a field of an object, or an element of an array.
struct VariantStep {
  bool is_key = false;
  std::string key;
  int32_t index = 0;
};
using VariantPath = std::vector<VariantStep>;

/// $ and any number of .name, ['name'], ["name"], [123]. Nothing for other texts.
std::optional<VariantPath> ParseVariantPath(std::string_view text);
/// Steps as Spark's messages print them: $.a[0]['b.c'].
std::string VariantPathText(std::span<const VariantStep> steps);

/// The path argument of a call: read once when it is a literal, else for each row anew. Not thread-safe.
class VariantPathArgument {
 public:
  VariantPathArgument(const KernelCall& call, const VectorView& view, size_t argument);
  /// The steps of the row's path, which is not NULL, or null when it is malformed; valid until the next call.
  const VariantPath* At(size_t row);
  std::string_view Text(size_t row) const { return view_.Text(row); }

 private:
  const VectorView& view_;
  const bool is_constant_;
  bool is_read_ = false;
  std::optional<VariantPath> path_;
};

}  // namespace firesteel::functions
