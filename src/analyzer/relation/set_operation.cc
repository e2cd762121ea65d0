#include <algorithm>

#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/relation/comparable.h"
#include "analyzer/relation/relations.h"
#include "analyzer/suggestion.h"
#include "functions/binding/binding.h"
#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using Kind = plan::SetOperation::Kind;

std::string OperatorName(const plan::SetOperation& node) {
  switch (node.kind) {
    case Kind::kUnion:
      return "UNION";
    case Kind::kIntersect:
      return node.all ? "INTERSECT ALL" : "INTERSECT";
    case Kind::kExcept:
      return node.all ? "EXCEPT ALL" : "EXCEPT";
  }
  return {};
}

ScopePtr Projection(const ScopePtr& child, std::vector<bound::NamedExpression> columns) {
  std::vector<bound::Attribute> output;
  for (const bound::NamedExpression& column : columns) output.push_back(column.output);
  return MakeScope(bound::MakeRelation(bound::Project{child->relation, std::move(columns)}, std::move(output),
                                       child->relation->origin),
                   {child}, Reach::kProject);
}

void CheckCounts(const plan::SetOperation& node, const std::vector<ScopePtr>& inputs, const OriginPtr& origin) {
  const size_t first = inputs[0]->output.size();
  for (size_t i = 1; i < inputs.size(); ++i) {
    if (inputs[i]->output.size() == first) continue;
    throw QueryError("NUM_COLUMNS_MISMATCH",
                     {{"operator", OperatorName(node)},
                      {"firstNumColumns", std::to_string(first)},
                      {"invalidOrdinalNum", functions::OrdinalWord(i)},
                      {"invalidNumColumns", std::to_string(inputs[i]->output.size())}},
                     origin);
  }
}

const StructField* FieldNamed(const DataType& type, const std::string& name, bool case_sensitive) {
  const std::vector<StructField>& fields = type.fields();
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const StructField& f) { return SameName(f.name, name, case_sensitive); });
  return found == fields.end() ? nullptr : &*found;
}

// Structs of a column that unionByName finds on both sides: their fields are matched by name, too, at every depth.
class StructsByName {
 public:
  StructsByName(Analysis& analysis, bool allow_missing, const OriginPtr& origin)
      : analysis_(analysis), resolver_(analysis, {}), allow_missing_(allow_missing), origin_(origin) {}

  /// Whether the fields of `own` are not yet those of the merged struct: the left ones, then those of the right only.
  bool Changes(const DataType& own, const DataType& left, const DataType& right) const {
    if (!left.Is(TypeKind::kStruct) || !right.Is(TypeKind::kStruct)) return false;
    const std::vector<std::string> names = Names(left, right);
    if (!allow_missing_ && (names.size() != left.fields().size() || names.size() != right.fields().size())) {
      return false;  // the types differ then, which is refused later
    }
    if (names.size() != own.fields().size()) return true;
    for (size_t i = 0; i < names.size(); ++i) {
      if (!SameName(names[i], own.fields()[i].name, case_sensitive())) return true;
      const StructField* l = FieldNamed(left, names[i], case_sensitive());
      const StructField* r = FieldNamed(right, names[i], case_sensitive());
      if (l && r && Changes(own.fields()[i].type, l->type, r->type)) return true;
    }
    return false;
  }

  /// Every field of the left struct must stand in the right one.
  void CheckFields(const DataType& left, const DataType& right) const {
    if (!left.Is(TypeKind::kStruct) || !right.Is(TypeKind::kStruct)) return;
    for (const StructField& field : left.fields()) {
      if (FieldNamed(right, field.name, case_sensitive())) continue;
      std::string names;
      for (const StructField& other : right.fields()) {
        names += (names.empty() ? "" : ", ") + QuoteIdentifier(other.name);
      }
      throw QueryError("FIELD_NOT_FOUND", {{"fieldName", QuoteIdentifier(field.name)}, {"fields", names}});
    }
  }

  bound::ExpressionPtr Merge(const bound::ExpressionPtr& value, const DataType& left, const DataType& right) {
    if (!Changes(value->type, left, right)) return value;
    std::vector<bound::ExpressionPtr> arguments;
    const std::vector<StructField>& own = value->type.fields();
    for (const std::string& name : Names(left, right)) {
      const StructField* l = FieldNamed(left, name, case_sensitive());
      const StructField* r = FieldNamed(right, name, case_sensitive());
      arguments.push_back(bound::MakeLiteral(DataType::String(), Value{name}));
      if (const StructField* field = FieldNamed(value->type, name, case_sensitive())) {
        // The struct's own null is put back below.
        bound::ExpressionPtr part =
            bound::Make(bound::GetField{value, static_cast<int32_t>(field - own.data()), field->name, false},
                        field->type, field->nullable, origin_);
        arguments.push_back(l && r ? Merge(part, l->type, r->type) : std::move(part));
      } else {
        arguments.push_back(bound::MakeLiteral((l ? l : r)->type, Value{}));
      }
    }
    bound::ExpressionPtr merged = resolver_.CallFunction("named_struct", std::move(arguments), origin_);
    if (!value->nullable) return merged;
    bound::ExpressionPtr is_null = resolver_.CallFunction("isnull", {value}, origin_);
    return resolver_.CallFunction("if", {is_null, bound::MakeLiteral(merged->type, Value{}), merged}, origin_);
  }

