#include "analyzer/relation/pivot.h"

#include <algorithm>
#include <cmath>

#include "analyzer/relation/relations.h"
#include "analyzer/select/select_builder.h"
#include "types/coercion.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::analyzer {
namespace {

struct PivotValue {
  std::vector<bound::ExpressionPtr> parts;  ///< one for each pivot column
  std::string name;
};

// Spark looks a row's value up in a hash map, where NaN is not equal to itself: its column stays empty.
bool IsNan(const bound::ExpressionPtr& value) {
  const auto* literal = value->As<bound::Literal>();
  const auto* number = literal ? std::get_if<double>(&literal->value.data) : nullptr;
  return number && std::isnan(*number);
}

// Each aggregate once for each value, over the rows that have the value. Spark gives null where a group has no such
// row at all, also for count.
class PivotBuilder {
 public:
  PivotBuilder(Analysis& analysis, ExpressionResolver& resolver, OriginPtr origin)
      : analysis_(analysis), resolver_(resolver), origin_(std::move(origin)) {}

  void ResolveColumns(const std::vector<plan::ExpressionPtr>& columns) {
    for (const plan::ExpressionPtr& column : columns) columns_.push_back(resolver_.Resolve(column));
  }

  void ResolveValues(const std::vector<plan::ExpressionPtr>& values) {
    for (const plan::ExpressionPtr& written : values) {
      const auto* alias = written->As<plan::Alias>();
      const plan::ExpressionPtr& inner = alias ? alias->child : written;
      const auto* tuple = inner->As<plan::UnresolvedFunction>();
      PivotValue value;
      if (columns_.size() > 1 && tuple && tuple->name.back() == "struct") {
        for (const plan::ExpressionPtr& part : tuple->arguments) value.parts.push_back(resolver_.Resolve(part));
      } else {
        value.parts.push_back(resolver_.Resolve(inner));
      }
      value.name = alias ? alias->names.front() : ValueName(value.parts);
      Check(value);
      values_.push_back(std::move(value));
    }
  }

  /// The distinct values of the one pivot column, in its order: the query runs now.
  void FindValues(const ScopePtr& child) {
    const bound::ExpressionPtr& column = columns_[0];
    const bound::Attribute value = analysis_.NewAttribute("value", column->type, true);
    const bound::Attribute name = analysis_.NewAttribute("name", DataType::String(), true);
    const bound::RelationPtr values =
        bound::MakeRelation(bound::Project{child->relation, {{value, column}}}, {value}, origin_);
    const bound::RelationPtr distinct = bound::MakeRelation(bound::Deduplicate{values, {value.id}}, {value}, origin_);
    const int64_t most = analysis_.settings().pivot_max_values;
    const bound::RelationPtr limited = bound::MakeRelation(bound::Limit{distinct, most + 1, 0}, {value}, origin_);
    const bound::ExpressionPtr reference = bound::MakeReference(value);
    const bound::RelationPtr sorted =
        bound::MakeRelation(bound::Sort{limited, {{reference, true, true}}, true}, {value}, origin_);
    const bound::ExpressionPtr text = bound::MakeCast(reference, DataType::String(), resolver_.default_mode(), true);
    const bound::RelationPtr named =
        bound::MakeRelation(bound::Project{sorted, {{value, reference}, {name, text}}}, {value, name}, origin_);
    const std::vector<std::vector<Value>> rows = analysis_.environment().RunQuery(named);
    if (static_cast<int64_t>(rows.size()) > most) {
      throw QueryError("_LEGACY_ERROR_TEMP_1324", {{"pivotColumn", functions::PrettySql(*column, analysis_.settings())},
                                                   {"maxValues", std::to_string(most)},
                                                   {"config", "spark.sql.pivotMaxValues"}});
    }
    for (const std::vector<Value>& row : rows) {
      values_.push_back(
          {{bound::MakeLiteral(column->type, row[0], origin_)}, row[1].is_null() ? "null" : row[1].text()});
    }
  }

  const std::vector<bound::ExpressionPtr>& columns() const { return columns_; }

