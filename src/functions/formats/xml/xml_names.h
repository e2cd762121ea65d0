#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firesteel::functions {

/// String.toLowerCase(Locale.ROOT), by which names are compared where case does not count.
std::string FoldedXmlName(std::string_view name);

/// What is wrong with the name of an element or attribute, in Woodstox's words; empty: nothing.
std::string XmlNameFault(std::string_view name);

}  // namespace firesteel::functions
