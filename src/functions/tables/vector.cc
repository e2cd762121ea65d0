#include "functions/binding/vector.h"
#include "functions/kernels/vector/vector.h"
#include "functions/lower/aggregate.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "vector_funcs";
constexpr std::string_view kAggregates = "agg_funcs";

const Function kRows[] = {
    {.name = "vector_inner_product",
     .aliases = "",
     .since = "4.2.0",
     .signatures = "(array<float>, array<float>) -> float",
     .lowering = LowerKernel{&kVectorInnerProduct},
     .description = "The inner product of two vectors.",
     .example = "SELECT vector_inner_product(array(1.0F), array(2.0F))",
     .nullability = Nullability::kAlways,
     .bind = BindVector,
     .group = kGroup},
    {.name = "vector_cosine_similarity",
     .aliases = "",
     .since = "4.2.0",
     .signatures = "(array<float>, array<float>) -> float",
     .lowering = LowerKernel{&kVectorCosine},
     .description = "The cosine of the angle between two vectors.",
     .example = "SELECT vector_cosine_similarity(array(1.0F), array(2.0F))",
     .nullability = Nullability::kAlways,
     .bind = BindVector,
     .group = kGroup},
    {.name = "vector_l2_distance",
     .aliases = "",
     .since = "4.2.0",
     .signatures = "(array<float>, array<float>) -> float",
     .lowering = LowerKernel{&kVectorDistance},
     .description = "The Euclidean distance of two vectors.",
     .example = "SELECT vector_l2_distance(array(1.0F), array(2.0F))",
     .nullability = Nullability::kAlways,
     .bind = BindVector,
     .group = kGroup},
    {.name = "vector_norm",
     .aliases = "",
     .since = "4.2.0",
     .signatures = "(array<float>, float?) -> float",
     .lowering = LowerKernel{&kVectorNorm},
     .description = "The length of a vector by the norm of a degree.",
     .example = "SELECT vector_norm(array(3.0F, 4.0F), 2.0F)",
     .nullability = Nullability::kAlways,
     .bind = BindVector,
     .group = kGroup},
    {.name = "vector_normalize",
     .aliases = "",
     .since = "4.2.0",
     .signatures = "(array<float>, float?) -> array<float>",
     .lowering = LowerKernel{&kVectorNormalize},
     .description = "The vector divided by its length.",
     .example = "SELECT vector_normalize(array(3.0F, 4.0F), 2.0F)",
     .nullability = Nullability::kAlways,
     .bind = BindVector,
     .group = kGroup},
    {.name = "vector_sum",
     .aliases = "",
     .since = "4.2.0",
     .kind = Kind::kAggregate,
     .signatures = "(array<float>) -> array<float!>",
     .lowering = LowerSpecial{LowerVectorAggregate},
     .description = "The sum of vectors, place by place.",
     .example = "SELECT vector_sum(a) FROM VALUES (array(1.0F)) AS t(a)",
     .nullability = Nullability::kAlways,
     .bind = BindVector,
     .group = kAggregates},
    {.name = "vector_avg",
     .aliases = "",
     .since = "4.2.0",
     .kind = Kind::kAggregate,
     .signatures = "(array<float>) -> array<float!>",
     .lowering = LowerSpecial{LowerVectorAggregate},
     .description = "The mean of vectors, place by place.",
     .example = "SELECT vector_avg(a) FROM VALUES (array(1.0F)) AS t(a)",
     .nullability = Nullability::kAlways,
     .bind = BindVector,
     .group = kAggregates},
};

}  // namespace

std::span<const Function> VectorRows() { return kRows; }

}  // namespace firesteel::functions
