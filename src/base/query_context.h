#pragma once

#include <string>

#include "base/origin.h"

namespace firesteel {

/// An origin that says nothing: it keeps an error from being given the place of what is around it.
const OriginPtr& Nowhere();

/// Whether the origin names a piece of SQL text (start and stop lie within it). Spark's SQLQueryContext.isValid.
bool HasSqlFragment(const Origin& origin);

/// The piece of SQL text, or the called function of a DataFrame origin. Empty when there is neither.
std::string QueryContextFragment(const Origin& origin);

/// Spark's QueryContext.summary: the lines with the fragment and carets under it, or where the DataFrame call was.
/// Ends with a newline; empty when the origin says nothing.
std::string QueryContextSummary(const Origin& origin);

/// What a syntax error appends to its message: ` (line 1, pos 7)`, and the whole text (where it is shown) with
/// `-------^^^` below the line.
std::string ParserPosition(const Origin& origin);

}  // namespace firesteel
