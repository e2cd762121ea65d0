#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "functions/binding/aggregate.h"
#include "functions/cast.h"
#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// Signatures are parsed when a row is first used and kept for the life of the process.
const std::vector<Signature>& SignaturesOf(const Function& function) {
  static std::shared_mutex mutex;
  static std::unordered_map<const Function*, std::unique_ptr<const std::vector<Signature>>> parsed;
  {
    std::shared_lock lock(mutex);
    auto found = parsed.find(&function);
    if (found != parsed.end()) return *found->second;
  }
  auto signatures = std::make_unique<const std::vector<Signature>>(ParseSignatures(function.signatures));
  std::unique_lock lock(mutex);
  return *parsed.try_emplace(&function, std::move(signatures)).first->second;
}

std::string ExpectedCounts(const std::vector<Signature>& signatures) {
  std::set<size_t> counts;
  for (const Signature& signature : signatures) {
    size_t least = signature.min_arguments();
    if (signature.is_variadic()) return "> " + std::to_string(static_cast<int64_t>(least) - 1);
    for (size_t count = least; count <= signature.parameters.size(); ++count) counts.insert(count);
  }
  if (counts.size() == 1) return std::to_string(*counts.begin());
  std::string text = "[";
  for (size_t count : counts) text += (text.size() > 1 ? ", " : "") + std::to_string(count);
  return text + "]";
}

bool Takes(const Signature& signature, size_t count) {
  return count >= signature.min_arguments() && (signature.is_variadic() || count <= signature.parameters.size());
}

using Variables = std::map<char, std::vector<DataType>>;

void Collect(const TypePattern& pattern, const DataType& type, Variables& variables) {
  if (pattern.kind == TypePattern::Kind::kVariable) {
    variables[pattern.variable].push_back(type);
  } else if (pattern.kind == TypePattern::Kind::kArray && !pattern.children.empty() && type.Is(TypeKind::kArray)) {
    Collect(pattern.children[0], type.element_type(), variables);
  } else if (pattern.kind == TypePattern::Kind::kMap && !pattern.children.empty() && type.Is(TypeKind::kMap)) {
    Collect(pattern.children[0], type.key_type(), variables);
    Collect(pattern.children[1], type.value_type(), variables);
  }
}

using Solved = std::map<char, DataType>;

/// The pattern with its variables replaced; flags of nested nullability come from `actual` where it has the shape.
DataType Substitute(const TypePattern& pattern, const Solved& solved, const DataType& actual) {
  switch (pattern.kind) {
    case TypePattern::Kind::kVariable:
      return solved.at(pattern.variable);
    case TypePattern::Kind::kArray: {
      bool same_shape = actual.Is(TypeKind::kArray);
      return DataType::Array(
          Substitute(pattern.children[0], solved, same_shape ? actual.element_type() : DataType::Null()),
          !same_shape || actual.contains_null());
    }
    case TypePattern::Kind::kMap: {
      bool same_shape = actual.Is(TypeKind::kMap);
      return DataType::Map(Substitute(pattern.children[0], solved, same_shape ? actual.key_type() : DataType::Null()),
                           Substitute(pattern.children[1], solved, same_shape ? actual.value_type() : DataType::Null()),
                           !same_shape || actual.value_contains_null());
    }
    case TypePattern::Kind::kExact:
      return pattern.type;
    default:
      return actual;
  }
}

/// Whether any argument that feeds the result's elements may hold nulls.
bool ElementsMayBeNull(const Signature& signature, const std::vector<ExpressionPtr>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const TypePattern& pattern = signature.at(i).pattern;
    const DataType& type = arguments[i]->type;
    if (pattern.kind == TypePattern::Kind::kArray && type.Is(TypeKind::kArray) && type.contains_null()) return true;
    if (pattern.kind == TypePattern::Kind::kVariable && arguments[i]->nullable) return true;
    if (pattern.kind == TypePattern::Kind::kMap && type.Is(TypeKind::kMap) && type.value_contains_null()) return true;
  }
  return false;
}

