#include "optimizer/optimizer.h"

#include "optimizer/collapse_projects.h"
#include "optimizer/cut_depth.h"
#include "optimizer/pad_char_comparisons.h"
#include "optimizer/place_rows.h"
#include "optimizer/prune_columns.h"

namespace firesteel::optimizer {

bound::RelationPtr Optimize(const bound::RelationPtr& relation, const bound::SessionSettings& settings) {
  return CutDepth(CollapseProjects(PruneColumns(PlaceRows(PadCharComparisons(relation, settings), settings))));
}

}  // namespace firesteel::optimizer