  void Append(const std::vector<SelectItem>& aggregates, std::vector<SelectItem>& items) {
    for (const PivotValue& value : values_) {
      bound::ExpressionPtr condition;
      for (size_t i = 0; i < columns_.size(); ++i) {
        bound::ExpressionPtr same = IsNan(value.parts[i])
                                        ? bound::MakeLiteral(DataType::Boolean(), Value{false})
                                        : resolver_.CallFunction("<=>", {columns_[i], value.parts[i]}, origin_);
        condition = condition ? resolver_.CallFunction("and", {condition, same}, origin_) : same;
      }
      for (const SelectItem& aggregate : aggregates) {
        SelectItem item;
        item.expression = OnlyWhere(aggregate.expression, condition);
        item.name = aggregates.size() == 1 ? value.name : value.name + "_" + aggregate.name;
        item.is_alias = true;
        items.push_back(std::move(item));
      }
    }
  }

 private:
  std::string ValueName(const std::vector<bound::ExpressionPtr>& parts) {
    std::string name;
    for (const bound::ExpressionPtr& part : parts) {
      name += (name.empty() ? "" : ", ") + TextOf(part);
    }
    return parts.size() == 1 ? name : "{" + name + "}";
  }

  /// The value as CAST(… AS STRING) gives it; "null" for a null.
  std::string TextOf(const bound::ExpressionPtr& part) {
    const auto* literal = part->As<bound::Literal>();
    if (literal && literal->value.is_null()) return "null";
    const TypeKind kind = part->type.kind();
    if (literal && (kind == TypeKind::kString || kind == TypeKind::kInt || kind == TypeKind::kLong)) {
      return functions::PrettySql(*part, analysis_.settings());
    }
    // What is no constant is told by Check, and by its SQL.
    if (!IsFoldable(part)) return functions::PrettySql(*part, analysis_.settings());
    const bound::Attribute text = analysis_.NewAttribute("text", DataType::String(), true);
    const bound::ExpressionPtr cast = bound::MakeCast(part, DataType::String(), resolver_.default_mode(), true);
    const bound::RelationPtr row = bound::MakeRelation(bound::OneRow{}, {}, origin_);
    const std::vector<std::vector<Value>> rows =
        analysis_.environment().RunQuery(bound::MakeRelation(bound::Project{row, {{text, cast}}}, {text}, origin_));
    return rows.empty() || rows[0][0].is_null() ? "null" : rows[0][0].text();
  }

  void Check(PivotValue& value) {
    for (size_t i = 0; i < value.parts.size(); ++i) {
      if (!IsFoldable(value.parts[i])) {
        throw QueryError("NON_LITERAL_PIVOT_VALUES", {{"expression", QuotedSql(*value.parts[i], analysis_.settings())}},
                         origin_);
      }
      const DataType& type = columns_[std::min(i, columns_.size() - 1)]->type;
      if (value.parts.size() != columns_.size() || !CanCast(value.parts[i]->type, type, resolver_.default_mode())) {
        throw QueryError("PIVOT_VALUE_DATA_TYPE_MISMATCH",
                         {{"value", QuotedSql(*value.parts[i], analysis_.settings())},
                          {"valueType", SqlTypeName(value.parts[i]->type)},
                          {"pivotType", SqlTypeName(type)}},
                         origin_);
      }
      value.parts[i] = bound::MakeCast(value.parts[i], type, resolver_.default_mode(), true);
    }
  }

  bound::ExpressionPtr WithFilter(const bound::ExpressionPtr& expression, const bound::ExpressionPtr& condition) {
    return bound::TransformUp(expression, [&](const bound::ExpressionPtr& e) -> bound::ExpressionPtr {
      const auto* call = e->As<bound::AggregateCall>();
      if (!call) return nullptr;
      bound::AggregateCall filtered = *call;
      filtered.filter =
          filtered.filter ? resolver_.CallFunction("and", {filtered.filter, condition}, origin_) : condition;
      return bound::Make(std::move(filtered), e->type, e->nullable, e->origin);
    });
  }

