#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/function.h"
#include "functions/signature.h"

/// What the bind rules of the rows share: the road by signature, the errors, and calls built by other calls.
namespace firesteel::functions {

EvalMode SessionMode(const bound::SessionSettings& settings);
/// The mode that a row's calls run in: try_* rows always kTry.
EvalMode ModeOf(const BindRequest& request);

/// Chooses the signature by arity and types, casts the arguments, computes the type.
bound::ExpressionPtr BindBySignature(const BindRequest& request);
/// The node of a call whose arguments already have their types. Nullability by the row.
bound::ExpressionPtr FinishCall(const BindRequest& request, std::vector<bound::ExpressionPtr> arguments, DataType type);
/// As FinishCall with a mode and nullability of the caller's.
bound::ExpressionPtr FinishCall(const BindRequest& request, std::vector<bound::ExpressionPtr> arguments, DataType type,
                                EvalMode mode, bool nullable);
/// Binds another row (of the catalogue or an internal one) over `arguments`, as part of `request`.
bound::ExpressionPtr BindOther(const BindRequest& request, std::string_view name,
                               std::vector<bound::ExpressionPtr> arguments);
bound::ExpressionPtr BindByName(std::string_view name, std::vector<bound::ExpressionPtr> arguments,
                                const bound::SessionSettings& settings, const OriginPtr& origin);

bound::ExpressionPtr CastTo(const bound::ExpressionPtr& argument, const DataType& type, const BindRequest& request);
/// Casts all to their widest common type; DATA_DIFF_TYPES when there is none.
std::vector<bound::ExpressionPtr> Unify(const BindRequest& request, std::vector<bound::ExpressionPtr> arguments);

/// Rows that no user can call: what operators turn into ("extractansiintervaldays").
const Function& InternalFunction(std::string_view name);

/// `expected`: counts as Spark words them: 2, [1, 2], > 0. `has_place`: whether the error says where the call stands;
/// by default it does where the count is no open one.
[[noreturn]] void ThrowWrongNumArgs(const BindRequest& request, std::string expected,
                                    std::optional<bool> has_place = std::nullopt);
/// Throws that where no signature of the function takes as many arguments.
void CheckArgumentCount(const BindRequest& request);
/// DATATYPE_MISMATCH.`sub` with sqlExpr (the call as written) before `parameters`.
[[noreturn]] void ThrowMismatch(const BindRequest& request, std::string_view sub, ErrorParameters parameters);
[[noreturn]] void ThrowUnexpectedInput(const BindRequest& request, size_t index, std::string required);
/// sqlExpr of messages: the call as Spark prints it, in double quotes.
std::string QuotedCall(const BindRequest& request);
/// The function's name in messages, in backquotes: that of the function which Spark puts in its place.
std::string QuotedFunctionName(const BindRequest& request);
std::string QuotedSql(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings);
/// "first", "second", "third", then "4th"…
std::string OrdinalWord(size_t index_from_zero);
/// ("INT" or "STRING")
std::string TypesText(const std::vector<bound::ExpressionPtr>& arguments, std::string_view open,
                      std::string_view separator, std::string_view close);

/// What Spark requires where it takes timestamps of any precision.
inline constexpr std::string_view kAnyTimestampText =
    "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")";

/// Binds an operator over a value that Spark computes once beside it: where the operator is refused, the message names
/// the value as a reference.
bound::ExpressionPtr BindOverCommonValue(const BindRequest& request, std::string_view name,
                                         const bound::ExpressionPtr& value, const bound::ExpressionPtr& other);

/// Whether the value does not depend on rows (Spark's foldable).
bool IsFoldable(const bound::ExpressionPtr& expression);
/// The literal under implicit casts of the same value, or null.
const Value* LiteralValue(const bound::ExpressionPtr& expression);
bound::ExpressionPtr IntLiteral(int64_t value, const DataType& type = DataType::Int());
bound::ExpressionPtr StringLiteral(std::string text);

/// result_rules.cc: the type of `@name` over bound arguments. Throws InternalError for an unknown rule.
DataType ApplyResultRule(std::string_view name, const BindRequest& request,
                         const std::vector<bound::ExpressionPtr>& arguments);
bool IsResultRule(std::string_view name);

