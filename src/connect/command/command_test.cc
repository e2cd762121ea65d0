#include <zstd.h>

#include "connect/command/sql_command.h"
#include "connect/compressed_plan.h"
#include "connect/decoder.h"
#include "connect/decoding_fixture.h"
#include "spark/connect/base.pb.h"

namespace firesteel::connect {
namespace {

namespace proto = ::spark::connect;

class CommandTest : public DecodingTest {
 protected:
  plan::Command Decode(const std::string& text) { return DecodeCommand(FromText<proto::Command>(text), context_); }
  std::string Refusal(const std::string& text) {
    return ConditionOf([&] { Decode(text); });
  }
};

std::string Compress(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

TEST_F(CommandTest, SqlCommands) {
  EXPECT_EQ(Decode("sql_command { sql: 'select 1' }").As<plan::SqlCommand>()->query.text, "select 1");
  EXPECT_EQ(Decode("sql_command { input { sql { query: 'select 2' } } }").As<plan::SqlCommand>()->query.text,
            "select 2");
  EXPECT_NE(Decode("sql_command { input { with_relations { root { sql { query: 'x' } } } } }").As<plan::Query>(),
            nullptr);
  EXPECT_EQ(Refusal("sql_command { input { range { end: 1 step: 1 } } }"),
            "CONNECT_INVALID_PLAN.SQL_COMMAND_EXPECTS_SQL_OR_WITH_RELATIONS");
  proto::Relation relation;
  SqlCommandRelation(FromText<proto::SqlCommand>("sql: 'select 1' pos_args { integer: 1 }"), &relation);
  EXPECT_EQ(relation.ShortDebugString(), "sql { query: \"select 1\" pos_args { integer: 1 } }");
}

TEST_F(CommandTest, Views) {
  auto command = Decode(
      "create_dataframe_view { input { range { end: 1 step: 1 } } name: 'v' is_global: true "
      "replace: true }");
  const auto* view = command.As<plan::CreateView>();
  EXPECT_EQ(view->name, (std::vector<std::string>{"v"}));
  EXPECT_TRUE(view->is_global && view->replace && view->is_temporary);
}

TEST_F(CommandTest, Writes) {
  auto command = Decode(
      "write_operation { input { range { end: 1 step: 1 } } source: 'csv' path: '/p' mode: SAVE_MODE_APPEND "
      "partitioning_columns: 'a' sort_column_names: 's' bucket_by { bucket_column_names: 'b' num_buckets: 3 } "
      "clustering_columns: 'c' options { key: 'header' value: 'true' } }");
  const auto* write = command.As<plan::WriteOperation>();
  EXPECT_EQ(*write->source, "csv");
  EXPECT_EQ(*write->path, "/p");
  EXPECT_FALSE(write->table);
  EXPECT_EQ(write->mode, plan::WriteOperation::Mode::kAppend);
  EXPECT_EQ(write->bucket_by->count, 3);
  EXPECT_EQ(write->options, (plan::Options{{"header", "true"}}));
  command = Decode(
      "write_operation { input { range { end: 1 step: 1 } } "
      "table { table_name: 't' save_method: TABLE_SAVE_METHOD_INSERT_INTO } }");
  write = command.As<plan::WriteOperation>();
  EXPECT_EQ(write->table->name, std::vector<std::string>{"t"});
  EXPECT_EQ(write->table->method, plan::WriteOperation::Table::Method::kInsertInto);
  EXPECT_EQ(write->mode, plan::WriteOperation::Mode::kUnspecified);
  EXPECT_EQ(Refusal("write_operation { input { range { end: 1 step: 1 } } bucket_by { num_buckets: 0 } }"),
            "CONNECT_INVALID_PLAN.ASSERTION_FAILURE");
  EXPECT_EQ(Refusal("write_operation { input { range { end: 1 step: 1 } } table { table_name: 't' } }"),
            "CONNECT_INVALID_PLAN.INVALID_ENUM");
  command = Decode(
      "write_operation_v2 { input { range { end: 1 step: 1 } } table_name: 't' provider: 'parquet' "
      "mode: MODE_CREATE_OR_REPLACE table_properties { key: 'k' value: 'v' } }");
  const auto* v2 = command.As<plan::WriteOperationV2>();
  EXPECT_EQ(v2->mode, plan::WriteOperationV2::Mode::kCreateOrReplace);
  EXPECT_EQ(*v2->provider, "parquet");
  EXPECT_EQ(Refusal("write_operation_v2 { input { range { end: 1 step: 1 } } table_name: 't' }"),
            "CONNECT_INVALID_PLAN.INVALID_ENUM");
}

TEST_F(CommandTest, KnownButMissingOnesHaveNames) {
  EXPECT_EQ(Decode("get_resources_command {}").As<plan::UnsupportedCommand>()->what, "SparkSession.resources");
  EXPECT_EQ(Refusal(""), "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
}

TEST_F(CommandTest, PlansOfEveryForm) {
  const auto root = FromText<proto::Plan>("root { range { end: 1 step: 1 } }");
  EXPECT_TRUE(std::holds_alternative<plan::RelationPtr>(DecodePlan(root, context_)));
  EXPECT_EQ(ConditionOf([&] { DecodePlan(proto::Plan(), context_); }),
            "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
  proto::Plan compressed;
  auto* operation = compressed.mutable_compressed_operation();
  operation->set_data(Compress(root.root().SerializeAsString()));
  operation->set_op_type(proto::Plan::CompressedOperation::OP_TYPE_RELATION);
  EXPECT_EQ(ConditionOf([&] { DecodePlan(compressed, context_); }), "CONNECT_INVALID_PLAN.INVALID_ENUM");
  operation->set_compression_codec(proto::COMPRESSION_CODEC_ZSTD);
  EXPECT_NE(DecodeQuery(compressed, context_)->As<plan::Range>(), nullptr);
  operation->set_data("zz");
  EXPECT_EQ(ConditionOf([&] { DecodePlan(compressed, context_); }), "CONNECT_INVALID_PLAN.CANNOT_PARSE");
}

TEST_F(CommandTest, CompressedSqlCommandsKeepTheirRelation) {
  proto::Plan plan;
  auto* operation = plan.mutable_compressed_operation();
  operation->set_compression_codec(proto::COMPRESSION_CODEC_ZSTD);
  operation->set_op_type(proto::Plan::CompressedOperation::OP_TYPE_COMMAND);
  operation->set_data(
      Compress(FromText<proto::Command>("sql_command { input { sql { query: 'q' } } }").SerializeAsString()));
  proto::Relation relation;
  CompressedSqlCommandRelation(plan, context_, &relation);
  EXPECT_EQ(relation.sql().query(), "q");
}

TEST_F(CommandTest, PythonIsRegistered) {
  using Kind = plan::RegisterPython::Kind;
  auto command = Decode(
      "register_function { function_name: 'F' python_udf { output_type { unparsed { data_type_string: 'int' } } "
      "eval_type: 101 command: 'c' python_ver: '3.12' } }");
  const auto* registered = command.As<plan::RegisterPython>();
  ASSERT_NE(registered, nullptr);
  EXPECT_EQ(registered->kind, Kind::kFunction);
  EXPECT_EQ(registered->code->name, "F");
  EXPECT_EQ(registered->code->eval_type, 101);
  EXPECT_EQ(Decode("register_table_function { function_name: 't' python_udtf { command: 'c' } }")
                .As<plan::RegisterPython>()
                ->kind,
            Kind::kTableFunction);
  EXPECT_EQ(
      Decode("register_data_source { name: 's' python_data_source { command: 'c' } }").As<plan::RegisterPython>()->kind,
      Kind::kDataSource);
  EXPECT_EQ(Refusal("register_function { java_udf { class_name: 'x' } }"), "_LEGACY_ERROR_TEMP_1329");
}

TEST_F(CommandTest, DecompressionIsBounded) {
  const std::string bomb = Compress(std::string(10 << 20, 'x'));
  EXPECT_LT(bomb.size(), 100'000u);
  EXPECT_EQ(ConditionOf([&] { DecompressZstd(bomb, 1 << 20); }), "CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX");
  EXPECT_EQ(DecompressZstd(bomb, 10 << 20).size(), size_t{10} << 20);
  EXPECT_EQ(ConditionOf([&] { DecompressZstd(bomb.substr(0, bomb.size() / 2), 20 << 20); }),
            "CONNECT_INVALID_PLAN.CANNOT_PARSE");
}

}  // namespace
}  // namespace firesteel::connect
