#include "functions/binding/text.h"

#include <algorithm>
#include <optional>

#include "base/ascii_case.h"
#include "base/utf8.h"
#include "functions/binding/common_value.h"
#include "functions/binding/constant.h"
#include "functions/kernels/string/number_pattern.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

bool IsText(const ExpressionPtr& argument) {
  return argument->type.IsStringLike() || argument->type.Is(TypeKind::kNull);
}

void CheckPattern(const BindRequest& request, const ExpressionPtr& pattern) {
  if (!pattern->type.IsStringLike() && !pattern->type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 1, "\"STRING\"");
  }
  if (!IsFoldable(pattern)) {
    const bool is_column = pattern->As<bound::AttributeRef>() != nullptr;
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", is_column ? "`attributereference`" : "`format`"},
                   {"inputType", QuoteType(pattern->type)},
                   {"inputExpr", QuotedSql(pattern, request.settings)}});
  }
  const std::optional<std::string> text = ConstantText(pattern);
  if (!text) return;
  if (const std::optional<NumberPattern::Fault> fault = NumberPattern::Check(*text)) {
    throw QueryError("INVALID_FORMAT." + fault->sub, fault->parameters, request.origin);
  }
}

/// to_char shows what it became, its alias to_varchar itself.
ExpressionPtr CalledByAlias(const ExpressionPtr& expression, const BindRequest& request) {
  const auto* call = expression->As<bound::Call>();
  if (request.called_name == request.function.name || !call) return expression;
  bound::Call renamed = *call;
  renamed.called_name = request.called_name;
  return bound::Make(std::move(renamed), expression->type, expression->nullable, expression->origin);
}

/// to_char of bytes: base64, hex or a text of UTF-8.
ExpressionPtr BinaryToChar(const BindRequest& request) {
  const ExpressionPtr& given = request.arguments[1];
  if (given->type.Is(TypeKind::kNull)) {
    throw QueryError(
        "NON_FOLDABLE_ARGUMENT",
        {{"funcName", QuoteIdentifier(request.called_name)}, {"paramName", "`format`"}, {"paramType", "\"VOID\""}},
        request.origin);
  }
  if (const bound::Expression* constant = ConstantLiteral(given);
      constant && constant->As<bound::Literal>()->value.is_null()) {
    throw QueryError("INVALID_PARAMETER_VALUE.NULL",
                     {{"functionName", QuoteIdentifier(request.called_name)}, {"parameter", "`format`"}},
                     request.origin);
  }
  const std::optional<std::string> format = ConstantText(given);
  const std::string name = Upper(format.value_or(""));
  const std::vector<ExpressionPtr> bytes = {request.arguments[0]};
  if (name == "BASE64") return CalledByAlias(BindOther(request, "base64", bytes), request);
  if (name == "HEX") return CalledByAlias(BindOther(request, "hex", bytes), request);
  if (name == "UTF-8") {
    return CalledByAlias(BindOther(request, "decode", {request.arguments[0], StringLiteral("utf-8")}), request);
  }
  throw QueryError("INVALID_PARAMETER_VALUE.BINARY_FORMAT",
                   {{"functionName", QuoteIdentifier(request.called_name)},
                    {"parameter", "`format`"},
                    {"invalidFormat", SingleQuoted(format ? AsciiLower(*format) : "NULL")}},
                   request.origin);
}

}  // namespace

/// The text itself, of a type that names the collation.
ExpressionPtr BindCollate(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  const ExpressionPtr& collation = request.arguments[1];
  if (!collation->type.IsStringLike()) {
    throw QueryError("UNEXPECTED_INPUT_TYPE",
                     {{"functionName", "`collate`"},
                      {"paramIndex", OrdinalWord(0)},
                      {"requiredType", "\"STRING\""},
                      {"inputSql", QuotedSql(collation, request.settings)},
                      {"inputType", QuoteType(collation->type)}},
                     request.origin);
  }
  if (const bound::Expression* constant = ConstantLiteral(collation);
      constant && constant->As<bound::Literal>()->value.is_null()) {
    throw QueryError("DATATYPE_MISMATCH.UNEXPECTED_NULL",
                     {{"sqlExpr", QuotedSql(collation, request.settings)}, {"exprName", "`collation`"}},
                     request.origin);
  }
  const DataType& type = request.arguments[0]->type;
  if (!type.IsStringLike() && !type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 0, "\"STRING\"");
  const ExpressionPtr call = BindBySignature(request);
  const std::optional<std::string> name = ConstantText(request.arguments[1]);
  if (!name) return call;
  return bound::Make(*call->As<bound::Call>(), DataType::CollatedString(Upper(*name)), call->nullable, call->origin);
}

