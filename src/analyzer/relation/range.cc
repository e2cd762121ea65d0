#include "analyzer/relation/relations.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::Range& node, const plan::Relation& self) {
  if (node.step == 0) {
    // Spark raises these as plain Java exceptions: a condition that prints nothing but its message stands for that.
    throw QueryError("_LEGACY_ERROR_TEMP_2273", {{"message", "requirement failed: step (0) cannot be 0"}}, self.origin,
                     ErrorClass::kIllegalArgument);
  }
  const int32_t partitions = node.num_partitions.value_or(analysis.settings().default_parallelism);
  if (partitions <= 0) {
    throw QueryError(
        "_LEGACY_ERROR_TEMP_2273",
        {{"message", "requirement failed: numSlices (" + std::to_string(partitions) + ") must be positive"}},
        self.origin, ErrorClass::kIllegalArgument);
  }
  return MakeScope(bound::MakeRelation(bound::Range{node.start, node.end, node.step, partitions},
                                       {analysis.NewAttribute("id", DataType::Long(), false)}, self.origin));
}

}  // namespace firesteel::analyzer
