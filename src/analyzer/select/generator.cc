#include "analyzer/select/generator.h"

namespace firesteel::analyzer {

bool IsOuterGenerator(const bound::ExpressionPtr& generator) {
  return generator->As<bound::Call>()->function->name.ends_with("_outer");
}

std::vector<bound::Attribute> GeneratorColumns(Analysis& analysis, const bound::ExpressionPtr& generator,
                                               const std::vector<std::string>& names, bool outer,
                                               const OriginPtr& origin) {
  std::vector<StructField> fields;
  if (generator->type.Is(TypeKind::kStruct)) {
    fields = generator->type.fields();
  } else {
    fields.push_back({"col", generator->type, generator->nullable, {}});
  }
  if (!names.empty() && names.size() != fields.size()) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
    throw QueryError("UDTF_ALIAS_NUMBER_MISMATCH",
                     {{"aliasesSize", std::to_string(fields.size())}, {"aliasesNames", list}}, origin);
  }
  std::vector<bound::Attribute> columns;
  for (size_t i = 0; i < fields.size(); ++i) {
    columns.push_back(analysis.NewAttribute(names.empty() ? fields[i].name : names[i], fields[i].type,
                                            fields[i].nullable || outer, fields[i].metadata));
  }
  return columns;
}

ScopePtr MakeGenerate(const ScopePtr& child, const bound::ExpressionPtr& generator,
                      std::vector<bound::Attribute> columns, bool outer, const OriginPtr& origin) {
  std::vector<bound::Attribute> output = child->output;
  output.insert(output.end(), columns.begin(), columns.end());
  auto scope = std::make_shared<Scope>();
  scope->relation =
      bound::MakeRelation(bound::Generate{child->relation, generator, outer, std::move(columns)}, output, origin);
  scope->output = std::move(output);
  scope->hidden = child->hidden;
  scope->inputs = {child};
  scope->reach = Reach::kThrough;
  scope->aggregate = child->aggregate;
  return scope;
}

ScopePtr ExtractGenerators(Analysis& analysis, const ScopePtr& base, std::vector<SelectItem>& items,
                           const OriginPtr& origin) {
  ScopePtr scope = base;
  std::vector<SelectItem> result;
  for (SelectItem& item : items) {
    if (!HasGenerator(item.expression)) {
      result.push_back(std::move(item));
      continue;
    }
    const auto nested = [](const bound::ExpressionPtr& child) { return child && HasGenerator(child); };
    bool is_nested = !IsGenerator(*item.expression);
    for (const bound::ExpressionPtr& child : bound::Children(*item.expression)) is_nested = is_nested || nested(child);
    if (is_nested) {
      throw QueryError("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
                       {{"expression", QuotedSql(*item.expression, analysis.settings())}});
    }
    const bool outer = item.outer_generator || IsOuterGenerator(item.expression);
    std::vector<bound::Attribute> columns = GeneratorColumns(analysis, item.expression, item.generator_names, outer);
    if (item.id != 0) columns.at(0).id = item.id;  // a lateral alias refers to it
    for (const bound::Attribute& column : columns) {
      SelectItem reference;
      reference.expression = bound::MakeReference(column);
      reference.name = column.name;
      result.push_back(std::move(reference));
    }
    scope = MakeGenerate(scope, item.expression, std::move(columns), outer, origin);
  }
  items = std::move(result);
  return scope;
}

}  // namespace firesteel::analyzer
