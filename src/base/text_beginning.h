#pragma once

#include <cstddef>
#include <string>

namespace firesteel {

/// The text, or its first `most` bytes and "…" when it is longer; never a part of a UTF-8 character.
inline std::string TextBeginning(std::string text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  text.resize(most);
  return text + "…";
}

}  // namespace firesteel
