#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis.h"
#include "base/error.h"

namespace firesteel::analyzer {

/// A scan of files: what spark.read.load and a path used as a table give.
ScopePtr ScanFiles(Analysis& analysis, const std::string& format, const std::vector<std::string>& paths,
                   const plan::Options& options, const std::optional<Schema>& schema, const OriginPtr& origin);

/// A scan of files that are known already.
ScopePtr MakeScan(Analysis& analysis, const std::string& format, FileSourceInfo info, const plan::Options& options,
                  std::string display_name, const OriginPtr& origin);

}  // namespace firesteel::analyzer