ExpressionPtr BindToChar(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  const ExpressionPtr& value = request.arguments[0];
  const ExpressionPtr& pattern = request.arguments[1];
  const DataType& type = value->type;
  if (type.IsDatetime()) return BindOther(request, "date_format", request.arguments);
  if (type.Is(TypeKind::kBinary)) return BinaryToChar(request);
  TypePattern decimal;
  decimal.kind = TypePattern::Kind::kDecimal;
  const std::optional<DataType> target = ImplicitCast(type, decimal, request.settings.ansi);
  if (!target) ThrowUnexpectedInput(request, 0, "\"DECIMAL\"");
  CheckPattern(request, pattern);
  return FinishCall(request, {CastTo(value, *target, request), CastTo(pattern, DataType::String(), request)},
                    DataType::String());
}

ExpressionPtr BindToNumber(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  const ExpressionPtr& pattern = request.arguments[1];
  if (!IsText(request.arguments[0])) ThrowUnexpectedInput(request, 0, "\"STRING\"");
  CheckPattern(request, pattern);
  DataType type = DataType::Decimal(10, 0);
  if (const std::optional<std::string> text = ConstantText(pattern)) {
    const NumberPattern compiled = NumberPattern::Compile(*text);
    if (compiled.precision() > 38) ThrowUnsupported("a number format of more than 38 digits", request.origin);
    type = DataType::Decimal(compiled.precision(), compiled.scale());
  } else if (!ConstantLiteral(pattern)) {
    ThrowUnsupported("a number format that is not a literal", request.origin);
  }
  return FinishCall(
      request,
      {CastTo(request.arguments[0], DataType::String(), request), CastTo(pattern, DataType::String(), request)}, type);
}

namespace {

/// The call of try_f as one of f, which is how Spark's messages put it.
BindRequest InUsualWords(const BindRequest& request) {
  const Function* usual =
      request.function.name.starts_with("try_") ? Find(request.function.name.substr(4)) : &request.function;
  if (!usual) usual = &request.function;
  return {*usual, request.arguments, std::string(usual->name), request.settings, request.origin, false, {}, {}, {}};
}

}  // namespace

/// A number, which text is not, and its digits: an INT or, as a pattern, text, to which no other number is cast.
ExpressionPtr BindFormatNumber(const BindRequest& request) {
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  CheckArgumentCount(request);
  const DataType& number = arguments[0]->type;
  if (!number.IsNumeric() && !number.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 0, "\"NUMERIC\"");
  const DataType& digits = arguments[1]->type;
  if (!digits.Is(TypeKind::kInt) && !digits.IsStringLike() && !digits.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 1, "(\"INT\" or \"STRING\")");
  }
  return BindBySignature(request);
}

ExpressionPtr BindToBinary(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  const bool tries = ModeOf(request) == EvalMode::kTry;
  if (count == 2) {
    const ExpressionPtr& format = request.arguments[1];
    if (!IsFoldable(format)) {
      ThrowMismatch(
          request, "NON_FOLDABLE_INPUT",
          {{"inputName", "`fmt`"}, {"inputType", "\"STRING\""}, {"inputExpr", QuotedSql(format, request.settings)}});
    }
    const bool holds_others =
        format->type.Is(TypeKind::kArray) || format->type.Is(TypeKind::kMap) || format->type.Is(TypeKind::kStruct);
    if (const bound::Expression* literal = ConstantLiteral(format);
        holds_others && literal && literal->As<bound::Literal>()->value.is_null()) {
      ThrowMismatch(InUsualWords(request), "INVALID_ARG_VALUE",
                    {{"inputName", "fmt"},
                     {"requireType", "case-insensitive \"STRING\""},
                     {"validValues", "'hex', 'utf-8', 'utf8', or 'base64'"},
                     {"inputValue", "NULL"}});
    }
    const std::optional<std::string> text = ConstantText(format);
    const std::string name = Upper(text.value_or("HEX"));
    if (!tries && name != "HEX" && name != "UTF-8" && name != "UTF8" && name != "BASE64") {
      ThrowMismatch(request, "INVALID_ARG_VALUE",
                    {{"inputName", "fmt"},
                     {"requireType", "case-insensitive \"STRING\""},
                     {"validValues", "'hex', 'utf-8', 'utf8', or 'base64'"},
                     {"inputValue", SingleQuoted(*text)}});
    }
  }
  // Only base64 is sure to give bytes or fail.
  const std::optional<std::string> text = count == 2 ? ConstantText(request.arguments[1]) : std::nullopt;
  const ExpressionPtr call = BindBySignature(request);
  if (text && Upper(*text) == "BASE64") return call;
  return FinishCall(request, call->As<bound::Call>()->arguments, call->type, ModeOf(request), true);
}

