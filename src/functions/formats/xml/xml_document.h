#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// XML texts as the list of what stands in them, read by libxml2 without namespaces, network, external entities or
/// external DTDs.
namespace firesteel::functions {

enum class XmlEventKind : uint8_t {
  kStartElement,
  kEndElement,
  kText,  ///< text and CDATA sections without anything between them
  kComment,
  kProcessingInstruction,
  kBadReference,  ///< to an entity that is not one of XML's five; what stands behind it is read
  kEndDocument,
  kError,  ///< not well-formed from here on, or beyond a limit
};

/// A piece of XmlDocument's text.
struct XmlText {
  uint32_t begin = 0;
  uint32_t size = 0;
};

struct XmlEvent {
  XmlEventKind kind = XmlEventKind::kError;
  XmlText name;              ///< of elements, processing instructions
  XmlText text;              ///< of text, comments, processing instructions
  uint32_t first_piece = 0;  ///< bytes of a text before its first border of a CDATA section
  uint32_t attribute = 0;    ///< of a start: the first of its attributes
  uint32_t attributes = 0;   ///< their number
};

struct XmlAttribute {
  XmlText name;
  XmlText value;
  bool is_id = false;  ///< declared as one in the text's own DTD
};

/// One text after another. Not thread-safe; keeps its memory for the next text.
class XmlDocument {
 public:
  /// kRecord, for Spark's records, whose reader is Woodstox: comments and processing instructions only part texts, no
  /// entity is known, at most 1,000 levels and 1,024 attributes of an element.
  /// kTree, for XPath, whose reader is Java's: all of it, entities of the text's own DTD replaced (64,000 times and
  /// 50,000,000 characters at most), attributes that the DTD gives by default, at most 10,000 attributes of an element.
  enum class Purpose : uint8_t { kRecord, kTree };

  explicit XmlDocument(Purpose purpose) : purpose_(purpose) {}

  /// Reads a text, which must be UTF-8. Memory: some times the text's size. Does not throw for bad texts: the events
  /// end in kError then, else in kEndDocument. Texts of 1 GiB or more are errors.
  void Parse(std::string_view text);

  std::span<const XmlEvent> events() const { return events_; }
  std::span<const XmlAttribute> AttributesOf(const XmlEvent& event) const {
    return std::span(attributes_).subspan(event.attribute, event.attributes);
  }
  std::string_view Text(XmlText piece) const { return std::string_view(text_).substr(piece.begin, piece.size); }

 private:
  friend class XmlReading;

  const Purpose purpose_;
  std::vector<XmlEvent> events_;
  std::vector<XmlAttribute> attributes_;
  std::string text_;
};

}  // namespace firesteel::functions
