#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace firesteel::client::internal {

/// Frees chains of shared nodes without recursion: the destructor of a node hands its children over, and only the
/// outermost destructor of a thread lets go of them, one after another.
template <class Node>
void ReleaseDeferred(std::vector<std::shared_ptr<const Node>> children) {
  using Pending = std::vector<std::shared_ptr<const Node>>;
  thread_local Pending* pending = nullptr;
  if (pending) {
    for (std::shared_ptr<const Node>& child : children) pending->push_back(std::move(child));
    return;
  }
  pending = &children;
  while (!children.empty()) {
    const std::shared_ptr<const Node> next = std::move(children.back());
    children.pop_back();
  }
  pending = nullptr;
}

}  // namespace firesteel::client::internal
