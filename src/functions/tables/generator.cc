#include "functions/binding/binding.h"
#include "functions/display/display_rules.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "generator_funcs";

const Function kRows[] = {
    {.name = "explode", .aliases = "", .since = "1.0.0", .kind = Kind::kGenerator,
     .signatures = "(any) -> @first",
     .lowering = LowerUnsupported{"a generator stands in a select list or LATERAL VIEW"},
     .description = "A row for each element of an array or entry of a map.",
     .example = "SELECT explode(array(10, 20))", .bind = BindGenerator, .group = kGroup},
    {.name = "explode_outer", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator,
     .signatures = "(any) -> @first",
     .lowering = LowerUnsupported{"a generator stands in a select list or LATERAL VIEW"},
     .description = "A row for each element of an array or entry of a map; one of NULLs when there is none.",
     .example = "SELECT explode_outer(array(10, 20))", .bind = BindGenerator, .group = kGroup},
    {.name = "posexplode", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator,
     .signatures = "(any) -> @first",
     .lowering = LowerUnsupported{"a generator stands in a select list or LATERAL VIEW"},
     .description = "A row for each element with its position.",
     .example = "SELECT posexplode(array(10, 20))", .bind = BindGenerator, .group = kGroup},
    {.name = "posexplode_outer", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator,
     .signatures = "(any) -> @first",
     .lowering = LowerUnsupported{"a generator stands in a select list or LATERAL VIEW"},
     .description = "A row for each element with its position; one of NULLs when there is none.",
     .example = "SELECT posexplode_outer(array(10, 20))", .bind = BindGenerator, .group = kGroup},
    {.name = "inline", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator,
     .signatures = "(any) -> @first",
     .lowering = LowerUnsupported{"a generator stands in a select list or LATERAL VIEW"},
     .description = "A row for each struct of an array.",
     .example = "SELECT inline(array(struct(1, 'a')))", .bind = BindGenerator, .group = kGroup},
    {.name = "inline_outer", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator,
     .signatures = "(any) -> @first",
     .lowering = LowerUnsupported{"a generator stands in a select list or LATERAL VIEW"},
     .description = "A row for each struct of an array; one of NULLs when there is none.",
     .example = "SELECT inline_outer(array(struct(1, 'a')))", .bind = BindGenerator, .group = kGroup},
    {.name = "stack", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator,
     .signatures = "(const int, any...) -> @first",
     .lowering = LowerUnsupported{"a generator stands in a select list or LATERAL VIEW"},
     .description = "The values in n rows.",
     .example = "SELECT stack(2, 1, 2, 3)", .bind = BindGenerator, .group = kGroup},
};

}  // namespace

std::span<const Function> GeneratorRows() { return kRows; }

}  // namespace firesteel::functions
