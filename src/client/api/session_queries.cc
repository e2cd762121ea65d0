// What a session makes of plans: queries, the reader, the catalog, registrations.

#include <utility>

#include "client/api/execution.h"
#include "client/api/frames.h"
#include "client/api/session_queries.h"
#include "client/plan/literal.h"
#include "client/types/type_proto.h"
#include "firesteel/catalog.h"
#include "firesteel/reader.h"
#include "firesteel/session.h"
#include "firesteel/table_valued_functions.h"
#include "firesteel/udf.h"

namespace firesteel::client {

using internal::Access;
using internal::MakeRelation;
using internal::PlanBuilder;
using internal::RelationNode;

namespace internal {

DataFrame RangeOf(const ExecutorPtr& executor, int64_t start, int64_t end, int64_t step,
                  std::optional<int32_t> partitions) {
  return Access::Make(executor,
                      MakeRelation(executor, {}, {}, [=](const RelationNode&, proto::Relation* out, PlanBuilder&) {
                        proto::Range* range = out->mutable_range();
                        range->set_start(start);
                        range->set_end(end);
                        range->set_step(step);
                        if (partitions) range->set_num_partitions(*partitions);
                      }));
}

Result<DataFrame> RunSql(const ExecutorPtr& executor, const SqlText& sql) {
  std::vector<ExpressionPtr> arguments;
  std::vector<std::string> names;
  for (const Value& value : sql.positional) arguments.push_back(ParameterOf(value));
  for (const auto& [name, value] : sql.named) {
    names.push_back(name);
    arguments.push_back(ParameterOf(value));
  }
  std::vector<RelationPtr> views;
  for (const auto& [name, frame] : sql.views) views.push_back(Access::Plan(frame.alias(name)));
  const RelationPtr plan = MakeRelation(
      executor, {}, std::move(arguments),
      [text = sql.text, positional = sql.positional.size(), names = std::move(names)](
          const RelationNode& self, proto::Relation* out, PlanBuilder& builder) {
        proto::SQL* query = out->mutable_sql();
        query->set_query(text);
        for (size_t i = 0; i < positional; ++i) builder.Add(self.expressions[i], query->add_pos_arguments());
        // Entries of a map may move while more are added: all are made first.
        for (const std::string& name : names) (*query->mutable_named_arguments())[name];
        for (size_t i = 0; i < names.size(); ++i) {
          builder.Add(self.expressions[positional + i], &(*query->mutable_named_arguments())[names[i]]);
        }
      },
      std::move(views));
  Result<std::vector<proto::ExecutePlanResponse>> responses =
      RunCommand(executor, plan, [&plan](proto::Command* command, PlanBuilder& builder) {
        builder.Add(plan, command->mutable_sql_command()->mutable_input());
      });
  if (!responses) return responses.error();
  for (proto::ExecutePlanResponse& response : *responses) {
    if (response.has_sql_command_result()) {
      return OfServerRelation(executor, std::move(*response.mutable_sql_command_result()->mutable_relation()));
    }
  }
  return Access::Make(executor, plan);
}

}  // namespace internal

Result<DataFrame> Session::sql(std::string_view text) const {
  return internal::RunSql(executor(), {std::string(text), {}, {}, {}});
}

Result<DataFrame> Session::sql(std::string_view text, const std::vector<Value>& parameters) const {
  return internal::RunSql(executor(), {std::string(text), parameters, {}, {}});
}

Result<DataFrame> Session::sql(std::string_view text, const std::map<std::string, Value>& parameters) const {
  return internal::RunSql(executor(), {std::string(text), {}, parameters, {}});
}

Result<DataFrame> Session::sql_with_views(std::string_view text,
                                          const std::vector<std::pair<std::string, DataFrame>>& views,
                                          const std::vector<Value>& parameters) const {
  return internal::RunSql(executor(), {std::string(text), parameters, {}, views});
}

DataFrame Session::table(std::string_view name) const { return read().table(std::string(name)); }
DataFrame Session::range(int64_t end) const { return range(0, end); }

DataFrame Session::range(int64_t start, int64_t end, int64_t step, std::optional<int32_t> partitions) const {
  return internal::RangeOf(executor(), start, end, step, partitions);
}

DataFrameReader Session::read() const { return DataFrameReader(executor()); }
Catalog Session::catalog() const { return Catalog(executor()); }
UdfRegistration Session::udf() const { return UdfRegistration(executor()); }
TableValuedFunctions Session::tvf() const { return TableValuedFunctions(executor()); }

DataFrame TableValuedFunctions::range(int64_t end) const { return range(0, end); }

DataFrame TableValuedFunctions::range(int64_t start, int64_t end, int64_t step,
                                      std::optional<int32_t> partitions) const {
  return internal::RangeOf(executor_, start, end, step, partitions);
}

DataFrame TableValuedFunctions::call(std::string_view name, const std::vector<Column>& arguments) const {
  return Access::Make(executor_, MakeRelation(executor_, {}, Access::Nodes(arguments),
                                              [name = std::string(name)](const RelationNode& self, proto::Relation* out,
                                                                         PlanBuilder& builder) {
                                                auto* function = out->mutable_unresolved_table_valued_function();
                                                function->set_function_name(name);
                                                builder.AddAll(self.expressions, function->mutable_arguments());
                                              }));
}

Result<void> UdfRegistration::register_java_function(std::string name, std::string class_name,
                                                     const std::optional<DataType>& return_type) const {
  Result<std::vector<proto::ExecutePlanResponse>> done =
      internal::RunCommand(executor_, nullptr, [&](proto::Command* command, PlanBuilder&) {
        auto* function = command->mutable_register_function();
        function->set_function_name(name);
        function->mutable_java_udf()->set_class_name(class_name);
        if (return_type) ToProto(*return_type, function->mutable_java_udf()->mutable_output_type());
      });
  if (!done) return done.error();
  return {};
}

Result<void> UdfRegistration::register_java_udaf(std::string name, std::string class_name) const {
  Result<std::vector<proto::ExecutePlanResponse>> done =
      internal::RunCommand(executor_, nullptr, [&](proto::Command* command, PlanBuilder&) {
        auto* function = command->mutable_register_function();
        function->set_function_name(name);
        function->mutable_java_udf()->set_class_name(class_name);
        function->mutable_java_udf()->set_aggregate(true);
      });
  if (!done) return done.error();
  return {};
}

}  // namespace firesteel::client
