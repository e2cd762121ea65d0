#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/collection.h"

namespace firesteel::functions {

namespace {

/// Whether one of an array's booleans is `kWanted`: then the answer is that, else NULL if one is NULL, else the other.
template <bool kWanted>
void Quantify(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    bool found = false;
    bool is_unknown = row.IsNull(0);
    const size_t length = is_unknown ? 0 : row.Length(0);
    for (size_t i = 0; i < length && !found; ++i) {
      const Element element = row.At(0, i);
      if (element.is_null()) {
        is_unknown = true;
      } else {
        found = element.view->Get<bool>(element.row) == kWanted;
      }
    }
    result.Data<bool>()[row.index] = found == kWanted;
    if (!found && is_unknown) result.SetNull(row.index);
  }
}

}  // namespace

const Kernel kAnyTrue{Quantify<true>};
const Kernel kAllTrue{Quantify<false>};

}  // namespace firesteel::functions
