// Transformations of columns and rows.

#include <utility>

#include "client/api/frames.h"
#include "client/types/type_proto.h"
#include "firesteel/dataframe.h"
#include "firesteel/grouped_data.h"

namespace firesteel::client {

using internal::Access;
using internal::Broken;
using internal::Chain;
using internal::ExpressionKind;
using internal::ExpressionNode;
using internal::ExpressionPtr;
using internal::PlanBuilder;
using internal::RelationNode;

namespace {

DataFrame Project(const DataFrame& frame, std::vector<ExpressionPtr> expressions) {
  return Chain(frame, std::move(expressions), [](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_project()->mutable_input());
    builder.AddAll(self.expressions, out->mutable_project()->mutable_expressions());
  });
}

ExpressionPtr SqlText(std::string_view text) {
  return std::make_shared<ExpressionNode>(ExpressionKind::kSqlText, std::string(text));
}

DataFrame WithColumns(const DataFrame& frame, std::vector<std::string> names, std::vector<ExpressionPtr> columns,
                      std::optional<std::string> metadata = {}) {
  if (names.empty()) return Broken(frame, Error::Invalid("with_columns() needs a column."));
  return Chain(frame, std::move(columns),
               [names = std::move(names), metadata = std::move(metadata)](const RelationNode& self,
                                                                          proto::Relation* out, PlanBuilder& builder) {
                 proto::WithColumns* with = out->mutable_with_columns();
                 builder.Add(self.inputs[0], with->mutable_input());
                 for (size_t i = 0; i < names.size(); ++i) {
                   proto::Expression::Alias* alias = with->add_aliases();
                   alias->add_name(names[i]);
                   if (metadata) alias->set_metadata(*metadata);
                   builder.Add(self.expressions[i], alias->mutable_expr());
                 }
               });
}

DataFrame Sorted(const DataFrame& frame, const std::vector<ColumnOrOrdinal>& columns, bool global) {
  std::vector<ExpressionPtr> orders;
  for (const ColumnOrOrdinal& column : columns) orders.push_back(internal::SortOrder(frame, column));
  return Chain(frame, std::move(orders),
               [global](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                 proto::Sort* sort = out->mutable_sort();
                 builder.Add(self.inputs[0], sort->mutable_input());
                 for (const ExpressionPtr& order : self.expressions) builder.AddSortOrder(order, sort->add_order());
                 sort->set_is_global(global);
               });
}

DataFrame Deduplicated(const DataFrame& frame, std::optional<std::vector<std::string>> columns, bool within_watermark) {
  return Chain(frame, [columns = std::move(columns), within_watermark](const RelationNode& self, proto::Relation* out,
                                                                       PlanBuilder& builder) {
    proto::Deduplicate* deduplicate = out->mutable_deduplicate();
    builder.Add(self.inputs[0], deduplicate->mutable_input());
    deduplicate->set_all_columns_as_keys(!columns);
    deduplicate->set_within_watermark(within_watermark);
    if (!columns) return;
    for (const std::string& column : *columns) deduplicate->add_column_names(column);
  });
}

DataFrame Sampled(const DataFrame& frame, double lower, double upper, bool with_replacement, int64_t seed,
                  bool deterministic_order) {
  return Chain(frame, [=](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::Sample* sample = out->mutable_sample();
    builder.Add(self.inputs[0], sample->mutable_input());
    sample->set_lower_bound(lower);
    sample->set_upper_bound(upper);
    sample->set_with_replacement(with_replacement);
    sample->set_seed(seed);
    sample->set_deterministic_order(deterministic_order);
  });
}

}  // namespace

DataFrame DataFrame::select(const std::vector<ColumnOrName>& columns) const {
  return Project(*this, Access::Nodes(columns));
}

DataFrame DataFrame::select_expr(const std::vector<std::string>& expressions) const {
  std::vector<ExpressionPtr> nodes;
  for (const std::string& text : expressions) nodes.push_back(SqlText(text));
  return Project(*this, std::move(nodes));
}

