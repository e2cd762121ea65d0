#include "functions/binding/binding.h"
#include "functions/display/display_rules.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "string_funcs";

const Function kRows[] = {
    {.name = "like", .aliases = "", .since = "1.0.0",
     .signatures = "(string, string, const string?) -> boolean",
     .lowering = LowerSpecial{LowerLike},
     .description = "Whether the text matches a pattern of % and _.",
     .example = "SELECT 'Spark' LIKE 'S%'",
     .display = Display::kRule, .display_rule = ShowLike, .bind = BindLike, .group = kGroup},
    {.name = "ilike", .aliases = "", .since = "3.3.0",
     .signatures = "(string, string, const string?) -> boolean",
     .lowering = LowerSpecial{LowerLike},
     .description = "Whether the text matches a pattern of % and _, in any case.",
     .example = "SELECT 'Spark' ILIKE 'S%'",
     .display = Display::kRule, .display_rule = ShowIlike, .bind = BindLike, .group = kGroup},
    // REGULAR EXPRESSIONS
};

}  // namespace

std::span<const Function> PatternRows() { return kRows; }

}  // namespace firesteel::functions