ExpressionPtr BindOfBytes(const BindRequest& request) {
  CheckArgumentCount(request);
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    if (!request.arguments[i]->type.Is(TypeKind::kBinary)) ThrowUnexpectedInput(request, i, "\"BINARY\"");
  }
  return BindBySignature(request);
}

/// Of two binaries Spark calls a method that it takes for nullable.
ExpressionPtr BindTextPredicate(const BindRequest& request) {
  const ExpressionPtr call = BindBySignature(request);
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  if (!arguments[0]->type.Is(TypeKind::kBinary)) return call;
  return FinishCall(request, arguments, call->type, ModeOf(request), true);
}

/// The format is checked when the query runs; here only that no argument 0 is asked for.
ExpressionPtr BindFormatString(const BindRequest& request) {
  if (request.arguments.empty()) ThrowWrongNumArgs(request, "> 0");
  std::vector<ExpressionPtr> arguments = request.arguments;
  if (arguments[0]->type.IsNested()) ThrowUnexpectedInput(request, 0, "\"STRING\"");
  arguments[0] = CastTo(arguments[0], DataType::String(), request);
  const std::optional<std::string> format = ConstantText(arguments[0]);
  if (format && format->find("%0$") != std::string::npos) {
    throw QueryError("INVALID_PARAMETER_VALUE.ZERO_INDEX",
                     {{"parameter", "`strfmt`"}, {"functionName", "`format_string`"}}, request.origin);
  }
  const bool nullable = arguments[0]->nullable;
  return FinishCall(request, std::move(arguments), DataType::String(), ModeOf(request), nullable);
}

ExpressionPtr BindMask(const BindRequest& original) {
  static constexpr std::string_view kNames[] = {"", "upperChar", "lowerChar", "digitChar", "otherChar"};
  static constexpr std::string_view kDefaults[] = {"", "X", "x", "n"};
  BindRequest request = original;
  std::vector<ExpressionPtr>& arguments = request.arguments;
  if (arguments.empty() || arguments.size() > 5) ThrowWrongNumArgs(request, "[1, 2, 3, 4, 5]");
  while (arguments.size() < 4) arguments.push_back(StringLiteral(std::string(kDefaults[arguments.size()])));
  if (arguments.size() < 5) arguments.push_back(bound::MakeLiteral(DataType::Null(), Value{}));
  for (size_t i = 0; i < 5; ++i) {
    if (!IsText(arguments[i])) ThrowUnexpectedInput(request, i, "\"STRING\"");
  }
  for (size_t i = 1; i < 5; ++i) {
    if (!IsFoldable(arguments[i])) {
      ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                    {{"inputName", QuoteIdentifier(std::string(kNames[i]))},
                     {"inputType", QuoteType(arguments[i]->type)},
                     {"inputExpr", QuotedSql(arguments[i], request.settings)}});
    }
    const std::optional<std::string> text = ConstantText(arguments[i]);
    if (text && Utf8Length(*text) != 1) {
      ThrowMismatch(request, "INPUT_SIZE_NOT_ONE", {{"exprName", std::string(kNames[i])}});
    }
  }
  for (ExpressionPtr& argument : arguments) argument = CastTo(argument, DataType::String(), request);
  return FinishCall(request, arguments, DataType::String(), ModeOf(request), true);
}

