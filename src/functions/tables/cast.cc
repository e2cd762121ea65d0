#include "functions/binding/binding.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "conversion_funcs";
constexpr std::string_view kAny = "(any) -> @first";

/// Casts under the names of types. Binding turns them into bound::Cast, so the lowering here is never used.
const Function kRows[] = {
    {.name = "boolean", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a boolean.", .example = "SELECT boolean(true)", .bind = BindCastFunction, .group = kGroup},
    {.name = "tinyint", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as an 8-bit integer.", .example = "SELECT tinyint(1)", .bind = BindCastFunction, .group = kGroup},
    {.name = "smallint", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a 16-bit integer.", .example = "SELECT smallint(1)", .bind = BindCastFunction, .group = kGroup},
    {.name = "int", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a 32-bit integer.", .example = "SELECT int('1')", .bind = BindCastFunction, .group = kGroup},
    {.name = "bigint", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a 64-bit integer.", .example = "SELECT bigint(1)", .bind = BindCastFunction, .group = kGroup},
    {.name = "float", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a float.", .example = "SELECT float(1)", .bind = BindCastFunction, .group = kGroup},
    {.name = "double", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a double.", .example = "SELECT double(1)", .bind = BindCastFunction, .group = kGroup},
    {.name = "decimal", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a decimal(10,0).", .example = "SELECT decimal(1)", .bind = BindCastFunction, .group = kGroup},
    {.name = "date", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a date.", .example = "SELECT date('2020-01-01')", .bind = BindCastFunction, .group = kGroup},
    {.name = "timestamp", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as a timestamp.", .example = "SELECT timestamp('2020-01-01')", .bind = BindCastFunction, .group = kGroup},
    {.name = "binary", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as bytes.", .example = "SELECT binary('a')", .bind = BindCastFunction, .group = kGroup},
    {.name = "string", .aliases = "", .since = "2.0.1", .signatures = kAny, .lowering = LowerSql{"{0}"},
     .description = "The value as text.", .example = "SELECT string(1)", .bind = BindCastFunction, .group = kGroup},
};

}  // namespace

std::span<const Function> CastRows() { return kRows; }

}  // namespace firesteel::functions
