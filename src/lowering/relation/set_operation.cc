#include "base/error.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::SetOperation& node) {
  using Kind = bound::SetOperation::Kind;
  std::string word = node.kind == Kind::kUnion ? " UNION" : node.kind == Kind::kIntersect ? " INTERSECT" : " EXCEPT";
  word += node.all ? " ALL " : " ";
  const bool compares = node.kind != Kind::kUnion || !node.all;

  Select result;
  result.is_closed = true;
  std::vector<std::string> names;
  std::vector<std::string> casts;
  for (const bound::Attribute& attribute : relation.output) {
    names.push_back(Alias(attribute.id));
    casts.push_back(TypeSql(attribute.type));
    result.columns.push_back(Column{attribute.id, Alias(attribute.id), Column::Form::kReference, 1});
  }
  for (const bound::RelationPtr& input : node.inputs) {
    Select select = Lower(*input);
    if (!select.set_operation.empty() || (compares && !select.is_open())) Wrap(select);
    result.nesting = std::max(result.nesting, select.nesting + 1);
    std::vector<bound::AttributeId> ids;
    for (size_t i = 0; i < input->output.size(); ++i) ids.push_back(input->output[i].id);
    if (compares) {
      // The keys of a comparison are shown as they are compared.
      for (Column& column : select.columns) {
        for (const bound::Attribute& attribute : input->output) {
          if (attribute.id == column.id) {
            column.sql = NormalizedKey(column.sql, attribute.type);
            break;
          }
        }
      }
    }
    const bool is_bare = select.order_by.empty() && !select.has_limit();
    const std::string text = SelectText(select, ids, names, casts);
    if (!result.set_operation.empty()) result.set_operation += word;
    result.set_operation += is_bare ? text : "(" + text + ")";
  }
  if (result.set_operation.empty()) throw InternalError("a set operation without inputs");
  if (relation.output.empty() && compares) {
    ThrowUnsupported("a comparison of rows without columns", relation.origin);
  }
  return result;
}

}  // namespace firesteel::lowering
