#include "lowering/lowerer.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/expression/expression_writer.h"
#include "lowering/limits.h"
#include "lowering/sort_key.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {

Select Lowerer::Lower(const bound::Relation& relation) {
  return std::visit([&](const auto& node) { return LowerNode(relation, node); }, relation.node);
}

Select Lowerer::LowerNode(const bound::Relation&, const bound::PythonStage&) {
  throw InternalError("a stage of Python calls was not run before the plan around it");
}

LoweredQuery Lowerer::Finish(const bound::Relation& relation, Select select) {
  LoweredQuery query;
  query.schema = bound::OutputSchema(relation);
  if (!select.set_operation.empty()) Wrap(select);
  std::vector<bound::AttributeId> ids;
  std::vector<std::string> names;
  for (const bound::Attribute& attribute : relation.output) {
    names.push_back("c" + std::to_string(ids.size()));
    ids.push_back(attribute.id);
  }
  query.sql = SelectText(select, ids, names);
  if (!with_.empty()) query.sql = "WITH " + JoinTexts(with_, ", ") + " " + query.sql;
  if (query.sql.size() > kMaxSqlBytes) {
    ThrowUnsupported("a query whose expanded form takes " + std::to_string(query.sql.size() >> 20) + " MiB",
                     relation.origin);
  }
  query.kernels = std::move(kernels_);
  query.local_tables = std::move(local_tables_);
  query.files = std::move(files_);
  query.scans = std::move(scans_);
  return query;
}

void Lowerer::Wrap(Select& select) {
  std::string text = SelectText(select);
  const std::string alias = NewTableAlias();
  Select wrapped;
  wrapped.nesting = select.nesting + 1;
  // Deep nesting exhausts the engine's parser: a long chain goes on flat, as an entry of WITH. (Not where columns of an
  // enclosing query may stand in the text: WITH is at the top.)
  if (wrapped.nesting > kMaxNesting && outer_.empty()) {
    const std::string name = "s" + std::to_string(with_.size());
    with_.push_back(name + " AS NOT MATERIALIZED (" + text + ")");
    wrapped.from = name + " AS " + alias;
    wrapped.nesting = 0;
  } else {
    wrapped.from = "(" + text + ") AS " + alias;
  }
  wrapped.has_filter_below = select.has_filter_below || !select.where.empty();
  for (const Column& column : select.columns) {
    wrapped.columns.push_back(Column{column.id, alias + "." + Alias(column.id), Column::Form::kReference, 1});
  }
  select = std::move(wrapped);
}

void Lowerer::MakeTable(Select& select) {
  std::vector<std::string> nothing;
  if (!select.where.empty()) return Wrap(select);
  MakeTableOrRestore(select, nothing);
}

void Lowerer::PrepareFor(Select& select, const std::vector<bound::ExpressionPtr>& expressions, bool is_projection) {
  if (!select.set_operation.empty()) return Wrap(select);
  const Scope scope(select.columns);
  std::unordered_map<bound::AttributeId, int> uses;
  bool is_plain = true;  // only columns and constants
  for (const bound::ExpressionPtr& expression : expressions) {
    CountReferences(*expression, uses);
    is_plain = is_plain && (expression->As<bound::AttributeRef>() || expression->As<bound::Literal>());
  }
  // An aggregate without groups is one by its columns alone: when none is read, it must stay where it is.
  if (is_projection && uses.empty() && select.is_closed && select.group_by.empty()) return Wrap(select);
  if (!select.is_open() && !(is_projection && is_plain && !select.distinct && select.distinct_on.empty())) {
    return Wrap(select);
  }
  for (const auto& [id, count] : uses) {
    const Column* column = scope.Find(id);
    if (!column || column->form != Column::Form::kComputed) continue;
    if (count > 1 || !is_projection || column->is_volatile) return Wrap(select);
  }
  for (const bound::ExpressionPtr& expression : expressions) {
    if (ExpressionDepth(*expression, &scope) > kMaxCollapsedDepth && ExpressionDepth(*expression, nullptr) > 1) {
      return Wrap(select);
    }
  }
}