DataFrame DataFrame::with_column(std::string name, const Column& column) const {
  return WithColumns(*this, {std::move(name)}, {Access::Node(column)});
}

DataFrame DataFrame::with_columns(const std::vector<std::pair<std::string, Column>>& columns) const {
  std::vector<std::string> names;
  std::vector<ExpressionPtr> nodes;
  for (const auto& [name, column] : columns) {
    names.push_back(name);
    nodes.push_back(Access::Node(column));
  }
  return WithColumns(*this, std::move(names), std::move(nodes));
}

DataFrame DataFrame::with_column_renamed(std::string existing, std::string name) const {
  return with_columns_renamed({{std::move(existing), std::move(name)}});
}

DataFrame DataFrame::with_columns_renamed(const std::vector<std::pair<std::string, std::string>>& names) const {
  return Chain(*this, [names](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::WithColumnsRenamed* renamed = out->mutable_with_columns_renamed();
    builder.Add(self.inputs[0], renamed->mutable_input());
    for (const auto& [existing, name] : names) {
      auto* rename = renamed->add_renames();
      rename->set_col_name(existing);
      rename->set_new_col_name(name);
    }
  });
}

DataFrame DataFrame::with_metadata(std::string column, std::string metadata_json) const {
  ExpressionPtr node = Access::Node((*this)[column]);
  return WithColumns(*this, {std::move(column)}, {std::move(node)}, std::move(metadata_json));
}

DataFrame DataFrame::drop(const std::vector<ColumnOrName>& columns) const {
  // Names may be absent, columns may not: the message keeps them apart.
  std::vector<std::string> names;
  std::vector<ExpressionPtr> expressions;
  for (const ColumnOrName& column : columns) {
    if (column.name()) {
      names.push_back(*column.name());
    } else {
      expressions.push_back(Access::Node(column));
    }
  }
  return Chain(*this, std::move(expressions),
               [names = std::move(names)](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                 builder.Add(self.inputs[0], out->mutable_drop()->mutable_input());
                 builder.AddAll(self.expressions, out->mutable_drop()->mutable_columns());
                 for (const std::string& name : names) out->mutable_drop()->add_column_names(name);
               });
}

DataFrame DataFrame::to_df(const std::vector<std::string>& names) const {
  return Chain(*this, [names](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_to_df()->mutable_input());
    for (const std::string& name : names) out->mutable_to_df()->add_column_names(name);
  });
}

DataFrame DataFrame::to(const Schema& schema) const {
  return Chain(*this, [schema](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_to_schema()->mutable_input());
    ToProto(schema, out->mutable_to_schema()->mutable_schema());
  });
}

DataFrame DataFrame::to_json() const {
  ExpressionPtr row = internal::Function("struct", {internal::Attribute("*")});
  const Column text = Access::Make(internal::Function("to_json", {std::move(row)}));
  return select(text.alias("value"));
}

DataFrame DataFrame::zip_with_index(std::string index_column) const {
  const Column index = Access::Make(internal::Function("distributed_sequence_id", {}));
  return select("*", index.alias(std::move(index_column)));
}

Column DataFrame::column(std::string_view name) const {
  const bool all = name == "*";
  auto node = std::make_shared<ExpressionNode>(all ? ExpressionKind::kStar : ExpressionKind::kAttribute,
                                               all ? std::string() : std::string(name));
  node->plan_id = plan_->plan_id();
  return Access::Make(node);
}

Column DataFrame::column_at(int64_t index) const {
  if (index >= 0) return Access::Make(internal::OrdinalOf(plan_, index + 1));
  return Access::Make(internal::InvalidExpression(
      Error::Invalid("There is no column " + std::to_string(index) + ": places are counted from 0.")));
}

Column DataFrame::metadata_column(std::string_view name) const {
  auto node = std::make_shared<ExpressionNode>(ExpressionKind::kAttribute, std::string(name));
  node->plan_id = plan_->plan_id();
  node->metadata_column = true;
  return Access::Make(node);
}

