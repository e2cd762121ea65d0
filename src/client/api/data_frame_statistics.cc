// Missing values, statistics, observed metrics.

#include <utility>

#include "client/api/frames.h"
#include "client/api/observations.h"
#include "firesteel/dataframe.h"
#include "firesteel/dataframe_functions.h"

namespace firesteel::client {

using internal::Access;
using internal::Broken;
using internal::Chain;
using internal::ExpressionPtr;
using internal::PlanBuilder;
using internal::RelationNode;

namespace {

// As PySpark writes values to fill: integers are BIGINT, numbers DOUBLE. False for other types.
bool WriteFillValue(const Value& value, proto::Expression::Literal* out) {
  if (const bool* flag = value.get_if<bool>()) {
    out->set_boolean(*flag);
  } else if (const std::string* text = value.get_if<std::string>()) {
    out->set_string(*text);
  } else if (const std::optional<int64_t> integer = value.integer()) {
    out->set_long_(*integer);
  } else if (value.get_if<double>() || value.get_if<float>()) {
    out->set_double_(*value.number());
  } else {
    return false;
  }
  return true;
}

// As PySpark writes values to replace: all numbers are DOUBLE.
Value Replaceable(const Value& value) {
  const std::optional<int64_t> integer = value.integer();
  return integer ? Value(static_cast<double>(*integer)) : value;
}

DataFrame Filled(const DataFrame& frame, std::vector<std::string> columns, std::vector<Value> values) {
  return Chain(frame, [columns = std::move(columns), values = std::move(values)](
                          const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::NAFill* fill = out->mutable_fill_na();
    builder.Add(self.inputs[0], fill->mutable_input());
    for (const std::string& column : columns) fill->add_cols(column);
    for (const Value& value : values) {
      if (!WriteFillValue(value, fill->add_values())) {
        return builder.Fail(Error::Invalid("fillna() takes truth values, numbers and texts."));
      }
    }
  });
}

DataFrame Observed(const DataFrame& frame, std::string name, const std::vector<Column>& metrics,
                   std::shared_ptr<const Observation> observation) {
  if (metrics.empty()) return Broken(frame, Error::Invalid("CANNOT_BE_EMPTY", "observe() needs a metric."));
  const ExecutorPtr& executor = Access::ExecutorOf(frame);
  auto node = internal::MakeRelation(
      executor, {Access::Plan(frame)}, Access::Nodes(metrics),
      [name = std::move(name)](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
        proto::CollectMetrics* collect = out->mutable_collect_metrics();
        builder.Add(self.inputs[0], collect->mutable_input());
        collect->set_name(name);
        builder.AddAll(self.expressions, collect->mutable_metrics());
      });
  node->observation = std::move(observation);
  return Access::Make(executor, std::move(node));
}

}  // namespace

DataFrameNaFunctions DataFrame::na() const { return DataFrameNaFunctions(*this); }
DataFrameStatFunctions DataFrame::stat() const { return DataFrameStatFunctions(*this); }

DataFrame DataFrame::filled(const Value& value, const std::vector<std::string>& columns) const {
  return Filled(*this, columns, {value});
}

DataFrame DataFrame::fillna(const std::vector<std::pair<std::string, Value>>& values) const {
  if (values.empty()) return Broken(*this, Error::Invalid("CANNOT_BE_EMPTY", "fillna() needs a value."));
  std::vector<std::string> columns;
  std::vector<Value> fills;
  for (const auto& [column, value] : values) {
    columns.push_back(column);
    fills.push_back(value);
  }
  return Filled(*this, std::move(columns), std::move(fills));
}

DataFrame DataFrame::dropna(std::string_view how, std::optional<int32_t> threshold,
                            const std::vector<std::string>& columns) const {
  if (how != "any" && how != "all") {
    return Broken(*this, Error::Invalid("VALUE_NOT_ALLOWED", "dropna() is how 'any' or 'all'."));
  }
  std::optional<int32_t> min_non_nulls = threshold;
  if (!min_non_nulls && how == "all") min_non_nulls = 1;
  return Chain(*this, [columns, min_non_nulls](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::NADrop* drop = out->mutable_drop_na();
    builder.Add(self.inputs[0], drop->mutable_input());
    for (const std::string& column : columns) drop->add_cols(column);
    if (min_non_nulls) drop->set_min_non_nulls(*min_non_nulls);
  });
}

DataFrame DataFrame::replace(const std::vector<std::pair<Value, Value>>& replacements,
                             const std::vector<std::string>& columns) const {
  std::vector<ExpressionPtr> literals;
  for (const auto& [old_value, new_value] : replacements) {
    literals.push_back(internal::ConstantOf(Replaceable(old_value)));
    literals.push_back(internal::ConstantOf(Replaceable(new_value)));
  }
  return Chain(*this, std::move(literals),
               [columns](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                 proto::NAReplace* replace = out->mutable_replace();
                 builder.Add(self.inputs[0], replace->mutable_input());
                 for (const std::string& column : columns) replace->add_cols(column);
                 for (size_t i = 0; i + 1 < self.expressions.size(); i += 2) {
                   auto* replacement = replace->add_replacements();
                   builder.AddLiteral(self.expressions[i], replacement->mutable_old_value());
                   builder.AddLiteral(self.expressions[i + 1], replacement->mutable_new_value());
                 }
               });
}

DataFrame DataFrame::summary(const std::vector<std::string>& statistics) const {
  return Chain(*this, [statistics](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_summary()->mutable_input());
    for (const std::string& statistic : statistics) out->mutable_summary()->add_statistics(statistic);
  });
}

