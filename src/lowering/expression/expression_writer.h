#pragma once

#include <string>
#include <vector>

#include "functions/function.h"
#include "lowering/lowerer.h"
#include "lowering/select.h"

namespace firesteel::lowering {

/// Bound expressions as engine SQL. Every text is closed: it can stand as an operand anywhere. One writer serves the
/// expressions over one scope.
class ExpressionWriter : public functions::SqlWriter {
 public:
  ExpressionWriter(Lowerer& lowerer, const Scope& scope) : lowerer_(lowerer), scope_(scope) {}

  std::string Sql(const bound::ExpressionPtr& expression) override;
  std::string Kernel(const functions::Kernel& kernel, const std::vector<std::string>& argument_sql,
                     const std::vector<DataType>& argument_types, const DataType& result_type,
                     const bound::Expression& for_expression) override;
  std::string Aggregate(std::string_view name, const std::vector<std::string>& argument_sql,
                        const bound::Expression& for_call) override;
  /// As Aggregate, for a kernel over accumulators.
  std::string AggregateKernel(const functions::Kernel& kernel, std::vector<std::string> argument_sql,
                              const std::vector<DataType>& argument_types, const bound::Expression& for_call);
  std::string TypeSql(const DataType& type) override;
  const bound::SessionSettings& settings() const override { return lowerer_.settings(); }
  bool in_window() const override { return window_ != nullptr; }

  /// A condition in WHERE: the engine evaluates AND and OR there row by row, left to right.
  std::string Condition(const bound::ExpressionPtr& expression);
  /// Kernels over columns are not to be moved below filters that stand in the FROM.
  void set_pinned(bool pinned) { pinned_ = pinned; }
  /// Group keys that stand in an aggregate's output: their SQL by attribute id.
  void set_keys(const std::unordered_map<bound::AttributeId, std::string>* keys) { keys_ = keys; }

 private:
  /// The call of a kernel for an expression; `arguments` are those that its literals are looked for in.
  functions::KernelCall CallOf(const functions::Kernel& kernel, const std::vector<DataType>& argument_types,
                               const std::vector<bound::ExpressionPtr>& arguments, const DataType& result_type,
                               const bound::Expression& for_expression);
  std::string Node(const bound::ExpressionPtr& expression, const bound::Literal& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::AttributeRef& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::OuterRef& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::Call& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::Cast& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::GetField& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::Lambda& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::LambdaRef& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::AggregateCall& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::WindowCall& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::ScalarSubquery& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::ExistsSubquery& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::InSubquery& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::InnerAlias& node);
  std::string Node(const bound::ExpressionPtr& expression, const bound::PythonCall& node);

  /// Any function of the catalogue by its row's lowering, given a Call or an AggregateCall.
  std::string ByLowering(const bound::ExpressionPtr& expression, const functions::Function& function,
                         const std::vector<bound::ExpressionPtr>& arguments);
  /// AND and OR. In a condition the engine evaluates an operand only on the rows that the ones before leave open.
  std::string Connective(const std::vector<bound::ExpressionPtr>& operands, bool is_and, bool in_condition);
  /// x [NOT] IN (query) as a value.
  std::string InValueSql(const bound::InSubquery& node, bool negated);
  /// x IN (query) with SQL's own nulls.
  std::string InSql(const bound::InSubquery& node);
  std::string OrderBy(const std::vector<bound::SortOrder>& orders);
  std::string WindowSpec(const bound::WindowCall& window, const std::string& frame);
  std::string FrameSql(const bound::WindowCall& window);
  std::string BoundarySql(const bound::FrameBoundary& boundary, const bound::WindowCall& window);

  Lowerer& lowerer_;
  const Scope& scope_;
  const std::unordered_map<bound::AttributeId, std::string>* keys_ = nullptr;
  bool pinned_ = false;
  const bound::WindowCall* window_ = nullptr;  // the window whose function is being written
};

/// Fills {0}, {1}, …, {*} and {type} of a row's template; in parentheses unless it is one call.
std::string FillTemplate(std::string_view text, const std::vector<std::string>& arguments, const std::string& type);

}  // namespace firesteel::lowering