DataType ResultType(const TypePattern& pattern, const Solved& solved, bool elements_may_be_null) {
  switch (pattern.kind) {
    case TypePattern::Kind::kVariable:
      return solved.at(pattern.variable);
    case TypePattern::Kind::kArray: {
      const TypePattern& element = pattern.children[0];
      bool contains_null = !element.no_null && (!element.HasVariable() || elements_may_be_null);
      return DataType::Array(ResultType(element, solved, elements_may_be_null), contains_null);
    }
    case TypePattern::Kind::kMap: {
      const TypePattern& value = pattern.children[1];
      bool contains_null = !value.no_null && (!value.HasVariable() || elements_may_be_null);
      return DataType::Map(ResultType(pattern.children[0], solved, elements_may_be_null),
                           ResultType(value, solved, elements_may_be_null), contains_null);
    }
    default:
      return pattern.type;
  }
}

bool UsesInside(const Signature& signature, char variable) {
  auto inside = [&](auto&& self, const TypePattern& pattern, bool nested) -> bool {
    if (pattern.kind == TypePattern::Kind::kVariable) return nested && pattern.variable == variable;
    return std::any_of(pattern.children.begin(), pattern.children.end(),
                       [&](const TypePattern& child) { return self(self, child, true); });
  };
  return std::any_of(signature.parameters.begin(), signature.parameters.end(),
                     [&](const Parameter& parameter) { return inside(inside, parameter.pattern, false); });
}

/// Array functions never turn numbers into text or text into numbers to find a common element type.
std::optional<DataType> CommonType(const std::vector<DataType>& types, bool without_text, bool ansi) {
  if (without_text) {
    bool text = false;
    bool other = false;
    for (const DataType& type : types) {
      if (type.IsStringLike()) text = true;
      if (!type.IsStringLike() && !type.Is(TypeKind::kNull)) other = true;
    }
    if (text && other) return std::nullopt;
  }
  bool all_same = std::all_of(types.begin(), types.end(),
                              [&](const DataType& type) { return SameTypeIgnoringNullability(type, types[0]); });
  if (all_same) {
    for (const DataType& type : types) {
      if (type != types[0]) return WiderType(types, ansi);
    }
    return types[0];
  }
  return WiderType(types, ansi);
}

/// Whether an array's elements and what is put beside them meet only in their tightest common type, in either mode.
bool MeetsTightly(const Function& function, const Signature& signature, char variable) {
  return function.name.starts_with("array") && function.name != "array_contains" && UsesInside(signature, variable);
}

std::optional<DataType> TightestOf(const std::vector<DataType>& types) {
  std::optional<DataType> common = types[0];
  for (size_t i = 1; i < types.size() && common; ++i) {
    common = *common == types[i] ? common : TightestCommonType(*common, types[i], false);
  }
  return common;
}

[[noreturn]] void ThrowNoCommonType(const BindRequest& request, const Signature& signature,
                                    const std::vector<ExpressionPtr>& arguments) {
  std::string name = QuotedFunctionName(request);
  bool two = arguments.size() >= 2;
  if (two && signature.at(0).pattern.kind == TypePattern::Kind::kArray) {
    if (signature.at(1).pattern.kind == TypePattern::Kind::kArray) {
      ThrowMismatch(request, "BINARY_ARRAY_DIFF_TYPES",
                    {{"functionName", name},
                     {"arrayType", "\"ARRAY\""},
                     {"leftType", QuoteType(arguments[0]->type)},
                     {"rightType", QuoteType(arguments[1]->type)}});
    }
    ThrowMismatch(request, "ARRAY_FUNCTION_DIFF_TYPES",
                  {{"functionName", name},
                   {"dataType", "\"ARRAY\""},
                   {"leftType", QuoteType(arguments[0]->type)},
                   {"rightType", QuoteType(arguments[1]->type)}});
  }
  if (two && signature.at(0).pattern.kind == TypePattern::Kind::kMap) {
    ThrowMismatch(request, "MAP_FUNCTION_DIFF_TYPES",
                  {{"functionName", name},
                   {"dataType", "\"MAP\""},
                   {"leftType", QuoteType(arguments[0]->type)},
                   {"rightType", QuoteType(arguments[1]->type)}});
  }
  ThrowMismatch(request, "DATA_DIFF_TYPES",
                {{"functionName", name}, {"dataType", TypesText(arguments, "(", " or ", ")")}});
}