Column DataFrame::col_regex(std::string_view pattern) const {
  auto node = std::make_shared<ExpressionNode>(ExpressionKind::kRegex, std::string(pattern));
  node->plan_id = plan_->plan_id();
  return Access::Make(node);
}

DataFrame DataFrame::filter(const Column& condition) const {
  return Chain(*this, {Access::Node(condition)},
               [](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                 builder.Add(self.inputs[0], out->mutable_filter()->mutable_input());
                 builder.Add(self.expressions[0], out->mutable_filter()->mutable_condition());
               });
}

DataFrame DataFrame::filter(std::string_view condition) const { return filter(Access::Make(SqlText(condition))); }

DataFrame DataFrame::limit(int32_t rows) const {
  return Chain(*this, [rows](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_limit()->mutable_input());
    out->mutable_limit()->set_limit(rows);
  });
}

DataFrame DataFrame::offset(int32_t rows) const {
  return Chain(*this, [rows](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_offset()->mutable_input());
    out->mutable_offset()->set_offset(rows);
  });
}

DataFrame DataFrame::sort(const std::vector<ColumnOrOrdinal>& columns) const { return Sorted(*this, columns, true); }

DataFrame DataFrame::sort_within_partitions(const std::vector<ColumnOrOrdinal>& columns) const {
  return Sorted(*this, columns, false);
}

DataFrame DataFrame::drop_duplicates() const { return Deduplicated(*this, std::nullopt, false); }

DataFrame DataFrame::drop_duplicates(const std::vector<std::string>& columns) const {
  return Deduplicated(*this, columns, false);
}

DataFrame DataFrame::drop_duplicates_within_watermark() const { return Deduplicated(*this, std::nullopt, true); }

DataFrame DataFrame::drop_duplicates_within_watermark(const std::vector<std::string>& columns) const {
  return Deduplicated(*this, columns, true);
}

DataFrame DataFrame::with_watermark(std::string event_time, std::string delay) const {
  return Chain(*this, [event_time = std::move(event_time), delay = std::move(delay)](
                          const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::WithWatermark* watermark = out->mutable_with_watermark();
    builder.Add(self.inputs[0], watermark->mutable_input());
    watermark->set_event_time(event_time);
    watermark->set_delay_threshold(delay);
  });
}

DataFrame DataFrame::sampled(bool with_replacement, double fraction, std::optional<int64_t> seed) const {
  return Sampled(*this, 0.0, fraction, with_replacement, seed ? *seed : internal::RandomSeed(), false);
}

std::vector<DataFrame> DataFrame::random_split(const std::vector<double>& weights, std::optional<int64_t> seed) const {
  double total = 0;
  bool negative = false;
  for (const double weight : weights) {
    total += weight;
    negative = negative || weight < 0;
  }
  const int64_t used_seed = seed ? *seed : internal::RandomSeed();
  std::vector<DataFrame> splits;
  double lower = 0;
  for (const double weight : weights) {
    if (negative || !(total > 0)) {
      splits.push_back(Broken(*this, Error::Invalid("Weights of random_split() must not be negative, and not all 0.")));
      continue;
    }
    const double upper = lower + weight / total;
    splits.push_back(Sampled(*this, lower, upper, false, used_seed, true));
    lower = upper;
  }
  return splits;
}

DataFrame DataFrame::coalesce(int32_t partitions) const {
  if (partitions <= 0) {
    return Broken(*this, Error::Invalid("VALUE_NOT_POSITIVE", "The number of partitions must be positive."));
  }
  return Chain(*this, [partitions](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_repartition()->mutable_input());
    out->mutable_repartition()->set_shuffle(false);
    out->mutable_repartition()->set_num_partitions(partitions);
  });
}

DataFrame DataFrame::repartition(int32_t partitions) const {
  if (partitions <= 0) {
    return Broken(*this, Error::Invalid("VALUE_NOT_POSITIVE", "The number of partitions must be positive."));
  }
  return Chain(*this, [partitions](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_repartition()->mutable_input());
    out->mutable_repartition()->set_shuffle(true);
    out->mutable_repartition()->set_num_partitions(partitions);
  });
}

