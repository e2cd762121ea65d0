#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/formats/xml/xml_document.h"
#include "functions/formats/xml/xml_options.h"

namespace firesteel::functions {

/// The attributes of an element by their columns' names (option attributePrefix), of equal names the last; none with
/// the option excludeAttribute. The values are of the document.
std::vector<std::pair<std::string, std::string_view>> AttributesOf(const XmlOptions& options,
                                                                   const XmlDocument& document, const XmlEvent& start);

}  // namespace firesteel::functions
