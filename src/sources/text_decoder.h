#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace firesteel::sources {

/// Turns bytes of a charset ("utf-8", "iso-8859-1", "us-ascii", "utf-16", "utf-32", the last two
/// also with "be" or "le") into UTF-8 as Java's decoders do: what is malformed becomes U+FFFD. Not thread-safe.
class TextDecoder {
 public:
  explicit TextDecoder(std::string_view charset);

  /// Appends the text of `bytes` to `out` and returns how many of them it is: a character that is cut at the end stays
  /// behind, unless nothing follows (`is_last`).
  size_t Decode(std::string_view bytes, bool is_last, std::string& out);
  /// Whether anything so far was malformed.
  bool is_malformed() const { return is_malformed_; }

 private:
  uint32_t Unit(std::string_view bytes, size_t at) const;
  size_t DecodeUtf8(std::string_view bytes, bool is_last, std::string& out);
  void Append(uint32_t code_point, std::string& out);

  const size_t unit_;  // bytes; 0: UTF-8
  const uint32_t greatest_;
  bool is_little_;
  bool may_have_mark_;
  bool is_malformed_ = false;
};

/// The text of a whole record; `buffer` holds it if it is not `bytes` themselves.
std::string_view DecodeRecord(std::string_view bytes, std::string_view charset, std::string& buffer);

/// The text in the charset, as Java's encoders write it (UTF-16 with a byte order mark).
std::string EncodeText(std::string_view text, std::string_view charset);

}  // namespace firesteel::sources
