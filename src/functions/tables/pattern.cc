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
    {.name = "rlike", .aliases = "", .since = "1.0.0",
     .signatures = "(string, string) -> boolean",
     .lowering = LowerKernel{&kRlike},
     .description = "Whether a regular expression matches a piece of the text.",
     .example = "SELECT rlike('Spark SQL', 'S.L')", .display_name = "RLIKE", .group = kGroup},
    {.name = "regexp", .aliases = "", .since = "3.2.0",
     .signatures = "(string, string) -> boolean",
     .lowering = LowerKernel{&kRlike},
     .description = "Whether a regular expression matches a piece of the text.",
     .example = "SELECT regexp('Spark SQL', 'S.L')", .display_name = "REGEXP", .group = kGroup},
    {.name = "regexp_like", .aliases = "", .since = "3.2.0",
     .signatures = "(string, string) -> boolean",
     .lowering = LowerKernel{&kRlike},
     .description = "Whether a regular expression matches a piece of the text.",
     .example = "SELECT regexp_like('Spark SQL', 'S.L')", .display_name = "REGEXP_LIKE", .group = kGroup},
    {.name = "regexp_replace", .aliases = "", .since = "1.5.0",
     .signatures = "(string, string, string, int=1) -> string",
     .lowering = LowerKernel{&kRegexpReplace},
     .description = "The text with each match of a regular expression replaced.",
     .example = "SELECT regexp_replace('100-200', '[0-9]+', 'num')", .group = kGroup},
    {.name = "regexp_extract", .aliases = "", .since = "1.5.0",
     .signatures = "(string, string, int=1) -> string",
     .lowering = LowerKernel{&kRegexpExtract},
     .description = "A group of the first match, empty when there is none.",
     .example = "SELECT regexp_extract('100-200', '([0-9]+)-([0-9]+)', 1)", .group = kGroup},
    {.name = "regexp_extract_all", .aliases = "", .since = "3.1.0",
     .signatures = "(string, string, int=1) -> array<string>",
     .lowering = LowerKernel{&kRegexpExtractAll},
     .description = "A group of every match.",
     .example = "SELECT regexp_extract_all('100-200, 300-400', '([0-9]+)-([0-9]+)', 1)", .group = kGroup},
    {.name = "regexp_count", .aliases = "", .since = "3.4.0",
     .signatures = "(string, string) -> int",
     .lowering = LowerKernel{&kRegexpCount},
     .description = "How often a regular expression matches.",
     .example = "SELECT regexp_count('Steven Jones', 'en')", .group = kGroup},
    {.name = "regexp_substr", .aliases = "", .since = "3.4.0",
     .signatures = "(string, string) -> string",
     .lowering = LowerKernel{&kRegexpSubstr},
     .description = "The first match, NULL when there is none.",
     .example = "SELECT regexp_substr('Steven Jones', 'en')", .nullability = Nullability::kAlways, .group = kGroup},
    {.name = "regexp_instr", .aliases = "", .since = "3.4.0",
     .signatures = "(string, string, int=0) -> int",
     .lowering = LowerKernel{&kRegexpInstr},
     .description = "The position of the first match, 0 when there is none.",
     .example = "SELECT regexp_instr('Steven Jones', 'en')", .group = kGroup},
    {.name = "split", .aliases = "", .since = "1.5.0",
     .signatures = "(string, string, int=-1) -> array<string!>",
     .lowering = LowerKernel{&kSplit},
     .description = "The text cut at the matches of a regular expression.",
     .example = "SELECT split('oneAtwoBthreeC', '[ABC]')", .group = kGroup},
};

}  // namespace

std::span<const Function> PatternRows() { return kRows; }

}  // namespace firesteel::functions
