// The plans of this client and of PySpark are the same for the same calls: tests/cpp_client/plans.

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/api/session_queries.h"
#include "client/api/testing/keeping_executor.h"
#include "client/api/testing/plan_case.h"

namespace firesteel::client::testing {

// Made by tools/generate/client_plan_cases.py.
std::vector<PlanCase> ColumnsCases();
std::vector<PlanCase> DataframeCases();
std::vector<PlanCase> FunctionsCases();
std::vector<PlanCase> RequestsCases();

DataFrame SparkCalls::range(int64_t end) const { return range(0, end); }

DataFrame SparkCalls::range(int64_t start, int64_t end, int64_t step, std::optional<int32_t> partitions) const {
  return internal::RangeOf(executor_, start, end, step, partitions);
}

Result<DataFrame> SparkCalls::sql(const std::string& text) const {
  return internal::RunSql(executor_, {text, {}, {}, {}});
}

Result<DataFrame> SparkCalls::sql(const std::string& text, const std::vector<Value>& parameters) const {
  return internal::RunSql(executor_, {text, parameters, {}, {}});
}

Result<DataFrame> SparkCalls::sql(const std::string& text, const std::map<std::string, Value>& parameters) const {
  return internal::RunSql(executor_, {text, {}, parameters, {}});
}

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::TextFormat;

// As tests/cpp_client/plans/recorder.py.
constexpr int64_t kUngivenSeed = int64_t{1} << 62;

template <class Visit>
void Walk(Message& message, const Visit& visit) {
  visit(message);
  const Reflection* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      Walk(*reflection->MutableMessage(&message, field), visit);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      Walk(*reflection->MutableRepeatedMessage(&message, field, i), visit);
    }
  }
}

// Plan ids and numbers of lambda variables become their ranks in the message.
void Normalize(Message& message) {
  std::set<int64_t> ids;
  std::set<int64_t> variables;
  const auto plan_id_of = [](const Message& part) -> const FieldDescriptor* {
    const FieldDescriptor* field = part.GetDescriptor()->FindFieldByName("plan_id");
    return field && (!field->has_presence() || part.GetReflection()->HasField(part, field)) ? field : nullptr;
  };
  const auto number_of = [](const std::string& name) { return std::stoll(name.substr(2)); };
  Walk(message, [&](Message& part) {
    if (const FieldDescriptor* field = plan_id_of(part)) ids.insert(part.GetReflection()->GetInt64(part, field));
    if (auto* variable = dynamic_cast<proto::Expression::UnresolvedNamedLambdaVariable*>(&part)) {
      variables.insert(number_of(variable->name_parts(0)));
    }
  });
  const auto rank = [](const std::set<int64_t>& all, int64_t one) { return std::distance(all.begin(), all.find(one)); };
  Walk(message, [&](Message& part) {
    if (const FieldDescriptor* field = plan_id_of(part)) {
      const int64_t id = part.GetReflection()->GetInt64(part, field);
      part.GetReflection()->SetInt64(&part, field, rank(ids, id));
    }
    if (auto* variable = dynamic_cast<proto::Expression::UnresolvedNamedLambdaVariable*>(&part)) {
      std::string* name = variable->mutable_name_parts(0);
      *name = name->substr(0, 2) + std::to_string(rank(variables, number_of(*name)));
    }
  });
}

std::unique_ptr<Message> MessageOf(const std::string& type) {
  if (type == "Expression") return std::make_unique<proto::Expression>();
  if (type == "AnalyzePlanRequest") return std::make_unique<proto::AnalyzePlanRequest>();
  return std::make_unique<proto::Plan>();
}

// What this client makes of a call, and the type's name; an error's text when it makes nothing.
std::pair<std::string, std::unique_ptr<Message>> Built(const PlanCase& plan_case) {
  auto executor = std::make_shared<KeepingExecutor>();
  executor->schema = Schema({{"a", DataType::integer()},
                             {"b", DataType::long_()},
                             {"c", DataType::double_()},
                             {"s", DataType::string()},
                             {"d", DataType::date()}});
  Calls calls(executor);
  const Outcome outcome = plan_case.call(calls);
  if (outcome.column) {
    auto expression = std::make_unique<proto::Expression>();
    internal::PlanBuilder builder;
    builder.Add(internal::Access::Node(*outcome.column), expression.get());
    const Result<void> built = builder.Finish();
    if (!built) return {built.error().message, nullptr};
    return {"Expression", std::move(expression)};
  }
  if (outcome.frame) {
    Result<proto::Plan> plan = internal::BuildPlan(internal::Access::Plan(*outcome.frame));
    if (!plan) return {plan.error().message, nullptr};
    return {"Plan", std::make_unique<proto::Plan>(*std::move(plan))};
  }
  if (executor->kept_plan) return {"Plan", std::make_unique<proto::Plan>(*executor->kept_plan)};
  if (executor->kept_request) {
    return {"AnalyzePlanRequest", std::make_unique<proto::AnalyzePlanRequest>(*executor->kept_request)};
  }
  return {"nothing was sent", nullptr};
}

// PySpark's messages by call.
std::map<std::string, std::string> Recorded(const std::string& name) {
  std::ifstream file(std::string(FIRESTEEL_PLANS) + "/" + name + ".plans");
  std::map<std::string, std::string> recorded;
  std::string call;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("= ")) {
      call = line.substr(2);
    } else {
      recorded[call] = line;
    }
  }
  return recorded;
}

void Compare(const std::string& name, const std::vector<PlanCase>& cases) {
  internal::FixRandomSeed(kUngivenSeed);
  std::map<std::string, std::string> recorded = Recorded(name);
  ASSERT_FALSE(recorded.empty());
  for (const PlanCase& plan_case : cases) {
    SCOPED_TRACE(plan_case.name);
    const auto found = recorded.find(plan_case.name);
    if (found == recorded.end()) {
      ADD_FAILURE() << "not recorded: run tests/cpp_client/plans/record.py";
      continue;
    }
    const size_t space = found->second.find(' ');
    const std::string type = found->second.substr(0, space);
    const std::unique_ptr<Message> expected = MessageOf(type);
    const bool parsed = TextFormat::ParseFromString(found->second.substr(space), expected.get());
    recorded.erase(found);
    EXPECT_TRUE(parsed);
    auto [built_type, built] = Built(plan_case);
    EXPECT_EQ(built_type, type);
    if (built_type != type) continue;
    Normalize(*built);
    std::string difference;
    google::protobuf::util::MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&difference);
    EXPECT_TRUE(differencer.Compare(*expected, *built)) << "expected → built:\n" << difference;
  }
  for (const auto& [call, message] : recorded) ADD_FAILURE() << "recorded, but not called here: " << call;
}

TEST(PlansTest, ColumnsAreThoseOfPySpark) { Compare("columns", ColumnsCases()); }
TEST(PlansTest, FunctionsAreThoseOfPySpark) { Compare("functions", FunctionsCases()); }
TEST(PlansTest, DataFramesAreThoseOfPySpark) { Compare("dataframe", DataframeCases()); }
TEST(PlansTest, RequestsAreThoseOfPySpark) { Compare("requests", RequestsCases()); }

}  // namespace

}  // namespace firesteel::client::testing
