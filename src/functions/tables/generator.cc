#include "functions/binding/binding.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "generator_funcs";

const Function kRows[] = {
    {.name = "explode", .aliases = "", .since = "1.0.0", .kind = Kind::kGenerator, .signatures = "(array|map) -> struct",
     .lowering = LowerUnsupported{"lowered with its relation"},
     .description = "A row for each element of an array or entry of a map.",
     .example = "SELECT explode(array(1, 2))",
     .nullability = Nullability::kNever, .bind = BindGenerator, .group = kGroup},
    {.name = "posexplode", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator, .signatures = "(array|map) -> struct",
     .lowering = LowerUnsupported{"lowered with its relation"},
     .description = "A row for each element or entry, with its position.",
     .example = "SELECT posexplode(array(1, 2))",
     .nullability = Nullability::kNever, .bind = BindGenerator, .group = kGroup},
    {.name = "inline", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator, .signatures = "(array) -> struct",
     .lowering = LowerUnsupported{"lowered with its relation"},
     .description = "A row for each struct of an array, with its fields as columns.",
     .example = "SELECT inline(array(struct(1, 'a')))",
     .nullability = Nullability::kNever, .bind = BindGenerator, .group = kGroup},
    {.name = "explode_outer", .aliases = "", .since = "1.0.0", .kind = Kind::kGenerator, .signatures = "(array|map) -> struct",
     .lowering = LowerUnsupported{"lowered with its relation"},
     .description = "A row for each element of an array or entry of a map; one row of NULLs where there is none.",
     .example = "SELECT explode_outer(array(1, 2))",
     .display_name = "explode", .nullability = Nullability::kNever, .bind = BindGenerator, .group = kGroup},
    {.name = "posexplode_outer", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator, .signatures = "(array|map) -> struct",
     .lowering = LowerUnsupported{"lowered with its relation"},
     .description = "A row for each element or entry, with its position; one row of NULLs where there is none.",
     .example = "SELECT posexplode_outer(array(1, 2))",
     .display_name = "posexplode", .nullability = Nullability::kNever, .bind = BindGenerator, .group = kGroup},
    {.name = "inline_outer", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator, .signatures = "(array) -> struct",
     .lowering = LowerUnsupported{"lowered with its relation"},
     .description = "A row for each struct of an array, with its fields as columns; one row of NULLs where there is none.",
     .example = "SELECT inline_outer(array(struct(1, 'a')))",
     .display_name = "inline", .nullability = Nullability::kNever, .bind = BindGenerator, .group = kGroup},
    {.name = "stack", .aliases = "", .since = "2.0.0", .kind = Kind::kGenerator, .signatures = "(const int, any...) -> struct",
     .lowering = LowerUnsupported{"lowered with its relation"},
     .description = "The values as so many rows.",
     .example = "SELECT stack(2, 1, 2)",
     .nullability = Nullability::kNever, .bind = BindGenerator, .group = kGroup},
};

}  // namespace

std::span<const Function> GeneratorRows() { return kRows; }

}  // namespace firesteel::functions
