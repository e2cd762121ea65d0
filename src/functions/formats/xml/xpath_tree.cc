#include "functions/formats/xml/xpath_tree.h"

#include <algorithm>

namespace firesteel::functions::xpath {
namespace {

constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

bool IsDeclaration(std::string_view name) { return name == "xmlns" || name.starts_with("xmlns:"); }

}  // namespace

void Tree::Add(NodeKind kind, NodeId parent, std::string_view name, std::string_view value) {
  nodes_.push_back(
      {kind, parent, static_cast<NodeId>(nodes_.size() + 1), static_cast<uint32_t>(value.size()), name, value});
}

void Tree::AddAttributes(const XmlDocument& document, const XmlEvent& event, NodeId element) {
  std::vector<XmlAttribute> attributes(document.AttributesOf(event).begin(), document.AttributesOf(event).end());
  std::sort(attributes.begin(), attributes.end(), [&](const XmlAttribute& a, const XmlAttribute& b) {
    return document.Text(a.name) < document.Text(b.name);
  });
  for (const XmlAttribute& attribute : attributes) {
    const std::string_view name = document.Text(attribute.name);
    if (!IsDeclaration(name)) continue;
    Add(NodeKind::kNamespace, element, name == "xmlns" ? std::string_view() : name.substr(6),
        document.Text(attribute.value));
  }
  if (nodes_[element].parent == 0) Add(NodeKind::kNamespace, element, "xml", kXmlNamespace);
  for (const XmlAttribute& attribute : attributes) {
    const std::string_view name = document.Text(attribute.name);
    if (IsDeclaration(name)) continue;
    Add(NodeKind::kAttribute, element, name, document.Text(attribute.value));
    if (attribute.is_id) ids_.try_emplace(std::string(document.Text(attribute.value)), element);
  }
}

Tree::Tree(const XmlDocument& document) {
  Add(NodeKind::kRoot, 0, "", "");
  std::vector<NodeId> open{0};
  for (const XmlEvent& event : document.events()) {
    const NodeId parent = open.back();
    switch (event.kind) {
      case XmlEventKind::kStartElement:
        open.push_back(static_cast<NodeId>(nodes_.size()));
        Add(NodeKind::kElement, parent, document.Text(event.name), "");
        AddAttributes(document, event, open.back());
        break;
      case XmlEventKind::kEndElement:
        nodes_[parent].end = static_cast<NodeId>(nodes_.size());
        open.pop_back();
        break;
      case XmlEventKind::kText:
        Add(NodeKind::kText, parent, "", document.Text(event.text));
        nodes_.back().first_piece = event.first_piece;
        break;
      case XmlEventKind::kComment:
        Add(NodeKind::kComment, parent, "", document.Text(event.text));
        break;
      case XmlEventKind::kProcessingInstruction:
        Add(NodeKind::kProcessingInstruction, parent, document.Text(event.name), document.Text(event.text));
        break;
      default:
        break;
    }
  }
  nodes_[0].end = static_cast<NodeId>(nodes_.size());
}

NodeId Tree::FirstChild(NodeId node) const {
  NodeId child = node + 1;
  while (child < nodes_[node].end && !IsContent(child)) ++child;
  return std::min(child, nodes_[node].end);
}

std::string Tree::StringValue(NodeId node) const {
  if (nodes_[node].kind != NodeKind::kRoot && nodes_[node].kind != NodeKind::kElement) {
    return std::string(nodes_[node].value);
  }
  std::string text;
  for (NodeId inner = node; inner < nodes_[node].end; ++inner) {
    if (nodes_[inner].kind == NodeKind::kText) text += nodes_[inner].value;
  }
  return text;
}

std::optional<std::string_view> Tree::NodeValue(NodeId node) const {
  if (nodes_[node].kind == NodeKind::kRoot || nodes_[node].kind == NodeKind::kElement) return std::nullopt;
  return nodes_[node].value.substr(0, nodes_[node].first_piece);
}

std::optional<NodeId> Tree::FindId(const std::string& id) const {
  const auto found = ids_.find(id);
  return found == ids_.end() ? std::nullopt : std::optional<NodeId>(found->second);
}

}  // namespace firesteel::functions::xpath
