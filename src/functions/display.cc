#include <algorithm>
#include <optional>
#include <utility>

#include "base/overloaded.h"
#include "bound/relation.h"
#include "functions/binding/constant.h"
#include "functions/display/display_rules.h"
#include "functions/display/plan_text.h"
#include "functions/function.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::functions {

using bound::Expression;
using bound::ExpressionPtr;

namespace {

class Printer {
 public:
  explicit Printer(const bound::SessionSettings& settings, bool as_plan = false)
      : settings_(settings), as_plan_(as_plan) {}

  std::string Print(const Expression& expression) {
    return std::visit([&](const auto& node) { return Node(node, expression); }, expression.node);
  }

 private:
  std::string Print(const ExpressionPtr& expression) { return Print(*expression); }

  std::string Node(const bound::Literal& literal, const Expression& expression) {
    std::string text = LiteralColumnName(expression.type, literal.value, settings_.time_zone);
    return as_plan_ ? PlanTextOfLiteral(expression.type, std::move(text)) : text;
  }
  std::string Node(const bound::AttributeRef& reference, const Expression&) { return reference.name; }
  std::string Node(const bound::OuterRef& reference, const Expression&) { return "outer(" + reference.name + ")"; }
  std::string Node(const bound::Cast& cast, const Expression& expression) {
    // Spark leaves casts to nested types out, too.
    if (cast.is_implicit) return Print(cast.child);
    if (as_plan_) {
      const char* plain = cast.mode == EvalMode::kTry ? "try_cast(" : "cast(";
      const auto* literal = cast.child->As<bound::Literal>();
      // The names of Python calls write it large.
      const bool is_null = literal && literal->value.is_null() && !in_python_call_;
      return plain + (is_null ? "null" : Print(cast.child)) + " as " + CatalogString(expression.type) + ")";
    }
    if (expression.type.IsNested()) return Print(cast.child);
    std::string_view name = cast.mode == EvalMode::kTry ? "TRY_CAST(" : "CAST(";
    return std::string(name) + Print(cast.child) + " AS " + SqlTypeName(expression.type) + ")";
  }
  std::string Node(const bound::GetField& field, const Expression&) { return Print(field.child) + "." + field.name; }
  std::string Node(const bound::Lambda& lambda, const Expression&) {
    std::string text = "lambdafunction(" + Print(lambda.body);
    for (size_t i = 0; i < lambda.parameters.size(); ++i) text += ", namedlambdavariable()";
    return text + ")";
  }
  std::string Node(const bound::LambdaRef&, const Expression&) { return "namedlambdavariable()"; }
  std::string Node(const bound::InnerAlias& alias, const Expression&) {
    return Print(alias.child) + " AS " + alias.name;
  }
  std::string Node(const bound::ScalarSubquery& subquery, const Expression&) {
    return "scalarsubquery(" + OuterNames(*subquery.query) + ")";
  }
  std::string Node(const bound::ExistsSubquery& subquery, const Expression&) {
    return "exists(" + OuterNames(*subquery.query) + ")";
  }
  std::string Node(const bound::InSubquery& in, const Expression&) {
    std::string values;
    for (size_t i = 0; i < in.values.size(); ++i) {
      values += i ? ", " : "";
      if (in.values.size() > 1) values += "'" + FieldName(*in.values[i], i) + "', ";
      values += Print(in.values[i]);
    }
    if (in.values.size() > 1) values = "named_struct(" + values + ")";
    return "(" + values + " IN (listquery(" + OuterNames(*in.query) + ")))";
  }

  // How Spark calls the fields of the struct that the values in front of IN (query) make.
  static std::string FieldName(const Expression& value, size_t index) {
    if (const auto* reference = value.As<bound::AttributeRef>()) return reference->name;
    if (const auto* reference = value.As<bound::OuterRef>()) return reference->name;
    if (const auto* alias = value.As<bound::InnerAlias>()) return alias->name;
    return "_" + std::to_string(index);
  }

  std::string Node(const bound::Call& call, const Expression& expression) {
    return Called(*call.function, call.called_name, call.arguments, false, expression);
  }

