#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bound/expression.h"

/// How calls print that are neither name(a, b) nor an infix, prefix or postfix operator.
namespace firesteel::functions {

/// name(a, b) or name(DISTINCT a, b).
std::string CallText(std::string_view name, std::span<const std::string> arguments, bool is_distinct);

using Texts = std::span<const std::string>;
std::string ShowWhen(const bound::Expression& call, Texts arguments);        ///< CASE WHEN a THEN b ELSE c END
std::string ShowIf(const bound::Expression& call, Texts arguments);          ///< (IF(a, b, c))
std::string ShowIn(const bound::Expression& call, Texts arguments);          ///< (a IN (b, c))
std::string ShowLike(const bound::Expression& call, Texts arguments);        ///< a LIKE b ESCAPE '/'
std::string ShowItem(const bound::Expression& call, Texts arguments);        ///< a[b]
std::string ShowBetween(const bound::Expression& call, Texts arguments);     ///< between(a, b, c)
std::string ShowPlainInfix(const bound::Expression& call, Texts arguments);  ///< a + b
std::string ShowMinus(const bound::Expression& call, Texts arguments);       ///< a - b
std::string ShowFirstTwo(const bound::Expression& call, Texts arguments);    ///< name(a, b), whatever else it has
/// (a * b), (a / b); intervals of a calendar print as multiply_interval(a, b), divide_interval(a, b).
std::string ShowScaledInterval(const bound::Expression& call, Texts arguments);
std::string ShowInvert(const bound::Expression& call, Texts arguments);   ///< ~a
std::string ShowTrim(const bound::Expression& call, Texts arguments);     ///< trim(a), TRIM(BOTH b FROM a)
std::string ShowExtract(const bound::Expression& call, Texts arguments);  ///< extract(year FROM a)
std::string ShowNullif(const bound::Expression& call, Texts arguments);   ///< nullif(a, b)
std::string ShowWithoutArguments(const bound::Expression& call, std::span<const std::string> arguments);
/// The argument alone, as if there were no call.
std::string ShowArgument(const bound::Expression& call, Texts arguments);
std::string ShowFirstOnly(const bound::Expression& call, Texts arguments);  ///< name(a), whatever else it has
std::string ShowVariable(const bound::Expression& call, Texts arguments);   ///< variablereference(name=value)
std::string ShowNegative(const bound::Expression& call, Texts arguments);   ///< negative(a), or (- a) of an operator
std::string ShowCallOfNothing(const bound::Expression& call, Texts arguments);  ///< f(), whatever it was given
std::string ShowWithField(const bound::Expression& call, Texts arguments);      ///< update_fields(a, WithField(b))
std::string ShowDropField(const bound::Expression& call, Texts arguments);      ///< update_fields(a, dropfield())
std::string ShowStruct(const bound::Expression& call, Texts arguments);         ///< struct(a AS x, b)
std::string ShowCeilFloor(const bound::Expression& call, Texts arguments);      ///< CEIL(a), ceil(a, 1)
std::string ShowLog(const bound::Expression& call, Texts arguments);            ///< LOG(E(), a), LOG(a, b)
std::string ShowIlike(const bound::Expression& call, Texts arguments);          ///< ilike(a, b)
/// listagg(a, b) [WITHIN GROUP (ORDER BY a ASC NULLS FIRST)], percentile_cont(a) WITHIN GROUP (ORDER BY b DESC),
/// mode(). Texts of the order are behind those of the arguments.
std::string ShowListAggregate(const bound::Expression& call, Texts arguments);
std::string ShowWithinGroup(const bound::Expression& call, Texts arguments);
std::string ShowRespectingNulls(const bound::Expression& call, Texts arguments);  ///< collect_list(a) RESPECT NULLS
std::string ShowMode(const bound::Expression& call, Texts arguments);
/// make_timestamp and its like: some print fewer arguments or another name than they were called by.
std::string ShowMakeTimestamp(const bound::Expression& call, Texts arguments);
/// Window functions that print without their arguments: RANK()
std::string ShowNoArguments(const bound::Expression& call, Texts arguments);
/// try_to_time(to_time(a)): the function that must not fail around the one that may.
std::string ShowTryAround(const bound::Expression& call, Texts arguments);
std::string ShowDistinctCall(const bound::Expression& call, Texts arguments);

}  // namespace firesteel::functions
