#include "functions/formats/json/json_parser.h"

#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/java_text.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "functions/formats/base64.h"
#include "functions/formats/json/variant_json.h"
#include "functions/formats/text_value.h"
#include "types/calendar.h"
#include "types/interval_text.h"

namespace firesteel::functions {
namespace {

template <class T>
bool SetInteger(std::string_view text, int64_t least, int64_t greatest, T& target) {
  const auto parsed = ParseJavaInteger(text, least, greatest);
  if (!parsed) return false;
  target = *parsed;
  return true;
}

/// What Jackson's non-numeric words mean.
double RealOfWord(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return text[0] == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

bool IsWord(std::string_view text) { return text == "NaN" || text.find_first_of("IF") != std::string_view::npos; }

}  // namespace

bool AppendJsonValue(JsonTokenizer& tokenizer, std::string& out, bool as_bytes) {
  const auto append_text = [&] {
    if (as_bytes) return AppendJsonBytes(tokenizer.text(), out);
    AppendJsonText(tokenizer.text(), false, out);
  };
  switch (tokenizer.current()) {
    case JsonToken::kString:
      append_text();
      return true;
    case JsonToken::kInteger:
      out += tokenizer.text() == "-0" ? "0" : tokenizer.text();  // as a number
      return true;
    case JsonToken::kReal: {
      const std::string_view text = tokenizer.text();
      const double value = IsWord(text) ? RealOfWord(text) : ParseJavaReal(text, false).value_or(0);
      out += std::isfinite(value) ? JavaDoubleText(value) : '"' + JavaDoubleText(value) + '"';
      return true;
    }
    case JsonToken::kTrue:
      out += "true";
      return true;
    case JsonToken::kFalse:
      out += "false";
      return true;
    case JsonToken::kNull:
      out += "null";
      return true;
    case JsonToken::kStartObject:
    case JsonToken::kStartArray:
      break;
    default:
      return false;
  }
  const bool is_object = tokenizer.current() == JsonToken::kStartObject;
  const JsonToken stop = is_object ? JsonToken::kEndObject : JsonToken::kEndArray;
  out += is_object ? '{' : '[';
  for (bool is_first = true; tokenizer.Next() != stop; is_first = false) {
    if (!is_first) out += ',';
    if (tokenizer.current() == JsonToken::kFieldName) {
      append_text();
      out += ':';
      tokenizer.Next();
    }
    if (!AppendJsonValue(tokenizer, out, as_bytes)) return false;
  }
  out += is_object ? '}' : ']';
  return true;
}

JsonParser::Plan JsonParser::MakePlan(const DataType& type) {
  Plan plan{type, {}, {}};
  switch (type.kind()) {
    case TypeKind::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        plan.children.push_back(MakePlan(type.fields()[i].type));
        plan.by_name[type.fields()[i].name] = i;
      }
      break;
    case TypeKind::kArray:
      plan.children.push_back(MakePlan(type.element_type()));
      break;
    case TypeKind::kMap:
      plan.children.push_back(MakePlan(type.value_type()));
      break;
    default:
      break;
  }
  return plan;
}

JsonParser::JsonParser(const JsonOptions& options, const FormatOptions& all_options, DataType type,
                       bool array_as_structs, bool exact_text, std::string_view session_time_zone, int64_t now_micros)
    : options_(options),
      plan_(MakePlan(type)),
      array_as_structs_(array_as_structs),
      exact_text_(exact_text),
      datetimes_(all_options, session_time_zone, now_micros) {}

JsonParser::Status JsonParser::ConvertNumber(Context& context, const DataType& type, uint32_t node) const {
  if (context.tokenizer.current() != JsonToken::kInteger) return Status::kFailed;
  ParsedValue& value = context.values[node];
  const std::string_view text = context.tokenizer.text();
  bool ok = false;
  switch (type.kind()) {
    case TypeKind::kByte:
      // Jackson takes unsigned bytes, too.
      ok = SetInteger(text, -128, 255, value.integer);
      if (ok) value.integer = static_cast<int8_t>(value.integer);
      break;
    case TypeKind::kShort:
      ok = SetInteger(text, -32768, 32767, value.integer);
      break;
    case TypeKind::kInt:
      ok = SetInteger(text, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max(), value.integer);
      break;
    default:
      ok = SetInteger(text, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), value.integer);
      break;
  }
  value.valid = ok;
  return ok ? Status::kOk : Status::kFailed;
}