std::string Lowerer::Sql(const bound::ExpressionPtr& expression, const Select& select) {
  const Scope scope(select.columns);
  return ExpressionWriter(*this, scope).Sql(expression);
}

Column Lowerer::Compute(const bound::NamedExpression& named, const Scope& scope) {
  const bound::Expression& expression = *StripAlias(named.expression);
  Column column;
  column.id = named.output.id;
  if (const auto* reference = expression.As<bound::AttributeRef>()) {
    if (const Column* source = scope.Find(reference->id)) {
      const bound::AttributeId id = column.id;
      column = *source;
      column.id = id;
      return column;
    }
  }
  column.depth = ExpressionDepth(expression, &scope);
  if (column.depth > kMaxExpressionDepth) {
    ThrowUnsupported("an expression of " + std::to_string(column.depth) + " levels", expression.origin);
  }
  column.form = expression.As<bound::Literal>() ? Column::Form::kConstant : Column::Form::kComputed;
  column.can_fail = CanFail(named.expression);
  column.is_volatile = IsVolatile(named.expression);
  column.sql = ExpressionWriter(*this, scope).Sql(named.expression);
  return column;
}

std::string Lowerer::OrderItem(const bound::SortOrder& order, const Select& select) {
  return SortKeySql(Sql(order.child, select), order.child->type) + (order.ascending ? " ASC" : " DESC") +
         (order.nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

std::string Lowerer::NormalizedKey(const std::string& sql, const DataType& type) {
  // The engine already treats all NaNs as equal and −0.0 as 0.0; what is left is which of them is shown.
  if (type.Is(TypeKind::kDouble)) return "(" + sql + " + 0::DOUBLE)";
  if (type.Is(TypeKind::kFloat)) return "(" + sql + " + 0::FLOAT)";
  return sql;
}

size_t Lowerer::KernelNumber(functions::KernelCall call) {
  size_t number = kernels_.size();
  const auto [first, last] = kernel_index_.equal_range(call.kernel);
  int looked_at = 0;
  for (auto it = first; it != last && looked_at < 64 && number == kernels_.size(); ++it, ++looked_at) {
    const functions::KernelCall& other = *kernels_[it->second];
    if (other.argument_types == call.argument_types && other.result_type == call.result_type &&
        other.mode == call.mode && other.constants == call.constants &&
        (!call.kernel->fallible || (other.origin == call.origin && other.display_sql == call.display_sql))) {
      number = it->second;
    }
  }
  if (number == kernels_.size()) {
    if (call.kernel->prepare) call.prepared = call.kernel->prepare(call);
    kernel_index_.emplace(call.kernel, number);
    kernels_.push_back(std::make_shared<const functions::KernelCall>(std::move(call)));
  }
  return number;
}

std::string Lowerer::KernelCallSql(functions::KernelCall call, const std::vector<std::string>& arguments,
                                   bool is_volatile) {
  std::string text = (is_volatile ? "fs_volatile(" : "fs(") + std::to_string(KernelNumber(std::move(call)));
  for (const std::string& argument : arguments) text += ", " + argument;
  return text + ")";
}

const Column* Lowerer::FindOuter(bound::AttributeId id) const {
  for (auto scope = outer_.rbegin(); scope != outer_.rend(); ++scope) {
    if (const Column* column = (*scope)->Find(id)) return column;
  }
  return nullptr;
}

Select Lowerer::LowerSubquery(const bound::Relation& query, const Scope& scope) {
  outer_.push_back(&scope);
  try {
    Select select = Lower(query);
    outer_.pop_back();
    return select;
  } catch (...) {
    outer_.pop_back();
    throw;
  }
}

LoweredQuery Lower(const bound::RelationPtr& relation, const bound::SessionSettings& settings) {
  Lowerer lowerer(settings);
  Select select = lowerer.Lower(*relation);
  return lowerer.Finish(*relation, std::move(select));
}

}  // namespace firesteel::lowering
