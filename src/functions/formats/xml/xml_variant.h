#pragma once

#include <string_view>

#include "functions/formats/xml/xml_cursor.h"
#include "functions/formats/xml/xml_options.h"
#include "types/variant/variant_builder.h"

namespace firesteel::functions {

/// Appends a text or an attribute's value: null (option nullValue), boolean, long, decimal or string, whichever reads
/// it first.
void AppendXmlTextVariant(std::string_view text, const XmlOptions& options, VariantBuilder& builder);

/// Appends the element whose start was read last, up to its end: what has attributes or elements is an object, a name
/// met several times an array in it (names differ in case only where `case_sensitive`), a text alone is its value,
/// nothing is null. `start`: whose attributes count, or null. False when the text is not well-formed; the builder is
/// worth nothing then. Throws VariantTooLarge.
bool AppendXmlElementVariant(XmlCursor& cursor, const XmlEvent* start, const XmlOptions& options, bool case_sensitive,
                             VariantBuilder& builder);

}  // namespace firesteel::functions
