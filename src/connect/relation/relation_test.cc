#include "connect/decoder.h"
#include "connect/decoding_fixture.h"
#include "spark/connect/relations.pb.h"

namespace firesteel::connect {
namespace {

namespace proto = ::spark::connect;
using Parts = std::vector<std::string>;

constexpr const char* kInput = " input { range { end: 3 step: 1 } } ";
constexpr const char* kTwo = " left { range { end: 3 step: 1 } } right { range { end: 3 step: 1 } } ";

class RelationTest : public DecodingTest {
 protected:
  plan::RelationPtr Decode(const std::string& text) {
    return DecodeRelation(FromText<proto::Relation>(text), context_);
  }
  std::string Refusal(const std::string& text) {
    return ConditionOf([&] { Decode(text); });
  }
  /// `name { <input> body }`.
  static std::string Over(const std::string& name, const std::string& body = "") {
    return name + " {" + kInput + body + "}";
  }
};

TEST_F(RelationTest, CarriesPlanIdAndOrigin) {
  auto r = Decode(
      "common { plan_id: 9 origin { python_origin { fragment: 'range' call_site: 'x' } } } range { end: "
      "1 step: 1 }");
  EXPECT_EQ(r->plan_id, 9);
  EXPECT_EQ(r->origin->fragment, "range");
  EXPECT_FALSE(Decode("range { end: 1 step: 1 }")->plan_id.has_value());
}

TEST_F(RelationTest, Leaves) {
  auto r = Decode("range { start: 2 end: 10 step: 3 num_partitions: 4 }");
  EXPECT_EQ(r->As<plan::Range>()->start, 2);
  EXPECT_EQ(r->As<plan::Range>()->step, 3);
  EXPECT_EQ(r->As<plan::Range>()->num_partitions, 4);
  r = Decode("read { named_table { unparsed_identifier: 'a.b' options { key: 'k' value: 'v' } } }");
  EXPECT_EQ(r->As<plan::NamedTable>()->parts, (Parts{"a", "b"}));
  EXPECT_EQ(r->As<plan::NamedTable>()->options, (plan::Options{{"k", "v"}}));
  r = Decode(
      "read { data_source { format: 'parquet' schema: 'a int' paths: '/x' options { key: 'z' value: '1' }"
      " options { key: 'b' value: '2' } } is_streaming: true }");
  const auto* source = r->As<plan::DataSource>();
  EXPECT_EQ(source->format, "parquet");
  EXPECT_EQ(source->schema_text, "a int");
  EXPECT_EQ(source->paths, (Parts{"/x"}));
  EXPECT_EQ(source->options, (plan::Options{{"b", "2"}, {"z", "1"}}));
  EXPECT_TRUE(source->is_streaming);
  EXPECT_EQ(Refusal("read {}"), "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
  EXPECT_EQ(Refusal("read { data_source { format: 'csv' predicates: 'x' } }"),
            "CONNECT_INVALID_PLAN.PREDICATES_NOT_SUPPORTED_FOR_DATA_SOURCE");
  r = Decode("unresolved_table_valued_function { function_name: 'explode' arguments { literal { integer: 1 } } }");
  EXPECT_EQ(r->As<plan::TableFunction>()->name, (Parts{"explode"}));
}

TEST_F(RelationTest, LocalData) {
  auto r = Decode("local_relation { data: 'ipc' schema: 'a int' }");
  EXPECT_EQ(r->As<plan::LocalRelation>()->arrow_ipc->view(), "ipc");
  EXPECT_EQ(Decode("local_relation { schema: 'a int' }")->As<plan::LocalRelation>()->arrow_ipc, nullptr);
  EXPECT_EQ(Refusal("local_relation {}"), "CONNECT_INVALID_PLAN.SCHEMA_REQUIRED_FOR_LOCAL_RELATION");
  proto::LocalRelation sent;
  sent.set_data("sent before");
  cached_["h"] = sent.SerializeAsString();
  EXPECT_EQ(Decode("cached_local_relation { hash: 'h' }")->As<plan::LocalRelation>()->arrow_ipc->view(), "sent before");
  sent.set_schema("a int");
  cached_["with schema"] = sent.SerializeAsString();
  r = Decode("cached_local_relation { hash: 'with schema' }");
  EXPECT_EQ(r->As<plan::LocalRelation>()->arrow_ipc->view(), "sent before");
  EXPECT_EQ(r->As<plan::LocalRelation>()->schema_text, "a int");
  // Every cut message is refused, or whole without what was cut.
  for (size_t size = 0; size < cached_["with schema"].size(); ++size) {
    cached_["cut"] = cached_["with schema"].substr(0, size);
    const bool is_whole = size == cached_["h"].size();
    EXPECT_EQ(Refusal("cached_local_relation { hash: 'cut' }"),
              is_whole    ? ""
              : size == 0 ? "CONNECT_INVALID_PLAN.SCHEMA_REQUIRED_FOR_LOCAL_RELATION"
                          : "CONNECT_INVALID_PLAN.INPUT_DATA_NO_SCHEMA");
  }
  cached_["other"] = "\x1a\x01x";
  EXPECT_EQ(Refusal("cached_local_relation { hash: 'other' }"), "CONNECT_INVALID_PLAN.INPUT_DATA_NO_SCHEMA");
  cached_.erase("other");
  EXPECT_EQ(Refusal("cached_local_relation { hash: 'other' }"),
            "CONNECT_INVALID_PLAN.CANNOT_FIND_CACHED_LOCAL_RELATION");
  r = Decode("chunked_cached_local_relation { dataHashes: 'h' schemaHash: 'h' }");
  EXPECT_EQ(r->As<plan::CachedLocalRelation>()->data_hashes, (Parts{"h"}));
  EXPECT_EQ(r->As<plan::CachedLocalRelation>()->schema_hash, "h");
  EXPECT_EQ(Refusal("chunked_cached_local_relation {}"),
            "CONNECT_INVALID_PLAN.CHUNKED_CACHED_LOCAL_RELATION_WITHOUT_DATA");
  EXPECT_EQ(Refusal("chunked_cached_local_relation { dataHashes: 'x' }"),
            "CONNECT_INVALID_PLAN.NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION");
}

TEST_F(RelationTest, Projections) {
  EXPECT_EQ(Decode("project { expressions { literal { integer: 1 } } }")->As<plan::Project>()->child, nullptr);
  EXPECT_NE(Decode(Over("project"))->As<plan::Project>()->child, nullptr);
  EXPECT_EQ(Refusal("filter { condition { literal { boolean: true } } }"), "CONNECT_INVALID_PLAN.ASSERTION_FAILURE");
  auto r = Decode(Over("with_columns", "aliases { expr { literal { integer: 1 } } name: 'x' }"));
  EXPECT_EQ(r->As<plan::WithColumns>()->aliases[0]->As<plan::Alias>()->names, (Parts{"x"}));
  EXPECT_EQ(Refusal(Over("with_columns", "aliases { expr { literal { integer: 1 } } name: ['a', 'b'] }")),
            "CONNECT_INVALID_PLAN.WITH_COLUMNS_REQUIRE_SINGLE_NAME_PART");
  r = Decode(Over("with_columns_renamed",
                  "renames { col_name: 'b' new_col_name: 'c' } renames { col_name: 'a' "
                  "new_col_name: 'd' }"));
  EXPECT_EQ(r->As<plan::WithColumnsRenamed>()->renames[0].first, "b");  // order as sent
  r = Decode(Over("drop", "columns { literal { integer: 1 } } column_names: 'x'"));
  EXPECT_EQ(r->As<plan::Drop>()->column_names, (Parts{"x"}));
  EXPECT_EQ(Decode(Over("to_df", "column_names: ['a', 'b']"))->As<plan::ToDf>()->column_names, (Parts{"a", "b"}));
  EXPECT_EQ(Refusal(Over("to_schema", "schema { integer {} }")), "CONNECT_INVALID_PLAN.ASSERTION_FAILURE");
  EXPECT_EQ(Decode(Over("subquery_alias", "alias: 't'"))->As<plan::SubqueryAlias>()->alias, "t");
  EXPECT_EQ(Decode(Over("hint", "name: 'broadcast'"))->As<plan::Hint>()->name, "broadcast");
}

TEST_F(RelationTest, Joins) {
  auto r = Decode(std::string("join {") + kTwo + "join_type: JOIN_TYPE_LEFT_ANTI using_columns: 'id' }");
  EXPECT_EQ(r->As<plan::Join>()->type, plan::Join::Type::kLeftAnti);
  EXPECT_EQ(r->As<plan::Join>()->using_columns, (Parts{"id"}));
  EXPECT_EQ(r->As<plan::Join>()->condition, nullptr);
  EXPECT_EQ(Refusal(std::string("join {") + kTwo + "}"), "CONNECT_INVALID_PLAN.INVALID_ENUM");
  EXPECT_EQ(Refusal(std::string("join {") + kTwo +
                    "join_type: JOIN_TYPE_INNER using_columns: 'id' join_condition { literal { boolean: true } } }"),
            "CONNECT_INVALID_PLAN.USING_COLUMNS_OR_JOIN_CONDITION_SET_IN_JOIN");
  r = Decode(std::string("lateral_join {") + kTwo + "join_type: JOIN_TYPE_LEFT_OUTER }");
  EXPECT_TRUE(r->As<plan::Join>()->lateral);
  const std::string as_of = std::string("as_of_join {") + kTwo +
                            "left_as_of { literal { integer: 1 } } right_as_of { literal { integer: 1 } } "
                            "direction: 'backward' join_type: ";
  r = Decode(as_of + "'left_outer' }");
  EXPECT_EQ(r->As<plan::AsOfJoin>()->direction, "backward");
  EXPECT_EQ(r->As<plan::AsOfJoin>()->type, plan::Join::Type::kLeftOuter);
  EXPECT_EQ(Refusal(as_of + "'full' }"), "UNSUPPORTED_JOIN_TYPE");
}

TEST_F(RelationTest, NearestByJoins) {
  const auto nearest = [](const std::string& rest) {
    return std::string("nearest_by_join {") + kTwo + "ranking_expression { literal { integer: 1 } } " + rest + " }";
  };
  auto r = Decode(nearest("num_results: 3 join_type: 'LEFT' mode: 'Exact' direction: 'Similarity'"));
  EXPECT_EQ(r->As<plan::NearestByJoin>()->count, 3);
  EXPECT_EQ(r->As<plan::NearestByJoin>()->type, plan::Join::Type::kLeftOuter);
  EXPECT_TRUE(r->As<plan::NearestByJoin>()->largest_first);
  const auto condition = [&](const std::string& rest) { return Refusal(nearest(rest)); };
  EXPECT_EQ(condition("num_results: 0 join_type: 'inner' mode: 'exact' direction: 'distance'"),
            "NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE");
  EXPECT_EQ(condition("num_results: 100001 join_type: 'inner' mode: 'exact' direction: 'distance'"),
            "NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE");
  EXPECT_EQ(condition("num_results: 1 join_type: 'full' mode: 'exact' direction: 'distance'"),
            "NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE");
  EXPECT_EQ(condition("num_results: 1 join_type: 'inner' mode: 'fast' direction: 'distance'"),
            "NEAREST_BY_JOIN.UNSUPPORTED_MODE");
  EXPECT_EQ(condition("num_results: 1 join_type: 'inner' mode: 'exact' direction: 'up'"),
            "NEAREST_BY_JOIN.UNSUPPORTED_DIRECTION");
}

TEST_F(RelationTest, SetOperations) {
  const std::string two = " left_input { range { end: 3 step: 1 } } right_input { range { end: 3 step: 1 } } ";
  auto r = Decode("set_op {" + two +
                  "set_op_type: SET_OP_TYPE_UNION is_all: true by_name: true "
                  "allow_missing_columns: true }");
  EXPECT_EQ(r->As<plan::SetOperation>()->inputs.size(), 2u);
  EXPECT_TRUE(r->As<plan::SetOperation>()->all && r->As<plan::SetOperation>()->allow_missing_columns);
  EXPECT_EQ(Refusal("set_op {" + two + "}"), "CONNECT_INVALID_PLAN.INVALID_ENUM");
  EXPECT_EQ(Refusal("set_op { left_input { range { end: 1 step: 1 } } set_op_type: SET_OP_TYPE_UNION }"),
            "CONNECT_INVALID_PLAN.SET_OPERATION_MUST_HAVE_TWO_INPUTS");
  EXPECT_EQ(Refusal("set_op {" + two + "set_op_type: SET_OP_TYPE_EXCEPT by_name: true }"),
            "CONNECT_INVALID_PLAN.EXCEPT_DOES_NOT_SUPPORT_UNION_BY_NAME");
  EXPECT_EQ(Refusal("set_op {" + two + "set_op_type: SET_OP_TYPE_UNION allow_missing_columns: true }"),
            "CONNECT_INVALID_PLAN.UNION_BY_NAME_ALLOW_MISSING_COL_REQUIRES_BY_NAME");
}

TEST_F(RelationTest, OrderAndCount) {
  EXPECT_FALSE(Decode(Over("sort"))->As<plan::Sort>()->is_global);
  EXPECT_TRUE(Decode(Over("sort", "is_global: true"))->As<plan::Sort>()->is_global);
  auto r = Decode(Over("limit", "limit: 5"));
  EXPECT_EQ(r->As<plan::Limit>()->count->As<plan::Literal>()->value.value.integer(), 5);
  EXPECT_EQ(Decode(Over("offset", "offset: 5"))->As<plan::Offset>()->count->As<plan::Literal>()->value.type,
            DataType::Int());
  EXPECT_NE(Decode(Over("tail", "limit: 5"))->As<plan::Tail>(), nullptr);
  EXPECT_EQ(Refusal("limit { limit: 1 }"), "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
}

TEST_F(RelationTest, Aggregates) {
  auto r = Decode(Over("aggregate", "group_type: GROUP_TYPE_ROLLUP grouping_expressions { literal { integer: 1 } }"));
  EXPECT_EQ(r->As<plan::Aggregate>()->kind, plan::Aggregate::Kind::kRollup);
  EXPECT_EQ(r->As<plan::Aggregate>()->grouping.size(), 1u);
  r = Decode(Over("aggregate",
                  "group_type: GROUP_TYPE_PIVOT pivot { col { literal { integer: 1 } } values { "
                  "string: 'a' } }"));
  EXPECT_EQ(r->As<plan::Aggregate>()->pivot_values.size(), 1u);
  r = Decode(Over("aggregate",
                  "group_type: GROUP_TYPE_GROUPING_SETS grouping_sets {} "
                  "grouping_sets { grouping_set { literal { integer: 1 } } }"));
  EXPECT_EQ(r->As<plan::Aggregate>()->grouping_sets.size(), 2u);
  EXPECT_EQ(Refusal(Over("aggregate")), "CONNECT_INVALID_PLAN.INVALID_ENUM");
  EXPECT_EQ(Refusal("aggregate {}"), "CONNECT_INVALID_PLAN.AGGREGATE_NEEDS_PLAN_INPUT");
  EXPECT_EQ(Refusal(Over("aggregate", "group_type: GROUP_TYPE_PIVOT")),
            "CONNECT_INVALID_PLAN.AGGREGATE_WITH_PIVOT_REQUIRES_PIVOT");
}

TEST_F(RelationTest, Rows) {
  EXPECT_EQ(Decode(Over("deduplicate", "column_names: 'a'"))->As<plan::Deduplicate>()->columns, (Parts{"a"}));
  EXPECT_EQ(Refusal(Over("deduplicate")), "CONNECT_INVALID_PLAN.DEDUPLICATE_REQUIRES_COLUMNS_OR_ALL");
  EXPECT_EQ(Refusal(Over("deduplicate", "all_columns_as_keys: true column_names: 'a'")),
            "CONNECT_INVALID_PLAN.DEDUPLICATE_ALL_COLUMNS_AND_SUBSET");
  auto r = Decode(Over("sample", "upper_bound: 0.5 seed: 7"));
  EXPECT_EQ(r->As<plan::Sample>()->seed, 7);
  r = Decode(Over("repartition", "num_partitions: 3 shuffle: true"));
  EXPECT_EQ(r->As<plan::Repartition>()->num_partitions, 3);
  r = Decode(Over("repartition_by_expression", "partition_exprs { literal { integer: 1 } }"));
  EXPECT_FALSE(r->As<plan::Repartition>()->num_partitions.has_value());
  r = Decode(Over("unpivot",
                  "variable_column_name: 'k' value_column_name: 'v' values { values { literal { integer: "
                  "1 } } }"));
  EXPECT_EQ(r->As<plan::Unpivot>()->values->size(), 1u);
  EXPECT_FALSE(Decode(Over("unpivot"))->As<plan::Unpivot>()->values.has_value());
}

TEST_F(RelationTest, MissingValuesAndStatistics) {
  EXPECT_EQ(Refusal(Over("fill_na")), "CONNECT_INVALID_PLAN.NA_FILL_VALUES_EMPTY");
  EXPECT_EQ(Refusal(Over("fill_na", "cols: 'a' values { integer: 1 } values { integer: 2 }")),
            "CONNECT_INVALID_PLAN.NA_FILL_VALUES_LENGTH_MISMATCH");
  EXPECT_EQ(Decode(Over("fill_na", "values { integer: 1 }"))->As<plan::NaFill>()->values.size(), 1u);
  EXPECT_EQ(Decode(Over("drop_na", "min_non_nulls: 2"))->As<plan::NaDrop>()->min_non_nulls, 2);
  EXPECT_EQ(Decode(Over("replace", "replacements { old_value { integer: 1 } new_value { integer: 2 } }"))
                ->As<plan::NaReplace>()
                ->replacements.size(),
            1u);
  EXPECT_EQ(Decode(Over("crosstab", "col1: 'a' col2: 'b'"))->As<plan::Statistics>()->columns, (Parts{"a", "b"}));
  EXPECT_EQ(Decode(Over("corr", "col1: 'a' col2: 'b'"))->As<plan::Statistics>()->method, "pearson");
  EXPECT_EQ(Decode(Over("freq_items", "cols: 'a'"))->As<plan::Statistics>()->relative_error, 0.01);
}

TEST_F(RelationTest, ShowSqlAndCatalog) {
  auto r = Decode(Over("show_string", "num_rows: 5 truncate: 0 vertical: true"));
  EXPECT_TRUE(r->As<plan::ShowString>()->vertical);
  EXPECT_EQ(r->As<plan::ShowString>()->truncate, 0);
  r = Decode(
      "sql { query: 'select :b' named_arguments { key: 'b' value { literal { integer: 1 } } } args { key: "
      "'a' value { integer: 2 } } }");
  EXPECT_EQ(r->As<plan::SqlQuery>()->named_arguments[0].first, "a");
  EXPECT_EQ(r->As<plan::SqlQuery>()->named_arguments.size(), 2u);
  r = Decode("with_relations { root { sql { query: 'x' } } references { range { end: 1 step: 1 } } }");
  EXPECT_EQ(r->As<plan::WithRelations>()->references.size(), 1u);
  r = Decode("catalog { list_tables { db_name: 'd' } }");
  EXPECT_EQ(r->As<plan::CatalogCall>()->method, "list_tables");
  EXPECT_EQ(r->As<plan::CatalogCall>()->arguments[0].second, "d");
  EXPECT_FALSE(r->As<plan::CatalogCall>()->arguments[1].second.has_value());
  EXPECT_EQ(Refusal("catalog {}"), "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
  EXPECT_EQ(Refusal(Over("parse")), "CONNECT_INVALID_PLAN.INVALID_ENUM");
}

TEST_F(RelationTest, FunctionsOfWholeRows) {
  const std::string function =
      " func { function_name: 'f' deterministic: true python_udf { output_type { struct { fields { name: 'a' data_type "
      "{ long {} } nullable: true } } } eval_type: 205 command: 'pickle' python_ver: '3.11' additional_includes: "
      "'x.py' "
      "} } ";
  auto r = Decode(Over("map_partitions", function));
  const auto* map = r->As<plan::MapPartitions>();
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(map->function->eval_type, 205);
  EXPECT_EQ(map->function->includes, (Parts{"x.py"}));
  EXPECT_TRUE(map->function->output_type->Is(TypeKind::kStruct));
  const std::string key = "unresolved_attribute { unparsed_identifier: 'id' }";
  r = Decode(Over("group_map", "grouping_expressions { " + key + " }" + function));
  EXPECT_EQ(r->As<plan::GroupMap>()->grouping.size(), 1u);
  r = Decode(Over("co_group_map", "other { range { end: 3 step: 1 } } input_grouping_expressions { " + key +
                                      " } other_grouping_expressions { " + key + " }" + function));
  EXPECT_EQ(r->As<plan::CoGroupMap>()->left_grouping.size(), 1u);
  EXPECT_EQ(r->As<plan::CoGroupMap>()->right_grouping.size(), 1u);
  EXPECT_EQ(Refusal(Over("group_map", function + "transform_with_state_info {}")), "UNSUPPORTED_FEATURE.FIRESTEEL");
  EXPECT_EQ(Refusal(Over("map_partitions")), "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
  r = Decode(
      "common_inline_user_defined_table_function { function_name: 't' python_udtf { eval_type: 300 command: 'pickle' } "
      "arguments { literal { integer: 1 } } }");
  EXPECT_FALSE(r->As<plan::PythonTableFunction>()->function->output_type.has_value());
  EXPECT_EQ(r->As<plan::PythonTableFunction>()->arguments.size(), 1u);
}

TEST_F(RelationTest, KnownButMissingOnesHaveNames) {
  EXPECT_NE(Decode(Over("apply_in_pandas_with_state"))->As<plan::Unsupported>(), nullptr);
  EXPECT_EQ(Refusal(""), "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
  EXPECT_EQ(Refusal("unknown {}"), "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SUPPORTED");
  EXPECT_EQ(Refusal("extension { type_url: 'x' }"), "CONNECT_INVALID_PLAN.NO_HANDLER_FOR_EXTENSION");
}

}  // namespace
}  // namespace firesteel::connect