void CheckConstant(const BindRequest& request, const Parameter& parameter, size_t index) {
  const ExpressionPtr& argument = request.arguments[index];
  if (!parameter.is_constant || IsFoldable(argument)) return;
  ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                {{"inputName", QuoteIdentifier(OrdinalWord(index))},
                 {"inputType", RequiredTypeText(parameter.pattern)},
                 {"inputExpr", QuotedSql(argument, request.settings)}});
}

/// The first argument that the signature does not take, or none.
std::optional<size_t> FirstMismatch(const Signature& signature, const std::vector<ExpressionPtr>& arguments,
                                    bool ansi) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!ImplicitCast(arguments[i]->type, signature.at(i).pattern, ansi)) return i;
  }
  return std::nullopt;
}

/// The first argument that no signature of the arity takes in its place, else the first that the first one refuses.
size_t FirstMismatchOfAll(const std::vector<Signature>& signatures, const std::vector<ExpressionPtr>& arguments,
                          bool ansi) {
  size_t refused = arguments.size();
  for (size_t i = 0; i < arguments.size(); ++i) {
    bool taken = false;
    for (const Signature& signature : signatures) {
      if (!Takes(signature, arguments.size())) continue;
      const bool takes = ImplicitCast(arguments[i]->type, signature.at(i).pattern, ansi).has_value();
      taken |= takes;
      if (!takes) refused = std::min(refused, i);
    }
    if (!taken) return i;
  }
  return refused;
}

/// What the signatures of an arity take in one place, each type once.
std::string RequiredOfAll(const std::vector<Signature>& signatures, size_t arity, size_t index) {
  std::vector<std::string> texts;
  for (const Signature& signature : signatures) {
    if (!Takes(signature, arity)) continue;
    std::string text = RequiredTypeText(signature.at(index).pattern);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  if (texts.size() == 1) return texts[0];
  // All the kinds of numbers are one class.
  if (texts == std::vector<std::string>{"\"BIGINT\"", "\"DECIMAL\"", "\"DOUBLE\""}) return "\"NUMERIC\"";
  std::string all = "(";
  for (const std::string& text : texts) {
    all += all.size() > 1 ? " or " : "";
    all += text[0] == '(' ? text.substr(1, text.size() - 2) : text;
  }
  return all + ")";
}

/// How far the arguments are from a signature that takes them: nothing for what needs no cast, least for widening.
int CastCost(const Signature& signature, const std::vector<ExpressionPtr>& arguments, bool ansi) {
  int cost = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const DataType& from = arguments[i]->type;
    DataType to = *ImplicitCast(from, signature.at(i).pattern, ansi);
    if (from == to) continue;
    bool narrows = from.IsNumeric() && to.IsNumeric() && !IsNumericPromotion(from, to);
    cost += narrows ? 100 : 1;
  }
  return cost;
}