JsonParser::Status JsonParser::ConvertReal(Context& context, const DataType& type, uint32_t node) const {
  ParsedValue& value = context.values[node];
  const JsonToken token = context.tokenizer.current();
  const std::string_view text = context.tokenizer.text();
  if (token == JsonToken::kInteger || token == JsonToken::kReal) {
    // The integer -0 is 0 before it becomes a number with a sign.
    const std::string_view number = token == JsonToken::kInteger && text == "-0" ? text.substr(1) : text;
    value.real = IsWord(number) ? RealOfWord(number) : ParseJavaReal(number, type.Is(TypeKind::kFloat)).value_or(0);
    value.valid = true;
    return Status::kOk;
  }
  if (token != JsonToken::kString || text.empty()) return Status::kFailed;
  const bool is_infinite =
      text == "+INF" || text == "+Infinity" || text == "Infinity" || text == "-INF" || text == "-Infinity";
  if (options_.allow_non_numeric_numbers && (text == "NaN" || is_infinite)) {
    value.real = RealOfWord(text);
    value.valid = true;
    return Status::kOk;
  }
  if (context.outcome.cause == Outcome::Cause::kNone) {
    context.outcome.cause = Outcome::Cause::kTextAsNumber;
    context.outcome.field_name = context.tokenizer.name();
    context.outcome.field_value = std::string(text);
    context.outcome.field_type = type;
  }
  return Status::kFailed;
}

JsonParser::Status JsonParser::ConvertText(Context& context, uint32_t node) const {
  JsonTokenizer& tokenizer = context.tokenizer;
  if (tokenizer.current() == JsonToken::kString) {
    const std::string_view text = tokenizer.text();
    context.values[node].SetText(tokenizer.is_plain() ? text : context.values.Keep(std::string(text)));
    return Status::kOk;
  }
  if (exact_text_) {
    const size_t begin = tokenizer.token_begin();
    if (!tokenizer.SkipChildren()) return Status::kBroken;
    const std::string_view piece = tokenizer.source().substr(begin, tokenizer.position() - begin);
    // Comments may hold anything.
    const bool is_valid = !options_.allow_comments || IsValidUtf8(piece);
    context.values[node].SetText(is_valid ? piece : context.values.Keep(DecodeUtf8LikeJava(piece)));
    return Status::kOk;
  }
  std::string text;
  if (!AppendJsonValue(tokenizer, text)) return Status::kBroken;
  context.values[node].SetText(context.values.Keep(std::move(text)));
  return Status::kOk;
}

JsonParser::Status JsonParser::ConvertDatetime(Context& context, const DataType& type, uint32_t node) const {
  ParsedValue& value = context.values[node];
  const std::string_view text = context.tokenizer.text();
  std::optional<int64_t> parsed;
  if (context.tokenizer.current() == JsonToken::kInteger && type.Is(TypeKind::kTimestamp)) {
    int64_t seconds = 0;
    if (!SetInteger(text, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), seconds)) {
      return Status::kFailed;
    }
    parsed = static_cast<int64_t>(static_cast<uint64_t>(seconds) * kMicrosPerSecond);
  } else if (context.tokenizer.current() != JsonToken::kString || text.empty()) {
    return Status::kFailed;
  } else if (type.Is(TypeKind::kTimestamp)) {
    parsed = datetimes_.Timestamp(text);
  } else if (type.Is(TypeKind::kTimestampNtz)) {
    parsed = datetimes_.TimestampNtz(text);
  } else if (type.Is(TypeKind::kTime)) {
    parsed = datetimes_.Time(text);
  } else {
    parsed = datetimes_.Date(text);
  }
  if (!parsed) return Status::kFailed;
  value.integer = *parsed;
  value.valid = true;
  return Status::kOk;
}

JsonParser::Status JsonParser::ConvertScalar(Context& context, const DataType& type, uint32_t node) const {
  ParsedValue& value = context.values[node];
  const JsonToken token = context.tokenizer.current();
  const std::string_view text = context.tokenizer.text();
  const bool is_text = token == JsonToken::kString;
  const auto set = [&](std::optional<int64_t> parsed) {
    if (!parsed) return Status::kFailed;
    value.integer = *parsed;
    value.valid = true;
    return Status::kOk;
  };
  switch (type.kind()) {
    case TypeKind::kBoolean:
      if (token != JsonToken::kTrue && token != JsonToken::kFalse) return Status::kFailed;
      value.boolean = token == JsonToken::kTrue;
      value.valid = true;
      return Status::kOk;
    case TypeKind::kByte:
    case TypeKind::kShort:
    case TypeKind::kInt:
    case TypeKind::kLong:
      return ConvertNumber(context, type, node);
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return ConvertReal(context, type, node);
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return ConvertText(context, node);
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
      return ConvertDatetime(context, type, node);
    case TypeKind::kBinary: {
      if (!is_text) return Status::kFailed;
      std::optional<std::string> bytes = DecodeBase64(text);
      if (!bytes) return Status::kFailed;
      value.SetText(context.values.Keep(std::move(*bytes)));
      return Status::kOk;
    }
    case TypeKind::kDecimal: {
      const bool is_number = token == JsonToken::kInteger || token == JsonToken::kReal;
      if (!is_number && (!is_text || text.empty())) return Status::kFailed;
      const auto parsed = ParseJavaDecimal(text, type.precision(), type.scale(), is_text);
      if (!parsed) return Status::kFailed;
      value.decimal = *parsed;
      value.valid = true;
      return Status::kOk;
    }
    case TypeKind::kCalendarInterval: {
      if (!is_text) return Status::kFailed;
      if (const auto parsed = ParseCalendarInterval(text)) {
        value.interval = *parsed;
        value.valid = true;
      }
      return Status::kOk;
    }
    case TypeKind::kYearMonthInterval:
      if (!is_text) return Status::kFailed;
      return set(ParseYearMonthInterval(text, type.start_field(), type.end_field()));
    case TypeKind::kDayTimeInterval:
      if (!is_text) return Status::kFailed;
      return set(ParseDayTimeInterval(text, type.start_field(), type.end_field()));
    case TypeKind::kNull:
      return context.tokenizer.SkipChildren() ? Status::kOk : Status::kBroken;
    default:
      return Status::kFailed;
  }
}

