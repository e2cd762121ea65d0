#include <algorithm>

#include "analyzer/relation/relations.h"
#include "analyzer/select/generator.h"
#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

struct UnpivotColumns {
  std::vector<bound::ExpressionPtr> ids;
  std::vector<std::vector<bound::ExpressionPtr>> values;
};

bool Holds(const std::vector<bound::ExpressionPtr>& list, const bound::Attribute& attribute) {
  return std::any_of(list.begin(), list.end(), [&](const bound::ExpressionPtr& e) {
    const auto* reference = e->As<bound::AttributeRef>();
    return reference && reference->id == attribute.id;
  });
}

UnpivotColumns ResolveColumns(ExpressionResolver& resolver, const ScopePtr& child, const plan::Unpivot& node,
                              const OriginPtr& origin) {
  UnpivotColumns columns;
  const auto resolve = [&](const std::vector<plan::ExpressionPtr>& written) {
    std::vector<bound::ExpressionPtr> list;
    for (SelectItem& item : resolver.ResolveItems(written)) list.push_back(std::move(item.expression));
    return list;
  };
  if (node.ids) columns.ids = resolve(*node.ids);
  if (node.values) {
    for (const auto& written : *node.values) {
      std::vector<bound::ExpressionPtr> list = resolve(written);
      // values=["*"] and the like: a star stands for one value column each.
      if (written.size() == 1 && list.size() > 1) {
        for (bound::ExpressionPtr& e : list) columns.values.push_back({std::move(e)});
      } else {
        columns.values.push_back(std::move(list));
      }
    }
  }
  std::vector<bound::ExpressionPtr> used = columns.ids;
  for (const auto& list : columns.values) {
    for (const bound::ExpressionPtr& e : list) {
      if (!e->As<bound::AttributeRef>()) {
        throw QueryError("UNPIVOT_REQUIRES_ATTRIBUTES",
                         {{"given", "value"}, {"empty", "id"}, {"expressions", QuotedSql(*e, resolver.settings())}},
                         origin);
      }
      used.push_back(e);
    }
  }
  for (const bound::Attribute& attribute : child->output) {
    if (Holds(used, attribute)) continue;
    if (!node.values) columns.values.push_back({bound::MakeReference(attribute)});
    if (!node.ids) columns.ids.push_back(bound::MakeReference(attribute));
  }
  if (columns.values.empty()) throw QueryError("UNPIVOT_REQUIRES_VALUE_COLUMNS", {}, origin);
  return columns;
}

// The common type of the values at one place.
DataType CommonType(const UnpivotColumns& columns, size_t place, const bound::SessionSettings& settings) {
  std::vector<DataType> types;
  for (const auto& list : columns.values) types.push_back(list[place]->type);
  // Text is not read as numbers here, unlike in unions.
  const auto is_text = [](const DataType& type) { return type.IsStringLike(); };
  const auto is_other = [](const DataType& type) { return !type.IsStringLike() && !type.Is(TypeKind::kNull); };
  const bool mixed =
      std::any_of(types.begin(), types.end(), is_text) && std::any_of(types.begin(), types.end(), is_other);
  if (const std::optional<DataType> type = WiderType(types, settings.ansi); type && !mixed) return *type;
  std::vector<std::pair<std::string, std::vector<std::string>>> by_type;
  for (const auto& list : columns.values) {
    const std::string type = QuoteType(list[place]->type);
    auto found = std::find_if(by_type.begin(), by_type.end(), [&](const auto& entry) { return entry.first == type; });
    if (found == by_type.end()) found = by_type.insert(by_type.end(), {type, {}});
    found->second.push_back(QuoteIdentifier(list[place]->As<bound::AttributeRef>()->name));
  }
  std::sort(by_type.begin(), by_type.end());
  std::string text;
  for (const auto& [type, names] : by_type) {
    text += (text.empty() ? "" : ", ") + type + " (";
    for (size_t i = 0; i < names.size() && i < 3; ++i) text += (i ? ", " : "") + names[i];
    text += names.size() > 3 ? ", ...)" : ")";
  }
  throw QueryError("UNPIVOT_VALUE_DATA_TYPE_MISMATCH", {{"types", text}});
}