namespace {

DataFrame RepartitionedBy(const DataFrame& frame, std::optional<int32_t> partitions, std::vector<ExpressionPtr> keys) {
  if (partitions && *partitions <= 0) {
    return Broken(frame, Error::Invalid("VALUE_NOT_POSITIVE", "The number of partitions must be positive."));
  }
  return Chain(frame, std::move(keys),
               [partitions](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                 auto* by_expression = out->mutable_repartition_by_expression();
                 builder.Add(self.inputs[0], by_expression->mutable_input());
                 builder.AddAll(self.expressions, by_expression->mutable_partition_exprs());
                 if (partitions) by_expression->set_num_partitions(*partitions);
               });
}

}  // namespace

DataFrame DataFrame::repartition(std::optional<int32_t> partitions, const std::vector<ColumnOrName>& columns) const {
  if (partitions && columns.empty()) return repartition(*partitions);
  return RepartitionedBy(*this, partitions, Access::Nodes(columns));
}

DataFrame DataFrame::repartition_by_range(std::optional<int32_t> partitions,
                                          const std::vector<ColumnOrName>& columns) const {
  if (columns.empty()) return Broken(*this, Error::Invalid("repartition_by_range() needs a column."));
  return RepartitionedBy(*this, partitions, internal::SortOrders(columns));
}

DataFrame DataFrame::repartition_by_id(int32_t partitions, const ColumnOrName& partition) const {
  return RepartitionedBy(*this, partitions,
                         {std::make_shared<ExpressionNode>(ExpressionKind::kPartitionId, std::string(),
                                                           std::vector<ExpressionPtr>{Access::Node(partition)})});
}

DataFrame DataFrame::hint(std::string name, const std::vector<ColumnOrValue>& parameters) const {
  return Chain(*this, Access::Nodes(parameters),
               [name = std::move(name)](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                 builder.Add(self.inputs[0], out->mutable_hint()->mutable_input());
                 out->mutable_hint()->set_name(name);
                 builder.AddAll(self.expressions, out->mutable_hint()->mutable_parameters());
               });
}

DataFrame DataFrame::alias(std::string name) const {
  return Chain(*this, [name = std::move(name)](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_subquery_alias()->mutable_input());
    out->mutable_subquery_alias()->set_alias(name);
  });
}

DataFrame DataFrame::unpivot(const std::vector<ColumnOrName>& ids,
                             const std::optional<std::vector<ColumnOrName>>& values, std::string variable_column,
                             std::string value_column) const {
  std::vector<ExpressionPtr> expressions = Access::Nodes(ids);
  const size_t id_count = expressions.size();
  if (values) {
    for (const ColumnOrName& value : *values) expressions.push_back(Access::Node(value));
  }
  const bool has_values = values.has_value();
  return Chain(
      *this, std::move(expressions),
      [id_count, has_values, variable_column = std::move(variable_column), value_column = std::move(value_column)](
          const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
        proto::Unpivot* unpivot = out->mutable_unpivot();
        builder.Add(self.inputs[0], unpivot->mutable_input());
        // Present without an element, too: no value columns are not the same as all other columns. PySpark
        // leaves the message out then.
        for (size_t i = 0; i < self.expressions.size(); ++i) {
          builder.Add(self.expressions[i], i < id_count ? unpivot->add_ids() : unpivot->mutable_values()->add_values());
        }
        if (has_values && self.expressions.size() == id_count) unpivot->mutable_values();
        unpivot->set_variable_column_name(variable_column);
        unpivot->set_value_column_name(value_column);
      });
}

DataFrame DataFrame::transpose(const std::optional<ColumnOrName>& index_column) const {
  std::vector<ExpressionPtr> expressions;
  if (index_column) expressions.push_back(Access::Node(*index_column));
  return Chain(*this, std::move(expressions), [](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_transpose()->mutable_input());
    builder.AddAll(self.expressions, out->mutable_transpose()->mutable_index_columns());
  });
}

}  // namespace firesteel::client