// Bind rules, by file.
bound::ExpressionPtr BindAdd(const BindRequest& request);  // arithmetic.cc
bound::ExpressionPtr BindSubtract(const BindRequest& request);
bound::ExpressionPtr BindMultiply(const BindRequest& request);
bound::ExpressionPtr BindDivide(const BindRequest& request);
bound::ExpressionPtr BindIntegralDivide(const BindRequest& request);
bound::ExpressionPtr BindRemainder(const BindRequest& request);
bound::ExpressionPtr BindBitwise(const BindRequest& request);
bound::ExpressionPtr BindComparison(const BindRequest& request);  // comparison.cc
bound::ExpressionPtr BindNotEqual(const BindRequest& request);
bound::ExpressionPtr BindIn(const BindRequest& request);
bound::ExpressionPtr BindBetween(const BindRequest& request);
bound::ExpressionPtr BindLogical(const BindRequest& request);
bound::ExpressionPtr BindWhen(const BindRequest& request);  // conditional.cc
bound::ExpressionPtr BindIf(const BindRequest& request);
bound::ExpressionPtr BindCoalesce(const BindRequest& request);
bound::ExpressionPtr BindAssertTrue(const BindRequest& request);
bound::ExpressionPtr BindNullif(const BindRequest& request);
bound::ExpressionPtr BindNvl2(const BindRequest& request);
bound::ExpressionPtr BindCastFunction(const BindRequest& request);
bound::ExpressionPtr BindRound(const BindRequest& request);  // numeric.cc
bound::ExpressionPtr BindCeilFloor(const BindRequest& request);
bound::ExpressionPtr BindGreatest(const BindRequest& request);
bound::ExpressionPtr BindHex(const BindRequest& request);
bound::ExpressionPtr BindWidthBucket(const BindRequest& request);
bound::ExpressionPtr BindNanvl(const BindRequest& request);
bound::ExpressionPtr BindConcat(const BindRequest& request);  // string.cc
bound::ExpressionPtr BindConcatWs(const BindRequest& request);
bound::ExpressionPtr BindLike(const BindRequest& request);
bound::ExpressionPtr BindRegexpReplace(const BindRequest& request);
bound::ExpressionPtr BindExtract(const BindRequest& request);  // datetime.cc
bound::ExpressionPtr BindClockField(const BindRequest& request);
bound::ExpressionPtr BindLocate(const BindRequest& request);
bound::ExpressionPtr BindTimestampUnits(const BindRequest& request);
bound::ExpressionPtr BindSubtractTimestamps(const BindRequest& request);
bound::ExpressionPtr BindScaleInterval(const BindRequest& request);
bound::ExpressionPtr BindMakeInterval(const BindRequest& request);
bound::ExpressionPtr BindUnixTimestamp(const BindRequest& request);
bound::ExpressionPtr BindParseDatetime(const BindRequest& request);
bound::ExpressionPtr BindTimestampSeconds(const BindRequest& request);
bound::ExpressionPtr BindTimestampOfCount(const BindRequest& request);
bound::ExpressionPtr BindSinceEpoch(const BindRequest& request);
bound::ExpressionPtr BindDateFormat(const BindRequest& request);
bound::ExpressionPtr BindDateTrunc(const BindRequest& request);
bound::ExpressionPtr BindTimestampOfNanos(const BindRequest& request);
bound::ExpressionPtr BindCurrentTimestamp(const BindRequest& request);
bound::ExpressionPtr BindCounterDiff(const BindRequest& request);  // window.cc
bound::ExpressionPtr BindSessionWindow(const BindRequest& request);
bound::ExpressionPtr BindGeometryFromWkb(const BindRequest& request);  // geospatial.cc
bound::ExpressionPtr BindGeographyFromWkb(const BindRequest& request);
bound::ExpressionPtr BindCollate(const BindRequest& request);  // text.cc
bound::ExpressionPtr BindGeospatialAsBinary(const BindRequest& request);
bound::ExpressionPtr BindWithSrid(const BindRequest& request);
bound::ExpressionPtr BindStruct(const BindRequest& request);  // nested.cc
bound::ExpressionPtr BindNamedStruct(const BindRequest& request);
bound::ExpressionPtr BindMap(const BindRequest& request);
bound::ExpressionPtr BindElementAt(const BindRequest& request);
bound::ExpressionPtr BindGetItem(const BindRequest& request);
bound::ExpressionPtr BindHigherOrder(const BindRequest& request);  // higher_order.cc
bound::ExpressionPtr BindGenerator(const BindRequest& request);    // generator.cc
bound::ExpressionPtr BindExtreme(const BindRequest& request);
bound::ExpressionPtr BindCount(const BindRequest& request);   // aggregate.cc
bound::ExpressionPtr BindOffset(const BindRequest& request);  // window.cc
bound::ExpressionPtr BindNtile(const BindRequest& request);
bound::ExpressionPtr BindNthValue(const BindRequest& request);
bound::ExpressionPtr BindLikeList(const BindRequest& request);      // comparison.cc
bound::ExpressionPtr BindUpdateFields(const BindRequest& request);  // nested.cc
bound::ExpressionPtr BindUnwrapUserType(const BindRequest& request);

// Nullability rules of rows (nullability.cc).
bool NullableUnlessAllNullable(const bound::Expression& call);  // coalesce
bool NullableWhen(const bound::Expression& call);               // CASE
bool NullableIf(const bound::Expression& call);                 // a value, not the condition
bool NullableIn(const bound::Expression& call);
bool NullableFirstArgument(const bound::Expression& call);
bool NullableSecondArgument(const bound::Expression& call);
bool NullableContains(const bound::Expression& call);    // array_contains
bool NullableUnlessAnsi(const bound::Expression& call);  // fails in ANSI, else null
bool NullableOffset(const bound::Expression& call);      // lag, lead

}  // namespace firesteel::functions
