#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/coercion.h"
#include "types/data_type.h"
#include "types/value.h"

/// The small language in which a row of the catalogue says what it takes and gives:
///
///   signatures := signature { " | " signature }            tried in order among those of the right arity
///   signature  := "(" [ parameter { "," parameter } ] ")" "->" result
///   parameter  := [ "const" ] types [ "?" | "=" default | "..." ]
///                 const: must be foldable · ?: may be missing · = default: a missing one becomes this literal
///                 (true, false, null, an integer, 'text') · ...: any number of these, also none; last only
///   types      := type { "|" type }                        any of them; Spark's TypeCollection
///   type       := a type name (int, double, decimal(10,0), array<string>, …): cast implicitly to exactly this
///               | numeric integral fractional decimal ansi_interval interval datetime any_timestamp
///                 nanos_timestamp geospatial orderable any array map struct lambda    a class of types
///               | A … Z                                    a variable: all its places are widened to one type
///               | array<type> map<type,type>
///   result     := type | "@" rule                          rule: a name of result_rules.cc
///                 "!" behind an element type of a result: elements are never null
namespace firesteel::functions {

struct TypePattern {
  enum class Kind : uint8_t {
    kExact,
    kVariable,
    kNumeric,
    kIntegral,
    kFractional,
    kDecimal,
    kAnsiInterval,
    kInterval,
    kDatetime,
    kAnyTimestamp,
    kNanosTimestamp,  ///< a timestamp of nanoseconds
    kGeospatial,      ///< geometry or geography
    kOrderable,
    kAny,
    kArray,   ///< children: the element, or none for any
    kMap,     ///< children: key, value, or none for any
    kStruct,  ///< any struct
    kLambda,
    kUnion,
  };
  Kind kind = Kind::kAny;
  DataType type;         ///< kExact
  char variable = 0;     ///< kVariable
  bool no_null = false;  ///< "!" in results
  std::vector<TypePattern> children;

  bool HasVariable() const;
};

struct Parameter {
  TypePattern pattern;
  bool is_constant = false;
  bool is_optional = false;
  bool is_variadic = false;
  std::optional<TypedValue> default_value;
};

struct Signature {
  std::vector<Parameter> parameters;
  TypePattern result;
  std::string_view result_rule;  ///< empty: `result`

  size_t min_arguments() const;
  bool is_variadic() const { return !parameters.empty() && parameters.back().is_variadic; }
  /// The parameter that argument `i` fills.
  const Parameter& at(size_t i) const { return i < parameters.size() ? parameters[i] : parameters.back(); }
};

/// Parses the text of a row. Throws InternalError on a malformed one (a test parses all rows).
std::vector<Signature> ParseSignatures(std::string_view text);

/// Spark's implicit cast of an argument: the type to cast to (the same type when none is needed), or none when the
/// pattern does not accept it. Patterns with variables accept by shape only.
std::optional<DataType> ImplicitCast(const DataType& from, const TypePattern& to, bool ansi);

/// Whether `to` stands not before `from` among byte, short, int, long, decimal, float, double.
bool IsNumericPromotion(const DataType& from, const DataType& to);

/// How Spark names the pattern in UNEXPECTED_INPUT_TYPE: `"INT"`, `("NUMERIC" or "INTERVAL")`.
std::string RequiredTypeText(const TypePattern& pattern);

/// Whether values of the type can be ordered (RowOrdering.isOrderable).
bool IsOrderable(const DataType& type);

}  // namespace firesteel::functions
