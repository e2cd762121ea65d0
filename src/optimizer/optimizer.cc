#include "optimizer/optimizer.h"

#include "optimizer/collapse_projects.h"
#include "optimizer/cut_depth.h"
#include "optimizer/prune_columns.h"

namespace firesteel::optimizer {

bound::RelationPtr Optimize(const bound::RelationPtr& relation, const bound::SessionSettings&) {
  return CutDepth(CollapseProjects(PruneColumns(relation)));
}

}  // namespace firesteel::optimizer