DataFrame DataFrame::describe(const std::vector<std::string>& columns) const {
  return Chain(*this, [columns](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_describe()->mutable_input());
    for (const std::string& column : columns) out->mutable_describe()->add_cols(column);
  });
}

DataFrame DataFrame::crosstab(std::string column1, std::string column2) const {
  return Chain(*this, [column1 = std::move(column1), column2 = std::move(column2)](
                          const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_crosstab()->mutable_input());
    out->mutable_crosstab()->set_col1(column1);
    out->mutable_crosstab()->set_col2(column2);
  });
}

DataFrame DataFrame::freq_items(const std::vector<std::string>& columns, double support) const {
  return Chain(*this, [columns, support](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_freq_items()->mutable_input());
    for (const std::string& column : columns) out->mutable_freq_items()->add_cols(column);
    out->mutable_freq_items()->set_support(support);
  });
}

DataFrame DataFrame::sample_by(const ColumnOrName& column, const std::vector<std::pair<Value, double>>& fractions,
                               std::optional<int64_t> seed) const {
  std::vector<ExpressionPtr> expressions = {Access::Node(column)};
  std::vector<double> parts;
  for (const auto& [stratum, fraction] : fractions) {
    expressions.push_back(internal::ConstantOf(stratum));
    parts.push_back(fraction);
  }
  return Chain(*this, std::move(expressions),
               [parts = std::move(parts), seed = seed ? *seed : internal::RandomSeed()](
                   const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
                 proto::StatSampleBy* sample = out->mutable_sample_by();
                 builder.Add(self.inputs[0], sample->mutable_input());
                 builder.Add(self.expressions[0], sample->mutable_col());
                 for (size_t i = 0; i < parts.size(); ++i) {
                   auto* fraction = sample->add_fractions();
                   builder.AddLiteral(self.expressions[i + 1], fraction->mutable_stratum());
                   fraction->set_fraction(parts[i]);
                 }
                 sample->set_seed(seed);
               });
}

Result<double> DataFrame::cov(std::string column1, std::string column2) const {
  return internal::OnlyDouble(Chain(*this, [column1 = std::move(column1), column2 = std::move(column2)](
                                               const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    builder.Add(self.inputs[0], out->mutable_cov()->mutable_input());
    out->mutable_cov()->set_col1(column1);
    out->mutable_cov()->set_col2(column2);
  }));
}

Result<double> DataFrame::corr(std::string column1, std::string column2, std::string method) const {
  if (method != "pearson") return Error::Invalid("VALUE_NOT_ALLOWED", "corr() knows the method 'pearson'.");
  return internal::OnlyDouble(
      Chain(*this, [column1 = std::move(column1), column2 = std::move(column2), method = std::move(method)](
                       const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
        builder.Add(self.inputs[0], out->mutable_corr()->mutable_input());
        out->mutable_corr()->set_col1(column1);
        out->mutable_corr()->set_col2(column2);
        out->mutable_corr()->set_method(method);
      }));
}

Result<std::vector<double>> DataFrame::approx_quantile(std::string column, const std::vector<double>& probabilities,
                                                       double relative_error) const {
  Result<std::vector<std::vector<double>>> all =
      approx_quantile(std::vector<std::string>{std::move(column)}, probabilities, relative_error);
  if (!all) return all.error();
  return all->empty() ? std::vector<double>() : std::move(all->front());
}

Result<std::vector<std::vector<double>>> DataFrame::approx_quantile(const std::vector<std::string>& columns,
                                                                    const std::vector<double>& probabilities,
                                                                    double relative_error) const {
  for (const double probability : probabilities) {
    if (!(probability >= 0 && probability <= 1)) return Error::Invalid("A probability is between 0 and 1.");
  }
  if (!(relative_error >= 0)) return Error::Invalid("NEGATIVE_VALUE", "The relative error must not be negative.");
  const DataFrame quantiles = Chain(*this, [=](const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
    proto::StatApproxQuantile* approx = out->mutable_approx_quantile();
    builder.Add(self.inputs[0], approx->mutable_input());
    for (const std::string& column : columns) approx->add_cols(column);
    for (const double probability : probabilities) approx->add_probabilities(probability);
    approx->set_relative_error(relative_error);
  });
  Result<Value> value = internal::OnlyValue(quantiles);
  if (!value) return value.error();
  std::vector<std::vector<double>> out;
  const Array* outer = value->get_if<Array>();
  if (!outer) return internal::UnexpectedResult("approx_quantile");
  for (const Value& item : *outer) {
    const Array* inner = item.get_if<Array>();
    if (!inner) return internal::UnexpectedResult("approx_quantile");
    out.emplace_back();
    for (const Value& number : *inner) {
      const std::optional<double> quantile = number.number();
      if (!quantile) return internal::UnexpectedResult("approx_quantile");
      out.back().push_back(*quantile);
    }
  }
  return out;
}

DataFrame DataFrame::observe(std::string name, const std::vector<Column>& metrics) const {
  return Observed(*this, std::move(name), metrics, nullptr);
}

DataFrame DataFrame::observe(const Observation& observation, const std::vector<Column>& metrics) const {
  if (!internal::ObservationAccess::Begin(observation)) {
    return Broken(*this, Error::Invalid("REUSE_OBSERVATION", "An Observation is for one DataFrame."));
  }
  return Observed(*this, observation.name(), metrics, std::make_shared<const Observation>(observation));
}

}  // namespace firesteel::client
