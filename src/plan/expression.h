#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/origin.h"
#include "types/coercion.h"
#include "types/data_type.h"
#include "types/value.h"

/// The neutral unresolved plan: what both the SQL parser and the Connect decoder produce and the analyzer reads.
/// Nodes are immutable once built and shared; names are as the user wrote them.
namespace firesteel::plan {

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;
struct Relation;
using RelationPtr = std::shared_ptr<const Relation>;

/// A constant. SQL literals keep nothing of their spelling: Spark prints the value.
struct Literal {
  TypedValue value;
};

/// `a`, `t.a`, `cat.db.t.a.field`: a column, with any struct fields behind it. From a DataFrame with `plan_id`
/// (df["a"]) it names a column of that very relation.
struct UnresolvedAttribute {
  std::vector<std::string> parts;
  std::optional<int64_t> plan_id;
  bool is_metadata_column = false;
};

/// `*`, `t.*`, `s.*` with optional EXCEPT and (Databricks-free) nothing else.
struct UnresolvedStar {
  std::vector<std::string> target;               ///< empty: all columns
  std::vector<std::vector<std::string>> except;  ///< SELECT * EXCEPT (a, b.c)
  std::optional<int64_t> plan_id;
};

/// df.colRegex, or a backquoted regex in SQL when spark.sql.parser.quotedRegexColumnNames is on.
struct UnresolvedRegex {
  std::string pattern;
  std::vector<std::string> table;
  std::optional<int64_t> plan_id;
};

/// `child[extraction]` and `child.field`: array index, map key or struct field, decided by the child's type.
struct ExtractValue {
  ExpressionPtr child;
  ExpressionPtr extraction;
};

/// Column.withField (value set) and Column.dropFields (value null).
struct UpdateFields {
  ExpressionPtr child;
  std::string field_name;  ///< may be dotted
  ExpressionPtr value;
};

struct SortOrder {
  ExpressionPtr child;
  bool ascending = true;
  /// Unset: the default of the direction (ascending: nulls first; descending: last).
  std::optional<bool> nulls_first;
};

/// Any call by name, operators too. Operators come under these names, from SQL and from DataFrames alike:
/// + - * / % div == <=> < <= > >= != and or not | & ^ ~ << >> >>> negative positive isnull isnotnull in between
/// like ilike rlike || when (CASE: condition, value, …[, else]). `a NOT IN …`, `a IS DISTINCT FROM b`: not(…).
struct UnresolvedFunction {
  std::vector<std::string> name;  ///< one part, or qualified
  std::vector<ExpressionPtr> arguments;
  bool is_distinct = false;
  ExpressionPtr filter;                 ///< FILTER (WHERE …), or null
  std::vector<SortOrder> within_group;  ///< WITHIN GROUP (ORDER BY …)
  std::optional<bool> ignore_nulls;     ///< IGNORE NULLS true, RESPECT NULLS false
  bool is_internal = false;             ///< Connect's is_internal
  bool is_operator = false;             ///< written as an operator; only for messages
};

/// `name => value` in an argument list.
struct NamedArgument {
  std::string name;
  ExpressionPtr value;
};

struct Alias {
  ExpressionPtr child;
  std::vector<std::string> names;  ///< several for generators and multi-alias
  std::string metadata;            ///< JSON object text or empty
};

struct Cast {
  ExpressionPtr child;
  DataType type;
  std::optional<EvalMode> mode;  ///< unset: the session's (ANSI or legacy)
  std::string type_text;         ///< set instead of `type` when a client sent DDL text that must be parsed
};

struct WindowBoundary {
  enum class Kind : uint8_t { kUnboundedPreceding, kPreceding, kCurrentRow, kFollowing, kUnboundedFollowing };
  Kind kind = Kind::kCurrentRow;
  ExpressionPtr offset;  ///< for kPreceding, kFollowing. From DataFrames: kFollowing with a signed literal
};

struct WindowFrame {
  bool is_rows = false;  ///< else RANGE
  WindowBoundary lower;
  WindowBoundary upper;
};

struct WindowSpec {
  std::string reference;  ///< OVER name, or OVER (name …); empty if none
  std::vector<ExpressionPtr> partition_by;
  std::vector<SortOrder> order_by;
  std::optional<WindowFrame> frame;
  OriginPtr origin;  ///< the parentheses with what they hold: Spark blames them for a wrong frame
};

struct WindowExpression {
  ExpressionPtr function;
  WindowSpec spec;
};

struct LambdaFunction {
  std::vector<std::string> parameters;
  ExpressionPtr body;
};

/// A lambda's parameter as DataFrames send it (`x_1`), also dotted for a field of it. SQL bodies use
/// UnresolvedAttribute, which the analyzer looks up among lambda parameters first.
struct LambdaVariable {
  std::vector<std::string> parts;
};

struct ScalarSubquery {
  RelationPtr query;
};
struct Exists {
  RelationPtr query;
};
/// `value IN (query)`, `(a, b) IN (query)`.
struct InSubquery {
  std::vector<ExpressionPtr> values;
  RelationPtr query;
};
/// A table argument of a table-valued function: TABLE(t) [PARTITION BY …] [ORDER BY …] [WITH SINGLE PARTITION].
struct TableArgument {
  RelationPtr query;
  std::vector<ExpressionPtr> partition_by;
  std::vector<SortOrder> order_by;
  bool with_single_partition = false;
};
/// DataFrame.scalar(), exists(), isin(df): the relation stands in the enclosing WithRelations under this plan id.
struct SubqueryReference {
  enum class Kind : uint8_t { kScalar, kExists, kIn, kTableArgument };
  Kind kind = Kind::kScalar;
  int64_t plan_id = 0;
  std::vector<ExpressionPtr> in_values;
  std::vector<ExpressionPtr> partition_by;
  std::vector<SortOrder> order_by;
  bool with_single_partition = false;
};

/// F.expr("…"): SQL text that the analyzer parses through its AnalyzerEnvironment.
struct SqlExpression {
  std::string text;
};

/// `:name` (name set) or `?` (position counted from 0) before parameters are bound.
struct ParameterMarker {
  std::string name;
  int32_t position = -1;
};

/// Python code that a client sent; opaque here. A function, a table function or a data source.
struct PythonCode {
  std::string name;
  int32_t eval_type = 0;              ///< PySpark's PythonEvalType
  std::string command;                ///< what the client's cloudpickle made of it
  std::string python_version;         ///< of the client: "3.11"
  std::vector<std::string> includes;  ///< names of pyfiles that it wants on its path besides the session's
  bool deterministic = true;
  std::optional<DataType> output_type;  ///< unset: given as text, or (table functions) found by analyze()
  std::string output_type_text;         ///< DDL or JSON
};
using PythonCodePtr = std::shared_ptr<const PythonCode>;

/// A call of a Python function that came inside the plan.
struct PythonCall {
  PythonCodePtr function;
  std::vector<ExpressionPtr> arguments;  ///< NamedArgument for keyword arguments
  bool is_distinct = false;
};

/// One place of the tree. `origin` may be null.
struct Expression {
  using Node = std::variant<Literal, UnresolvedAttribute, UnresolvedStar, UnresolvedRegex, ExtractValue, UpdateFields,
                            SortOrder, UnresolvedFunction, NamedArgument, Alias, Cast, WindowExpression, LambdaFunction,
                            LambdaVariable, ScalarSubquery, Exists, InSubquery, TableArgument, SubqueryReference,
                            SqlExpression, ParameterMarker, PythonCall>;
  Node node;
  OriginPtr origin;

  ~Expression();  ///< without recursion: trees may be deep (plan/teardown.h)

  template <class T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
};

template <class T>
ExpressionPtr Make(T node, OriginPtr origin = nullptr) {
  auto expression = std::make_shared<Expression>();
  expression->node = std::move(node);
  expression->origin = std::move(origin);
  return expression;
}

/// A call of a function or operator by its single-part name.
ExpressionPtr Call(std::string name, std::vector<ExpressionPtr> arguments, OriginPtr origin = nullptr);

/// Splits an attribute name as Spark does ("a.`b.c`.d" → a | b.c | d). Throws QueryError
/// INVALID_ATTRIBUTE_NAME_SYNTAX. An empty text is one empty part.
std::vector<std::string> ParseAttributeName(const std::string& text, const OriginPtr& origin = nullptr);

}  // namespace firesteel::plan
