#include "functions/formats/csv/csv_writer.h"
#include "functions/kernels/text_format_kernels.h"

namespace firesteel::functions {
namespace {

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  const bool has_options = call.constants.size() > 1;
  return std::make_shared<const CsvWriter>(
      has_options ? FormatOptions::FromConstant(call.constants[1]) : FormatOptions(), call.time_zone);
}

void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& writer = context.prepared<CsvWriter>();
  const DataType& type = context.call().argument_types[0];
  std::string line;
  for (size_t row = 0; row < rows; ++row) {
    line.clear();
    if (arguments[0].IsValid(row) && writer.AppendRow(type, arguments[0], row, line)) {
      result.SetText(row, line);
    } else {
      result.SetNull(row);
    }
  }
}

}  // namespace

const Kernel kToCsv{Run, Prepare, false};

}  // namespace firesteel::functions
