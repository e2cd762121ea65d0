#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firesteel {

/// A new random UUID (version 4) as 36 characters of lower-case text. Thread-safe, from the system's random source.
std::string NewUuid();

/// Whether the text is a UUID as Java's UUID.fromString prints it back: 8-4-4-4-12 hexadecimal digits of any case.
bool IsUuid(std::string_view text);

/// The bits of a UUID's text, the first 64 in the first word; none if the text is no UUID as IsUuid has it.
std::optional<std::array<uint64_t, 2>> UuidWords(std::string_view text);

}  // namespace firesteel
