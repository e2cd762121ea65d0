#include "plan/teardown.h"

#include "base/overloaded.h"

namespace firesteel::plan {
namespace {

// Children of the nodes that the outermost destructor of this thread is freeing; null outside of one.
thread_local Orphans* current_orphans = nullptr;

template <class Pointer>
void Take(Pointer& child, Orphans& orphans) {
  // Shared children are freed by someone else, and then in the same way.
  if (child && child.use_count() == 1) orphans.push_back(std::move(child));
}
template <class Pointer>
void Take(std::vector<Pointer>& children, Orphans& orphans) {
  for (Pointer& child : children) Take(child, orphans);
}
void Take(std::vector<SortOrder>& orders, Orphans& orphans) {
  for (SortOrder& order : orders) Take(order.child, orphans);
}
void Take(WindowSpec& spec, Orphans& orphans) {
  Take(spec.partition_by, orphans);
  Take(spec.order_by, orphans);
}

template <class Node>
void Free(Node& node) {
  if (current_orphans) {
    TakeChildren(node, *current_orphans);
    return;
  }
  Orphans orphans;
  TakeChildren(node, orphans);
  if (orphans.empty()) return;
  current_orphans = &orphans;
  while (!orphans.empty()) {
    std::shared_ptr<const void> orphan = std::move(orphans.back());
    orphans.pop_back();
    orphan.reset();
  }
  current_orphans = nullptr;
}

}  // namespace

void TakeChildren(Expression& expression, Orphans& orphans) {
  std::visit(Overloaded{
                 [&](ExtractValue& node) {
                   Take(node.child, orphans);
                   Take(node.extraction, orphans);
                 },
                 [&](UpdateFields& node) {
                   Take(node.child, orphans);
                   Take(node.value, orphans);
                 },
                 [&](SortOrder& node) { Take(node.child, orphans); },
                 [&](UnresolvedFunction& node) {
                   Take(node.arguments, orphans);
                   Take(node.filter, orphans);
                   Take(node.within_group, orphans);
                 },
                 [&](NamedArgument& node) { Take(node.value, orphans); },
                 [&](Alias& node) { Take(node.child, orphans); },
                 [&](Cast& node) { Take(node.child, orphans); },
                 [&](WindowExpression& node) {
                   Take(node.function, orphans);
                   Take(node.spec, orphans);
                 },
                 [&](LambdaFunction& node) { Take(node.body, orphans); },
                 [&](ScalarSubquery& node) { Take(node.query, orphans); },
                 [&](Exists& node) { Take(node.query, orphans); },
                 [&](InSubquery& node) {
                   Take(node.values, orphans);
                   Take(node.query, orphans);
                 },
                 [&](TableArgument& node) { Take(node.query, orphans); },
                 [&](PythonCall& node) { Take(node.arguments, orphans); },
                 [](auto&) {},
             },
             expression.node);
}

void TakeChildren(Relation& relation, Orphans& orphans) {
  std::visit(
      [&](auto& node) {
        if constexpr (requires { node.child; }) {
          Take(node.child, orphans);
        } else if constexpr (requires { node.left; }) {
          Take(node.left, orphans);
          Take(node.right, orphans);
        } else if constexpr (requires { node.inputs; }) {
          Take(node.inputs, orphans);
        } else if constexpr (requires { node.root; }) {
          Take(node.root, orphans);
          Take(node.references, orphans);
        } else if constexpr (requires { node.children; }) {
          Take(node.children, orphans);
        }
        if constexpr (requires { node.definitions; }) {
          for (auto& definition : node.definitions) Take(definition.query, orphans);
        }
      },
      relation.node);
}

Expression::~Expression() { Free(*this); }
Relation::~Relation() { Free(*this); }

}  // namespace firesteel::plan
