#pragma once

#include <string>
#include <string_view>

#include "types/time_zone.h"

namespace firesteel {

class Variant;
class VariantWalk;

/// A variant (Spark's binary encoding, version 1) as JSON text, as to_json and CAST(variant AS STRING) of nested values
/// print it. Timestamps are shown in `time_zone`. Throws QueryError MALFORMED_VARIANT on bytes that are no variant.
std::string VariantJsonText(std::string_view value, std::string_view metadata, std::string_view time_zone);
std::string VariantJsonText(const Variant& variant, const TimeZone& zone);
/// Of a part, so many levels deep, in the walk over the whole.
std::string VariantJsonText(const Variant& variant, const TimeZone& zone, int depth, VariantWalk& walk);

/// 16 bytes as java.util.UUID prints them.
std::string UuidText(std::string_view bytes);

}  // namespace firesteel
