#pragma once

#include <string>
#include <vector>

#include "analyzer/analysis.h"
#include "plan/relation.h"

/// The relations of DataFrame.stat, each in the file of its name. They are written as plans over the child and resolved
/// like any other, so that names, types and errors are those of the functions that they stand for.
namespace firesteel::analyzer {

ScopePtr ResolveSummary(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self);
ScopePtr ResolveCrosstab(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self);
ScopePtr ResolveCovariance(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self);
ScopePtr ResolveApproxQuantile(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self);
ScopePtr ResolveFreqItems(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self);
ScopePtr ResolveSampleBy(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self);

// Shorthands for the plans that these are written in.
plan::ExpressionPtr ColumnNamed(const std::string& name);
plan::ExpressionPtr TextLiteral(std::string text);
plan::ExpressionPtr IntLiteral(int64_t value);
plan::ExpressionPtr DoubleLiteral(double value);
plan::ExpressionPtr CastTo(plan::ExpressionPtr child, DataType type, std::optional<EvalMode> mode = std::nullopt);
plan::ExpressionPtr Named(plan::ExpressionPtr child, std::string name);
/// Spark's require(…): a plain Java exception with the message "requirement failed: …".
[[noreturn]] void ThrowRequirement(const std::string& message, const OriginPtr& origin);
/// Where an error in a column that `method` looks for points to: Spark's server calls the DataFrame's method itself.
OriginPtr CalledBy(const OriginPtr& origin, std::string method);
/// The column that a statistic names. Throws UNRESOLVED_COLUMN.
const bound::Attribute& StatisticColumn(Analysis& analysis, const ScopePtr& child, const std::string& name);
/// The same rows under these names, all columns nullable.
ScopePtr AllNullable(Analysis& analysis, const ScopePtr& child, const OriginPtr& origin);

}  // namespace firesteel::analyzer
