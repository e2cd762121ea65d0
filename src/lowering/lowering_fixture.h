#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bound/relation.h"
#include "bound/session_settings.h"
#include "lowering/lowering.h"

namespace firesteel::plan {
struct Relation;
using RelationPtr = std::shared_ptr<const Relation>;
}  // namespace firesteel::plan

/// For tests: SQL text through parser, analyzer and optimizer to what lowering makes of it.
namespace firesteel::lowering::testing_support {

bound::RelationPtr Analyze(const std::string& sql, const bound::SessionSettings& settings = {});
/// Files named as parquet.`path` are read for their schema.
LoweredQuery LowerSql(const std::string& sql, const bound::SessionSettings& settings = {});
LoweredQuery LowerPlan(const plan::RelationPtr& plan, const bound::SessionSettings& settings = {});

/// Runs a query and prints its rows: values parted by '|', rows by newlines; NULL for nulls. All columns are cast to
/// text by the engine. An error gives its condition.
std::string Answer(const std::string& sql, const bound::SessionSettings& settings = {});
std::string Answer(const LoweredQuery& query);

}  // namespace firesteel::lowering::testing_support