std::string VariableName(const std::vector<bound::ExpressionPtr>& list) {
  std::string name;
  for (const bound::ExpressionPtr& e : list) name += (name.empty() ? "" : "_") + e->As<bound::AttributeRef>()->name;
  return name;
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Unpivot& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  const UnpivotColumns columns = ResolveColumns(resolver, child, node, self.origin);
  const size_t places = node.value_column_names.size();
  for (const auto& list : columns.values) {
    if (list.size() != places) {
      throw QueryError("UNPIVOT_VALUE_SIZE_MISMATCH", {{"names", std::to_string(places)}}, self.origin);
    }
  }
  std::vector<DataType> types;
  std::vector<bool> nullable(places, false);
  for (size_t p = 0; p < places; ++p) types.push_back(CommonType(columns, p, analysis.settings()));

  // One row for each group of values: inline(array(struct(name, value, …), …)).
  const EvalMode mode = resolver.default_mode();
  std::vector<bound::ExpressionPtr> rows;
  for (size_t i = 0; i < columns.values.size(); ++i) {
    std::string name = VariableName(columns.values[i]);
    if (i < node.value_aliases.size() && node.value_aliases[i]) name = *node.value_aliases[i];
    std::vector<bound::ExpressionPtr> fields = {bound::MakeLiteral(DataType::String(), Value{std::string("v")}),
                                                bound::MakeLiteral(DataType::String(), Value{name})};
    for (size_t p = 0; p < places; ++p) {
      bound::ExpressionPtr value = bound::MakeCast(columns.values[i][p], types[p], mode, true);
      nullable[p] = nullable[p] || value->nullable;
      fields.push_back(bound::MakeLiteral(DataType::String(), Value{"c" + std::to_string(p)}));
      fields.push_back(std::move(value));
    }
    rows.push_back(resolver.CallFunction("named_struct", std::move(fields), self.origin));
  }
  const bound::ExpressionPtr generator =
      resolver.CallFunction("inline", {resolver.CallFunction("array", std::move(rows), self.origin)}, self.origin);
  std::vector<bound::Attribute> generated = {
      analysis.NewAttribute(node.variable_column_name, DataType::String(), false)};
  for (size_t p = 0; p < places; ++p) {
    generated.push_back(analysis.NewAttribute(node.value_column_names[p], types[p], nullable[p]));
  }
  ScopePtr scope = MakeGenerate(child, generator, generated, false, self.origin);
  if (!node.include_nulls) {
    bound::ExpressionPtr any;
    for (size_t p = 0; p < places; ++p) {
      bound::ExpressionPtr test =
          resolver.CallFunction("isnotnull", {bound::MakeReference(generated[p + 1])}, self.origin);
      any = any ? resolver.CallFunction("or", {any, test}, self.origin) : test;
    }
    scope = PassThrough(scope, bound::Filter{scope->relation, std::move(any)}, self.origin);
  }
  std::vector<bound::NamedExpression> output_columns;
  std::vector<bound::Attribute> output;
  for (const bound::ExpressionPtr& id : columns.ids) {
    const auto* reference = id->As<bound::AttributeRef>();
    SelectItem item;
    item.expression = id;
    item.name = reference ? reference->name : functions::PrettySql(*id, analysis.settings());
    output_columns.push_back(MakeNamed(item, analysis));
  }
  for (const bound::Attribute& column : generated) output_columns.push_back({column, bound::MakeReference(column)});
  for (const bound::NamedExpression& column : output_columns) output.push_back(column.output);
  return MakeScope(
      bound::MakeRelation(bound::Project{scope->relation, std::move(output_columns)}, std::move(output), self.origin),
      {scope});
}

}  // namespace firesteel::analyzer