ExpressionPtr BindWith(const BindRequest& request, const Signature& signature) {
  bool ansi = request.settings.ansi;
  std::vector<ExpressionPtr> arguments = request.arguments;
  Variables variables;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Parameter& parameter = signature.at(i);
    CheckConstant(request, parameter, i);
    if (!parameter.pattern.HasVariable()) {
      std::optional<DataType> type = ImplicitCast(arguments[i]->type, parameter.pattern, ansi);
      arguments[i] = CastTo(arguments[i], *type, request);
    } else {
      Collect(parameter.pattern, arguments[i]->type, variables);
    }
  }
  for (size_t i = arguments.size(); i < signature.parameters.size(); ++i) {
    const std::optional<TypedValue>& value = signature.parameters[i].default_value;
    if (value) arguments.push_back(bound::MakeLiteral(value->type, value->value, request.origin));
  }
  Solved solved;
  for (auto& [variable, types] : variables) {
    std::optional<DataType> common = MeetsTightly(request.function, signature, variable)
                                         ? TightestOf(types)
                                         : CommonType(types, UsesInside(signature, variable), ansi);
    if (!common) ThrowNoCommonType(request, signature, arguments);
    solved.emplace(variable, std::move(*common));
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const TypePattern& pattern = signature.at(i).pattern;
    if (!pattern.HasVariable()) continue;
    for (char variable = 'A'; variable <= 'Z'; ++variable) solved.try_emplace(variable, DataType::Null());
    arguments[i] = CastTo(arguments[i], Substitute(pattern, solved, arguments[i]->type), request);
  }
  DataType type;
  if (!signature.result_rule.empty()) {
    type = ApplyResultRule(signature.result_rule, request, arguments);
  } else {
    type = ResultType(signature.result, solved, ElementsMayBeNull(signature, arguments));
  }
  return FinishCall(request, std::move(arguments), std::move(type));
}

}  // namespace

EvalMode SessionMode(const bound::SessionSettings& settings) {
  return settings.ansi ? EvalMode::kAnsi : EvalMode::kLegacy;
}

EvalMode ModeOf(const BindRequest& request) {
  if (request.function.name.substr(0, 4) == "try_") return EvalMode::kTry;
  return SessionMode(request.settings);
}

ExpressionPtr CastTo(const ExpressionPtr& argument, const DataType& type, const BindRequest& request) {
  const bool of_time = argument->type.Is(TypeKind::kTime) != type.Is(TypeKind::kTime);
  if (of_time && argument->type.IsDatetime() && type.IsDatetime() &&
      !CanCast(argument->type, type, SessionMode(request.settings))) {
    // Spark casts for these two by a rule of their own, which leaves times alone.
    if (request.function.name == "date_add" || request.function.name == "date_sub") {
      ThrowUnexpectedInput(request, 0, QuoteType(type));
    }
    ThrowInvalidCast(QuotedSql(argument, request.settings), argument->type, type, SessionMode(request.settings),
                     request.origin);
  }
  ExpressionPtr cast = bound::MakeCast(argument, type, SessionMode(request.settings), true);
  if (cast == argument || cast->origin == request.origin) return cast;
  // A failing cast points at the call that needed it, even if a DataFrame's call has no place.
  if (!request.origin && cast->origin->sql_text) return cast;
  bound::Expression placed = *cast;
  placed.origin = request.origin;
  return std::make_shared<const bound::Expression>(std::move(placed));
}

std::vector<ExpressionPtr> Unify(const BindRequest& request, std::vector<ExpressionPtr> arguments) {
  std::vector<DataType> types;
  for (const ExpressionPtr& argument : arguments) types.push_back(argument->type);
  std::optional<DataType> common = CommonType(types, false, request.settings.ansi);
  if (!common) {
    ThrowMismatch(
        request, "DATA_DIFF_TYPES",
        {{"functionName", QuotedFunctionName(request)}, {"dataType", TypesText(arguments, "(", " or ", ")")}});
  }
  for (ExpressionPtr& argument : arguments) argument = CastTo(argument, *common, request);
  return arguments;
}

void CheckArgumentCount(const BindRequest& request) {
  const std::vector<Signature>& signatures = SignaturesOf(request.function);
  const size_t count = request.arguments.size();
  const bool is_taken = std::any_of(signatures.begin(), signatures.end(),
                                    [&](const Signature& signature) { return Takes(signature, count); });
  if (!is_taken) ThrowWrongNumArgs(request, ExpectedCounts(signatures));
}

