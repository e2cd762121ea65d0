#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/command.h"
#include "plan/expression.h"
#include "plan/relation.h"

namespace firesteel::sql {

/// Writes plans as SQL that the parser reads back as the same plan. Operators stand in parentheses and names in
/// backquotes, so that no text depends on precedence or on keywords. Nodes that only DataFrames make have no SQL: they
/// throw ThrowUnsupported's error.
class Printer {
 public:
  std::string Command(const plan::Command& command);
  std::string Query(const plan::Relation& relation);
  std::string Expression(const plan::Expression& expression);

 private:
  // print_expression.cc
  std::string Function(const plan::UnresolvedFunction& function);
  std::string OperatorCall(const plan::UnresolvedFunction& function, const std::string& name);
  std::string Literal(const TypedValue& literal);
  std::string List(const std::vector<plan::ExpressionPtr>& expressions);
  std::string Sort(const plan::SortOrder& order);
  std::string Sorts(const std::vector<plan::SortOrder>& orders);
  std::string Window(const plan::WindowSpec& spec);
  std::string Bound(const plan::WindowBoundary& boundary);
  std::string TableArgument(const plan::TableArgument& argument);

  // print_relation.cc
  std::string Term(const plan::Relation& relation);
  std::string Select(const plan::Relation& relation);
  std::string Organization(const plan::Relation& relation);
  std::string SelectItems(const std::vector<plan::ExpressionPtr>& items);
  std::string GroupBy(const plan::Aggregate& aggregate);
  std::string GroupingElement(const plan::Expression& element);
  std::string From(const plan::Relation& relation);
  std::string FromItem(const plan::Relation& relation);
  std::string Join(const plan::Join& join, const std::string& left);
  std::string Pivot(const plan::Pivot& pivot);
  std::string Unpivot(const plan::Unpivot& unpivot);
  std::string Windows(const plan::WithWindowDefinition& window);
  std::string Hints(const plan::Hint& hint);
};

/// `a`.`b`
std::string PrintName(const std::vector<std::string>& parts);
/// 'text' with escapes.
std::string PrintString(std::string_view text);

}  // namespace firesteel::sql
