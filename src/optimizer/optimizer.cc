#include "optimizer/optimizer.h"

#include "optimizer/collapse_projects.h"
#include "optimizer/cut_depth.h"
#include "optimizer/pad_char_comparisons.h"
#include "optimizer/place_rows.h"
#include "optimizer/prune_columns.h"
#include "optimizer/storage_types.h"

namespace firesteel::optimizer {

bound::RelationPtr Optimize(const bound::RelationPtr& relation, const bound::SessionSettings& settings) {
  const bound::RelationPtr stored = WithStorageTypes(relation);
  return CutDepth(CollapseProjects(PruneColumns(PlaceRows(PadCharComparisons(stored, settings), settings))));
}

}  // namespace firesteel::optimizer
