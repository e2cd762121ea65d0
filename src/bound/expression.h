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

namespace firesteel::functions {
struct Function;  // one row of the catalogue; bound plans only point at it
}

/// The analyzed plan: every name is an attribute id, every expression has Spark's type and nullability, every implicit
/// cast is explicit. Immutable and shared.
namespace firesteel::bound {

/// Identifies one column of one occurrence of a relation within a query; never reused, never shown.
using AttributeId = int64_t;

struct Attribute {
  AttributeId id = 0;
  std::string name;
  DataType type;
  bool nullable = true;
  std::string metadata;                ///< JSON object text or empty
  std::vector<std::string> qualifier;  ///< what may stand before the name: {"t"} or {"spark_catalog","default","t"}
};

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;
struct Relation;
using RelationPtr = std::shared_ptr<const Relation>;

struct Literal {
  Value value;
};

/// A column of the input.
struct AttributeRef {
  AttributeId id = 0;
  std::string name;                    ///< for messages and generated names
  std::vector<std::string> qualifier;  ///< for messages
};

/// A column of an enclosing query, inside a correlated subquery or a LATERAL relation.
struct OuterRef {
  AttributeId id = 0;
  std::string name;
  std::vector<std::string> qualifier;
};

struct SortOrder {
  ExpressionPtr child;
  bool ascending = true;
  bool nulls_first = true;
};

/// A scalar function or operator of the catalogue. Arguments have the types that the chosen signature asks for (casts
/// inserted). The result type and nullability stand in Expression.
struct Call {
  const functions::Function* function = nullptr;
  std::vector<ExpressionPtr> arguments;
  EvalMode mode = EvalMode::kAnsi;  ///< kTry for try_*; kLegacy when ANSI is off
  /// The name as called (an alias of the row, lower case) where the row prints it; else empty.
  std::string called_name;
};

struct Cast {
  ExpressionPtr child;
  EvalMode mode = EvalMode::kAnsi;
  bool is_implicit = false;  ///< inserted by coercion: not printed in generated names
};

/// Struct field by position.
struct GetField {
  ExpressionPtr child;
  int32_t ordinal = 0;
  std::string name;
  bool through_array = false;  ///< child is array<struct>: gives array of the field (GetArrayStructFields)
};

struct LambdaParameter {
  AttributeId id = 0;
  std::string name;
};

/// (x, y) -> body. Type and nullability of the expression are the body's. Parameters have ids like attributes; the body
/// refers to them by LambdaRef.
struct Lambda {
  std::vector<LambdaParameter> parameters;
  std::vector<DataType> parameter_types;
  ExpressionPtr body;
};
struct LambdaRef {
  AttributeId id = 0;
  std::string name;
};

/// An aggregate function call: stands only in bound::Aggregate's output expressions and in WindowCall.
struct AggregateCall {
  const functions::Function* function = nullptr;
  std::vector<ExpressionPtr> arguments;
  bool is_distinct = false;
  ExpressionPtr filter;  ///< null if none
  std::vector<SortOrder> order;
  bool ignore_nulls = false;
  EvalMode mode = EvalMode::kAnsi;
  std::string called_name;
};

struct FrameBoundary {
  enum class Kind : uint8_t { kUnboundedPreceding, kPreceding, kCurrentRow, kFollowing, kUnboundedFollowing };
  Kind kind = Kind::kCurrentRow;
  ExpressionPtr offset;    ///< non-negative; typed for the order column when RANGE
  bool is_signed = false;  ///< written as a FOLLOWING of a negative offset (DataFrames), and printed so
};

struct WindowFrame {
  bool is_rows = false;
  FrameBoundary lower;
  FrameBoundary upper;
  bool is_specified = false;  ///< else Spark's default for the function and order
};

/// function OVER (…). The function is an AggregateCall expression, or a Call whose row is a window function.
struct WindowCall {
  ExpressionPtr function;
  std::vector<ExpressionPtr> partition_by;
  std::vector<SortOrder> order_by;
  WindowFrame frame;
  bool ignore_nulls = false;
};

struct ScalarSubquery {
  RelationPtr query;  ///< exactly one output column
};
struct ExistsSubquery {
  RelationPtr query;
};
/// Values and the query's columns have equal types, position by position.
struct InSubquery {
  std::vector<ExpressionPtr> values;
  RelationPtr query;
};

/// Python code that a client sent, ready to run. What it gives is the expression's type (or the relation's columns).
struct PythonFunction {
  std::string name;
  int32_t eval_type = 0;              ///< PySpark's PythonEvalType
  std::string command;                ///< what the client's cloudpickle made of it
  std::string python_version;         ///< of the client: "3.11"
  std::vector<std::string> includes;  ///< names of pyfiles that it wants on its path besides the session's
  bool deterministic = true;
};

/// A call of a Python function: of one for rows anywhere, of one for groups where an AggregateCall may stand (in the
/// outputs of an Aggregate, in a WindowCall). The optimizer moves all of them into PythonStages.
struct PythonCall {
  std::shared_ptr<const PythonFunction> function;
  std::vector<ExpressionPtr> arguments;
  std::vector<std::string> argument_names;  ///< one an argument, empty for those without; none: all without
  int64_t result_id = 0;                    ///< of the call in the query: what profiles are kept under
  ExpressionPtr filter;                     ///< of calls for groups, null if none
};

/// An alias inside an expression (an argument of struct(…), a grouping expression): only a name.
struct InnerAlias {
  ExpressionPtr child;
  std::string name;
  std::string metadata;
};

struct Expression {
  using Node = std::variant<Literal, AttributeRef, OuterRef, Call, Cast, GetField, Lambda, LambdaRef, AggregateCall,
                            WindowCall, ScalarSubquery, ExistsSubquery, InSubquery, InnerAlias, PythonCall>;
  Node node;
  DataType type;
  bool nullable = true;
  OriginPtr origin;