ExpressionPtr BindBySignature(const BindRequest& request) {
  const std::vector<Signature>& signatures = SignaturesOf(request.function);
  const Signature* of_arity = nullptr;
  const Signature* best = nullptr;
  int best_cost = 0;
  for (const Signature& signature : signatures) {
    if (!Takes(signature, request.arguments.size())) continue;
    if (!of_arity) of_arity = &signature;
    if (FirstMismatch(signature, request.arguments, request.settings.ansi)) continue;
    int cost = CastCost(signature, request.arguments, request.settings.ansi);
    if (best && cost >= best_cost) continue;
    best = &signature;
    best_cost = cost;
  }
  if (best) return BindWith(request, *best);
  if (!of_arity) ThrowWrongNumArgs(request, ExpectedCounts(signatures));
  // The signatures of a row are the types that one expression of Spark's takes, unless a bind rule chooses among
  // several expressions, of which the first one then complains.
  const bool ansi = request.settings.ansi;
  const bool is_one = request.function.bind == nullptr;
  const size_t index = is_one ? FirstMismatchOfAll(signatures, request.arguments, ansi)
                              : *FirstMismatch(*of_arity, request.arguments, ansi);
  std::string required = is_one ? RequiredOfAll(signatures, request.arguments.size(), index)
                                : RequiredTypeText(of_arity->at(index).pattern);
  if (required == "(\"NUMERIC\" or \"ANSI INTERVAL\")") {
    // sum and avg check this themselves in Spark, the others by a list of types.
    required = request.function.kind == Kind::kAggregate
                   ? "\"NUMERIC\" or \"ANSI INTERVAL\""
                   : "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\")";
  }
  // Messages show what missing arguments stand for.
  BindRequest complete = request;
  for (size_t i = request.arguments.size(); i < of_arity->parameters.size(); ++i) {
    const std::optional<TypedValue>& value = of_arity->parameters[i].default_value;
    if (value && !value->value.is_null())
      complete.arguments.push_back(bound::MakeLiteral(value->type, value->value, request.origin));
  }
  ThrowUnexpectedInput(complete, index, required);
}

ExpressionPtr FinishCall(const BindRequest& request, std::vector<ExpressionPtr> arguments, DataType type, EvalMode mode,
                         bool nullable) {
  std::string called = request.function.display_name == "*" || request.function.display == Display::kRule
                           ? request.called_name
                           : std::string();
  bool is_aggregate = request.function.kind == Kind::kAggregate;
  if (!is_aggregate) {
    bound::Call call{&request.function, std::move(arguments), mode, std::move(called)};
    return bound::Make(std::move(call), std::move(type), nullable, request.origin);
  }
  bound::AggregateCall call;
  call.function = &request.function;
  call.arguments = std::move(arguments);
  call.is_distinct = request.is_distinct;
  call.filter = request.filter;
  call.order = request.order;
  call.ignore_nulls = request.ignore_nulls.value_or(false);
  call.mode = mode;
  call.called_name = std::move(called);
  return bound::Make(std::move(call), std::move(type), nullable, request.origin);
}

ExpressionPtr FinishCall(const BindRequest& request, std::vector<ExpressionPtr> arguments, DataType type) {
  EvalMode mode = ModeOf(request);
  bool nullable = mode == EvalMode::kTry;
  switch (request.function.nullability) {
    case Nullability::kNever:
      nullable = false;
      break;
    case Nullability::kAlways:
      nullable = true;
      break;
    case Nullability::kAny:
      for (const ExpressionPtr& argument : arguments) nullable |= argument->nullable;
      break;
    case Nullability::kRule: {
      ExpressionPtr call = FinishCall(request, arguments, type, mode, true);
      nullable |= request.function.nullable_rule(*call);
      break;
    }
  }
  return FinishCall(request, std::move(arguments), std::move(type), mode, nullable);
}

ExpressionPtr BindOther(const BindRequest& request, std::string_view name, std::vector<ExpressionPtr> arguments) {
  return BindByName(name, std::move(arguments), request.settings, request.origin);
}

