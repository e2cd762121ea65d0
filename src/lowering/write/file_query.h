#pragma once

#include "lowering/lowering.h"

namespace firesteel::lowering {

/// The query of a write of files: the first `folder_columns` columns of the relation are texts by which the rows are
/// ordered; the others get the names that they have in the relation, and the types and names of struct fields that a
/// Parquet file shall have. Throws an unsupported-feature error for names that the engine cannot tell apart.
LoweredQuery LowerParquetQuery(const bound::RelationPtr& relation, size_t folder_columns,
                               const bound::SessionSettings& settings);

/// As above, with one last column of text (a file's line), which is left as it is.
LoweredQuery LowerLineQuery(const bound::RelationPtr& relation, size_t folder_columns,
                            const bound::SessionSettings& settings);

}  // namespace firesteel::lowering