 private:
  bool case_sensitive() const { return analysis_.case_sensitive(); }

  std::vector<std::string> Names(const DataType& left, const DataType& right) const {
    std::vector<std::string> names;
    for (const StructField& field : left.fields()) names.push_back(field.name);
    for (const StructField& field : right.fields()) {
      if (!FieldNamed(left, field.name, case_sensitive())) names.push_back(field.name);
    }
    return names;
  }

  Analysis& analysis_;
  ExpressionResolver resolver_;
  const bool allow_missing_;
  const OriginPtr& origin_;
};

// Brings the second input into the order of the first by names; with `allow_missing`, absent columns become nulls on
// both sides.
class ByName {
 public:
  ByName(Analysis& analysis, bool allow_missing, const OriginPtr& origin)
      : analysis_(analysis), allow_missing_(allow_missing), origin_(origin) {}

  void Align(ScopePtr& left, ScopePtr& right) {
    CheckUnique(left);
    CheckUnique(right);
    const bool case_sensitive = analysis_.case_sensitive();
    std::vector<bound::NamedExpression> right_columns;
    std::vector<bound::NamedExpression> changed_left;  // one for each of its columns
    std::vector<bool> used(right->output.size(), false);
    for (const bound::Attribute& attribute : left->output) {
      const std::vector<size_t> found = right->FindName(attribute.name, case_sensitive);
      if (found.empty()) {
        if (!allow_missing_) Unresolved(attribute, right);
        right_columns.push_back(NullColumn(attribute));
        changed_left.push_back({attribute, bound::MakeReference(attribute)});
        continue;
      }
      used[found[0]] = true;
      const bound::Attribute& column = right->output[found[0]];
      right_columns.push_back(Merged(column, attribute.type, column.type));
      changed_left.push_back(Merged(attribute, attribute.type, column.type));
    }
    std::vector<bound::NamedExpression> left_columns;
    for (size_t i = 0; i < right->output.size(); ++i) {
      if (used[i]) continue;
      if (!allow_missing_) break;
      right_columns.push_back({right->output[i], bound::MakeReference(right->output[i])});
      left_columns.push_back(NullColumn(right->output[i]));
    }
    const bool merged = std::any_of(changed_left.begin(), changed_left.end(),
                                    [&](const auto& column) { return !left->Contains(column.output.id); });
    if (!left_columns.empty() || merged) {
      changed_left.insert(changed_left.end(), left_columns.begin(), left_columns.end());
      left = Projection(left, std::move(changed_left));
    }
    // Columns that are left over on the right make the counts differ; the common check then reports it.
    if (!allow_missing_) {
      for (size_t i = 0; i < right->output.size(); ++i) {
        if (!used[i]) right_columns.push_back({right->output[i], bound::MakeReference(right->output[i])});
      }
    }
    right = Projection(right, std::move(right_columns));
  }

 private:
  void CheckUnique(const ScopePtr& scope) {
    for (const bound::Attribute& attribute : scope->output) {
      if (scope->FindName(attribute.name, analysis_.case_sensitive()).size() > 1) {
        throw QueryError("COLUMN_ALREADY_EXISTS",
                         {{"columnName", QuoteIdentifier(NameKey(attribute.name, analysis_.case_sensitive()))}},
                         origin_);
      }
    }
  }

  [[noreturn]] void Unresolved(const bound::Attribute& attribute, const ScopePtr& scope) {
    throw QueryError("UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
                     {{"colName", attribute.name},
                      {"fieldNames",
                       [&] {
                         std::string names;
                         for (const bound::Attribute& a : scope->output) names += (names.empty() ? "" : ", ") + a.name;
                         return names;
                       }()}},
                     origin_);
  }

  bound::NamedExpression Merged(const bound::Attribute& column, const DataType& left, const DataType& right) {
    bound::ExpressionPtr value = bound::MakeReference(column);
    StructsByName structs(analysis_, allow_missing_, origin_);
    if (!allow_missing_) structs.CheckFields(left, right);
    if (!structs.Changes(column.type, left, right)) return {column, std::move(value)};
    value = structs.Merge(value, left, right);
    return {analysis_.NewAttribute(column.name, value->type, value->nullable, column.metadata), value};
  }

  bound::NamedExpression NullColumn(const bound::Attribute& like) {
    return {analysis_.NewAttribute(like.name, like.type, true), bound::MakeLiteral(like.type, Value{})};
  }

  Analysis& analysis_;
  const bool allow_missing_;
  const OriginPtr& origin_;
};

// What legacy coercion would have done.
std::string LegacyHint(const DataType& a, const DataType& b, bool ansi) {
  if (!ansi || !WiderType(a, b, false)) return "";
  return "\nTo fix the error, you might need to add explicit type casts. If necessary set spark.sql.ansi.enabled to "
         "false to bypass this error.";
}

