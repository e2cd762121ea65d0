#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/scope.h"

/// What every scan of files knows of the file of a row besides the columns of the data: the hidden column `_metadata`,
/// and what input_file_name(), input_file_block_start() and input_file_block_length() give.
namespace firesteel::analyzer {

class Analysis;

inline constexpr std::string_view kFileMetadata = "_metadata";

/// The hidden columns of a scan of that format. Nobody has to read them.
std::vector<bound::Attribute> FileColumns(Analysis& analysis, const std::string& format);
/// Whether it is one of these.
bool IsFileColumn(const bound::Attribute& attribute);
/// The scope of a scan with hidden columns of its own in its output.
ScopePtr ExposeFileColumns(const ScopePtr& scope, const AttributeIds& ids);
/// Whether rows of the relation may come straight from a file: one is scanned below, and no aggregate stands between.
bool ReadsFiles(const bound::Relation& relation);

}  // namespace firesteel::analyzer
