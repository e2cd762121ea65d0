#include <cmath>
#include <vector>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/vector/vector.h"

namespace firesteel::functions {

namespace {

/// Sums, or means, of vectors place by place; a vector with a NULL element is left out. Means are kept up to date
/// value by value, as Spark does, and not divided at the end.
template <bool kMean>
void RunAggregate(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const VectorView& list = arguments[0];
  std::vector<float> total;
  std::vector<float> vector;
  for (size_t row = 0; row < rows; ++row) {
    total.clear();
    int64_t count = 0;
    const ListSlot slot = list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0};
    for (uint64_t i = 0; i < slot.length; ++i) {
      if (!ReadVector(list.children[0], slot.offset + i, vector)) continue;
      if (++count == 1) {
        total = vector;
        continue;
      }
      if (vector.size() != total.size()) {
        FailDimensions(context, row, total.size(), vector.size());
        return;
      }
      for (size_t k = 0; k < total.size(); ++k) {
        if (kMean) {
          total[k] += (vector[k] - total[k]) / static_cast<float>(count);
        } else {
          total[k] += vector[k];
        }
      }
    }
    if (count == 0) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    WriteVector(total, result, row);
  }
}

}  // namespace

const Kernel kVectorSum{RunAggregate<false>, nullptr, true};
const Kernel kVectorAverage{RunAggregate<true>, nullptr, true};

}  // namespace firesteel::functions