// Casts the inputs to common types. Spark widens structs field by field; WiderType does so, too.
void Widen(Analysis& analysis, const plan::SetOperation& node, std::vector<ScopePtr>& inputs, const OriginPtr& origin) {
  const bool ansi = analysis.settings().ansi;
  std::vector<DataType> types;
  for (size_t c = 0; c < inputs[0]->output.size(); ++c) {
    DataType type = inputs[0]->output[c].type;
    for (size_t i = 1; i < inputs.size(); ++i) {
      const DataType& other = inputs[i]->output[c].type;
      if (node.kind == Kind::kUnion ? SameStructure(type, other) : SameTypeIgnoringNullability(type, other)) continue;
      const std::optional<DataType> wider = WiderType(type, other, ansi);
      if (!wider) {
        throw QueryError("INCOMPATIBLE_COLUMN_TYPE",
                         {{"operator", OperatorName(node)},
                          {"columnOrdinalNumber", functions::OrdinalWord(c)},
                          {"tableOrdinalNumber", functions::OrdinalWord(i)},
                          {"dataType1", QuoteType(other)},
                          {"dataType2", QuoteType(type)},
                          {"hint", LegacyHint(type, other, ansi)}},
                         origin);
      }
      type = *wider;
    }
    types.push_back(std::move(type));
  }
  const EvalMode mode = ansi ? EvalMode::kAnsi : EvalMode::kLegacy;
  for (ScopePtr& input : inputs) {
    bool changed = false;
    std::vector<bound::NamedExpression> columns;
    for (size_t c = 0; c < types.size(); ++c) {
      const bound::Attribute& attribute = input->output[c];
      bound::NamedExpression column{attribute, bound::MakeReference(attribute, origin)};
      if (!SameStructure(attribute.type, types[c])) {
        column.expression = bound::MakeCast(column.expression, types[c], mode, true);
        // An alias over a cast: metadata ends here.
        column.output = analysis.NewAttribute(attribute.name, column.expression->type, column.expression->nullable);
        changed = true;
      }
      columns.push_back(std::move(column));
    }
    if (changed) input = Projection(input, std::move(columns));
  }
}

// The type of a union's column: nested parts are nullable where any input's are.
DataType MergeNullability(const DataType& a, const DataType& b) {
  if (a.kind() != b.kind()) return a;
  if (a.Is(TypeKind::kArray)) {
    return DataType::Array(MergeNullability(a.element_type(), b.element_type()),
                           a.contains_null() || b.contains_null());
  }
  if (a.Is(TypeKind::kMap)) {
    return DataType::Map(MergeNullability(a.key_type(), b.key_type()), MergeNullability(a.value_type(), b.value_type()),
                         a.value_contains_null() || b.value_contains_null());
  }
  if (a.Is(TypeKind::kStruct) && a.fields().size() == b.fields().size()) {
    std::vector<StructField> fields = a.fields();
    for (size_t i = 0; i < fields.size(); ++i) {
      fields[i].type = MergeNullability(fields[i].type, b.fields()[i].type);
      fields[i].nullable = fields[i].nullable || b.fields()[i].nullable;
    }
    return DataType::Struct(std::move(fields));
  }
  return a;
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::SetOperation& node, const plan::Relation& self) {
  std::vector<ScopePtr> inputs;
  for (const plan::RelationPtr& input : node.inputs) inputs.push_back(analysis.Resolve(input));
  if (node.by_name) {
    for (size_t i = 1; i < inputs.size(); ++i) {
      ByName(analysis, node.allow_missing_columns, self.origin).Align(inputs[0], inputs[i]);
    }
  }
  CheckCounts(node, inputs, self.origin);
  Widen(analysis, node, inputs, self.origin);
  if (node.kind != Kind::kUnion || !node.all) CheckComparable(inputs[0]->output, self.origin);

  std::vector<bound::Attribute> output;
  for (size_t c = 0; c < inputs[0]->output.size(); ++c) {
    const bound::Attribute& first = inputs[0]->output[c];
    bound::Attribute column = analysis.NewAttribute(first.name, first.type, first.nullable, first.metadata);
    column.qualifier = first.qualifier;
    for (size_t i = 1; i < inputs.size(); ++i) {
      const bound::Attribute& other = inputs[i]->output[c];
      if (node.kind == Kind::kUnion) {
        column.nullable = column.nullable || other.nullable;
        column.type = MergeNullability(column.type, other.type);
      } else if (node.kind == Kind::kIntersect) {
        column.nullable = column.nullable && other.nullable;
      }
    }
    output.push_back(std::move(column));
  }
  bound::SetOperation operation;
  operation.kind = static_cast<bound::SetOperation::Kind>(static_cast<uint8_t>(node.kind));
  operation.all = node.all;
  for (const ScopePtr& input : inputs) operation.inputs.push_back(input->relation);
  auto scope = MakeScope(bound::MakeRelation(std::move(operation), std::move(output), self.origin), inputs);
  scope->hides_inputs = true;
  return scope;
}

}  // namespace firesteel::analyzer
