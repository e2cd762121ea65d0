#pragma once

#include <string>

#include "functions/lower/lower.h"

/// Engine SQL of rows on text, TIME and timestamps made of parts that lower.h does not name.
namespace firesteel::functions {

std::string LowerToBinary(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerStrToMap(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerLocate(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerLevenshtein(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerPad(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerOverlay(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerInstr(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerDecode(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerWidthBucket(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerCollation(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerTimeBucket(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerCurrentTime(const bound::ExpressionPtr& call, SqlWriter& writer);

}  // namespace firesteel::functions