ExpressionPtr BindOverCommonValue(const BindRequest& request, std::string_view name, const ExpressionPtr& value,
                                  const ExpressionPtr& other) {
  try {
    return BindOther(request, name, {value, other});
  } catch (const QueryError& error) {
    if (!error.condition().starts_with("DATATYPE_MISMATCH")) throw;
    const ExpressionPtr reference =
        bound::Make(bound::Call{&InternalFunction("commonexpressionref"), {}, EvalMode::kAnsi, ""}, value->type,
                    value->nullable, value->origin);
    BindOther(request, name, {reference, other});
    throw;
  }
}

ExpressionPtr BindByName(std::string_view name, std::vector<ExpressionPtr> arguments,
                         const bound::SessionSettings& settings, const OriginPtr& origin) {
  const Function* function = Find(name);
  if (!function) function = &InternalFunction(name);
  return Bind(BindRequest{*function, std::move(arguments), std::string(name), settings, origin, false, {}, {}, {}});
}

namespace {

/// Texts are compared by their bytes, which is right for one collation only; what looks into no text takes any.
void RefuseCollations(const BindRequest& request) {
  static constexpr std::string_view kTakesAny[] = {"isnull", "isnotnull", "typeof", "length",       "char_length",
                                                   "count",  "struct",    "array",  "named_struct", "collation"};
  for (const ExpressionPtr& argument : request.arguments) {
    if (!argument || !argument->type.Is(TypeKind::kString) || argument->type.collation() == "UTF8_BINARY") continue;
    // Rows that differ are told apart by comparing.
    const bool takes_any = !request.is_distinct && std::find(std::begin(kTakesAny), std::end(kTakesAny),
                                                             request.function.name) != std::end(kTakesAny);
    if (!takes_any) {
      ThrowUnsupported("the collation " + std::string(argument->type.collation()), request.origin);
    }
  }
}

}  // namespace

namespace {

bool MayIgnoreNulls(const Function& function) {
  return function.name == "lag" || function.name == "lead" || function.name == "nth_value";
}

}  // namespace

ExpressionPtr Bind(BindRequest request) {
  RefuseCollations(request);
  if (request.function.kind != Kind::kAggregate) {
    std::string_view syntax;
    if (request.is_distinct) {
      syntax = "DISTINCT";
    } else if (request.filter) {
      syntax = "FILTER CLAUSE";
    } else if (!request.order.empty()) {
      syntax = "WITHIN GROUP (ORDER BY ...)";
    } else if (request.ignore_nulls.value_or(false) && !MayIgnoreNulls(request.function)) {
      syntax = "IGNORE NULLS";
    }
    if (!syntax.empty()) {
      // The number of arguments counts before.
      if (syntax == "IGNORE NULLS" && !request.function.bind) CheckArgumentCount(request);
      throw QueryError("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                       {{"prettyName", QuoteIdentifier(request.called_name)}, {"syntax", std::string(syntax)}},
                       request.origin);
    }
  } else {
    CheckAggregateSyntax(request);
  }
  return request.function.bind ? request.function.bind(request) : BindBySignature(request);
}

bool IsFoldable(const ExpressionPtr& expression) {
  return !bound::AnyOf(expression, [](const bound::Expression& node) {
    if (const bound::Call* call = node.As<bound::Call>()) {
      return call->function->volatility == Volatility::kVolatile || call->function->kind != Kind::kScalar;
    }
    return !node.As<bound::Literal>() && !node.As<bound::Cast>() && !node.As<bound::GetField>() &&
           !node.As<bound::InnerAlias>() && !node.As<bound::Lambda>() && !node.As<bound::LambdaRef>();
  });
}

const Value* LiteralValue(const ExpressionPtr& expression) {
  if (const bound::Literal* literal = expression->As<bound::Literal>()) return &literal->value;
  // A session variable is a constant, too.
  const bound::Call* call = expression->As<bound::Call>();
  if (call && call->function->name == "variablereference") return LiteralValue(call->arguments[1]);
  return nullptr;
}

ExpressionPtr IntLiteral(int64_t value, const DataType& type) { return bound::MakeLiteral(type, Value{value}); }
ExpressionPtr StringLiteral(std::string text) { return bound::MakeLiteral(DataType::String(), Value{std::move(text)}); }

}  // namespace firesteel::functions
