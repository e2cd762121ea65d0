#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firesteel {

/// The text value of `key` in a field's metadata (a JSON object text, see StructField), or nothing when the key is
/// missing, its value is no text, or the metadata is not a JSON object.
std::optional<std::string> MetadataText(std::string_view metadata, std::string_view key);

/// The metadata with `key` set to a text, or removed.
std::string WithMetadataText(std::string_view metadata, std::string_view key, std::string_view value);
std::string WithoutMetadataKey(std::string_view metadata, std::string_view key);

/// A comment as a SQL literal: 'it\'s'.
std::string EscapedComment(std::string_view comment);

}  // namespace firesteel
