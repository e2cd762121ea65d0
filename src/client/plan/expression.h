#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firesteel/error.h"
#include "firesteel/types.h"
#include "firesteel/value.h"

/// The nodes behind Column. They are immutable and shared: a column that is used in ten others exists once. Nothing
/// here fails: an argument that makes no plan becomes an Invalid node, whose Error comes out when a plan is built.
namespace firesteel::client::internal {

struct ExpressionNode;
struct RelationNode;
using ExpressionPtr = std::shared_ptr<const ExpressionNode>;
using RelationPtr = std::shared_ptr<const RelationNode>;

enum class ExpressionKind : uint8_t {
  kInvalid,  ///< error
  kLiteral,  ///< value
  kAttribute,
  kStar,  ///< name may be empty, or "target.*"
  kRegex,
  kSqlText,
  kFunction,  ///< of the server's functions, by name; flag: DISTINCT
  kCallFunction,
  kCaseWhen,  ///< condition, value, condition, value, …; flag: the last child is the else value
  kAlias,     ///< names
  kCast,
  kSortOrder,       ///< flag: ascending; nulls_first
  kLambda,          ///< the body, then the variables
  kLambdaVariable,  ///< name
  kWindow,          ///< the function, the partition keys, the sort orders
  kExtractValue,    ///< child, key
  kWithField,       ///< struct, value; name
  kDropField,       ///< struct; name
  kSubquery,        ///< the partition keys and sort orders of a table argument, or the values of IN
  kNamedArgument,   ///< name
  kPartitionId,     ///< the child is the number of the partition
  kOrdinal,         ///< the column of `plan` at `ordinal`
};

enum class SubqueryKind : uint8_t { kScalar, kExists, kTableArgument, kIn };

/// A bound of a window frame is "unbounded" at the limits of int64_t and "current row" at 0.
struct WindowFrame {
  bool rows = true;  ///< else a range of values
  int64_t start = 0;
  int64_t end = 0;
};

struct ExpressionNode {
  explicit ExpressionNode(ExpressionKind kind, std::string name = {}, std::vector<ExpressionPtr> children = {});
  ExpressionNode(const ExpressionNode&) = delete;
  ExpressionNode& operator=(const ExpressionNode&) = delete;
  /// Does not recurse, so that long chains need no stack.
  ~ExpressionNode();

  ExpressionKind kind;
  bool flag = false;
  bool nulls_first = false;
  bool metadata_column = false;  ///< of an attribute
  bool has_subquery = false;     ///< here or below
  bool has_ordinal = false;      ///< here or below
  bool try_cast = false;
  std::string name;
  std::vector<ExpressionPtr> children;
  size_t partition_keys = 0;         ///< of a window or table argument: how many children they are
  std::optional<int64_t> plan_id;    ///< of an attribute, star or regex: the DataFrame it was taken from
  std::vector<std::string> names;    ///< of an alias
  std::string metadata;              ///< of an alias: JSON text
  std::optional<Value> value;        ///< of a literal
  std::optional<DataType> type;      ///< of a cast; else `name` is the type's text
  std::optional<WindowFrame> frame;  ///< of a window
  SubqueryKind subquery_kind = SubqueryKind::kScalar;
  std::optional<bool> single_partition;  ///< of a table argument
  RelationPtr plan;                      ///< of a subquery, or whose column an ordinal means
  int64_t ordinal = 0;                   ///< counted from 1
  Error error;
};

ExpressionPtr InvalidExpression(Error error);
/// A literal of the protocol, for places that take constants alone. Arrays, maps and structs travel whole; variants and
/// geometries have no form and are the action's error.
ExpressionPtr ConstantOf(Value value);
/// An integer as PySpark writes one: an INT when it fits, else a BIGINT.
ExpressionPtr IntegerLiteral(int64_t value);
/// "a", "a.b", "*", "t.*".
ExpressionPtr Attribute(std::string_view name);
ExpressionPtr Function(std::string_view name, std::vector<ExpressionPtr> arguments, bool distinct = false);
ExpressionPtr SortOrderOf(ExpressionPtr child, bool ascending, bool nulls_first);
/// The expression if it is a sort order, else its ascending order.
ExpressionPtr AsSortOrder(const ExpressionPtr& expression);
ExpressionPtr SubqueryOf(RelationPtr plan, SubqueryKind kind, std::vector<ExpressionPtr> children = {});
/// Appends the plans of the subqueries inside, a node before its children.
void CollectSubqueries(const ExpressionPtr& expression, std::vector<RelationPtr>& out);
/// The column of the plan at a place, counted from 1.
ExpressionPtr OrdinalOf(RelationPtr plan, int64_t ordinal);
/// Appends the plans whose columns the ordinals inside mean.
void CollectOrdinals(const ExpressionPtr& expression, std::vector<RelationPtr>& out);

/// A variable of a lambda with a name of its own, "x_17": numbers are counted once for the process.
ExpressionPtr FreshLambdaVariable(std::string_view prefix);
/// A seed for a caller who gave none; not for secrets.
int64_t RandomSeed();
/// Makes RandomSeed() give always this, for tests.
void FixRandomSeed(int64_t seed);

}  // namespace firesteel::client::internal
