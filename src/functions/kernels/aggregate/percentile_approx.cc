#include <vector>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/aggregate/from_double.h"
#include "functions/kernels/aggregate/quantile_summary.h"

namespace firesteel::functions {

namespace {

double RelativeError(const KernelCall& call, const VectorView& accuracy, size_t row) {
  if (call.argument_types[2].Is(TypeKind::kDouble)) return accuracy.Get<double>(row);
  return 1.0 / static_cast<double>(accuracy.Get<int64_t>(row));
}

void RunApprox(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().result_type;
  const bool many = type.Is(TypeKind::kArray);
  std::vector<double> values;
  std::vector<double> several;
  for (size_t row = 0; row < rows; ++row) {
    QuantileSummary summary(RelativeError(context.call(), arguments[2], row));
    if (arguments[0].IsValid(row)) {
      for (double value : DoublesOf(arguments[0], row, values)) summary.Insert(value);
    }
    summary.Finish();
    double single = 0;
    std::span<const double> percentages(&single, 1);
    if (many) {
      percentages = DoublesOf(arguments[1], row, several);
    } else {
      single = arguments[1].Get<double>(row);
    }
    if (summary.count() == 0 || percentages.empty()) {
      if (many) result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const std::vector<double> found = summary.Query(percentages);
    if (!many) {
      WriteFromDouble(type, found[0], result, row);
      continue;
    }
    const uint64_t offset = result.AppendList(row, found.size());
    for (size_t i = 0; i < found.size(); ++i)
      WriteFromDouble(type.element_type(), found[i], result.Child(0), offset + i);
  }
}

}  // namespace

const Kernel kPercentileApprox{RunApprox};

}  // namespace firesteel::functions