JsonParser::Status JsonParser::ConvertStruct(Context& context, const Plan& plan, uint32_t node) const {
  JsonTokenizer& tokenizer = context.tokenizer;
  const size_t depth = tokenizer.depth();
  const uint32_t first = context.values.Add(plan.children.size());
  const std::vector<StructField>& fields = plan.type.fields();
  Status status = Status::kOk;
  size_t expected = 0;  // records name their fields in one order, mostly
  while (tokenizer.Next() != JsonToken::kEndObject) {
    if (tokenizer.current() == JsonToken::kError) return Status::kBroken;
    size_t index = fields.size();
    if (expected < fields.size() && fields[expected].name == tokenizer.text()) {
      index = plan.by_name.size() == fields.size() ? expected : plan.by_name.at(fields[expected].name);
    } else if (const auto found = plan.by_name.find(std::string(tokenizer.text())); found != plan.by_name.end()) {
      index = found->second;
    }
    if (tokenizer.Next() == JsonToken::kError) {
      if (index == fields.size() || !tokenizer.Recover()) return Status::kBroken;
      status = Status::kPartial;
      continue;
    }
    if (index == fields.size()) {
      if (!tokenizer.SkipChildren()) return Status::kBroken;
      continue;
    }
    expected = index + 1;
    const uint32_t child = first + static_cast<uint32_t>(index);
    const ParsedValue before = context.values[child];
    context.values[child] = ParsedValue();
    switch (Convert(context, plan.children[index], child)) {
      case Status::kOk:
        break;
      case Status::kPartial:
        status = Status::kPartial;
        break;
      case Status::kFailed:
        status = Status::kPartial;
        context.values[child] = before;
        while (tokenizer.depth() > depth) {
          if (tokenizer.Next() == JsonToken::kError) return Status::kBroken;
        }
        break;
      case Status::kBroken:
        return Status::kBroken;
    }
  }
  ParsedValue& value = context.values[node];
  value.children = {first, static_cast<uint32_t>(plan.children.size())};
  value.valid = true;
  return status;
}

JsonParser::Status JsonParser::ConvertArray(Context& context, const Plan& element, bool is_root, uint32_t node) const {
  JsonTokenizer& tokenizer = context.tokenizer;
  Status status = Status::kOk;
  uint32_t count = 0;
  uint32_t first = 0;
  uint32_t last = 0;
  while (tokenizer.Next() != JsonToken::kEndArray) {
    if (tokenizer.current() == JsonToken::kError) return Status::kBroken;
    const uint32_t child = context.values.Add(1);
    const Status part = Convert(context, element, child);
    if (part == Status::kFailed || part == Status::kBroken) return part;
    if (is_root && !context.values[child].valid) return Status::kFailed;
    if (part == Status::kPartial) status = part;
    if (count++ == 0) {
      first = child;
    } else {
      context.values[last].next = child;
    }
    last = child;
  }
  ParsedValue& value = context.values[node];
  value.children = {first, count};
  value.valid = true;
  return status;
}

