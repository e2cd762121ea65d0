#pragma once

#include <span>
#include <string_view>

#include "functions/formats/xml/xml_document.h"

namespace firesteel::functions {

/// The events of a document one by one, as a reader in a stream gives them: an error is met again and again, behind the
/// end there are only errors. Not thread-safe.
class XmlCursor {
 public:
  explicit XmlCursor(const XmlDocument& document) : document_(document), events_(document.events()) {}

  const XmlEvent& Peek() const { return events_[at_]; }
  /// The event that Peek gives; then goes on.
  const XmlEvent& Next() {
    const XmlEvent& event = events_[at_];
    if (event.kind == XmlEventKind::kEndDocument)
      events_ = kEnd, at_ = 0;
    else if (event.kind != XmlEventKind::kError)
      ++at_;
    return event;
  }
  const XmlDocument& document() const { return document_; }
  std::string_view Text(const XmlEvent& event) const { return document_.Text(event.text); }
  std::string_view Name(const XmlEvent& event) const { return document_.Text(event.name); }

 private:
  static constexpr XmlEvent kEndEvents[1] = {};
  static constexpr std::span<const XmlEvent> kEnd{kEndEvents};

  const XmlDocument& document_;
  std::span<const XmlEvent> events_;
  size_t at_ = 0;
};

}  // namespace firesteel::functions
