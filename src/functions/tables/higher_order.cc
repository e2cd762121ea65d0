#include "functions/binding/binding.h"
#include "functions/display/collection_rules.h"
#include "functions/lower/lower.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "lambda_funcs";

const Function kRows[] = {
    {.name = "transform", .aliases = "", .since = "2.4.0", .signatures = "(array, lambda) -> array<any>",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "What the function gives for each element, and its index where it takes one.",
     .example = "SELECT transform(array(1, 2), x -> x + 1)",
     .bind = BindHigherOrder, .group = kGroup},
    {.name = "filter", .aliases = "", .since = "2.4.0", .signatures = "(array, lambda) -> @first",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "The elements for which the condition holds.",
     .example = "SELECT filter(array(1, 2, 3), x -> x > 1)",
     .bind = BindHigherOrder, .group = kGroup},
    {.name = "exists", .aliases = "", .since = "2.4.0", .signatures = "(array, lambda) -> boolean",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "Whether the condition holds for one element.",
     .example = "SELECT exists(array(1, 2), x -> x > 1)",
     .bind = BindHigherOrder, .group = kGroup},
    {.name = "forall", .aliases = "", .since = "3.0.0", .signatures = "(array, lambda) -> boolean",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "Whether the condition holds for all elements.",
     .example = "SELECT forall(array(1, 2), x -> x > 0)",
     .bind = BindHigherOrder, .group = kGroup},
    {.name = "aggregate", .aliases = "reduce", .since = "2.4.0", .signatures = "(array, any, lambda, lambda?) -> any",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "What merging the elements one by one into a first value gives, and then a last function.",
     .example = "SELECT aggregate(array(1, 2), 0, (a, x) -> a + x)",
     .display_name = "*", .bind = BindHigherOrder, .group = kGroup},
    {.name = "zip_with", .aliases = "", .since = "2.4.0", .signatures = "(array, array, lambda) -> array<any>",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "What the function gives for the elements of two arrays at equal positions.",
     .example = "SELECT zip_with(array(1, 2), array(3, 4), (x, y) -> x + y)",
     .bind = BindHigherOrder, .group = kGroup},
    {.name = "array_sort", .aliases = "", .since = "2.4.0", .signatures = "(array, lambda?) -> @first",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "The array in ascending order, NULLs last, or in the order of a comparator.",
     .example = "SELECT array_sort(array(3, 1, 2))",
     .display = Display::kRule, .display_rule = ShowArraySort, .bind = BindHigherOrder, .group = kGroup},
    {.name = "map_filter", .aliases = "", .since = "3.0.0", .signatures = "(map, lambda) -> @first",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "The entries for which the condition holds.",
     .example = "SELECT map_filter(map('a', 1, 'b', 2), (k, v) -> v > 1)",
     .bind = BindHigherOrder, .group = kGroup},
    {.name = "transform_keys", .aliases = "", .since = "3.0.0", .signatures = "(map, lambda) -> map<any,any>",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "The map with the keys that the function gives.",
     .example = "SELECT transform_keys(map('a', 1), (k, v) -> upper(k))",
     .bind = BindHigherOrder, .group = kGroup},
    {.name = "transform_values", .aliases = "", .since = "3.0.0", .signatures = "(map, lambda) -> map<any,any>",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "The map with the values that the function gives.",
     .example = "SELECT transform_values(map('a', 1), (k, v) -> v + 1)",
     .bind = BindHigherOrder, .group = kGroup},
    {.name = "map_zip_with", .aliases = "", .since = "3.0.0", .signatures = "(map, map, lambda) -> map<any,any>",
     .lowering = LowerSpecial{LowerHigherOrder},
     .description = "One map of what the function gives for a key and its values in both maps.",
     .example = "SELECT map_zip_with(map('a', 1), map('a', 2), (k, x, y) -> x + y)",
     .bind = BindHigherOrder, .group = kGroup},
};

}  // namespace

std::span<const Function> HigherOrderRows() { return kRows; }

}  // namespace firesteel::functions
