#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/analyzer.h"
#include "analyzer/scope.h"
#include "bound/relation.h"
#include "plan/relation.h"

namespace firesteel::analyzer {

class ExpressionResolver;

/// One WITH definition while its scope is open.
struct CteDefinition {
  int64_t cte_id = 0;
  std::string name;
  ScopePtr scope;  ///< with the column aliases applied; null while a recursive definition is being resolved
  /// While the step of a recursive definition is resolved: the columns that its references to itself give, and how
  /// many of them there were. Empty while the anchor is resolved, which must not refer to itself.
  int64_t recursion_id = 0;
  std::vector<bound::Attribute> recursion_columns;
  int self_references = 0;
  /// Reference nodes given out so far. They become plain projections when there is only one (inlining).
  std::vector<std::shared_ptr<bound::Relation>> references;
};

/// The state of one analysis: ids, what names mean here, and the queries around. Single-threaded.
class Analysis {
 public:
  Analysis(Environment& environment, const bound::SessionSettings& settings)
      : environment_(environment), settings_(&settings) {}

  /// Resolves one relation and everything below it.
  ScopePtr Resolve(const plan::RelationPtr& relation);
  /// Resolves a subquery in which columns of `outer` may be named (as OuterRef).
  ScopePtr ResolveSubquery(const plan::RelationPtr& relation, ExpressionResolver& outer);

  Environment& environment() { return environment_; }
  const bound::SessionSettings& settings() const { return *settings_; }
  bool case_sensitive() const { return settings_->case_sensitive; }

  bound::AttributeId NextId() { return ++last_id_; }
  bound::Attribute NewAttribute(std::string name, DataType type, bool nullable, std::string metadata = {});
  /// A column each field.
  std::vector<bound::Attribute> NewAttributes(const Schema& schema);
  /// The same columns under fresh ids.
  std::vector<bound::Attribute> FreshCopies(const std::vector<bound::Attribute>& attributes);

  /// Metadata of a column that was referred to; references themselves carry none.
  void RememberMetadata(const bound::Attribute& attribute);
  std::string MetadataOf(bound::AttributeId id) const;

  // WITH definitions, innermost last.
  std::vector<std::shared_ptr<CteDefinition>>& ctes() { return ctes_; }
  CteDefinition* FindCte(const std::string& name) const;

  // WINDOW clauses, innermost last.
  std::vector<const std::vector<std::pair<std::string, plan::WindowSpec>>*>& windows() { return windows_; }
  const plan::WindowSpec* FindWindow(const std::string& name) const;

  /// DataFrames that expressions name by plan id (WithRelations).
  std::unordered_map<int64_t, plan::RelationPtr>& references() { return references_; }

  /// Enclosing queries' resolvers, innermost last.
  const std::vector<ExpressionResolver*>& outer() const { return outer_; }

  std::shared_ptr<const TemporaryView> FindView(const std::string& name);
  /// Resolves the query of a view under the view's own settings and views; nothing around it is visible inside.
  ScopePtr ResolveView(const TemporaryView& view);

 private:
  Environment& environment_;
  const bound::SessionSettings* settings_;
  bound::AttributeId last_id_ = 0;
  std::unordered_map<bound::AttributeId, std::string> metadata_;
  std::vector<std::shared_ptr<CteDefinition>> ctes_;
  std::vector<const std::vector<std::pair<std::string, plan::WindowSpec>>*> windows_;
  std::unordered_map<int64_t, plan::RelationPtr> references_;
  std::vector<ExpressionResolver*> outer_;
  const ViewMap* views_ = nullptr;  // null: the session's
  int view_depth_ = 0;
};

}  // namespace firesteel::analyzer
