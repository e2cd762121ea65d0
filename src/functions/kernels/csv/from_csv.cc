#include "base/utf8.h"
#include "functions/formats/corrupt_column.h"
#include "functions/formats/csv/csv_row_parser.h"
#include "functions/kernels/text_format_kernels.h"
#include "functions/kernels/variant/variant_kernels.h"

namespace firesteel::functions {
namespace {

struct Plan {
  Plan(const KernelCall& call, const FormatOptions& all)
      : options(all, "_corrupt_record"),
        corrupt(FindCorruptColumn(call.result_type, options.corrupt_record_column)),
        parser(MakeParser(call, all, options, corrupt)) {}
  static CsvRowParser MakeParser(const KernelCall& call, const FormatOptions& all, const CsvOptions& options,
                                 size_t corrupt) {
    Schema schema = call.result_type.fields();
    if (corrupt != kNoColumn) schema.erase(schema.begin() + static_cast<std::ptrdiff_t>(corrupt));
    std::vector<size_t> required;
    for (size_t i = 0; i < schema.size(); ++i) required.push_back(i);
    return CsvRowParser(options, all, std::move(schema), std::move(required), call.time_zone, call.now_micros,
                        std::get<bool>(call.constants[1]->data));
  }

  const CsvOptions options;
  const size_t corrupt;  // where the text of malformed records goes
  const CsvRowParser parser;
};

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  return std::make_shared<const Plan>(
      call, call.constants.size() > 2 ? FormatOptions::FromConstant(call.constants[2]) : FormatOptions());
}

void RunRows(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& plan = context.prepared<Plan>();
  const DataType& type = context.call().result_type;
  const size_t count = type.fields().size();
  CsvTokenizer tokenizer(plan.options, "");
  ParsedValues values;
  CsvVariantKinds kinds;
  std::string repaired;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    std::string_view text = arguments[0].Text(row);
    if (!IsValidUtf8(text)) text = repaired = DecodeUtf8LikeJava(text);
    values.Clear();
    const uint32_t read = values.Add(count + 1);
    bool ok = false;
    bool has_record = true;
    switch (tokenizer.Next(text, true)) {
      case CsvTokenizer::Result::kRecord:
      case CsvTokenizer::Result::kNeedMore:
        if (plan.options.is_single_variant) {
          plan.parser.ConvertRecord(tokenizer.fields(), values, read, kinds);
          ok = true;
        } else {
          ok = plan.parser.Convert(tokenizer.fields(), true, values, read, kinds);
        }
        break;
      case CsvTokenizer::Result::kNothing:
        has_record = false;
        break;
      default:
        context.Fail(row, "MALFORMED_CSV_RECORD", {{"badRecord", std::string(text)}}, ErrorClass::kRuntime, false);
        return;
    }
    const uint32_t first = values.Add(count + 1);
    for (uint32_t i = 0, from = read; i < count; ++i) {
      if (i == plan.corrupt) {
        if (!ok && has_record) values[first + i].SetText(text);
      } else {
        values[first + i] = values[from++];
      }
    }
    if (!ok && plan.options.mode == ParseMode::kFailFast) {
      context.Fail(row, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                   {{"badRecord", values.RowText(type.fields(), first)}, {"failFastMode", "FAILFAST"}},
                   ErrorClass::kSpark, false);
      return;
    }
    ParsedValue whole;
    whole.children = {first, static_cast<uint32_t>(count)};
    whole.valid = true;
    values.Write(whole, type, result, row);
  }
}

void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  try {
    RunRows(context, arguments, rows, result);
  } catch (const VariantTooLarge&) {
    ThrowVariantSizeLimit(context.call().function_name);
  }
}

}  // namespace

const Kernel kFromCsv{Run, Prepare, true};

}  // namespace firesteel::functions