ExpressionPtr BindOfText(const BindRequest& request) {
  if (const size_t count = request.arguments.size();
      request.function.name.ends_with("parse_url") && count != 2 && count != 3) {
    // try_parse_url is put in parse_url's words.
    ThrowWrongNumArgs(InUsualWords(request), "[2, 3]", false);
  }
  CheckArgumentCount(request);
  BindRequest shown = request;
  if (request.function.name == "str_to_map") {
    while (shown.arguments.size() < 3)
      shown.arguments.push_back(StringLiteral(shown.arguments.size() == 1 ? "," : ":"));
  }
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    const ExpressionPtr& argument = request.arguments[i];
    if (IsText(argument) || argument->type.Is(TypeKind::kBinary)) continue;
    ThrowUnexpectedInput(InUsualWords(shown), i, "\"STRING\"");
  }
  return BindBySignature(request);
}

ExpressionPtr BindTextOnly(const BindRequest& request) {
  CheckArgumentCount(request);
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    const DataType& type = request.arguments[i]->type;
    if (type.IsStringLike() || type.Is(TypeKind::kNull)) continue;
    if (request.function.name != "try_to_time") ThrowUnexpectedInput(request, i, "\"STRING\"");
    BindTextOnly(BindRequest{
        *Find("to_time"), request.arguments, "to_time", request.settings, request.origin, false, {}, {}, {}});
  }
  return BindBySignature(request);
}

ExpressionPtr BindArrayJoin(const BindRequest& request) {
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  // What is no array of texts is refused first.
  const bool joins = (arguments.size() == 2 || arguments.size() == 3) &&
                     (arguments[0]->type.Is(TypeKind::kNull) ||
                      (arguments[0]->type.Is(TypeKind::kArray) && !arguments[0]->type.element_type().IsNested()));
  for (size_t i = 1; i < arguments.size() && joins; ++i) {
    const DataType& type = arguments[i]->type;
    if (!type.IsStringLike() && !type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, i, "\"STRING\"");
  }
  return BindBySignature(request);
}

ExpressionPtr DecodeAsCase(const std::vector<ExpressionPtr>& arguments, const bound::SessionSettings& settings,
                           const OriginPtr& origin) {
  std::vector<ExpressionPtr> branches;
  size_t i = 1;
  for (; i + 1 < arguments.size(); i += 2) {
    branches.push_back(BindByName("<=>", {arguments[0], arguments[i]}, settings, origin));
    branches.push_back(arguments[i + 1]);
  }
  // Without a default it is an untold text: the type of the results meets that of a text.
  branches.push_back(i < arguments.size() ? arguments[i] : bound::MakeLiteral(DataType::String(), Value{}));
  return BindByName("when", std::move(branches), settings, origin);
}

/// decode(bytes, charset), or decode(value, search, result, … [, default]): the latter is typed as the CASE it means.
ExpressionPtr BindDecode(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count < 2) ThrowWrongNumArgs(request, "2");
  if (count == 2) return BindBySignature(request);
  const ExpressionPtr typed = DecodeAsCase(request.arguments, request.settings, request.origin);
  return FinishCall(request, request.arguments, typed->type, ModeOf(request), typed->nullable);
}

/// Two binaries stay binaries; a binary is padded with zero bytes.
ExpressionPtr BindPad(const BindRequest& original) {
  BindRequest request = original;
  std::vector<ExpressionPtr>& arguments = request.arguments;
  const bool of_bytes = (arguments.size() == 2 || arguments.size() == 3) && arguments[0]->type.Is(TypeKind::kBinary) &&
                        (arguments.size() == 2 || arguments[2]->type.Is(TypeKind::kBinary));
  if (of_bytes && arguments.size() == 2) {
    arguments.push_back(bound::MakeLiteral(DataType::Binary(), Value{BinaryValue{std::string(1, '\0')}}));
  }
  // Bytes pad only bytes, and only bytes pad bytes.
  for (size_t i = 0; i < 3 && !of_bytes && arguments.size() == 3; i += 2) {
    if (arguments[i]->type.Is(TypeKind::kBinary)) arguments[i] = CastTo(arguments[i], DataType::String(), request);
  }
  return BindBySignature(request);
}

/// instr(text, search [, position [, occurrence]]).
ExpressionPtr BindInstr(const BindRequest& original) {
  BindRequest request = original;
  const size_t count = request.arguments.size();
  if (count < 2 || count > 4) ThrowWrongNumArgs(request, "[2, 3, 4]");
  if (count == 3) request.arguments.push_back(IntLiteral(1));
  return BindBySignature(request);
}

