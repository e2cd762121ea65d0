#include "functions/formats/xml/xml_writer.h"
#include "functions/kernels/xml/xml.h"

namespace firesteel::functions {
namespace {

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  const bool has_options = call.constants.size() > 1;
  return std::make_shared<const XmlWriter>(
      has_options ? FormatOptions::FromConstant(call.constants[1]) : FormatOptions(), call.time_zone);
}

void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& writer = context.prepared<XmlWriter>();
  const DataType& type = context.call().argument_types[0];
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    text.clear();
    try {
      writer.Append(type, arguments[0], row, text);
    } catch (const QueryError& error) {
      context.Fail(row, error.condition(), error.parameters(), error.error_class(), false);
      return;
    }
    result.SetText(row, text);
  }
}

}  // namespace

const Kernel kToXml{Run, Prepare, true};

}  // namespace firesteel::functions