  std::string Node(const bound::AggregateCall& call, const Expression& expression) {
    // Rows with an order show it by a rule, which gets its texts behind the arguments'.
    std::vector<ExpressionPtr> shown = call.arguments;
    if (call.function->display == Display::kRule) {
      for (const bound::SortOrder& order : call.order) shown.push_back(order.child);
    }
    std::string text = Called(*call.function, call.called_name, shown, call.is_distinct, expression);
    if (call.filter) text += " FILTER (WHERE " + Print(call.filter) + ")";
    return text;
  }

  std::string Called(const Function& function, const std::string& called_name,
                     const std::vector<ExpressionPtr>& arguments, bool is_distinct, const Expression& expression) {
    std::vector<std::string> texts;
    texts.reserve(arguments.size());
    for (const ExpressionPtr& argument : arguments) texts.push_back(Print(argument));
    if (as_plan_) {
      if (std::optional<std::string> plain = PlanText(function.name, arguments, texts)) return *plain;
      return WithHiddenArguments(CallOrOperator(function, called_name, texts, is_distinct, expression), function.name,
                                 arguments, settings_);
    }
    return CallOrOperator(function, called_name, texts, is_distinct, expression);
  }

  std::string CallOrOperator(const Function& function, const std::string& called_name,
                             const std::vector<std::string>& texts, bool is_distinct, const Expression& expression) {
    std::string name(function.display_name.empty() ? function.name : function.display_name);
    if (function.display_name == "*") name = called_name.empty() ? std::string(function.name) : called_name;
    switch (function.display) {
      case Display::kInfix:
        if (texts.size() == 2) return "(" + texts[0] + " " + name + " " + texts[1] + ")";
        break;
      case Display::kPrefix:
        if (texts.size() == 1) return "(" + name + " " + texts[0] + ")";
        break;
      case Display::kPostfix:
        if (texts.size() == 1) return "(" + texts[0] + " " + name + ")";
        break;
      case Display::kRule:
        return function.display_rule(expression, texts);
      case Display::kCall:
        break;
    }
    if (is_distinct && as_plan_) return name + "(distinct " + CallText("", texts, false).substr(1);
    return CallText(name, texts, is_distinct);
  }

  std::string Node(const bound::PythonCall& call, const Expression&) {
    const bool as_plan_outside = std::exchange(as_plan_, true);
    const bool in_python_outside = std::exchange(in_python_call_, true);
    std::string text = call.function->name + "(";
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      if (i > 0) text += ", ";
      if (i < call.argument_names.size() && !call.argument_names[i].empty()) text += call.argument_names[i] + " => ";
      text += Print(call.arguments[i]);
    }
    as_plan_ = as_plan_outside;
    in_python_call_ = in_python_outside;
    return text + ")" + (call.filter ? " FILTER (WHERE " + Print(call.filter) + ")" : "");
  }

  std::string Node(const bound::WindowCall& window, const Expression&) {
    std::string text = Print(window.function);
    const auto* function = window.function->As<bound::Call>();
    if (window.ignore_nulls && function && function->function->name == "nth_value") text += " ignore nulls";
    text += " OVER (";
    std::string separator;
    if (!window.partition_by.empty()) {
      text += "PARTITION BY ";
      for (size_t i = 0; i < window.partition_by.size(); ++i) text += (i ? ", " : "") + Print(window.partition_by[i]);
      separator = " ";
    }
    if (!window.order_by.empty()) {
      text += separator + "ORDER BY ";
      for (size_t i = 0; i < window.order_by.size(); ++i) {
        const bound::SortOrder& order = window.order_by[i];
        text += (i ? ", " : "") + Print(order.child) + (order.ascending ? " ASC" : " DESC") +
                (order.nulls_first ? " NULLS FIRST" : " NULLS LAST");
      }
      separator = " ";
    }
    return text + separator + Frame(window) + ")";
  }

