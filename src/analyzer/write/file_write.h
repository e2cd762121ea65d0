#pragma once

#include <string>
#include <vector>

#include "bound/relation.h"
#include "bound/session_settings.h"
#include "plan/relation.h"

/// What a write of files needs of its input, and what Spark refuses to write.
namespace firesteel::analyzer {

struct FileWriteRequest {
  std::string format;  ///< parquet, csv, json or text
  std::vector<std::string> partition_columns;
  plan::Options options;  ///< of the format
};

/// The input of a write with what the files need of it.
struct FileWritePlan {
  /// Columns: one text for each partition column (null as null), then the columns of the files; for csv, json and text
  /// one column of texts, the lines (csv: null where there shall be no line).
  bound::RelationPtr relation;
  size_t folder_columns = 0;
  /// The columns that the files hold, also where lines stand for them and where they are null and left out.
  Schema file_columns;
};

/// What Spark checks before it looks at the target. Throws COLUMN_ALREADY_EXISTS, ALL_PARTITION_COLUMNS_NOT_ALLOWED,
/// EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE, INVALID_PARTITION_COLUMN_DATA_TYPE, … as Spark.
void CheckFileWrite(const bound::Relation& input, const FileWriteRequest& request,
                    const bound::SessionSettings& settings);

/// After CheckFileWrite. Throws UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE, and what the functions to_csv and to_json throw.
FileWritePlan PlanFileWrite(const bound::RelationPtr& input, const FileWriteRequest& request,
                            const bound::SessionSettings& settings);

}  // namespace firesteel::analyzer
