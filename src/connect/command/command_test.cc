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

TEST_F(CommandTest, KnownButMissingOnesHaveNames) {
  EXPECT_EQ(Decode("write_operation {}").As<plan::UnsupportedCommand>()->what, "DataFrameWriter");
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