  std::string Boundary(const bound::FrameBoundary& boundary) {
    using BoundaryKind = bound::FrameBoundary::Kind;
    switch (boundary.kind) {
      case BoundaryKind::kUnboundedPreceding:
        return "UNBOUNDED PRECEDING";
      case BoundaryKind::kUnboundedFollowing:
        return "UNBOUNDED FOLLOWING";
      case BoundaryKind::kCurrentRow:
        return "CURRENT ROW";
      case BoundaryKind::kPreceding:
        if (boundary.is_signed) return "-" + Print(boundary.offset) + " FOLLOWING";
        // Spark negates a cast offset instead of printing it as PRECEDING.
        if (boundary.offset->As<bound::Cast>()) return "(- " + Print(boundary.offset) + ") FOLLOWING";
        return Print(boundary.offset) + " PRECEDING";
      case BoundaryKind::kFollowing:
        return Print(boundary.offset) + " FOLLOWING";
    }
    return {};
  }

  /// A lag's offset with the other sign, as Spark computes it, in 32 bits.
  static std::string Negated(const ExpressionPtr& offset, const std::string& text) {
    const std::optional<int64_t> value = ConstantInteger(offset);
    if (!value) return "-" + text;
    return std::to_string(static_cast<int32_t>(-static_cast<uint32_t>(static_cast<uint64_t>(*value))));
  }

  std::string Frame(const bound::WindowCall& window) {
    const bound::Call* call = window.function->As<bound::Call>();
    if (call && (call->function->name == "lag" || call->function->name == "lead")) {
      // Offset functions carry their own frame, one row at the offset; a lag counts it as negative.
      std::string offset = call->arguments.size() > 1 ? Print(call->arguments[1]) : "1";
      if (call->function->name == "lag") offset = Negated(call->arguments.at(1), offset);
      return "ROWS BETWEEN " + offset + " FOLLOWING AND " + offset + " FOLLOWING";
    }
    if (window.frame.is_specified) {
      return std::string(window.frame.is_rows ? "ROWS" : "RANGE") + " BETWEEN " + Boundary(window.frame.lower) +
             " AND " + Boundary(window.frame.upper);
    }
    bool by_rows = call && call->function->name != "cume_dist" && call->function->name != "nth_value";
    if (window.order_by.empty() && !by_rows) return "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";
    return std::string(by_rows ? "ROWS" : "RANGE") + " BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
  }

  /// Names of the outer columns that a subquery uses, in the order met.
  std::string OuterNames(const bound::Relation& relation) {
    std::vector<std::pair<bound::AttributeId, std::string>> found;
    CollectOuter(relation, found);
    std::string text;
    for (size_t i = 0; i < found.size(); ++i) text += (i ? ", " : "") + found[i].second;
    return text;
  }

  void CollectOuter(const bound::Relation& relation, std::vector<std::pair<bound::AttributeId, std::string>>& found) {
    for (const bound::RelationPtr& child : bound::Children(relation)) CollectOuter(*child, found);
    for (const ExpressionPtr& expression : bound::Expressions(relation)) {
      bound::AnyOf(expression, [&](const Expression& node) {
        if (const bound::OuterRef* outer = node.As<bound::OuterRef>()) {
          bool known =
              std::any_of(found.begin(), found.end(), [&](const auto& entry) { return entry.first == outer->id; });
          if (!known) found.emplace_back(outer->id, outer->name);
        }
        return false;
      });
    }
  }

  const bound::SessionSettings& settings_;
  bool as_plan_;  // as Spark's plans show expressions, not as SQL does
  bool in_python_call_ = false;
};

}  // namespace

std::string CallText(std::string_view name, std::span<const std::string> arguments, bool is_distinct) {
  std::string text(name);
  text += is_distinct ? "(DISTINCT " : "(";
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i) text += ", ";
    text += arguments[i];
  }
  return text + ")";
}

std::string PrettySql(const Expression& expression, const bound::SessionSettings& settings) {
  return Printer(settings).Print(expression);
}

std::string PlanSql(const Expression& expression, const bound::SessionSettings& settings) {
  return Printer(settings, true).Print(expression);
}

std::string MessageSql(const Expression& expression, const bound::SessionSettings& settings) {
  return Printer(settings).Print(expression);
}

}  // namespace firesteel::functions
