#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "functions/formats/xml/xml_document.h"
#include "functions/formats/xml/xpath_expression.h"

/// A document as XPath sees it: that of Java's DOM without namespaces.
namespace firesteel::functions::xpath {

enum class NodeKind : uint8_t { kRoot, kElement, kNamespace, kAttribute, kText, kComment, kProcessingInstruction };

using NodeId = uint32_t;

/// The nodes in document order; node 0 is the root. An element's namespace nodes and attributes (both in the order of
/// their names) follow it, then its content.
class Tree {
 public:
  /// The document must have been read as a tree, without an error, and must live as long as this.
  explicit Tree(const XmlDocument& document);

  size_t size() const { return nodes_.size(); }
  NodeKind Kind(NodeId node) const { return nodes_[node].kind; }
  NodeId Parent(NodeId node) const { return nodes_[node].parent; }
  /// Behind the last node of the node's subtree.
  NodeId End(NodeId node) const { return nodes_[node].end; }
  /// The first child, or End when there is none; further ones are the End of the one before.
  NodeId FirstChild(NodeId node) const;
  bool IsContent(NodeId node) const {
    return nodes_[node].kind != NodeKind::kAttribute && nodes_[node].kind != NodeKind::kNamespace;
  }

  std::string_view Name(NodeId node) const { return nodes_[node].name; }
  std::string_view LocalName(NodeId node) const { return Name(node).substr(Name(node).rfind(':') + 1); }
  std::string StringValue(NodeId node) const;
  /// Node.getNodeValue: of a text only up to the first border of a CDATA section, nothing for elements and the root.
  std::optional<std::string_view> NodeValue(NodeId node) const;
  /// The element of an ID that the text's DTD declares, or nothing.
  std::optional<NodeId> FindId(const std::string& id) const;

 private:
  struct Node {
    NodeKind kind;
    NodeId parent;
    NodeId end;
    uint32_t first_piece;
    std::string_view name;
    std::string_view value;
  };
  void Add(NodeKind kind, NodeId parent, std::string_view name, std::string_view value);
  void AddAttributes(const XmlDocument& document, const XmlEvent& event, NodeId element);

  std::vector<Node> nodes_;
  std::unordered_map<std::string, NodeId> ids_;
};

}  // namespace firesteel::functions::xpath
