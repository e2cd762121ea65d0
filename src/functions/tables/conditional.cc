#include "functions/binding/binding.h"
#include "functions/display/display_rules.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "conditional_funcs";

const Function kRows[] = {
    {.name = "when", .aliases = "", .since = "1.0.1", .signatures = "(boolean, T, any...) -> T",
     .lowering = LowerSpecial{LowerWhen},
     .description = "The value of the first condition that holds, else the last value or NULL.",
     .example = "SELECT CASE WHEN 1 > 0 THEN 'a' ELSE 'b' END", .display = Display::kRule, .display_rule = ShowWhen,
     .nullability = Nullability::kRule, .nullable_rule = NullableWhen, .bind = BindWhen, .group = kGroup},
    {.name = "if", .aliases = "", .since = "1.0.0", .signatures = "(boolean, T, T) -> T",
     .lowering = LowerSql{"(CASE WHEN {0} THEN {1} ELSE {2} END)"},
     .description = "The second value where the condition holds, else the third.", .example = "SELECT if(1 < 2, 'a', 'b')",
     .display = Display::kRule, .display_rule = ShowIf, .nullability = Nullability::kRule,
     .nullable_rule = NullableIf, .bind = BindIf, .group = kGroup},
    {.name = "coalesce", .aliases = "", .since = "1.0.0", .signatures = "(T, T...) -> T",
     .lowering = LowerSql{"coalesce({*})"}, .description = "The first value that is not NULL.",
     .example = "SELECT coalesce(NULL, 1, NULL)", .nullability = Nullability::kRule,
     .nullable_rule = NullableUnlessAllNullable, .bind = BindCoalesce, .group = kGroup},
    {.name = "nvl", .aliases = "ifnull", .since = "2.0.0", .signatures = "(T, T) -> T",
     .lowering = LowerSql{"coalesce({0}, {1})"}, .description = "The first value, or the second where it is NULL.",
     .example = "SELECT nvl(NULL, 2)", .display_name = "*", .nullability = Nullability::kRule,
     .nullable_rule = NullableUnlessAllNullable, .group = kGroup},
    {.name = "nvl2", .aliases = "", .since = "2.0.0", .signatures = "(any, T, T) -> T",
     .lowering = LowerSql{"(CASE WHEN ({0}) IS NOT NULL THEN {1} ELSE {2} END)"},
     .description = "The second value where the first is not NULL, else the third.",
     .example = "SELECT nvl2(NULL, 2, 1)", .nullability = Nullability::kRule, .nullable_rule = NullableIf,
     .group = kGroup},
    {.name = "nullif", .aliases = "", .since = "2.0.0", .signatures = "(any, any) -> @first",
     .lowering = LowerSql{"(CASE WHEN {1} THEN NULL ELSE {0} END)"},
     .description = "NULL where the two values are equal, else the first.", .example = "SELECT nullif(2, 2)",
     .display = Display::kRule, .display_rule = ShowNullif, .nullability = Nullability::kAlways, .bind = BindNullif,
     .group = kGroup},
    {.name = "nullifzero", .aliases = "", .since = "4.0.0", .signatures = "(numeric) -> @first",
     .lowering = LowerSql{"nullif({0}, 0)"}, .description = "NULL where the number is zero, else the number.",
     .example = "SELECT nullifzero(0)", .nullability = Nullability::kAlways, .group = kGroup},
    {.name = "zeroifnull", .aliases = "", .since = "4.0.0", .signatures = "(numeric) -> @first",
     .lowering = LowerSql{"coalesce({0}, CAST(0 AS {type}))"}, .description = "Zero where the number is NULL.",
     .example = "SELECT zeroifnull(NULL)", .nullability = Nullability::kNever, .group = kGroup},
};

}  // namespace

std::span<const Function> ConditionalRows() { return kRows; }

}  // namespace firesteel::functions