  bound::ExpressionPtr OnlyWhere(const bound::ExpressionPtr& aggregate, const bound::ExpressionPtr& condition) {
    const bound::ExpressionPtr one = bound::MakeLiteral(DataType::Int(), Value{int64_t{1}});
    const bound::ExpressionPtr zero = bound::MakeLiteral(DataType::Long(), Value{int64_t{0}});
    const bound::ExpressionPtr rows = WithFilter(resolver_.CallFunction("count", {one}, origin_), condition);
    const bound::ExpressionPtr any = resolver_.CallFunction(">", {rows, zero}, origin_);
    return resolver_.CallFunction("when", {any, WithFilter(aggregate, condition)}, origin_);
  }

  Analysis& analysis_;
  ExpressionResolver& resolver_;
  const OriginPtr origin_;
  std::vector<bound::ExpressionPtr> columns_;
  std::vector<PivotValue> values_;
};

void CheckAggregates(const std::vector<SelectItem>& aggregates, const bound::SessionSettings& settings) {
  for (const SelectItem& item : aggregates) {
    const bool of_python = bound::AnyOf(
        item.expression, [](const bound::Expression& e) { return e.As<bound::PythonCall>() && bound::IsAggregate(e); });
    if (of_python) throw QueryError("UNSUPPORTED_FEATURE.PANDAS_UDAF_IN_PIVOT", {});
    if (HasAggregate(item.expression)) continue;
    throw QueryError("_LEGACY_ERROR_TEMP_1006", {{"sql", QualifiedSql(item.expression, settings)}});
  }
}

// count(*) and the like: a DataFrame's pivot does not know the columns that a star stands for.
void RefuseStars(const plan::ExpressionPtr& expression) {
  if (const auto* alias = expression->As<plan::Alias>()) return RefuseStars(alias->child);
  if (const auto* call = expression->As<plan::UnresolvedFunction>()) {
    for (const plan::ExpressionPtr& argument : call->arguments) RefuseStars(argument);
  }
  if (expression->As<plan::UnresolvedStar>()) {
    throw QueryError("INVALID_USAGE_OF_STAR_OR_REGEX", {{"elem", "'*'"}, {"prettyName", "Pivot"}}, expression->origin);
  }
}

}  // namespace

ScopePtr ResolvePivotAggregate(Analysis& analysis, const plan::Aggregate& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  PivotBuilder pivot(analysis, resolver, self.origin);
  pivot.ResolveColumns({node.pivot_column});
  if (node.pivot_values.empty()) {
    pivot.FindValues(child);
  } else {
    pivot.ResolveValues(node.pivot_values);
  }
  for (const plan::ExpressionPtr& aggregate : node.aggregates) RefuseStars(aggregate);
  const std::vector<SelectItem> aggregates = resolver.ResolveItems(node.aggregates);
  CheckAggregates(aggregates, analysis.settings());
  std::vector<SelectItem> items = resolver.ResolveItems(node.grouping);
  Grouping grouping;
  for (const SelectItem& item : items) grouping.keys.push_back(item.expression);
  pivot.Append(aggregates, items);
  return BuildAggregate(analysis, resolver.ExposedInput(), grouping, std::move(items), self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::Pivot& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  PivotBuilder pivot(analysis, resolver, self.origin);
  pivot.ResolveColumns(node.columns);
  pivot.ResolveValues(node.values);
  const std::vector<SelectItem> aggregates = resolver.ResolveItems(node.aggregates);
  CheckAggregates(aggregates, analysis.settings());
  // Grouped by every column that neither the aggregates nor the pivot columns mention.
  AttributeIds used;
  const auto collect = [&](const bound::Expression& e) {
    if (const auto* reference = e.As<bound::AttributeRef>()) used.insert(reference->id);
    return false;
  };
  for (const SelectItem& item : aggregates) (void)bound::AnyOf(item.expression, collect);
  for (const bound::ExpressionPtr& column : pivot.columns()) (void)bound::AnyOf(column, collect);
  std::vector<SelectItem> items;
  Grouping grouping;
  for (const bound::Attribute& attribute : child->output) {
    if (used.count(attribute.id)) continue;
    SelectItem item;
    item.expression = bound::MakeReference(attribute);
    item.name = attribute.name;
    item.metadata = attribute.metadata;
    grouping.keys.push_back(item.expression);
    items.push_back(std::move(item));
  }
  pivot.Append(aggregates, items);
  return BuildAggregate(analysis, resolver.ExposedInput(), grouping, std::move(items), self.origin);
}

}  // namespace firesteel::analyzer
