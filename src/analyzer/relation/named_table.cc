#include <algorithm>
#include <array>
#include <map>

#include "analyzer/name.h"
#include "analyzer/relation/file_source.h"
#include "analyzer/relation/relations.h"
#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

constexpr const char* kGlobalDatabase = "global_temp";

ScopePtr ReferToCte(Analysis& analysis, CteDefinition& definition, const OriginPtr& origin) {
  const bool is_recursive = !definition.scope;
  if (is_recursive && definition.recursion_columns.empty()) throw QueryError("INVALID_RECURSIVE_CTE", {});
  const std::vector<bound::Attribute>& columns = is_recursive ? definition.recursion_columns : definition.scope->output;
  bound::CteReference node{is_recursive ? definition.recursion_id : definition.cte_id, {}};
  for (const bound::Attribute& attribute : columns) node.source_ids.push_back(attribute.id);
  std::vector<bound::Attribute> output = analysis.FreshCopies(columns);
  for (bound::Attribute& attribute : output) attribute.qualifier = {definition.name};
  auto relation = std::make_shared<bound::Relation>(bound::Relation{std::move(node), output, origin});
  if (is_recursive) {
    ++definition.self_references;
  } else {
    definition.references.push_back(relation);
  }
  auto scope = std::make_shared<Scope>();
  scope->relation = std::move(relation);
  scope->output = std::move(output);
  return scope;
}

ScopePtr ReferToView(Analysis& analysis, const TemporaryView& view, std::vector<std::string> qualifier,
                     const OriginPtr& origin) {
  const ScopePtr query = analysis.ResolveView(view);
  auto scope = std::const_pointer_cast<Scope>(AliasScope(analysis, query, qualifier, view.column_aliases, origin));
  scope->inputs.clear();  // the view's own DataFrames are not visible outside
  scope->hidden.clear();
  scope->reach = Reach::kOpaque;
  return scope;
}

// A persistent view has the columns that its query had by these names, under the view's names and types.
ScopePtr ReferToPersistentView(Analysis& analysis, const CatalogRelation& found, const OriginPtr& origin) {
  const TemporaryView& view = *found.view;
  const ScopePtr query = analysis.ResolveView(view);
  bound::Project project{query->relation, {}};
  std::vector<bound::Attribute> output;
  std::map<std::string, size_t> used;
  for (size_t i = 0; i < view.schema.size(); ++i) {
    const StructField& field = view.schema[i];
    const std::string& name = view.query_columns.at(i);
    const std::vector<size_t> columns = query->FindName(name, view.settings.case_sensitive);
    const size_t nth = used[NameKey(name, view.settings.case_sensitive)]++;
    if (nth >= columns.size()) {
      throw QueryError(
          "INCOMPATIBLE_VIEW_SCHEMA_CHANGE",
          {{"viewName", QuoteIdentifiers(found.name)},
           {"colName", QuoteIdentifier(name)},
           {"expectedNum", std::to_string(nth + 1)},
           {"actualCols", "[]"},
           {"suggestion", "CREATE OR REPLACE VIEW " + QuoteIdentifiers(found.name) + " AS " + view.sql_text}},
          origin);
    }
    const bound::Attribute& source = query->output[columns[nth]];
    bound::ExpressionPtr value = bound::MakeReference(source);
    if (!SameTypeIgnoringNullability(source.type, field.type)) {
      value = bound::MakeCast(std::move(value), field.type, EvalMode::kAnsi, true);
    }
    bound::Attribute column = analysis.NewAttribute(field.name, field.type, source.nullable, field.metadata);
    column.qualifier = found.name;
    output.push_back(column);
    project.expressions.push_back({std::move(column), std::move(value)});
  }
  return MakeScope(bound::MakeRelation(std::move(project), std::move(output), origin));
}

ScopePtr ReferToCatalog(Analysis& analysis, CatalogRelation found, const OriginPtr& origin) {
  if (found.view) return ReferToPersistentView(analysis, found, origin);
  const ScopePtr scan =
      MakeScan(analysis, found.format, std::move(found.files), found.options, DottedName(found.name), origin);
  return AliasScope(analysis, scan, found.name, {}, origin);
}

bool IsFileFormat(const std::string& name) {
  static constexpr std::array<std::string_view, 7> kFormats = {"parquet", "csv",  "json",      "text",
                                                               "orc",     "avro", "binaryfile"};
  return std::find(kFormats.begin(), kFormats.end(), FoldCase(name)) != kFormats.end();
}

[[noreturn]] void ThrowNotFound(const std::vector<std::string>& parts, const bound::SessionSettings& settings,
                                const OriginPtr& origin) {
  throw QueryError("TABLE_OR_VIEW_NOT_FOUND",
                   {{"relationName", QuoteIdentifiers(parts)}, {"searchPath", SearchPath(settings)}}, origin);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::NamedTable& node, const plan::Relation& self) {
  const std::vector<std::string>& parts = node.parts;
  if (node.is_streaming) ThrowUnsupported("structured streaming (readStream.table)", self.origin);
  if (parts.size() == 1) {
    if (CteDefinition* cte = analysis.FindCte(parts[0])) return ReferToCte(analysis, *cte, self.origin);
    if (const auto view = analysis.FindView(parts[0])) {
      return ReferToView(analysis, *view, {FoldCase(view->name)}, self.origin);
    }
  }
  if (parts.size() == 2 && FoldCase(parts[0]) == kGlobalDatabase) {
    if (const auto view = analysis.environment().FindGlobalView(parts[1])) {
      return ReferToView(analysis, *view, {kGlobalDatabase, FoldCase(view->name)}, self.origin);
    }
    ThrowNotFound(parts, analysis.settings(), self.origin);
  }
  // session.v and system.session.v name temporary views, too.
  const size_t prefix = SessionPrefix(parts);
  if (prefix > 0 && parts.size() == prefix + 1) {
    if (const auto view = analysis.FindView(parts.back())) {
      return ReferToView(analysis, *view, {FoldCase(view->name)}, self.origin);
    }
  }
  std::optional<CatalogRelation> found =
      analysis.environment().FindTable(parts, node.options, analysis.settings(), self.origin);
  if (found && !found->view && (node.timestamp_as_of || node.version_as_of)) {
    throw QueryError("UNSUPPORTED_FEATURE.TIME_TRAVEL", {{"relationId", QuoteIdentifiers(found->name)}});
  }
  if (found) return ReferToCatalog(analysis, std::move(*found), self.origin);
  if (parts.size() == 2 && IsFileFormat(parts[0])) {
    if (parts[1].empty()) throw QueryError("INVALID_EMPTY_LOCATION", {{"location", parts[1]}}, self.origin);
    try {
      return ScanFiles(analysis, FoldCase(parts[0]), {parts[1]}, node.options, std::nullopt, self.origin);
    } catch (const QueryError& error) {
      // A file that cannot be read is, here, a plan that cannot be made.
      if (error.error_class() != ErrorClass::kSpark) throw;
      throw QueryError("FAILED_TO_CREATE_PLAN_FOR_DIRECT_QUERY", {{"dataSourceType", FoldCase(parts[0])}})
          .CausedBy(error);
    }
  }
  ThrowNotFound(parts, analysis.settings(), self.origin);
}

}  // namespace firesteel::analyzer
