#include "optimizer/storage_types.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "functions/function.h"
#include "optimizer/rebuild.h"
#include "types/holds_kind.h"
#include "types/user_type.h"

namespace firesteel::optimizer {
namespace {

using bound::ExpressionPtr;
using bound::RelationPtr;

bool HoldsUserType(const DataType& type) { return HoldsKind(type, {TypeKind::kUserDefined}); }

// Columns that a node adds stand in its output or in the type of an expression.
bool HasUserTypes(const RelationPtr& relation) {
  return AnyRelation(relation, [](const bound::Relation& node) {
    const auto in_output = [](const bound::Attribute& column) { return HoldsUserType(column.type); };
    const auto inside = [](const ExpressionPtr& expression) {
      return bound::AnyOf(expression, [](const bound::Expression& e) { return HoldsUserType(e.type); });
    };
    const std::vector<ExpressionPtr> expressions = bound::Expressions(node);
    return std::any_of(node.output.begin(), node.output.end(), in_output) ||
           std::any_of(expressions.begin(), expressions.end(), inside);
  });
}

void Store(DataType& type) { type = StorageType(type); }
void Store(bound::Attribute& column) { Store(column.type); }
void Store(StructField& field) { Store(field.type); }
void Store(bound::NamedExpression& named) { Store(named.output); }

template <class T>
void Store(std::vector<T>& list) {
  for (T& item : list) Store(item);
}

RelationPtr Stored(const RelationPtr& relation);

/// Whether the expression makes text of its child.
bool MakesText(const bound::Expression& expression) {
  const auto* call = expression.As<bound::Call>();
  return (expression.As<bound::Cast>() && expression.type.IsStringLike()) ||
         (call && call->function->name == "to_pretty_string");
}

ExpressionPtr StoredInside(const ExpressionPtr& expression) {
  std::vector<ExpressionPtr> children = bound::Children(*expression);
  for (ExpressionPtr& child : children) {
    const DataType type = child->type;
    child = StoredInside(child);
    // The text of a value tells of its class: what becomes text keeps its type, under a name that says nothing.
    const bool is_text_of_class = HoldsUserType(type) && MakesText(*expression);
    if (is_text_of_class) child = bound::Make(bound::InnerAlias{child, {}, {}}, type, child->nullable);
  }
  bound::Expression copy = *bound::WithChildren(expression, std::move(children));
  Store(copy.type);
  if (auto* lambda = std::get_if<bound::Lambda>(&copy.node)) Store(lambda->parameter_types);
  auto result = std::make_shared<const bound::Expression>(std::move(copy));
  const RelationPtr* query = SubqueryOf(*result);
  return query ? WithSubquery(*result, Stored(*query)) : result;
}

RelationPtr Stored(const RelationPtr& relation) {
  bound::Relation copy = *MapExpressions(MapChildren(relation, Stored), StoredInside);
  std::visit(Overloaded{[](bound::Scan& x) { Store(x.file_schema); }, [](bound::Project& x) { Store(x.expressions); },
                        [](bound::Aggregate& x) {
                          Store(x.groups);
                          Store(x.outputs);
                        },
                        [](bound::Window& x) { Store(x.expressions); }, [](bound::Generate& x) { Store(x.generated); },
                        [](bound::CollectMetrics& x) { Store(x.metrics); },
                        [](bound::PythonStage& x) { Store(x.calls); }, [](auto&) {}},
             copy.node);
  Store(copy.output);
  return std::make_shared<const bound::Relation>(std::move(copy));
}

}  // namespace

RelationPtr WithStorageTypes(const RelationPtr& relation) {
  return HasUserTypes(relation) ? Stored(relation) : relation;
}

}  // namespace firesteel::optimizer
