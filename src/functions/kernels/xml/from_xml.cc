#include "base/utf8.h"
#include "functions/formats/corrupt_column.h"
#include "functions/formats/xml/xml_parser.h"
#include "functions/kernels/variant/variant_kernels.h"
#include "functions/kernels/xml/xml.h"

namespace firesteel::functions {
namespace {

struct Plan {
  Plan(const KernelCall& call, const FormatOptions& all)
      : options(all),
        corrupt(FindCorruptColumn(call.result_type, options.corrupt_record_column)),
        parser(options, all, call.result_type, std::get<bool>(call.constants[1]->data), call.time_zone,
               call.now_micros) {}

  const XmlOptions options;
  const size_t corrupt;  // where the text of malformed records goes
  const XmlParser parser;
};

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  return std::make_shared<const Plan>(
      call, call.constants.size() > 2 ? FormatOptions::FromConstant(call.constants[2]) : FormatOptions());
}

/// The fields as FailureSafeParser lays them out: with the text of a malformed record in its column. Spark takes the
/// others by their places, though the parser's row has that column, too: those behind it get the value before theirs.
void LayOut(const DataType& type, size_t corrupt, uint32_t read, ParsedValues& values, uint32_t first) {
  const auto& fields = type.fields();
  for (size_t i = 0, from = 0; i < fields.size(); ++i) {
    if (i == corrupt) continue;
    if (read > 0 && fields[from].type == fields[i].type) {
      values[first + static_cast<uint32_t>(i)] = values[read + static_cast<uint32_t>(from)];
    }
    ++from;
  }
}

void RunRows(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& plan = context.prepared<Plan>();
  const DataType& type = context.call().result_type;
  const bool is_variant = type.Is(TypeKind::kVariant);
  const std::vector<StructField> none = {{"", type}};
  const std::vector<StructField>& fields = is_variant ? none : type.fields();
  const bool takes_whole = is_variant || plan.options.is_single_variant;
  const size_t count = fields.size();
  XmlDocument document(XmlDocument::Purpose::kRecord);
  ParsedValues values;
  std::string repaired;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    std::string_view text = arguments[0].Text(row);
    if (!IsValidUtf8(text)) text = repaired = DecodeUtf8LikeJava(text);
    values.Clear();
    document.Parse(text);
    uint32_t read = 0;
    uint32_t first = 0;
    bool is_bad = false;
    if (takes_whole) {
      first = values.Add(count + 1);
      const uint32_t column = first + (plan.corrupt == 0 ? 1 : 0);
      is_bad = plan.parser.ParseVariant(document, values, column) != XmlParser::Outcome::kGood;
    } else {
      const XmlParser::Outcome outcome = plan.parser.Parse(document, values, read);
      if (outcome == XmlParser::Outcome::kNothing) read = 0;
      is_bad = outcome != XmlParser::Outcome::kGood;
      first = values.Add(count + 1);
      LayOut(type, plan.corrupt, read, values, first);
    }
    if (is_bad && plan.corrupt != kNoColumn) values[first + static_cast<uint32_t>(plan.corrupt)].SetText(text);
    if (is_bad && plan.options.mode == ParseMode::kFailFast) {
      context.Fail(row, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                   {{"badRecord", values.RowText(fields, first)}, {"failFastMode", "FAILFAST"}}, ErrorClass::kSpark,
                   false);
      return;
    }
    if (is_variant) {
      values.Write(values[first], type, result, row);
      continue;
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

const Kernel kFromXml{Run, Prepare, true};

}  // namespace firesteel::functions
