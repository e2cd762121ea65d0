#pragma once

#include "functions/binding/binding.h"

/// Bind rules of functions of text, numbers as text, TIME and timestamps made of parts.
namespace firesteel::functions {

bound::ExpressionPtr BindToChar(const BindRequest& request);  ///< to_char, to_varchar
bound::ExpressionPtr BindFormatNumber(const BindRequest& request);
bound::ExpressionPtr BindToNumber(const BindRequest& request);
bound::ExpressionPtr BindOfBytes(const BindRequest& request);  ///< binary arguments only, for which nothing is cast
bound::ExpressionPtr BindTextPredicate(const BindRequest& request);  ///< contains, startswith, endswith
bound::ExpressionPtr BindToBinary(const BindRequest& request);
bound::ExpressionPtr BindFormatString(const BindRequest& request);
bound::ExpressionPtr BindMask(const BindRequest& request);
/// By signature, but what is not text (or binary) is refused instead of cast.
bound::ExpressionPtr BindOfText(const BindRequest& request);
/// Arguments must be texts or NULL: nothing else is cast to one.
bound::ExpressionPtr BindTextOnly(const BindRequest& request);
bound::ExpressionPtr BindArrayJoin(const BindRequest& request);
bound::ExpressionPtr BindDecode(const BindRequest& request);
/// decode(value, search, result, …) as CASE WHEN value <=> search THEN result ….
bound::ExpressionPtr DecodeAsCase(const std::vector<bound::ExpressionPtr>& arguments,
                                  const bound::SessionSettings& settings, const OriginPtr& origin);
bound::ExpressionPtr BindTrim(const BindRequest& request);  ///< trim, ltrim, rtrim, btrim
bound::ExpressionPtr BindElt(const BindRequest& request);
bound::ExpressionPtr BindOverlay(const BindRequest& request);
bound::ExpressionPtr BindPad(const BindRequest& request);    ///< lpad, rpad
bound::ExpressionPtr BindInstr(const BindRequest& request);  ///< instr
bound::ExpressionPtr BindNullIfZero(const BindRequest& request);
bound::ExpressionPtr BindZeroIfNull(const BindRequest& request);
bound::ExpressionPtr BindConvertTimezone(const BindRequest& request);
bound::ExpressionPtr BindMakeTimestamp(const BindRequest& request);
bound::ExpressionPtr BindCurrentTime(const BindRequest& request);
bound::ExpressionPtr BindTimeWindow(const BindRequest& request);  ///< window
bound::ExpressionPtr BindWindowTime(const BindRequest& request);
bound::ExpressionPtr BindTimeFrom(const BindRequest& request);  ///< time_from_*: numbers only
bound::ExpressionPtr BindOfTime(const BindRequest& request);    ///< time_to_*: TIME only
bound::ExpressionPtr BindTimeBucket(const BindRequest& request);

}  // namespace firesteel::functions
