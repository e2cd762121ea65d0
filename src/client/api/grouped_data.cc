#include "firesteel/grouped_data.h"

#include <utility>

#include "client/api/frames.h"

namespace firesteel::client {

using internal::Access;
using internal::Broken;
using internal::ExpressionPtr;
using internal::PlanBuilder;
using internal::RelationNode;

namespace {

ExpressionPtr FunctionOf(const std::string& function, std::string_view column) {
  return internal::Function(function, {internal::Attribute(column)});
}

void WriteFunctionOf(const std::string& function, const std::string& column, proto::Expression* out) {
  out->mutable_unresolved_function()->set_function_name(function);
  auto* attribute = out->mutable_unresolved_function()->add_arguments()->mutable_unresolved_attribute();
  attribute->set_unparsed_identifier(column);
  attribute->set_is_metadata_column(false);
}

// The names of the numeric columns of a plan, which only the server knows.
Result<std::vector<std::string>> NumericColumns(const internal::RelationPtr& relation) {
  const Result<Schema> schema = internal::SchemaOf(relation);
  if (!schema) return schema.error();
  std::vector<std::string> names;
  for (const StructField& field : *schema) {
    if (field.type.is_numeric()) names.push_back(field.name);
  }
  return names;
}

}  // namespace

DataFrame GroupedData::agg(const std::vector<Column>& aggregates) const {
  if (aggregates.empty()) return Broken(frame_, Error::Invalid("agg() needs an aggregate."));
  return aggregate(aggregates, {});
}

DataFrame GroupedData::aggregate(const std::vector<Column>& aggregates, std::string numeric_function) const {
  if (error_) return Broken(frame_, *error_);
  // In the order in which the message has them: keys, aggregates, the pivot column and its values, grouping sets.
  std::vector<ExpressionPtr> expressions = Access::Nodes(columns_);
  for (const Column& aggregate : aggregates) expressions.push_back(Access::Node(aggregate));
  if (pivot_column_) expressions.push_back(Access::Node(*pivot_column_));
  for (const Column& value : pivot_values_) expressions.push_back(Access::Node(value));
  std::vector<size_t> set_sizes;
  for (const std::vector<Column>& set : grouping_sets_) {
    set_sizes.push_back(set.size());
    for (const Column& column : set) expressions.push_back(Access::Node(column));
  }
  const bool numeric = !numeric_function.empty();
  RelationNode::Fill fill = [kind = kind_, keys = columns_.size(), count = aggregates.size(),
                             values = pivot_values_.size(), set_sizes = std::move(set_sizes),
                             numeric_function = std::move(numeric_function)](
                                const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::Aggregate* aggregate = out->mutable_aggregate();
    builder.Add(self.inputs[0], aggregate->mutable_input());
    auto next = self.expressions.begin();
    for (size_t i = 0; i < keys; ++i) builder.Add(*next++, aggregate->add_grouping_expressions());
    for (size_t i = 0; i < count; ++i) builder.Add(*next++, aggregate->add_aggregate_expressions());
    if (!numeric_function.empty()) {
      Result<std::vector<std::string>> names = NumericColumns(self.inputs[0]);
      if (!names) return builder.Fail(names.error());
      for (const std::string& name : *names) {
        WriteFunctionOf(numeric_function, name, aggregate->add_aggregate_expressions());
      }
    }
    switch (kind) {
      case Kind::kGroupBy:
        return aggregate->set_group_type(proto::Aggregate::GROUP_TYPE_GROUPBY);
      case Kind::kRollup:
        return aggregate->set_group_type(proto::Aggregate::GROUP_TYPE_ROLLUP);
      case Kind::kCube:
        return aggregate->set_group_type(proto::Aggregate::GROUP_TYPE_CUBE);
      case Kind::kPivot:
        aggregate->set_group_type(proto::Aggregate::GROUP_TYPE_PIVOT);
        builder.Add(*next++, aggregate->mutable_pivot()->mutable_col());
        for (size_t i = 0; i < values; ++i) builder.AddLiteral(*next++, aggregate->mutable_pivot()->add_values());
        return;
      case Kind::kGroupingSets:
        aggregate->set_group_type(proto::Aggregate::GROUP_TYPE_GROUPING_SETS);
        for (const size_t size : set_sizes) {
          auto* set = aggregate->add_grouping_sets();
          for (size_t i = 0; i < size; ++i) builder.Add(*next++, set->add_grouping_set());
        }
        return;
    }
  };
  const ExecutorPtr& executor = Access::ExecutorOf(frame_);
  auto node = internal::MakeRelation(executor, {Access::Plan(frame_)}, std::move(expressions), std::move(fill));
  if (numeric) node->asked.push_back(Access::Plan(frame_));
  return Access::Make(executor, std::move(node));
}

DataFrame GroupedData::agg(const std::vector<std::pair<std::string, std::string>>& functions) const {
  std::vector<Column> aggregates;
  for (const auto& [column, function] : functions) aggregates.push_back(Access::Make(FunctionOf(function, column)));
  return agg(aggregates);
}

DataFrame GroupedData::count() const {
  return agg(Access::Make(internal::Function("count", {internal::IntegerLiteral(1)})).alias("count"));
}

DataFrame GroupedData::numeric(std::string function, std::vector<std::string> columns) const {
  // Without names: those come with the action.
  if (columns.empty()) return aggregate({}, std::move(function));
  std::vector<Column> aggregates;
  for (const std::string& column : columns) aggregates.push_back(Access::Make(FunctionOf(function, column)));
  return aggregate(aggregates, {});
}

GroupedData GroupedData::pivot(std::string column, const std::vector<Value>& values) const {
  GroupedData pivoted = *this;
  if (kind_ != Kind::kGroupBy) {
    pivoted.error_ =
        Error::Invalid("UNSUPPORTED_OPERATION", kind_ == Kind::kPivot ? "Repeated PIVOT operation is not supported."
                                                                      : "PIVOT is only supported after group_by().");
    return pivoted;
  }
  pivoted.kind_ = Kind::kPivot;
  pivoted.pivot_column_ = frame_[column];
  for (const Value& value : values) pivoted.pivot_values_.push_back(Access::Make(internal::ConstantOf(value)));
  return pivoted;
}

}  // namespace firesteel::client
