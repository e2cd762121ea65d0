#pragma once

#include "sources/file_scan.h"

namespace firesteel::sources {

/// What inference depends on besides the scan itself (whose schema is not read).
struct InferenceSettings {
  bool timestamp_ntz = false;   ///< spark.sql.timestampType
  bool case_sensitive = false;  ///< names of CSV columns
  int32_t threads = 0;          ///< 0: cores
};

/// The schema of text files as Spark infers it. The last answers are remembered by the files' sizes and times. Throws
/// what readers throw. Cost: reads all files once (CSV without inferSchema: the first line).
Schema InferSchema(const FileScan& scan, const InferenceSettings& settings);

}  // namespace firesteel::sources
