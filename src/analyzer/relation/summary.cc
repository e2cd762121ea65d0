// DataFrame.describe and summary: one aggregate for each column and statistic, turned from one row into one row a
// statistic.
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "analyzer/name.h"
#include "analyzer/relation/relations.h"
#include "analyzer/relation/statistics.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

constexpr const char* kDescribed[] = {"count", "mean", "stddev", "min", "max"};
constexpr const char* kSummarized[] = {"count", "mean", "stddev", "min", "25%", "50%", "75%", "max"};
constexpr int64_t kAccuracy = 10000;  // of percentile_approx, its default

std::optional<double> Percentile(const std::string& statistic) {
  if (!statistic.ends_with("%")) return std::nullopt;
  const std::string number = statistic.substr(0, statistic.size() - 1);
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end);
  if (number.empty() || *end != '\0') return std::nullopt;
  return value / 100;
}

plan::ExpressionPtr Statistic(const std::string& name, const bound::Attribute& column, const OriginPtr& origin) {
  // Spark calls col(name) here: points in a name part it, and it is where errors point to.
  const plan::ExpressionPtr value = plan::Make(
      plan::UnresolvedAttribute{plan::ParseAttributeName(column.name), std::nullopt, false}, CalledBy(origin, "col"));
  const plan::ExpressionPtr number =
      column.type.IsStringLike() ? CastTo(value, DataType::Double(), EvalMode::kTry) : value;
  const std::string folded = FoldCase(name);
  if (folded == "count") return plan::Call("count", {value});
  if (folded == "count_distinct") {
    plan::UnresolvedFunction distinct{{"count"}, {value}};
    distinct.is_distinct = true;
    return plan::Make(std::move(distinct));
  }
  if (folded == "approx_count_distinct") return plan::Call("approx_count_distinct", {value});
  if (folded == "mean") return plan::Call("avg", {number});
  if (folded == "stddev") return plan::Call("stddev", {number});
  if (folded == "min" || folded == "max") return plan::Call(folded, {value});
  if (const std::optional<double> percentile = Percentile(name)) {
    return plan::Call("percentile_approx", {number, DoubleLiteral(*percentile), IntLiteral(kAccuracy)});
  }
  throw QueryError("UNRECOGNIZED_STATISTIC", {{"stats", "'" + name + "'"}}, origin, ErrorClass::kIllegalArgument);
}

// One column twice under its name is ambiguous here, though a query over it could name it.
void CheckUnambiguous(Analysis& analysis, const Scope& child, const std::string& name, const OriginPtr& origin) {
  const std::vector<size_t> found = child.FindName(name, analysis.case_sensitive());
  if (found.size() < 2) return;
  std::string names;
  for (const size_t index : found) {
    names += (names.empty() ? "" : ", ") + QuoteIdentifier(child.output[index].name);
  }
  throw QueryError("AMBIGUOUS_REFERENCE", {{"name", QuoteIdentifier(name)}, {"referenceNames", "[" + names + "]"}},
                   CalledBy(origin, "col"));
}

// A relation of one text column with the names of the statistics: what is left when there is nothing to measure.
ScopePtr OnlyNames(Analysis& analysis, const std::vector<std::string>& statistics, const OriginPtr& origin) {
  bound::LocalData data;
  for (const std::string& statistic : statistics) data.rows.push_back({Value{statistic}});
  return MakeScope(
      bound::MakeRelation(std::move(data), {analysis.NewAttribute("summary", DataType::String(), true)}, origin));
}

}  // namespace

ScopePtr ResolveSummary(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self) {
  std::vector<std::string> statistics = node.statistics;
  plan::RelationPtr input = node.child;
  if (node.kind == plan::Statistics::Kind::kDescribe) {
    statistics.assign(std::begin(kDescribed), std::end(kDescribed));
    if (!node.columns.empty()) {
      plan::Project chosen{node.child, {}};
      for (const std::string& column : node.columns) {
        chosen.expressions.push_back(
            plan::Make(plan::UnresolvedAttribute{plan::ParseAttributeName(column), std::nullopt, false},
                       CalledBy(self.origin, "describe")));
      }
      input = plan::MakeRelation(std::move(chosen), self.origin);
    }
  } else if (statistics.empty()) {
    statistics.assign(std::begin(kSummarized), std::end(kSummarized));
  }
  for (const std::string& statistic : statistics) {
    const std::optional<double> percentile = Percentile(statistic);
    if (percentile && !(*percentile >= 0 && *percentile <= 1)) {
      ThrowRequirement("Percentiles must be in the range [0, 1]", self.origin);
    }
  }
  const ScopePtr child = analysis.Resolve(input);
  plan::Aggregate measured;
  measured.child = input;
  std::vector<std::string> names{"summary"};
  std::vector<plan::ExpressionPtr> rows;
  for (const std::string& statistic : statistics) {
    rows.push_back(nullptr);
    std::vector<plan::ExpressionPtr> cells{TextLiteral("f0"), TextLiteral(statistic)};
    for (const bound::Attribute& column : child->output) {
      if (!column.type.IsNumeric() && !column.type.IsStringLike()) continue;
      CheckUnambiguous(analysis, *child, column.name, self.origin);
      const std::string cell = "v" + std::to_string(measured.aggregates.size());
      measured.aggregates.push_back(Named(CastTo(Statistic(statistic, column, self.origin), DataType::String()), cell));
      cells.push_back(TextLiteral("f" + std::to_string(cells.size() / 2)));
      cells.push_back(ColumnNamed(cell));
    }
    rows.back() = plan::Call("named_struct", std::move(cells));
  }
  for (const bound::Attribute& column : child->output) {
    if (column.type.IsNumeric() || column.type.IsStringLike()) names.push_back(column.name);
  }
  if (names.size() == 1) return OnlyNames(analysis, statistics, self.origin);
  plan::Project turned{plan::MakeRelation(std::move(measured), self.origin), {}};
  turned.expressions.push_back(
      plan::Make(plan::Alias{plan::Call("inline", {plan::Call("array", std::move(rows))}), std::move(names), ""}));
  return AllNullable(analysis, analysis.Resolve(plan::MakeRelation(std::move(turned), self.origin)), self.origin);
}

}  // namespace firesteel::analyzer
