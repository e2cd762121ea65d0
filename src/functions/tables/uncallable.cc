#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

const Function kRows[] = {
    {.name = "case",
     .aliases = "",
     .since = "1.0.1",
     .signatures = "CASE value WHEN candidate THEN result [WHEN candidate THEN result]* [ELSE result] END",
     .lowering = LowerSql{""},
     .description = "The result of the first candidate that equals the value, else the last result, else NULL.",
     .example = "SELECT CASE 1 WHEN 1 THEN 'one' ELSE 'other' END",
     .group = "conditional_funcs"},
    {.name = "range",
     .aliases = "",
     .since = "2.0.0",
     .kind = Kind::kGenerator,
     .signatures = "(long, long?, long?, int?) -> struct",
     .lowering = LowerUnsupported{"lowered as a relation"},
     .description = "A table of the numbers from a start up to an end, by steps.",
     .example = "SELECT * FROM range(3)",
     .group = "table_funcs"},
    {.name = "sql_keywords",
     .aliases = "",
     .since = "3.5.0",
     .kind = Kind::kGenerator,
     .signatures = "() -> struct",
     .lowering = LowerUnsupported{"lowered as a relation"},
     .description = "A table of the keywords, and whether each is reserved.",
     .example = "SELECT * FROM sql_keywords() LIMIT 2",
     .group = "table_funcs"},
    {.name = "collations",
     .aliases = "",
     .since = "4.0.0",
     .kind = Kind::kGenerator,
     .signatures = "() -> struct",
     .lowering = LowerUnsupported{"lowered as a relation"},
     .description = "A table of the collations that texts may have.",
     .example = "SELECT * FROM collations() WHERE NAME = 'UTF8_BINARY'",
     .group = "table_funcs"},
    {.name = "python_worker_logs",
     .aliases = "",
     .since = "4.1.0",
     .kind = Kind::kGenerator,
     .signatures = "() -> struct",
     .lowering = LowerUnsupported{"lowered as a relation"},
     .description = "A table of what Python workers logged.",
     .example = "",
     .group = "table_funcs"},
    {.name = "measure",
     .aliases = "",
     .since = "4.2.0",
     .kind = Kind::kAggregate,
     .signatures = "(any) -> any",
     .lowering = LowerUnsupported{"there are no metric views"},
     .description = "A measure that a metric view defines.",
     .example = "",
     .group = "agg_funcs"},
};

}  // namespace

std::span<const Function> UncallableRows() { return kRows; }

}  // namespace firesteel::functions
