#include "base/error.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

/// One row computed from nothing, such as VALUES lists consist of.
bool IsSingleRow(const Select& select) {
  if (!select.from.empty() || !select.where.empty() || !select.set_operation.empty() || !select.is_open()) return false;
  for (const Column& column : select.columns) {
    if (column.sql.find("SELECT") != std::string::npos) return false;
  }
  return true;
}

/// (v, …) with the columns of these ids cast to the types.
std::string RowText(const Select& select, const bound::Relation& input, const std::vector<std::string>& casts) {
  const Scope scope(select.columns);
  std::string row;
  for (size_t i = 0; i < input.output.size(); ++i) {
    const Column* column = scope.Find(input.output[i].id);
    if (!column) throw InternalError("no column has the id " + std::to_string(input.output[i].id));
    row += (row.empty() ? "(CAST(" : ", CAST(") + column->sql + " AS " + casts[i] + ")";
  }
  return row + ")";
}

}  // namespace

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
  std::vector<Select> inputs;
  bool are_rows = !compares && !relation.output.empty();
  for (const bound::RelationPtr& input : node.inputs) {
    inputs.push_back(Lower(*input));
    are_rows = are_rows && IsSingleRow(inputs.back());
  }
  if (are_rows) {
    // The engine runs the parts of a union at the same time; as one list the rows keep their order.
    const std::string alias = NewTableAlias();
    std::string rows;
    for (size_t i = 0; i < inputs.size(); ++i) {
      rows += (rows.empty() ? "" : ", ") + RowText(inputs[i], *node.inputs[i], casts);
    }
    Select list;
    std::string columns;
    for (size_t i = 0; i < relation.output.size(); ++i) {
      const std::string name = "v" + std::to_string(i);
      columns += (i > 0 ? ", " : "") + name;
      list.columns.push_back(Column{relation.output[i].id, alias + "." + name, Column::Form::kReference, 1});
    }
    list.from = "(VALUES " + rows + ") AS " + alias + "(" + columns + ")";
    return list;
  }
  for (size_t place = 0; place < inputs.size(); ++place) {
    const bound::RelationPtr& input = node.inputs[place];
    Select& select = inputs[place];
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