/// The zero is an int, and the two meet as in coalesce.
/// nullifzero(a) is if(a = 0, NULL, a), as which it is checked; the comparison is kept behind the argument.
ExpressionPtr BindNullIfZero(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr& value = request.arguments[0];
  const ExpressionPtr is_zero = BindOther(request, "=", {value, IntLiteral(0)});
  if (IsPlain(value)) return FinishCall(request, {value, is_zero}, value->type, ModeOf(request), true);
  const BindRequest once{InternalFunction("nullifzero_once"), {}, "nullifzero", request.settings, request.origin};
  return FinishCall(once, {value}, value->type);
}

ExpressionPtr BindZeroIfNull(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr coalesced = BindOther(request, "coalesce", {request.arguments[0], IntLiteral(0)});
  const std::vector<ExpressionPtr>& arguments = coalesced->As<bound::Call>()->arguments;
  return FinishCall(request, {arguments[0]}, coalesced->type, ModeOf(request), false);
}

/// trim and its like: (characters, text), of btrim (text, characters). Messages count the text first, and btrim is
/// trim there.
ExpressionPtr BindTrim(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) return BindBySignature(request);
  const bool is_btrim = request.function.name == "btrim";
  TypePattern text;
  text.kind = TypePattern::Kind::kExact;
  text.type = DataType::String();
  for (size_t i = 0; i < count; ++i) {
    const size_t index = is_btrim || count == 1 ? i : 1 - i;
    const ExpressionPtr& argument = request.arguments[index];
    if (ImplicitCast(argument->type, text, request.settings.ansi)) continue;
    std::vector<ExpressionPtr> shown = request.arguments;
    if (is_btrim && count == 2) std::swap(shown[0], shown[1]);
    const BindRequest checked{is_btrim ? *Find("trim") : request.function,
                              std::move(shown),
                              is_btrim ? "trim" : request.called_name,
                              request.settings,
                              request.origin,
                              false,
                              nullptr,
                              {},
                              {}};
    ThrowMismatch(checked, "UNEXPECTED_INPUT_TYPE",
                  {{"paramIndex", OrdinalWord(i)},
                   {"requiredType", "\"STRING\""},
                   {"inputSql", QuotedSql(argument, request.settings)},
                   {"inputType", QuoteType(argument->type)}});
  }
  return BindBySignature(request);
}

/// elt(n, a, b, …): messages name all of the values at once.
ExpressionPtr BindElt(const BindRequest& request) {
  TypePattern text;
  text.kind = TypePattern::Kind::kExact;
  text.type = DataType::String();
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  bool all = true;
  std::string values;
  std::string types;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const bool is_text = arguments[i]->type.Is(TypeKind::kBinary) ||
                         ImplicitCast(arguments[i]->type, text, request.settings.ansi).has_value();
    all = all && is_text;
    values += (i > 1 ? "," : "") + QuotedSql(arguments[i], request.settings);
    types += (i > 1 ? "," : "") + QuoteType(is_text ? DataType::String() : arguments[i]->type);
  }
  if (all || arguments.size() < 2) return BindBySignature(request);
  ThrowMismatch(request, "UNEXPECTED_INPUT_TYPE",
                {{"paramIndex", "second..."},
                 {"requiredType", "\"STRING\" or \"BINARY\""},
                 {"inputSql", values},
                 {"inputType", types}});
}

/// overlay: a text and bytes do not meet; what is neither counts as a text.
ExpressionPtr BindOverlay(const BindRequest& request) {
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  if (arguments.size() != 3 && arguments.size() != 4) return BindBySignature(request);
  const auto is_binary = [&](size_t i) { return arguments[i]->type.Is(TypeKind::kBinary); };
  BindRequest full = request;
  if (full.arguments.size() == 3) full.arguments.push_back(IntLiteral(-1));
  for (size_t i = 0; i < 2; ++i) {
    if (arguments[i]->type.IsNested()) ThrowUnexpectedInput(full, i, "(\"STRING\" or \"BINARY\")");
  }
  if (is_binary(0) == is_binary(1)) return BindBySignature(request);
  ThrowMismatch(full, "DATA_DIFF_TYPES",
                {{"functionName", "`overlay`"},
                 {"dataType", is_binary(0) ? "(\"BINARY\" or \"STRING\")" : "(\"STRING\" or \"BINARY\")"}});
}

}  // namespace firesteel::functions
