#include "functions/formats/csv/csv_inference.h"
#include "functions/formats/csv/csv_tokenizer.h"
#include "functions/formats/json/json_inference.h"
#include "functions/kernels/text_format_kernels.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

FormatOptions OptionsOf(const KernelCall& call) {
  return call.constants.size() > 1 ? FormatOptions::FromConstant(call.constants[1]) : FormatOptions();
}

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  return std::make_shared<const FormatOptions>(OptionsOf(call));
}

/// SchemaOfJson: structs without fields stay, other unknown parts are strings.
DataType CanonicalType(const JsonInference& inference, const DataType& type) {
  if (type.Is(TypeKind::kStruct)) return inference.Canonical(type).value_or(DataType::Struct({}));
  if (type.Is(TypeKind::kArray) && type.element_type().Is(TypeKind::kStruct)) {
    return DataType::Array(inference.Canonical(type.element_type()).value_or(DataType::Struct({})));
  }
  return inference.Canonical(type).value_or(DataType::String());
}

void RunJson(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const KernelCall& call = context.call();
  const auto& all = context.prepared<FormatOptions>();
  const JsonOptions options(all, "_corrupt_record");
  JsonInference inference(options, all, call.time_zone, call.now_micros, false);
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const std::string_view text = arguments[0].Text(row);
    const std::optional<DataType> type = inference.TypeOf(text);
    if (!type) {
      context.Fail(row, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                   {{"badRecord", std::string(text)}, {"failFastMode", "FAILFAST"}}, ErrorClass::kSpark, false);
      return;
    }
    result.SetText(row, SqlTypeName(CanonicalType(inference, *type)));
  }
}

void RunCsv(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const KernelCall& call = context.call();
  const auto& all = context.prepared<FormatOptions>();
  const CsvOptions options(all, "_corrupt_record");
  CsvTokenizer tokenizer(options, "");
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const std::string_view text = arguments[0].Text(row);
    if (tokenizer.Next(text, true) != CsvTokenizer::Result::kRecord) {
      context.Fail(row, "MALFORMED_CSV_RECORD", {{"badRecord", std::string(text)}}, ErrorClass::kRuntime, false);
      return;
    }
    CsvInference inference(options, all, call.time_zone, call.now_micros, false, tokenizer.fields().size());
    inference.Add(tokenizer.fields());
    const std::vector<DataType> types = inference.Types();
    std::vector<StructField> fields;
    for (size_t i = 0; i < types.size(); ++i) fields.push_back({"_c" + std::to_string(i), types[i], true, ""});
    result.SetText(row, SqlTypeName(DataType::Struct(std::move(fields))));
  }
}

}  // namespace

const Kernel kSchemaOfJson{RunJson, Prepare, true};
const Kernel kSchemaOfCsv{RunCsv, Prepare, true};

}  // namespace firesteel::functions