JsonParser::Status JsonParser::ConvertMap(Context& context, const Plan& plan, uint32_t node) const {
  JsonTokenizer& tokenizer = context.tokenizer;
  const size_t depth = tokenizer.depth();
  Status status = Status::kOk;
  uint32_t count = 0;
  uint32_t first = 0;
  uint32_t last = 0;
  while (tokenizer.Next() != JsonToken::kEndObject) {
    if (tokenizer.current() == JsonToken::kError) return Status::kBroken;
    const uint32_t key = context.values.Add(2);
    const uint32_t item = key + 1;
    context.values[key].SetText(context.values.Keep(std::string(tokenizer.text())));
    if (tokenizer.Next() == JsonToken::kError) return Status::kBroken;
    const Status part = Convert(context, plan.children[0], item);
    if (part == Status::kBroken) return part;
    if (part == Status::kFailed) {
      while (tokenizer.depth() > depth) {
        if (tokenizer.Next() == JsonToken::kError) return Status::kBroken;
      }
      status = Status::kFailed;
      continue;
    }
    if (part == Status::kPartial && status == Status::kOk) status = part;
    context.values[key].next = item;
    if (count++ == 0) {
      first = key;
    } else {
      context.values[last].next = key;
    }
    last = item;
  }
  if (status == Status::kFailed) return status;
  ParsedValue& value = context.values[node];
  value.children = {first, count};
  value.valid = true;
  return status;
}

/// JSON's null is a value of a variant.
JsonParser::Status JsonParser::ConvertVariant(Context& context, uint32_t node) const {
  VariantBuilder builder;
  try {
    if (!AppendJsonAsVariant(context.tokenizer, builder)) {
      return context.tokenizer.current() == JsonToken::kError ? Status::kBroken : Status::kFailed;
    }
    context.values.SetVariant(node, builder);
    return Status::kOk;
  } catch (const VariantTooLarge&) {
    return Status::kFailed;
  }
}

JsonParser::Status JsonParser::Convert(Context& context, const Plan& plan, uint32_t node) const {
  const JsonToken token = context.tokenizer.current();
  if (token == JsonToken::kError) return Status::kBroken;
  if (plan.type.Is(TypeKind::kVariant)) return ConvertVariant(context, node);
  if (token == JsonToken::kNull) return Status::kOk;
  if (token == JsonToken::kString && context.tokenizer.IsTooLong()) return Status::kBroken;
  switch (plan.type.kind()) {
    case TypeKind::kStruct:
      return token == JsonToken::kStartObject ? ConvertStruct(context, plan, node) : Status::kFailed;
    case TypeKind::kArray:
      return token == JsonToken::kStartArray ? ConvertArray(context, plan.children[0], false, node) : Status::kFailed;
    case TypeKind::kMap:
      return token == JsonToken::kStartObject ? ConvertMap(context, plan, node) : Status::kFailed;
    default:
      return ConvertScalar(context, plan.type, node);
  }
}

JsonParser::Status JsonParser::ConvertRoot(Context& context) const {
  const JsonToken token = context.tokenizer.current();
  Outcome& outcome = context.outcome;
  const bool is_null = token == JsonToken::kNull && !plan_.type.Is(TypeKind::kVariant);
  if (is_null || token == JsonToken::kError) return Status::kFailed;
  const uint32_t root = context.values.Add(1);
  Status status = Status::kFailed;
  if (plan_.type.Is(TypeKind::kStruct) && token == JsonToken::kStartArray) {
    if (!array_as_structs_) {
      outcome.cause = Outcome::Cause::kArrayAsStruct;
      return Status::kFailed;
    }
    status = ConvertArray(context, plan_, true, root);
    if (status == Status::kFailed || status == Status::kBroken) return status;
    uint32_t node = context.values[root].children.first;
    for (uint32_t i = 0; i < context.values[root].children.count; ++i, node = context.values[node].next) {
      outcome.rows.push_back(node);
    }
    return status;
  }
  const bool is_single_struct = plan_.type.Is(TypeKind::kArray) && plan_.type.element_type().Is(TypeKind::kStruct) &&
                                token == JsonToken::kStartObject;
  if (is_single_struct) {
    // One object where an array of them is wanted is an array of one.
    const uint32_t element = context.values.Add(1);
    status = ConvertStruct(context, plan_.children[0], element);
    context.values[root].children = {element, 1};
    context.values[root].valid = true;
  } else {
    status = Convert(context, plan_, root);
  }
  if (status == Status::kOk || status == Status::kPartial) outcome.rows.push_back(root);
  return status;
}

void JsonParser::Parse(JsonTokenizer& tokenizer, std::string_view text, ParsedValues& values, Outcome& outcome) const {
  outcome = Outcome();
  tokenizer.Reset(text);
  if (tokenizer.Next() == JsonToken::kEnd) return;
  Context context{tokenizer, values, outcome};
  const Status status = ConvertRoot(context);
  if (status == Status::kFailed || status == Status::kBroken) {
    outcome.rows.clear();
    if (status == Status::kBroken) outcome.cause = Outcome::Cause::kOther;
  }
  if (status != Status::kOk && outcome.cause == Outcome::Cause::kNone) outcome.cause = Outcome::Cause::kOther;
  if (status == Status::kOk) outcome.cause = Outcome::Cause::kNone;
}

}  // namespace firesteel::functions
