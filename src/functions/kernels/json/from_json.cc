#include <algorithm>

#include "base/utf8.h"
#include "functions/formats/corrupt_column.h"
#include "functions/formats/json/json_parser.h"
#include "functions/kernels/text_format_kernels.h"
#include "types/quoting.h"

namespace firesteel::functions {
namespace {

DataType Without(const DataType& type, size_t column) {
  if (column == kNoColumn) return type;
  std::vector<StructField> fields = type.fields();
  fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(column));
  return DataType::Struct(std::move(fields));
}

struct Plan {
  Plan(const KernelCall& call, const FormatOptions& all)
      : options(all, "_corrupt_record"),
        corrupt(FindCorruptColumn(call.result_type, options.corrupt_record_column)),
        is_single_variant(options.is_single_variant && call.result_type.Is(TypeKind::kStruct)),
        parser(options, all, is_single_variant ? DataType::Variant() : Without(call.result_type, corrupt), false, false,
               call.time_zone, call.now_micros) {}

  const JsonOptions options;
  const size_t corrupt;  // where the text of malformed records goes
  const bool is_single_variant;
  const JsonParser parser;
};

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  return std::make_shared<const Plan>(
      call, call.constants.size() > 1 ? FormatOptions::FromConstant(call.constants[1]) : FormatOptions());
}

void Refuse(KernelContext& context, size_t row, const Plan& plan, const JsonParser::Outcome& outcome,
            const ParsedValues& values, uint32_t first, std::string_view text) {
  const DataType& type = context.call().result_type;
  ErrorParameters parameters{{"badRecord", std::string(text)}, {"failFastMode", "FAILFAST"}};
  const auto fail = [&](const char* condition, ErrorClass error_class) {
    context.Fail(row, condition, std::move(parameters), error_class, false);
  };
  switch (outcome.cause) {
    case JsonParser::Outcome::Cause::kArrayAsStruct:
      return fail("MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_JSON_ARRAYS_AS_STRUCTS", ErrorClass::kRuntime);
    case JsonParser::Outcome::Cause::kTextAsNumber:
      parameters.emplace_back("fieldName", QuoteIdentifier(outcome.field_name));
      parameters.emplace_back("fieldValue", "'" + outcome.field_value + "'");
      parameters.emplace_back("inputType", "StringType");
      parameters.emplace_back("targetType", outcome.field_type.Is(TypeKind::kFloat) ? "FloatType" : "DoubleType");
      return fail("MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_STRING_AS_DATATYPE", ErrorClass::kRuntime);
    default:
      parameters[0].second = type.Is(TypeKind::kStruct) && plan.corrupt == kNoColumn
                                 ? values.RowText(type.fields(), first)
                                 : std::string("[null]");
      return fail("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", ErrorClass::kSpark);
  }
}

void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& plan = context.prepared<Plan>();
  const DataType& type = context.call().result_type;
  const bool is_struct = type.Is(TypeKind::kStruct);
  const bool is_list = type.Is(TypeKind::kArray) || type.Is(TypeKind::kMap);
  JsonTokenizer tokenizer(plan.options);
  JsonParser::Outcome outcome;
  ParsedValues values;
  std::string repaired;
  for (size_t row = 0; row < rows; ++row) {
    const auto set_null = [&] {
      if (is_list) result.SetList(row, 0, 0);
      result.SetNull(row);
    };
    if (!arguments[0].IsValid(row)) {
      set_null();
      continue;
    }
    std::string_view text = arguments[0].Text(row);
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; })) {
      set_null();
      continue;
    }
    if (!IsValidUtf8(text)) text = repaired = DecodeUtf8LikeJava(text);
    values.Clear();
    plan.parser.Parse(tokenizer, text, values, outcome);
    const bool is_bad = outcome.cause != JsonParser::Outcome::Cause::kNone;
    if (!is_struct) {
      if (is_bad && plan.options.mode == ParseMode::kFailFast) {
        Refuse(context, row, plan, outcome, values, 0, text);
        return;
      }
      values.Write(outcome.rows.empty() ? ParsedValue() : values[outcome.rows[0]], type, result, row);
      continue;
    }
    // The fields as the schema has them: with the text of a malformed record in its place.
    const size_t count = type.fields().size();
    const uint32_t first = values.Add(count + 1);
    uint32_t read = 0;
    if (!outcome.rows.empty()) read = plan.is_single_variant ? outcome.rows[0] : values[outcome.rows[0]].children.first;
    for (size_t i = 0, from = 0; i < count; ++i) {
      if (i == plan.corrupt) {
        if (is_bad) values[first + static_cast<uint32_t>(i)].SetText(text);
      } else {
        const bool has_value = read > 0 && (from == 0 || !plan.is_single_variant);
        if (has_value) values[first + static_cast<uint32_t>(i)] = values[read + static_cast<uint32_t>(from)];
        ++from;
      }
    }
    if (is_bad && plan.options.mode == ParseMode::kFailFast) {
      Refuse(context, row, plan, outcome, values, first, text);
      return;
    }
    ParsedValue whole;
    whole.children = {first, static_cast<uint32_t>(count)};
    whole.valid = true;
    values.Write(whole, type, result, row);
  }
}

}  // namespace

const Kernel kFromJson{Run, Prepare, true};

}  // namespace firesteel::functions
