#include "functions/binding/random.h"
#include "base/error.h"
#include "functions/kernels/random/random.h"
#include "functions/tables/tables.h"

/// Random numbers and what tells the partition. The optimizer puts functions of (seed, partition, row) in their places
/// (optimizer/place_rows.h); calls that it did not reach cannot be computed.
namespace firesteel::functions {

namespace {

constexpr std::string_view kMath = "math_funcs";
constexpr std::string_view kMisc = "misc_funcs";
/// rand() without a seed needs no place: any number will do.
std::string LowerRandom(const bound::ExpressionPtr& call, SqlWriter&) {
  if (call->As<bound::Call>()->arguments.empty()) return "random()";
  ThrowUnsupported("rand with a seed here (it needs a row's place in Spark's partitions)", call->origin);
}

constexpr LowerUnsupported kUnplaced{"it needs a row's place in Spark's partitions, which it has not here"};

const Function kRows[] = {
    {.name = "rand",
     .aliases = "random",
     .since = "1.5.0",
     .signatures = "(const long?) -> double",
     .lowering = LowerSpecial{LowerRandom},
     .description = "A random number from 0 up to but not 1 for each row.",
     .example = "SELECT rand()",
     .nullability = Nullability::kNever,
     .volatility = Volatility::kVolatile,
     .bind = BindRandom,
     .group = kMath},
    {.name = "randn",
     .aliases = "",
     .since = "1.5.0",
     .signatures = "(const long?) -> double",
     .lowering = kUnplaced,
     .description = "A random number of the standard normal distribution for each row.",
     .example = "SELECT randn()",
     .nullability = Nullability::kNever,
     .volatility = Volatility::kVolatile,
     .bind = BindRandom,
     .group = kMath},
    {.name = "uniform",
     .aliases = "",
     .since = "4.0.0",
     .signatures = "(const numeric, const numeric, const long?) -> double",
     .lowering = kUnplaced,
     .description = "A random number between two constants for each row.",
     .example = "SELECT uniform(10, 20, 0) > 0",
     .nullability = Nullability::kNever,
     .volatility = Volatility::kVolatile,
     .bind = BindUniform,
     .group = kMath},
    {.name = "randstr",
     .aliases = "",
     .since = "4.0.0",
     .signatures = "(const int, const long?) -> string",
     .lowering = kUnplaced,
     .description = "A random text of so many digits and letters for each row.",
     .example = "SELECT randstr(3, 0)",
     .nullability = Nullability::kNever,
     .volatility = Volatility::kVolatile,
     .bind = BindRandomText,
     .group = "string_funcs"},
    {.name = "monotonically_increasing_id",
     .aliases = "",
     .since = "1.4.0",
     .signatures = "() -> long",
     .lowering = kUnplaced,
     .description = "A number for each row that grows within partitions.",
     .example = "SELECT monotonically_increasing_id()",
     .nullability = Nullability::kNever,
     .volatility = Volatility::kVolatile,
     .group = kMisc},
    {.name = "spark_partition_id",
     .aliases = "",
     .since = "1.4.0",
     .signatures = "() -> int",
     .lowering = kUnplaced,
     .description = "The number of the partition.",
     .example = "SELECT spark_partition_id()",
     .display_name = "SPARK_PARTITION_ID",
     .nullability = Nullability::kNever,
     .volatility = Volatility::kVolatile,
     .group = kMisc},
};

/// What stands for them in plans: (…, partition, row).
const Function kPlacedRows[] = {
    {.name = "rand_at",
     .aliases = "",
     .since = "",
     .signatures = "(long, int, long) -> double",
     .lowering = LowerKernel{&kUniformAt},
     .description = "",
     .example = "",
     .nullability = Nullability::kNever},
    {.name = "randn_at",
     .aliases = "",
     .since = "",
     .signatures = "(long, int, long) -> double",
     .lowering = LowerKernel{&kNormalAt},
     .description = "",
     .example = "",
     .nullability = Nullability::kNever},
    {.name = "randstr_at",
     .aliases = "",
     .since = "",
     .signatures = "(int, long, int, long) -> string",
     .lowering = LowerKernel{&kTextAt},
     .description = "",
     .example = "",
     .nullability = Nullability::kNever},
    {.name = "bernoulli_at",
     .aliases = "",
     .since = "",
     .signatures = "(double, double, long, int, long) -> boolean",
     .lowering = LowerKernel{&kBernoulliAt},
     .description = "",
     .example = "",
     .nullability = Nullability::kNever},
    {.name = "poisson_at",
     .aliases = "",
     .since = "",
     .signatures = "(double, long, int, long) -> int",
     .lowering = LowerKernel{&kPoissonAt},
     .description = "",
     .example = "",
     .nullability = Nullability::kNever},
    {.name = "partition_of",
     .aliases = "",
     .since = "",
     .signatures = "(long, long, int) -> int",
     .lowering = LowerKernel{&kPartitionOf},
     .description = "",
     .example = "",
     .nullability = Nullability::kNever},
    {.name = "row_in_partition",
     .aliases = "",
     .since = "",
     .signatures = "(long, long, int) -> long",
     .lowering = LowerKernel{&kRowInPartition},
     .description = "",
     .example = "",
     .nullability = Nullability::kNever},
    {.name = "row_id",
     .aliases = "",
     .since = "",
     .signatures = "(int, long) -> long",
     .lowering = LowerKernel{&kRowId},
     .description = "",
     .example = "",
     .nullability = Nullability::kNever},
};

}  // namespace

std::span<const Function> RandomRows() { return kRows; }
std::span<const Function> PlacedRows() { return kPlacedRows; }

}  // namespace firesteel::functions
