#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::sources {

/// A name or value as a part of a path: what paths or Spark's own reading would take for something else becomes %XX
/// (ExternalCatalogUtils.escapePathName).
std::string EscapePathName(std::string_view text);

/// The folder of a partition, `a=1/b=x%2Fy`; a value that is missing or empty is __HIVE_DEFAULT_PARTITION__.
std::string PartitionFolder(const std::vector<std::string>& columns,
                            const std::vector<std::optional<std::string>>& values);

}  // namespace firesteel::sources
