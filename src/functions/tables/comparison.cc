#include "functions/binding/binding.h"
#include "functions/display/display_rules.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "predicate_funcs";
constexpr std::string_view kPair = "(any, any) -> boolean";

const Function kRows[] = {
    {.name = "=", .aliases = "==", .since = "1.0.0", .signatures = kPair, .lowering = LowerSql{"({0} = {1})"},
     .description = "Whether two values are equal.", .example = "SELECT 1 = 1", .display = Display::kInfix,
     .bind = BindComparison, .group = kGroup},
    {.name = "<=>", .aliases = "", .since = "1.1.0", .signatures = kPair,
     .lowering = LowerSql{"({0} IS NOT DISTINCT FROM {1})"},
     .description = "Whether two values are equal; NULL equals NULL.", .example = "SELECT NULL <=> NULL",
     .display = Display::kInfix, .nullability = Nullability::kNever, .bind = BindComparison, .group = kGroup},
    {.name = "!=", .aliases = "<>", .since = "1.0.0", .signatures = kPair, .lowering = LowerSql{"({0} <> {1})"},
     .description = "Whether two values differ.", .example = "SELECT 1 != 2", .bind = BindNotEqual, .group = kGroup},
    {.name = "<", .aliases = "", .since = "1.0.0", .signatures = kPair, .lowering = LowerSql{"({0} < {1})"},
     .description = "Whether the first value is less.", .example = "SELECT 1 < 2", .display = Display::kInfix,
     .bind = BindComparison, .group = kGroup},
    {.name = "<=", .aliases = "", .since = "1.0.0", .signatures = kPair, .lowering = LowerSql{"({0} <= {1})"},
     .description = "Whether the first value is less or equal.", .example = "SELECT 1 <= 2",
     .display = Display::kInfix, .bind = BindComparison, .group = kGroup},
    {.name = ">", .aliases = "", .since = "1.0.0", .signatures = kPair, .lowering = LowerSql{"({0} > {1})"},
     .description = "Whether the first value is greater.", .example = "SELECT 2 > 1", .display = Display::kInfix,
     .bind = BindComparison, .group = kGroup},
    {.name = ">=", .aliases = "", .since = "1.0.0", .signatures = kPair, .lowering = LowerSql{"({0} >= {1})"},
     .description = "Whether the first value is greater or equal.", .example = "SELECT 2 >= 1",
     .display = Display::kInfix, .bind = BindComparison, .group = kGroup},
    {.name = "and", .aliases = "", .since = "1.0.0", .signatures = "(boolean, boolean) -> boolean",
     .lowering = LowerSql{"({0} AND {1})"}, .description = "Whether both conditions hold.",
     .example = "SELECT true AND false", .display = Display::kInfix, .display_name = "AND", .bind = BindLogical,
     .group = kGroup},
    {.name = "or", .aliases = "", .since = "1.0.0", .signatures = "(boolean, boolean) -> boolean",
     .lowering = LowerSql{"({0} OR {1})"}, .description = "Whether one of the conditions holds.",
     .example = "SELECT true OR false", .display = Display::kInfix, .display_name = "OR", .bind = BindLogical,
     .group = kGroup},
    {.name = "not", .aliases = "!", .since = "1.0.0", .signatures = "(boolean) -> boolean",
     .lowering = LowerSql{"(NOT {0})"}, .description = "Whether the condition does not hold.",
     .example = "SELECT NOT true", .display = Display::kPrefix, .display_name = "NOT", .group = kGroup},
    {.name = "isnull", .aliases = "", .since = "1.0.0", .signatures = "(any) -> boolean",
     .lowering = LowerSql{"(({0}) IS NULL)"}, .description = "Whether the value is NULL.",
     .example = "SELECT isnull(1)", .display = Display::kPostfix, .display_name = "IS NULL",
     .nullability = Nullability::kNever, .group = kGroup},
    {.name = "isnotnull", .aliases = "", .since = "1.0.0", .signatures = "(any) -> boolean",
     .lowering = LowerSql{"(({0}) IS NOT NULL)"}, .description = "Whether the value is not NULL.",
     .example = "SELECT isnotnull(1)", .display = Display::kPostfix, .display_name = "IS NOT NULL",
     .nullability = Nullability::kNever, .group = kGroup},
    {.name = "isnan", .aliases = "", .since = "1.5.0", .signatures = "(double|float) -> boolean",
     .lowering = LowerSql{"coalesce(isnan({0}), false)"}, .description = "Whether the number is NaN.",
     .example = "SELECT isnan(CAST('NaN' AS DOUBLE))", .nullability = Nullability::kNever, .group = kGroup},
    {.name = "in", .aliases = "", .since = "1.0.0", .signatures = "(any, any...) -> boolean",
     .lowering = LowerSpecial{LowerIn}, .description = "Whether the first value equals one of the others.",
     .example = "SELECT 1 IN (1, 2)", .display = Display::kRule, .display_rule = ShowIn, .bind = BindIn,
     .group = kGroup},
    {.name = "between", .aliases = "", .since = "1.0.0", .signatures = "(any, any, any) -> boolean",
     .lowering = LowerSpecial{LowerBetween}, .description = "Whether a value lies between two bounds, which count.",
     .example = "SELECT 2 BETWEEN 1 AND 3", .display = Display::kRule, .display_rule = ShowBetween,
     .bind = BindBetween, .group = kGroup},
    {.name = "equal_null", .aliases = "", .since = "3.4.0", .signatures = kPair,
     .lowering = LowerSql{"({0} IS NOT DISTINCT FROM {1})"},
     .description = "Whether two values are equal; NULL equals NULL.", .example = "SELECT equal_null(1, NULL)",
     .nullability = Nullability::kNever, .bind = BindComparison, .group = kGroup},
};

}  // namespace

std::span<const Function> ComparisonRows() { return kRows; }

}  // namespace firesteel::functions
