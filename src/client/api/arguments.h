#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/plan/access.h"
#include "client/plan/expression.h"
#include "client/plan/literal.h"
#include "firesteel/column.h"
#include "firesteel/function_forms.h"
#include "firesteel/options.h"

namespace firesteel::client::internal {

/// The JSON text of a type as PySpark sends it: keys in order, ASCII only.
std::string JsonOf(const DataType& type);

/// Collects the arguments of a function call. What is absent is not added.
class Arguments {
 public:
  Arguments& Add(ExpressionPtr node) {
    nodes_.push_back(std::move(node));
    return *this;
  }
  Arguments& Add(const ColumnOrName& column) { return Add(Access::Node(column)); }
  Arguments& Add(const ColumnOrNumber& column) { return Add(Access::Node(column)); }
  Arguments& Add(const ColumnOrValue& column) { return Add(Access::Node(column)); }
  Arguments& Add(const ColumnOrSchema& schema) { return Add(Access::Node(schema.column())); }
  Arguments& Add(int64_t value) { return Add(IntegerLiteral(value)); }
  Arguments& Add(double value) { return Add(LiteralOf(Value(value))); }
  Arguments& Add(bool value) { return Add(LiteralOf(Value(value))); }
  Arguments& Add(const std::string& text) { return Add(LiteralOf(Value(text))); }
  Arguments& Add(const Options& options);
  Arguments& Add(const std::function<Column(Column)>& f);
  Arguments& Add(const std::function<Column(Column, Column)>& f);
  Arguments& Add(const std::function<Column(Column, Column, Column)>& f);
  template <class T>
  Arguments& Add(const std::vector<T>& items) {
    for (const T& item : items) Add(item);
    return *this;
  }
  template <class T>
  Arguments& Add(const std::optional<T>& item) {
    return item ? Add(*item) : *this;
  }
  template <class T>
  Arguments& AddOr(const std::optional<T>& item, const Value& otherwise) {
    return item ? Add(*item) : Add(LiteralOf(otherwise));
  }
  Arguments& Seed(const std::optional<ColumnOrValue>& seed) { return AddOr(seed, Value(RandomSeed())); }

  Column Call(std::string_view name) { return Access::Make(Function(name, std::move(nodes_))); }
  Column CallDistinct(std::string_view name) { return Access::Make(Function(name, std::move(nodes_), true)); }

 private:
  Arguments& AddLambda(const Column& body, std::vector<ExpressionPtr> variables);

  std::vector<ExpressionPtr> nodes_;
};

}  // namespace firesteel::client::internal
