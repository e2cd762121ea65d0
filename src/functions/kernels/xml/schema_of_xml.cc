#include "base/utf8.h"
#include "functions/formats/xml/xml_inference.h"
#include "functions/kernels/xml/xml.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

struct Plan {
  Plan(const KernelCall& call, const FormatOptions& all)
      : options(all), inference(options, all, SettingsOf(call), call.time_zone, call.now_micros) {}

  static XmlInference::Settings SettingsOf(const KernelCall& call) {
    return {std::get<bool>(call.constants[1]->data), std::get<bool>(call.constants[2]->data)};
  }

  const XmlOptions options;
  const XmlInference inference;
};

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  return std::make_shared<const Plan>(
      call, call.constants.size() > 3 ? FormatOptions::FromConstant(call.constants[3]) : FormatOptions());
}

void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& plan = context.prepared<Plan>();
  XmlDocument document(XmlDocument::Purpose::kRecord);
  std::string repaired;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    std::string_view text = arguments[0].Text(row);
    if (!IsValidUtf8(text)) text = repaired = DecodeUtf8LikeJava(text);
    document.Parse(text);
    std::optional<DataType> type = plan.inference.TypeOf(document);
    if (!type && plan.options.mode == ParseMode::kFailFast) {
      context.Fail(row, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                   {{"badRecord", plan.options.corrupt_record_column}, {"failFastMode", "FAILFAST"}},
                   ErrorClass::kSpark, false);
      return;
    }
    if (!type) type = DataType::Struct({{plan.options.corrupt_record_column, DataType::String(), true, ""}});
    result.SetText(row, SqlTypeName(XmlInference::Canonical(*type).value_or(DataType::Struct({}))));
  }
}

}  // namespace

const Kernel kSchemaOfXml{Run, Prepare, true};

}  // namespace firesteel::functions
