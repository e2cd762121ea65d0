#include "functions/binding/binding.h"
#include "functions/display/display_rules.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "window_funcs";

const Function kRows[] = {
    {.name = "row_number", .aliases = "", .since = "2.0.0", .kind = Kind::kWindow, .signatures = "() -> int",
     .lowering = LowerSpecial{LowerWindowFunction}, .description = "The row's number in its window, from 1.",
     .example = "SELECT row_number() OVER (ORDER BY a) FROM VALUES (1), (2) AS t(a)",
     .nullability = Nullability::kNever, .group = kGroup},
    {.name = "rank", .aliases = "", .since = "2.0.0", .kind = Kind::kWindow, .signatures = "() -> int",
     .lowering = LowerSpecial{LowerWindowFunction}, .description = "The row's rank; equal rows share one and leave a gap.",
     .example = "SELECT rank() OVER (ORDER BY a) FROM VALUES (1), (1) AS t(a)", .display_name = "RANK",
     .nullability = Nullability::kNever, .group = kGroup},
    {.name = "dense_rank", .aliases = "", .since = "2.0.0", .kind = Kind::kWindow, .signatures = "() -> int",
     .lowering = LowerSpecial{LowerWindowFunction}, .description = "The row's rank without gaps.",
     .example = "SELECT dense_rank() OVER (ORDER BY a) FROM VALUES (1), (1) AS t(a)", .display_name = "DENSE_RANK",
     .nullability = Nullability::kNever, .group = kGroup},
    {.name = "percent_rank", .aliases = "", .since = "2.0.0", .kind = Kind::kWindow, .signatures = "() -> double",
     .lowering = LowerSpecial{LowerWindowFunction}, .description = "The row's rank as a share between 0 and 1.",
     .example = "SELECT percent_rank() OVER (ORDER BY a) FROM VALUES (1), (2) AS t(a)",
     .display_name = "PERCENT_RANK", .nullability = Nullability::kNever, .group = kGroup},
    {.name = "cume_dist", .aliases = "", .since = "2.0.0", .kind = Kind::kWindow, .signatures = "() -> double",
     .lowering = LowerSpecial{LowerWindowFunction}, .description = "The share of rows up to this one and its equals.",
     .example = "SELECT cume_dist() OVER (ORDER BY a) FROM VALUES (1), (2) AS t(a)",
     .nullability = Nullability::kNever, .group = kGroup},
    {.name = "ntile", .aliases = "", .since = "2.0.0", .kind = Kind::kWindow, .signatures = "(const int=1) -> int",
     .lowering = LowerSpecial{LowerWindowFunction}, .description = "The bucket of the row when the window is cut in n.",
     .example = "SELECT ntile(2) OVER (ORDER BY a) FROM VALUES (1), (2) AS t(a)", .nullability = Nullability::kNever,
     .group = kGroup},
    {.name = "lag", .aliases = "", .since = "2.0.0", .kind = Kind::kWindow,
     .signatures = "(T, const int=1, T=null) -> T", .lowering = LowerSpecial{LowerWindowFunction},
     .description = "The value some rows before this one, or a default.",
     .example = "SELECT lag(a) OVER (ORDER BY a) FROM VALUES (1), (2) AS t(a)", .nullability = Nullability::kRule,
     .nullable_rule = NullableOffset, .group = kGroup},
    {.name = "lead", .aliases = "", .since = "2.0.0", .kind = Kind::kWindow,
     .signatures = "(T, const int=1, T=null) -> T", .lowering = LowerSpecial{LowerWindowFunction},
     .description = "The value some rows after this one, or a default.",
     .example = "SELECT lead(a) OVER (ORDER BY a) FROM VALUES (1), (2) AS t(a)", .nullability = Nullability::kRule,
     .nullable_rule = NullableOffset, .group = kGroup},
    {.name = "nth_value", .aliases = "", .since = "3.1.0", .kind = Kind::kWindow, .signatures = "(T, const int) -> T",
     .lowering = LowerSpecial{LowerWindowFunction}, .description = "The value of the n-th row of the frame.",
     .example = "SELECT nth_value(a, 2) OVER (ORDER BY a) FROM VALUES (1), (2) AS t(a)",
     .nullability = Nullability::kAlways, .group = kGroup},
};

}  // namespace

std::span<const Function> WindowRows() { return kRows; }

}  // namespace firesteel::functions
