#include "functions/formats/xml/xml_attributes.h"

#include <algorithm>

namespace firesteel::functions {

std::vector<std::pair<std::string, std::string_view>> AttributesOf(const XmlOptions& options,
                                                                   const XmlDocument& document, const XmlEvent& start) {
  std::vector<std::pair<std::string, std::string_view>> result;
  if (options.exclude_attributes) return result;
  for (const XmlAttribute& attribute : document.AttributesOf(start)) {
    std::string name = options.attribute_prefix + std::string(options.NameOf(document.Text(attribute.name)));
    const std::string_view value = document.Text(attribute.value);
    const auto same =
        std::find_if(result.begin(), result.end(), [&](const auto& known) { return known.first == name; });
    if (same == result.end()) {
      result.emplace_back(std::move(name), value);
    } else {
      same->second = value;
    }
  }
  return result;
}

}  // namespace firesteel::functions
