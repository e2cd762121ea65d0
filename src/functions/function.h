#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bound/expression.h"
#include "bound/session_settings.h"
#include "functions/kernel.h"

/// The catalogue of Spark's built-in functions: one row each, everything else derived from the rows.
namespace firesteel::functions {

enum class Kind : uint8_t { kScalar, kAggregate, kWindow, kGenerator };
enum class Volatility : uint8_t { kImmutable, kStable /* constant within a query */, kVolatile };
/// kAny: nullable if an argument is; kNever, kAlways; kRule: `nullable_rule`; Spark's nullability of each expression.
enum class Nullability : uint8_t { kAny, kNever, kAlways, kRule };
/// How generated column names print a call (Spark's Expression.sql / prettyName).
enum class Display : uint8_t {
  kCall,     ///< name(a, b)
  kInfix,    ///< (a + b)
  kPrefix,   ///< (- a), (NOT a)
  kPostfix,  ///< (a IS NULL)
  kRule,     ///< `display_rule`
};

/// What a rewrite, a special lowering or a rule may ask while one query is turned into engine SQL.
class SqlWriter {
 public:
  virtual ~SqlWriter() = default;
  /// Engine SQL of a bound expression.
  virtual std::string Sql(const bound::ExpressionPtr& expression) = 0;
  /// Engine SQL of a kernel call over argument SQL texts of the given Spark types.
  virtual std::string Kernel(const functions::Kernel& kernel, const std::vector<std::string>& argument_sql,
                             const std::vector<DataType>& argument_types, const DataType& result_type,
                             const bound::Expression& for_expression) = 0;
  /// Engine SQL of an aggregate call (for LowerSpecial of aggregates): `name`([DISTINCT] arguments [ORDER BY …])
  /// [FILTER …] with the DISTINCT, ORDER BY and FILTER of `for_call` (an AggregateCall, or the Call of a window
  /// function), and its OVER (…) in a window.
  virtual std::string Aggregate(std::string_view name, const std::vector<std::string>& argument_sql,
                                const bound::Expression& for_call) = 0;
  /// Engine type text ("DECIMAL(10,2)") of a Spark type.
  virtual std::string TypeSql(const DataType& type) = 0;
  virtual const bound::SessionSettings& settings() const = 0;
  /// Whether what Aggregate writes gets an OVER (…).
  virtual bool in_window() const { return false; }
};

using DisplayRule = std::string (*)(const bound::Expression& call, std::span<const std::string> arguments);
using NullableRule = bool (*)(const bound::Expression& call);
/// Replaces signature-driven binding: gets the arguments as written, gives the finished expression.
struct BindRequest;
using BindRule = bound::ExpressionPtr (*)(const BindRequest&);

/// Lowerings. Templates use {0}, {1}, … for arguments, {*} for all joined by ", ", {type} for the result's engine type.
struct LowerSql {
  std::string_view text;
};
struct LowerKernel {
  const Kernel* kernel;
};
/// Bound call → other bound expression, lowered in its place (after names were derived).
struct LowerRewrite {
  bound::ExpressionPtr (*rewrite)(const bound::ExpressionPtr& call, const bound::SessionSettings& settings);
};
struct LowerSpecial {
  std::string (*lower)(const bound::ExpressionPtr& call, SqlWriter& writer);
};
/// Aggregates: `text` is applied as text(DISTINCT args ORDER BY …) FILTER (WHERE …): "sum", "arg_min", …
struct LowerAggregate {
  std::string_view name;
};
struct LowerUnsupported {
  std::string_view reason;
};
using Lowering = std::variant<LowerSql, LowerKernel, LowerRewrite, LowerSpecial, LowerAggregate, LowerUnsupported>;

/// One row.
struct Function {
  std::string_view name;     ///< lower case
  std::string_view aliases;  ///< comma-separated
  std::string_view since;
  Kind kind = Kind::kScalar;
  /// "(array<T>, T) -> array<T> | (string, string) -> string"; language documented in signature.h.
  std::string_view signatures;
  Lowering lowering;
  std::string_view description;
  std::string_view example;  ///< a query, run by the tests
  Display display = Display::kCall;
  std::string_view display_name = {};  ///< printed name if not `name`; "" = name; "*" = as called
  DisplayRule display_rule = nullptr;
  Nullability nullability = Nullability::kAny;
  NullableRule nullable_rule = nullptr;
  Volatility volatility = Volatility::kImmutable;
  BindRule bind = nullptr;
  std::string_view group = {};  ///< "math_funcs", …
};

struct BindRequest {
  const Function& function;
  std::vector<bound::ExpressionPtr> arguments;
  std::string called_name;  ///< lower case, as written
  const bound::SessionSettings& settings;
  OriginPtr origin;
  // aggregates only
  bool is_distinct = false;
  bound::ExpressionPtr filter;
  std::vector<bound::SortOrder> order;
  std::optional<bool> ignore_nulls;
};

/// Finds a row by name or alias, any case; null if unknown. Thread-safe.
const Function* Find(std::string_view name);
std::span<const Function* const> AllFunctions();
/// Up to 5 names near to an unknown one, as Spark proposes them.
std::vector<std::string> SimilarNames(std::string_view name);

/// Chooses the signature, inserts casts, computes type and nullability: a Call, an AggregateCall or (by a bind rule)
/// another expression. Throws WRONG_NUM_ARGS…, DATATYPE_MISMATCH.…, etc. as Spark.
bound::ExpressionPtr Bind(BindRequest request);

/// For a higher-order function: types (and nullability) of the parameters of lambda argument `index`, given the bound
/// arguments before it (lambdas not yet bound are null). `arity` is the number of parameters the user wrote.
struct LambdaParameterType {
  DataType type;
  bool nullable;
};
std::vector<LambdaParameterType> LambdaParameterTypes(const Function& function,
                                                      std::span<const bound::ExpressionPtr> arguments, size_t index,
                                                      size_t arity, const bound::SessionSettings& settings,
                                                      const OriginPtr& origin);

/// Generated column name (Spark's toPrettySQL) and the form in messages (Spark's toSQLExpr, without the quotes).
std::string PrettySql(const bound::Expression& expression, const bound::SessionSettings& settings);
std::string MessageSql(const bound::Expression& expression, const bound::SessionSettings& settings);

}  // namespace firesteel::functions