  template <class T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
};

template <class T>
ExpressionPtr Make(T node, DataType type, bool nullable, OriginPtr origin = nullptr) {
  return std::make_shared<const Expression>(Expression{std::move(node), std::move(type), nullable, std::move(origin)});
}

ExpressionPtr MakeLiteral(DataType type, Value value, OriginPtr origin = nullptr);
ExpressionPtr MakeReference(const Attribute& attribute, OriginPtr origin = nullptr);
/// A cast, or `child` itself when the types are the same but for nullability. Nullability after Cast.nullable.
ExpressionPtr MakeCast(ExpressionPtr child, const DataType& type, EvalMode mode, bool is_implicit);

/// Direct children in a fixed order (subquery plans are not entered).
std::vector<ExpressionPtr> Children(const Expression& expression);
/// The same node over other children (as many, in the order of Children); type and nullability are kept.
ExpressionPtr WithChildren(const ExpressionPtr& expression, std::vector<ExpressionPtr> children);
/// Bottom-up rewrite: `f` gives a replacement or null to keep. Unchanged subtrees stay shared.
template <class F>
ExpressionPtr TransformUp(const ExpressionPtr& expression, F&& f);
/// Whether any node of the tree satisfies `f` (subquery plans are not entered).
template <class F>
bool AnyOf(const ExpressionPtr& expression, F&& f);
/// Structural equality by ids, ignoring origins and names (Spark's semanticEquals for deterministic expressions).
bool SemanticEquals(const Expression& a, const Expression& b);
size_t SemanticHash(const Expression& expression);

template <class F>
ExpressionPtr TransformUp(const ExpressionPtr& expression, F&& f) {
  std::vector<ExpressionPtr> children = Children(*expression);
  bool changed = false;
  for (ExpressionPtr& child : children) {
    ExpressionPtr replaced = TransformUp(child, f);
    if (replaced != child) {
      child = std::move(replaced);
      changed = true;
    }
  }
  ExpressionPtr self = changed ? WithChildren(expression, std::move(children)) : expression;
  ExpressionPtr replaced = f(self);
  return replaced ? replaced : self;
}

template <class F>
bool AnyOf(const ExpressionPtr& expression, F&& f) {
  if (f(*expression)) return true;
  for (const ExpressionPtr& child : Children(*expression)) {
    if (AnyOf(child, f)) return true;
  }
  return false;
}

}  // namespace firesteel::bound
