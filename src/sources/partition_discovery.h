#pragma once

#include <set>
#include <string>
#include <vector>

#include "sources/file_index.h"

namespace firesteel::sources {

/// Reads partition columns out of the folders' names (key=value) of `listing.files`, up to the base paths, and infers
/// their types. Throws CONFLICTING_DIRECTORY_STRUCTURES, CONFLICTING_PARTITION_COLUMN_NAMES. False when there are none.
bool DiscoverPartitions(FileListing& listing, const std::set<std::string>& base_paths, const ListOptions& options);

/// Whether the text of a folder's name is a value of that type (PartitioningUtils.castPartValueToDesiredType).
bool IsPartitionValue(const std::string& text, const DataType& type, const std::string& time_zone);

}  // namespace firesteel::sources
