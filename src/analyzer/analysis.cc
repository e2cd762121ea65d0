#include "analyzer/analysis.h"

#include "analyzer/name.h"
#include "analyzer/relation/relations.h"
#include "base/error.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

constexpr int kMaxViewDepth = 100;  // spark.sql.view.maxNestedViewDepth

// Restores a value at the end of a block.
template <class T>
class Swap {
 public:
  Swap(T& place, T value) : place_(place), saved_(std::exchange(place, std::move(value))) {}
  ~Swap() { place_ = std::move(saved_); }
  Swap(const Swap&) = delete;
  Swap& operator=(const Swap&) = delete;

 private:
  T& place_;
  T saved_;
};

}  // namespace

ScopePtr Analysis::Resolve(const plan::RelationPtr& relation) {
  const ScopePtr scope =
      std::visit([&](const auto& node) { return ResolveRelation(*this, node, *relation); }, relation->node);
  if (!relation->plan_id) return scope;
  // Nodes that change nothing (hints) give their child's scope: it then has both ids.
  auto named = scope.use_count() == 1 ? std::const_pointer_cast<Scope>(scope) : std::make_shared<Scope>(*scope);
  named->plan_ids.push_back(*relation->plan_id);
  return named;
}

ScopePtr Analysis::ResolveSubquery(const plan::RelationPtr& relation, ExpressionResolver& outer) {
  outer_.push_back(&outer);
  struct Pop {
    std::vector<ExpressionResolver*>& stack;
    ~Pop() { stack.pop_back(); }
  } pop{outer_};
  return Resolve(relation);
}

bound::Attribute Analysis::NewAttribute(std::string name, DataType type, bool nullable, std::string metadata) {
  return {NextId(), std::move(name), std::move(type), nullable, std::move(metadata), {}};
}

std::vector<bound::Attribute> Analysis::NewAttributes(const Schema& schema) {
  std::vector<bound::Attribute> attributes;
  attributes.reserve(schema.size());
  for (const StructField& field : schema) {
    attributes.push_back(NewAttribute(field.name, field.type, field.nullable, field.metadata));
  }
  return attributes;
}

std::vector<bound::Attribute> Analysis::FreshCopies(const std::vector<bound::Attribute>& attributes) {
  std::vector<bound::Attribute> copies = attributes;
  for (bound::Attribute& copy : copies) copy.id = NextId();
  return copies;
}

void Analysis::RememberMetadata(const bound::Attribute& attribute) {
  if (!attribute.metadata.empty()) metadata_[attribute.id] = attribute.metadata;
}

std::string Analysis::MetadataOf(bound::AttributeId id) const {
  const auto it = metadata_.find(id);
  return it == metadata_.end() ? std::string() : it->second;
}

CteDefinition* Analysis::FindCte(const std::string& name) const {
  for (auto it = ctes_.rbegin(); it != ctes_.rend(); ++it) {
    if (SameName((*it)->name, name, case_sensitive())) return it->get();
  }
  return nullptr;
}

const plan::WindowSpec* Analysis::FindWindow(const std::string& name) const {
  for (auto it = windows_.rbegin(); it != windows_.rend(); ++it) {
    for (const auto& [window_name, spec] : **it) {
      if (SameName(window_name, name, false)) return &spec;
    }
  }
  return nullptr;
}

std::shared_ptr<const TemporaryView> Analysis::FindView(const std::string& name) {
  const std::string key = NameKey(name, case_sensitive());
  if (!views_) return environment_.FindView(key);
  const auto it = views_->find(key);
  return it == views_->end() ? nullptr : it->second;
}

ScopePtr Analysis::ResolveView(const TemporaryView& view) {
  if (view_depth_ >= kMaxViewDepth) {
    throw QueryError("VIEW_EXCEED_MAX_NESTED_DEPTH",
                     {{"viewName", QuoteIdentifier(view.name)}, {"maxNestedDepth", std::to_string(kMaxViewDepth)}});
  }
  bound::SessionSettings settings = view.settings;
  settings.now_micros = settings_->now_micros;
  settings.default_parallelism = settings_->default_parallelism;
  Swap swap_settings(settings_, const_cast<const bound::SessionSettings*>(&settings));
  Swap swap_views(views_, view.views.get());  // null: a view of SQL text finds the session's views anew
  Swap swap_ctes(ctes_, {});
  Swap swap_windows(windows_, {});
  Swap swap_outer(outer_, {});
  Swap swap_references(references_, {});
  Swap swap_depth(view_depth_, view_depth_ + 1);
  return Resolve(view.query);
}

}  // namespace firesteel::analyzer
