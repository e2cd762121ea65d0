#include "functions/display/display_rules.h"

#include <algorithm>

#include "functions/function.h"

namespace firesteel::functions {

namespace {

const bound::Call& AsCall(const bound::Expression& expression) { return *expression.As<bound::Call>(); }

std::string NameOf(const bound::Expression& expression) {
  if (const bound::Call* call = expression.As<bound::Call>()) {
    return call->called_name.empty() ? std::string(call->function->name) : call->called_name;
  }
  const bound::AggregateCall& call = *expression.As<bound::AggregateCall>();
  return call.called_name.empty() ? std::string(call.function->name) : call.called_name;
}

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

}  // namespace

std::string ShowVariable(const bound::Expression&, Texts arguments) {
  return "variablereference(" + arguments[0] + ")";
}

std::string ShowNegative(const bound::Expression& call, Texts arguments) {
  if (AsCall(call).called_name == "-") return "(- " + arguments[0] + ")";
  return "negative(" + arguments[0] + ")";
}

std::string ShowCallOfNothing(const bound::Expression& call, Texts) { return NameOf(call) + "()"; }

std::string ShowWithField(const bound::Expression&, Texts arguments) {
  return "update_fields(" + arguments[0] + ", WithField(" + arguments[1] + "))";
}

std::string ShowDropField(const bound::Expression&, Texts arguments) {
  return "update_fields(" + arguments[0] + ", dropfield())";
}

std::string ShowWhen(const bound::Expression&, Texts arguments) {
  std::string text = "CASE";
  size_t i = 0;
  for (; i + 1 < arguments.size(); i += 2) text += " WHEN " + arguments[i] + " THEN " + arguments[i + 1];
  if (i < arguments.size()) text += " ELSE " + arguments[i];
  return text + " END";
}

std::string ShowIf(const bound::Expression&, Texts arguments) { return "(" + CallText("IF", arguments, false) + ")"; }

std::string ShowIn(const bound::Expression&, Texts arguments) {
  return "(" + arguments[0] + " IN " + CallText("", arguments.subspan(1), false) + ")";
}

std::string ShowLike(const bound::Expression& call, Texts arguments) {
  std::string text = arguments[0] + " " + Upper(std::string(AsCall(call).function->name)) + " " + arguments[1];
  if (arguments.size() > 2 && arguments[2] != "\\") text += " ESCAPE '" + arguments[2] + "'";
  return text;
}

std::string ShowItem(const bound::Expression&, Texts arguments) { return arguments[0] + "[" + arguments[1] + "]"; }

std::string ShowBetween(const bound::Expression& expression, Texts) { return AsCall(expression).called_name; }

std::string ShowPlainInfix(const bound::Expression&, Texts arguments) { return arguments[0] + " + " + arguments[1]; }
std::string ShowMinus(const bound::Expression&, Texts arguments) { return arguments[0] + " - " + arguments[1]; }
std::string ShowFirstTwo(const bound::Expression& call, Texts arguments) {
  return CallText(NameOf(call), arguments.subspan(0, std::min<size_t>(2, arguments.size())), false);
}
std::string ShowScaledInterval(const bound::Expression& call, Texts arguments) {
  const std::string_view name = AsCall(call).function->name;
  if (AsCall(call).arguments[0]->type.Is(TypeKind::kCalendarInterval)) return CallText(name, arguments, false);
  return "(" + arguments[0] + (name == "divide_interval" ? " / " : " * ") + arguments[1] + ")";
}
std::string ShowInvert(const bound::Expression&, Texts arguments) { return "~" + arguments[0]; }

std::string ShowTrim(const bound::Expression& call, Texts arguments) {
  std::string_view name = AsCall(call).function->name;
  if (arguments.size() < 2) return CallText(name, arguments, false);
  std::string_view side = name == "trim" ? "BOTH" : name == "ltrim" ? "LEADING" : "TRAILING";
  return "TRIM(" + std::string(side) + " " + arguments[0] + " FROM " + arguments[1] + ")";
}

std::string ShowExtract(const bound::Expression& call, Texts arguments) {
  std::string name = NameOf(call);
  // The second argument prints as name(source).
  const bool is_unknown = arguments.size() > 2;  // the field is NULL: the source stands beside
  std::string source = arguments[is_unknown ? 2 : 1];
  size_t open = is_unknown ? std::string::npos : source.find('(');
  if (open != std::string::npos) source = source.substr(open + 1, source.size() - open - 2);
  std::string_view separator = name == "date_part" ? ", " : " FROM ";
  return name + "(" + arguments[0] + std::string(separator) + source + ")";
}

std::string ShowNullif(const bound::Expression&, Texts arguments) {
  const std::string& equal = arguments[1];
  // (a = b): b stands behind a and the operator.
  return "nullif(" + arguments[0] + ", " +
         equal.substr(1 + arguments[0].size() + 3, equal.size() - arguments[0].size() - 5) + ")";
}

std::string ShowArgument(const bound::Expression&, Texts arguments) { return arguments[0]; }

std::string ShowFirstOnly(const bound::Expression& call, Texts arguments) {
  const auto* aggregate = call.As<bound::AggregateCall>();
  return CallText(NameOf(call), arguments.subspan(0, 1), aggregate && aggregate->is_distinct);
}

std::string ShowWithoutArguments(const bound::Expression& call, Texts) { return CallText(NameOf(call), {}, false); }

std::string ShowStruct(const bound::Expression& call, Texts arguments) {
  return CallText(NameOf(call), arguments, false);
}

std::string ShowCeilFloor(const bound::Expression& call, Texts arguments) {
  std::string name = NameOf(call);
  if (arguments.size() == 1 && name != "ceiling") name = Upper(name);
  return CallText(name, arguments, false);
}

std::string ShowLog(const bound::Expression&, Texts arguments) {
  if (arguments.size() == 1) return "LOG(E(), " + arguments[0] + ")";
  return CallText("LOG", arguments, false);
}

std::string ShowIlike(const bound::Expression&, Texts arguments) {
  // The escape character never prints.
  return CallText("ilike", arguments.subspan(0, 2), false);
}

namespace {

/// The arguments, without the texts of the order that stand behind them.
Texts OwnArguments(const bound::AggregateCall& call, Texts texts) {
  return texts.subspan(0, texts.size() - call.order.size());
}

std::string WithinGroup(const std::string& order) { return " WITHIN GROUP (ORDER BY " + order + ")"; }

}  // namespace

std::string ShowListAggregate(const bound::Expression& expression, Texts texts) {
  const bound::AggregateCall& call = *expression.As<bound::AggregateCall>();
  const Texts arguments = OwnArguments(call, texts);
  if (call.order.empty()) return CallText(NameOf(expression), arguments, call.is_distinct);
  std::string order;
  for (size_t i = 0; i < call.order.size(); ++i) {
    order += (i ? ", " : "") + texts[arguments.size() + i] + (call.order[i].ascending ? " ASC" : " DESC") +
             (call.order[i].nulls_first ? " NULLS FIRST" : " NULLS LAST");
  }
  return CallText("listagg", arguments, call.is_distinct) + WithinGroup(order);
}

std::string ShowWithinGroup(const bound::Expression& expression, Texts texts) {
  const bound::AggregateCall& call = *expression.As<bound::AggregateCall>();
  const std::string text = CallText(NameOf(expression), OwnArguments(call, texts), call.is_distinct);
  if (call.order.empty()) return text;
  return text + WithinGroup(texts.back() + (call.order[0].ascending ? "" : " DESC"));
}

std::string ShowRespectingNulls(const bound::Expression& expression, Texts texts) {
  const bound::AggregateCall& call = *expression.As<bound::AggregateCall>();
  const std::string_view name = call.function->name;
  return CallText(name.substr(0, name.find("_with_nulls")), texts, call.is_distinct) + " RESPECT NULLS";
}

/// Spark prints the order of mode the other way round.
std::string ShowMode(const bound::Expression& expression, Texts texts) {
  const bound::AggregateCall& call = *expression.As<bound::AggregateCall>();
  if (call.order.empty()) return CallText("mode", texts, call.is_distinct);
  return "mode()" + WithinGroup(texts.back() + (call.order[0].ascending ? " DESC" : ""));
}

std::string ShowMakeTimestamp(const bound::Expression& expression, Texts arguments) {
  const std::string name = NameOf(expression);
  const bool of_date = arguments.size() < 6;
  if (of_date && name.ends_with("make_timestamp_ltz")) return CallText("make_timestamp", arguments, false);
  if (of_date && name == "try_make_timestamp_ntz") {
    return name + "(" + CallText("make_timestamp_ntz", arguments, false) + ")";
  }
  // The zone of seven arguments does not print here.
  if (name == "try_make_timestamp" && arguments.size() == 7) arguments = arguments.subspan(0, 6);
  return CallText(name, arguments, false);
}

std::string ShowNoArguments(const bound::Expression& expression, Texts) {
  return Upper(std::string(AsCall(expression).function->name)) + "()";
}

std::string ShowTryAround(const bound::Expression& expression, Texts arguments) {
  const std::string name = NameOf(expression);
  return name + "(" + CallText(name.substr(4), arguments, false) + ")";
}

std::string ShowDistinctCall(const bound::Expression& call, Texts arguments) {
  return CallText(NameOf(call), arguments, call.As<bound::AggregateCall>()->is_distinct);
}

}  // namespace firesteel::functions
