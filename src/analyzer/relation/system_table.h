#pragma once

#include <string>

#include "analyzer/analyzer.h"
#include "plan/relation.h"

namespace firesteel::analyzer {

/// The rows of a table function that tells of the system (sql_keywords, collations, python_worker_logs) as a relation;
/// null for any other name. Throws WRONG_NUM_ARGS when there are arguments, FEATURE_NOT_ENABLED.
plan::RelationPtr SystemTable(const std::string& name, size_t arguments, Environment& environment,
                              const bound::SessionSettings& settings, const OriginPtr& origin);

}  // namespace firesteel::analyzer
