#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "plan/expression.h"

namespace firesteel::plan {

/// Reader options in the order sent; keys compare without case.
using Options = std::vector<std::pair<std::string, std::string>>;

// ---- leaves -------------------------------------------------------------------------------------------------------

/// A table, a (temporary) view, a CTE, or a path as a table (parquet.`/p`). Time travel and streaming stay unset.
struct NamedTable {
  std::vector<std::string> parts;
  Options options;
  bool is_streaming = false;
  ExpressionPtr timestamp_as_of;
  ExpressionPtr version_as_of;
};

/// spark.read.format(…).load(…).
struct DataSource {
  std::string format;       ///< empty: spark.sql.sources.default
  std::string schema_text;  ///< DDL or JSON, or empty
  Options options;
  std::vector<std::string> paths;
  std::vector<std::string> predicates;
  bool is_streaming = false;
};

/// A table-valued function: range(…), explode(…), a UDTF.
struct TableFunction {
  std::vector<std::string> name;
  std::vector<ExpressionPtr> arguments;
};

/// Data that a client sent: Arrow IPC stream bytes and/or a schema (DDL or JSON text).
struct LocalRelation {
  SharedBytes arrow_ipc;  ///< null: no rows
  std::string schema_text;
};

/// Data that a client sent before as artifacts, in chunks named by hash.
struct CachedLocalRelation {
  std::vector<std::string> data_hashes;  ///< Arrow IPC streams, one a chunk
  std::string schema_hash;               ///< of DDL or JSON text; empty if none
};

/// Rows that the server keeps for a client (DataFrame.checkpoint). They live as long as a plan names them.
struct KeptRows {
  Schema schema;
  std::string table;  ///< the engine's SQL of the table that holds them
  std::vector<std::string> column_names;
  std::shared_ptr<const void> data;  ///< what must live
};

struct CachedRemoteRelation {
  std::shared_ptr<const KeptRows> rows;
};

struct Range {
  int64_t start = 0;
  int64_t end = 0;
  int64_t step = 1;
  std::optional<int32_t> num_partitions;
};

/// SELECT without FROM: one row, no columns.
struct OneRow {};

/// VALUES (…), (…): rows of expressions without columns. Names are col1, col2, …
struct InlineTable {
  std::vector<std::vector<ExpressionPtr>> rows;
};

// ---- unary --------------------------------------------------------------------------------------------------------

struct Project {
  RelationPtr child;  ///< null in a DataFrame select without input: one row
  std::vector<ExpressionPtr> expressions;
};

struct Filter {
  RelationPtr child;
  ExpressionPtr condition;
};

/// HAVING: resolved against the aggregate below and its input.
struct Having {
  RelationPtr child;
  ExpressionPtr condition;
};

/// QUALIFY: a filter over the window functions of the SELECT below and of its own condition.
struct Qualify {
  RelationPtr child;
  ExpressionPtr condition;
};

struct Sort {
  RelationPtr child;
  std::vector<SortOrder> orders;
  bool is_global = true;
  bool by_all = false;  ///< ORDER BY ALL; `orders` then holds one entry with the direction only (child null)
};

struct Limit {
  RelationPtr child;
  ExpressionPtr count;
};
struct Offset {
  RelationPtr child;
  ExpressionPtr count;
};
struct Tail {
  RelationPtr child;
  ExpressionPtr count;
};

struct Aggregate {
  enum class Kind : uint8_t { kGroupBy, kRollup, kCube, kPivot, kGroupingSets };
  RelationPtr child;
  Kind kind = Kind::kGroupBy;
  /// GROUP BY list. SQL `GROUP BY a, ROLLUP(b, c)` keeps rollup/cube/grouping_sets as calls of functions named
  /// `rollup`, `cube`, `grouping sets` here with kind kGroupBy; the elements of a set are calls of `struct`.
  std::vector<ExpressionPtr> grouping;
  /// SQL: the whole SELECT list. DataFrame groupBy().agg(): the aggregates only; grouping columns are put before them.
  std::vector<ExpressionPtr> aggregates;
  bool aggregates_include_grouping = false;  ///< true for SQL
  bool group_by_all = false;
  // kGroupingSets from DataFrames:
  std::vector<std::vector<ExpressionPtr>> grouping_sets;
  // kPivot from DataFrames:
  ExpressionPtr pivot_column;
  std::vector<ExpressionPtr> pivot_values;
};

/// SQL PIVOT (aggregates FOR columns IN (values)).
struct Pivot {
  RelationPtr child;
  std::vector<ExpressionPtr> aggregates;
  std::vector<ExpressionPtr> columns;
  std::vector<ExpressionPtr> values;  ///< Alias, or tuples as calls of `struct`
};

struct Unpivot {
  RelationPtr child;
  std::optional<std::vector<ExpressionPtr>> ids;  ///< DataFrame only
  std::optional<std::vector<std::vector<ExpressionPtr>>> values;
  std::vector<std::optional<std::string>> value_aliases;
  std::string variable_column_name;
  std::vector<std::string> value_column_names;
  bool include_nulls = true;
};

struct SubqueryAlias {
  RelationPtr child;
  std::string alias;                        ///< empty: only column aliases
  std::vector<std::string> qualifier;       ///< Connect sends one; usually empty
  std::vector<std::string> column_aliases;  ///< t(a, b)
};

struct Distinct {
  RelationPtr child;
};

/// dropDuplicates. No columns named and not `all_columns`: an error of the client.
struct Deduplicate {
  RelationPtr child;
  std::vector<std::string> columns;
  bool all_columns = false;
  bool within_watermark = false;
};

struct Sample {
  RelationPtr child;
  double lower_bound = 0;
  double upper_bound = 1;
  bool with_replacement = false;
  std::optional<int64_t> seed;
  bool deterministic_order = false;
};

struct Repartition {
  RelationPtr child;
  std::optional<int32_t> num_partitions;
  bool shuffle = true;
  std::vector<ExpressionPtr> expressions;  ///< repartition by expression; SortOrder for by-range
};

/// WITH definitions; visible in `child` and in later definitions.
struct With {
  struct Definition {
    std::string name;
    std::vector<std::string> column_aliases;
    RelationPtr query;
    bool is_materialized = false;
    OriginPtr origin;
    std::optional<int32_t> max_recursion;
  };
  std::vector<Definition> definitions;
  RelationPtr child;
  bool is_recursive = false;
};

/// WINDOW w AS (…), for the SELECT below.
struct WithWindowDefinition {
  RelationPtr child;
  std::vector<std::pair<std::string, WindowSpec>> windows;
};

/// LATERAL VIEW [OUTER] generator(…) table AS columns.
struct LateralView {
  RelationPtr child;
  ExpressionPtr generator;  ///< an UnresolvedFunction
  bool outer = false;
  std::string table_alias;
  std::vector<std::string> column_aliases;
};

struct Hint {
  RelationPtr child;
  std::string name;
  std::vector<ExpressionPtr> parameters;
};

// DataFrame-only column operations.
struct WithColumns {
  RelationPtr child;
  std::vector<ExpressionPtr> aliases;  ///< each an Alias with one name
};
struct WithColumnsRenamed {
  RelationPtr child;
  std::vector<std::pair<std::string, std::string>> renames;
};
struct Drop {
  RelationPtr child;
  std::vector<ExpressionPtr> columns;
  std::vector<std::string> column_names;
};
struct ToDf {
  RelationPtr child;
  std::vector<std::string> column_names;
};
struct ToSchema {
  RelationPtr child;
  DataType schema;
};
struct NaFill {
  RelationPtr child;
  std::vector<std::string> columns;
  std::vector<ExpressionPtr> values;  ///< one for all, or one a column
};
struct NaDrop {
  RelationPtr child;
  std::vector<std::string> columns;
  std::optional<int32_t> min_non_nulls;
};
struct NaReplace {
  RelationPtr child;
  std::vector<std::string> columns;
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> replacements;
};
struct ShowString {
  RelationPtr child;
  int32_t num_rows = 20;
  int32_t truncate = 20;
  bool vertical = false;
};
struct HtmlString {
  RelationPtr child;
  int32_t num_rows = 20;
  int32_t truncate = 20;
};
/// describe, summary, crosstab, cov, corr, approxQuantile, freqItems, sampleBy.
struct Statistics {
  enum class Kind : uint8_t { kDescribe, kSummary, kCrosstab, kCov, kCorr, kApproxQuantile, kFreqItems, kSampleBy };
  RelationPtr child;
  Kind kind = Kind::kDescribe;
  std::vector<std::string> columns;
  std::vector<std::string> statistics;
  std::vector<double> probabilities;
  double relative_error = 0;  ///< approxQuantile; freqItems: support
  std::string method;
  ExpressionPtr stratify_column;
  std::vector<std::pair<ExpressionPtr, double>> fractions;
  std::optional<int64_t> seed;
};
struct Transpose {
  RelationPtr child;
  std::vector<ExpressionPtr> index_columns;
};
struct CollectMetrics {
  RelationPtr child;
  std::string name;
  std::vector<ExpressionPtr> metrics;
};
struct Parse {
  RelationPtr child;
  std::string format;  ///< csv or json
  std::optional<DataType> schema;
  Options options;
};
struct Watermark {
  RelationPtr child;
  std::string event_time;
  std::string delay;
};

/// mapInPandas, mapInArrow.
struct MapPartitions {
  RelationPtr child;
  PythonCodePtr function;
  bool is_barrier = false;
};
/// groupBy(…).applyInPandas and applyInArrow.
struct GroupMap {
  RelationPtr child;
  std::vector<ExpressionPtr> grouping;
  PythonCodePtr function;
};
/// groupBy(…).cogroup(…).applyInPandas and applyInArrow.
struct CoGroupMap {
  RelationPtr left;
  std::vector<ExpressionPtr> left_grouping;
  RelationPtr right;
  std::vector<ExpressionPtr> right_grouping;
  PythonCodePtr function;
};
/// A call of a Python table function that came inside the plan.
struct PythonTableFunction {
  PythonCodePtr function;
  std::vector<ExpressionPtr> arguments;  ///< NamedArgument, TableArgument, SubqueryReference among them
};

// ---- binary and n-ary ---------------------------------------------------------------------------------------------

struct Join {
  enum class Type : uint8_t { kInner, kCross, kLeftOuter, kRightOuter, kFullOuter, kLeftSemi, kLeftAnti };
  RelationPtr left;
  RelationPtr right;
  Type type = Type::kInner;
  ExpressionPtr condition;  ///< null if none
  std::vector<std::string> using_columns;
  bool natural = false;
  bool lateral = false;  ///< right may refer to left
};

struct AsOfJoin {
  RelationPtr left;
  RelationPtr right;
  ExpressionPtr left_as_of;
  ExpressionPtr right_as_of;
  ExpressionPtr condition;
  std::vector<std::string> using_columns;
  Join::Type type = Join::Type::kInner;  ///< or kLeftOuter
  ExpressionPtr tolerance;               ///< or null
  bool allow_exact_matches = true;
  std::string direction;
};

constexpr int32_t kMaxNearestRows = 100'000;

/// For each row of `left` the `count` rows of `right` that `ranking`, over the columns of both, puts first. Rows whose
/// ranking is null are not candidates.
struct NearestByJoin {
  RelationPtr left;
  RelationPtr right;
  Join::Type type = Join::Type::kInner;  ///< or kLeftOuter
  ExpressionPtr ranking;
  int32_t count = 1;
  bool largest_first = false;  ///< SIMILARITY; else DISTANCE
};

/// DataFrame.zip: the columns of two DataFrames over the same rows.
struct Zip {
  RelationPtr left;
  RelationPtr right;
};

struct SetOperation {
  enum class Kind : uint8_t { kUnion, kIntersect, kExcept };
  Kind kind = Kind::kUnion;
  bool all = false;
  bool by_name = false;
  bool allow_missing_columns = false;
  std::vector<RelationPtr> inputs;  ///< two; unions of the same sort may be flattened to more
};

/// A DataFrame whose expressions mention other DataFrames (subqueries), named by plan id.
struct WithRelations {
  RelationPtr root;
  std::vector<RelationPtr> references;
};

/// spark.sql(text, args) as a relation: parsed through the AnalyzerEnvironment.
struct SqlQuery {
  std::string text;
  std::vector<std::pair<std::string, ExpressionPtr>> named_arguments;
  std::vector<ExpressionPtr> positional_arguments;
};

/// Catalog calls of spark.catalog (listTables, …): name of the call and its arguments by field name.
struct CatalogCall {
  std::string method;  ///< proto field name: "current_database", "list_tables", …
  std::vector<std::pair<std::string, std::optional<std::string>>> arguments;
};

/// A relation of the protocol that is known but not implemented; refused by the analyzer with its name.
struct Unsupported {
  std::string what;
  std::vector<RelationPtr> children;
};

struct Relation {
  using Node =
      std::variant<NamedTable, DataSource, TableFunction, LocalRelation, CachedLocalRelation, CachedRemoteRelation,
                   Range, OneRow, InlineTable, Project, Filter, Having, Qualify, Sort, Limit, Offset, Tail, Aggregate,
                   Pivot, Unpivot, SubqueryAlias, Distinct, Deduplicate, Sample, Repartition, With,
                   WithWindowDefinition, LateralView, Hint, WithColumns, WithColumnsRenamed, Drop, ToDf, ToSchema,
                   NaFill, NaDrop, NaReplace, ShowString, HtmlString, Statistics, Transpose, CollectMetrics, Parse,
                   Watermark, Join, AsOfJoin, NearestByJoin, Zip, SetOperation, WithRelations, SqlQuery, CatalogCall,
                   MapPartitions, GroupMap, CoGroupMap, PythonTableFunction, Unsupported>;
  Node node;
  std::optional<int64_t> plan_id;  ///< given by DataFrame clients
  OriginPtr origin;

  ~Relation();  ///< without recursion: trees may be deep (plan/teardown.h)

  template <class T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
};

template <class T>
RelationPtr MakeRelation(T node, OriginPtr origin = nullptr, std::optional<int64_t> plan_id = std::nullopt) {
  auto relation = std::make_shared<Relation>();
  relation->node = std::move(node);
  relation->plan_id = plan_id;
  relation->origin = std::move(origin);
  return relation;
}

/// Name of the node's alternative, as Spark's node name where it has one ("Project"); for logs and messages.
std::string_view NodeName(const Relation& relation);
/// Direct input relations, in order (subqueries inside expressions are not among them).
std::vector<RelationPtr> Children(const Relation& relation);

}  // namespace firesteel::plan
