#include "functions/binding/text_format.h"
#include "functions/display/display_rules.h"
#include "functions/kernels/text_format_kernels.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kJson = "json_funcs";
constexpr std::string_view kCsv = "csv_funcs";

const Function kRows[] = {
    {.name = "to_json",
     .aliases = "",
     .since = "2.2.0",
     .signatures = "(any, any?) -> string",
     .lowering = LowerKernel{&kToJson},
     .description = "The value as JSON text.",
     .example = "SELECT to_json(named_struct('a', 1, 'b', 2))",
     .display = Display::kRule,
     .display_rule = ShowFirstOnly,
     .nullability = Nullability::kAlways,
     .bind = BindToJson,
     .group = kJson},
    {.name = "to_csv",
     .aliases = "",
     .since = "3.0.0",
     .signatures = "(any, any?) -> string",
     .lowering = LowerKernel{&kToCsv},
     .description = "The struct as a line of CSV.",
     .example = "SELECT to_csv(named_struct('a', 1, 'b', 2))",
     .display = Display::kRule,
     .display_rule = ShowFirstOnly,
     .nullability = Nullability::kAlways,
     .bind = BindToCsv,
     .group = kCsv},
};

}  // namespace

std::span<const Function> TextFormatRows() { return kRows; }

}  // namespace firesteel::functions
