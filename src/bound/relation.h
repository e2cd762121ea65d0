#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "bound/expression.h"

namespace firesteel::bound {

/// One output column computed by an expression. When the expression is a plain AttributeRef the id may be the same as
/// the input's (a column passed through keeps its id, as in Spark).
struct NamedExpression {
  Attribute output;
  ExpressionPtr expression;
};

/// Columns of a Scan that tell of the file instead of its data: a partition column whose name begins so, which no
/// folder can, and the number of the row in its file.
inline constexpr const char* kFileColumnPrefix = "\x01file";
inline constexpr const char* kRowIndexColumn = "\x01row";

/// Files read by one scan. `columns[i]` of the relation's output is the file column named `column_names[i]`.
struct Scan {
  std::string format;                          ///< "parquet" (others come later)
  std::vector<std::string> files;              ///< absolute local paths or URLs, expanded; none: no rows
  std::vector<std::string> column_names;       ///< as spelled in the files, or the partition column's name; an
                                               ///< empty name: a column that the files do not have, all null
  std::vector<int32_t> field_ids;              ///< of a managed table: columns are found by these Parquet field ids,
                                               ///< whatever their names in a file; a file without one: nulls
  std::vector<std::string> partition_columns;  ///< names taken from the directory structure
  std::vector<std::vector<std::optional<std::string>>> partition_values;  ///< per file, per partition column
  /// Managed tables: of each column, the text of the value that files without the column have; none: null.
  std::vector<std::optional<std::string>> missing_values;
  std::vector<std::pair<std::string, std::string>> options;
  std::string display_name;         ///< for explain: the table or path as the user wrote it
  Schema file_schema;               ///< text formats: all data columns, in the files' order
  std::vector<int64_t> file_sizes;  ///< bytes of each file
  std::vector<int64_t> file_times;  ///< when each file was last changed, in microseconds
};

/// Rows that came with the plan. Either constants (VALUES, small) or a table of Arrow data kept by the session.
struct LocalData {
  std::vector<std::vector<Value>> rows;  ///< used when arrow_ipc is null
  SharedBytes arrow_ipc;                 ///< a whole IPC stream; column i is output[i]
  /// A second stream whose columns follow those of the first, row by row. Null if none.
  SharedBytes more_columns = {};
};

struct Range {
  int64_t start = 0;
  int64_t end = 0;
  int64_t step = 1;
  int32_t num_partitions = 1;
};

struct OneRow {};

/// A table that the engine holds: data kept by cache(), or a managed table. Column i of the relation's output is the
/// column `column_names[i]` there, in the engine's physical type of its Spark type.
struct EngineTable {
  std::string table;  ///< engine SQL of a table in FROM, quoted where it must be: "cache"."s1"."t3"
  std::vector<std::string> column_names;
  std::string display_name;               ///< for explain
  std::shared_ptr<const void> data = {};  ///< what must live while the plan does, if nothing else keeps it
};

struct Project {
  RelationPtr child;
  std::vector<NamedExpression> expressions;
};

struct Filter {
  RelationPtr child;
  ExpressionPtr condition;  ///< boolean
};

struct Join {
  enum class Type : uint8_t { kInner, kCross, kLeftOuter, kRightOuter, kFullOuter, kLeftSemi, kLeftAnti };
  RelationPtr left;
  RelationPtr right;
  Type type = Type::kInner;
  ExpressionPtr condition;  ///< null if none
  bool lateral = false;     ///< right holds OuterRefs to left's columns
};

/// GROUP BY. Output expressions are over `group` references (by the group's attribute id) and AggregateCalls whose
/// arguments are over the child's columns. No groups and no sets: one row.
struct Aggregate {
  RelationPtr child;
  std::vector<NamedExpression> groups;
  std::vector<NamedExpression> outputs;
  /// Indices into `groups`; empty: the plain GROUP BY. With sets, a group is null where it is not in the set, and
  /// `grouping_id` (a long attribute usable in outputs) is Spark's spark_grouping_id (bit set: not grouped; first
  /// group is the highest bit).
  std::vector<std::vector<int32_t>> grouping_sets;
  std::optional<Attribute> grouping_id;
};

struct Sort {
  RelationPtr child;
  std::vector<SortOrder> orders;
  bool is_global = true;
};

struct Limit {
  RelationPtr child;
  std::optional<int64_t> limit;
  int64_t offset = 0;
};

/// The last `count` rows in order.
struct Tail {
  RelationPtr child;
  int64_t count = 0;
};

/// Inputs have equal column counts and types, position by position; output ids are fresh.
struct SetOperation {
  enum class Kind : uint8_t { kUnion, kIntersect, kExcept };
  Kind kind = Kind::kUnion;
  bool all = false;
  std::vector<RelationPtr> inputs;
};

/// DISTINCT over `keys` (all columns when they are all of the output); other columns come from the first row met.
struct Deduplicate {
  RelationPtr child;
  std::vector<AttributeId> keys;
};

/// Adds columns computed by WindowCalls (each expression is one WindowCall) to the child's.
struct Window {
  RelationPtr child;
  std::vector<NamedExpression> expressions;
};

/// Adds the columns of a generator (a Call of kind generator) to `kept` columns of the child.
struct Generate {
  RelationPtr child;
  ExpressionPtr generator;
  bool outer = false;
  std::vector<Attribute> generated;
};

struct Sample {
  RelationPtr child;
  double lower_bound = 0;
  double upper_bound = 1;
  bool with_replacement = false;
  int64_t seed = 0;
};

/// Adds the number of each row in the child's order, counted from 0, and where wanted how many rows there are.
struct RowIndex {
  RelationPtr child;
  Attribute index;                 ///< long
  std::optional<Attribute> count;  ///< long
};

/// Passes its input on. What the metrics (aggregates over the child's columns) are is told beside the result of the
/// query (DataFrame.observe).
struct CollectMetrics {
  RelationPtr child;
  std::string name;
  int64_t plan_id = 0;
  std::vector<NamedExpression> metrics;
};

/// Only changes the notional partition layout.
struct Repartition {
  RelationPtr child;
  std::optional<int32_t> num_partitions;
  std::vector<ExpressionPtr> expressions;
  bool shuffle = true;
};

/// WITH: defined once; each reference is a CteReference with fresh ids. Kept only when referenced more than once.
struct WithCte {
  struct Definition {
    int64_t cte_id = 0;
    std::string name;
    RelationPtr query;
  };
  std::vector<Definition> definitions;
  RelationPtr child;
};
/// A recursive definition: the rows of `anchor`, then those of `step` over the rows of the level before (which `step`
/// reads by CteReferences to `cte_id`), until a level is empty. Columns of both have the types of the output, position
/// by position. The anchor is level 1. Rows of a level beyond `max_level`, or more rows than `max_rows`, are errors;
/// negative: no limit.
struct Recursion {
  int64_t cte_id = 0;
  std::string name;
  RelationPtr anchor;
  RelationPtr step;
  int64_t max_level = 100;
  int64_t max_rows = 1000000;
};
struct CteReference {
  int64_t cte_id = 0;
  std::vector<AttributeId> source_ids;  ///< the definition's output ids, position by position
};

/// Rows that Python workers compute from those of other relations. The session runs each stage before the plan around
/// it and puts the rows that it gives in its place: neither lowering nor engine ever see one.
struct PythonStage {
  enum class Kind : uint8_t {
    kEval,       ///< adds the columns of `calls`, one value a row; output: the input's columns, then the calls'
    kMap,        ///< mapInPandas, mapInArrow: output is what the function gives
    kGroupMap,   ///< applyInPandas, applyInArrow: a function of the rows of a group (equal `keys`)
    kCoGroup,    ///< the same for two inputs
    kAggregate,  ///< output: the input's columns `keys`, then a value of each call for the group
    kWindow,     ///< adds a value a row, of the rows of its frame
    kTable,      ///< a table function: one call, output is the `kept` columns of the input, then what it gives
  };
  Kind kind = Kind::kEval;
  std::vector<RelationPtr> inputs;  ///< one; two for kCoGroup
  /// For each input the columns whose equal values make a group; none: one group.
  std::vector<std::vector<AttributeId>> keys;
  /// PythonCalls: of one eval type in a stage. Arguments are AttributeRefs of the input, or PythonCalls of one more
  /// function of the same sort whose result the function gets as it is (Spark's chained functions). kMap, kGroupMap and
  /// kCoGroup: one, its arguments the columns that the function sees (of kCoGroup those of the left, then of the
  /// right).
  std::vector<NamedExpression> calls;
  std::vector<SortOrder> orders;    ///< kWindow: within the group
  WindowFrame frame;                ///< kWindow
  std::vector<AttributeId> kept;    ///< kTable
  bool has_table_argument = false;  ///< kTable: its first column is a TABLE's row; last fields: `keys`
  std::string analyze_result;       ///< kTable: what analyze() gave, pickled; empty if it has none
  bool outer = false;               ///< kTable: LATERAL VIEW OUTER
  /// kMap of a Python data source that may be shown filters: the pickled source.
  std::shared_ptr<const std::string> source = nullptr;
};

struct Relation {
  using Node = std::variant<Scan, LocalData, Range, OneRow, EngineTable, Project, Filter, Join, Aggregate, Sort, Limit,
                            Tail, SetOperation, Deduplicate, Window, Generate, Sample, RowIndex, CollectMetrics,
                            Repartition, WithCte, Recursion, CteReference, PythonStage>;
  Node node;
  std::vector<Attribute> output;
  OriginPtr origin;

  template <class T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
};

template <class T>
RelationPtr MakeRelation(T node, std::vector<Attribute> output, OriginPtr origin = nullptr) {
  return std::make_shared<const Relation>(Relation{std::move(node), std::move(output), std::move(origin)});
}

std::vector<RelationPtr> Children(const Relation& relation);
/// Every expression that stands directly in the node, in a fixed order.
std::vector<ExpressionPtr> Expressions(const Relation& relation);
/// The user's view of the output: names, types, nullability, metadata.
Schema OutputSchema(const Relation& relation);
/// A tree of nodes with their columns (`name#id`), like Spark's explain.
std::string TreeString(const Relation& relation);

}  // namespace firesteel::bound
