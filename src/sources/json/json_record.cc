#include "sources/json/json_record.h"

#include <cstdint>

#include "base/error.h"
#include "base/utf8.h"
#include "sources/text_decoder.h"

namespace firesteel::sources {
namespace {

[[noreturn]] void ThrowRequirement(const std::string& what) {
  throw QueryError("_LEGACY_ERROR_TEMP_2273", {{"message", "requirement failed: " + what}}, nullptr,
                   ErrorClass::kIllegalArgument);
}

struct Detected {
  std::string_view charset;
  size_t mark = 0;  // bytes of the byte order mark
};

/// Jackson's ByteSourceJsonBootstrapper: a mark, else where the zeros of the first character stand.
Detected Detect(std::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() >= 4) {
    const uint32_t four = static_cast<uint32_t>(at(0)) << 24 | static_cast<uint32_t>(at(1)) << 16 |
                          static_cast<uint32_t>(at(2)) << 8 | at(3);
    if (four == 0x0000FEFF) return {"utf-32be", 4};
    if (four == 0xFFFE0000) return {"utf-32le", 4};
    if (four >> 16 == 0xFEFF) return {"utf-16be", 2};
    if (four >> 16 == 0xFFFE) return {"utf-16le", 2};
    if (four >> 8 == 0xEFBBBF) return {"utf-8", 3};
    if (four >> 8 == 0) return {"utf-32be", 0};
    if ((four & 0x00FFFFFF) == 0) return {"utf-32le", 0};
  }
  if (bytes.size() >= 2 && at(0) == 0) return {"utf-16be", 0};
  if (bytes.size() >= 2 && at(1) == 0) return {"utf-16le", 0};
  return {"utf-8", 0};
}

}  // namespace

void CheckJsonLines(const functions::JsonOptions& options) {
  if (options.is_single_variant) ThrowUnsupported("the option singleVariantColumn of JSON files");
  if (options.multi_line || options.encoding == "utf-8") return;
  if (options.encoding == "utf-16" || options.encoding == "utf-32") {
    ThrowRequirement("The " + options.given_encoding +
                     " encoding must not be included in the denyList when multiLine is disabled:\n"
                     "denylist: UTF-16, UTF-32");
  }
  if (options.line_separator) return;
  ThrowRequirement("The lineSep option must be specified for the " + options.given_encoding + " encoding");
}

std::optional<std::string> JsonLineSeparator(const functions::JsonOptions& options) {
  if (!options.line_separator) return std::nullopt;
  return EncodeText(*options.line_separator, options.encoding);
}

std::optional<std::string_view> JsonRecordDecoder::Decode(std::string_view bytes) {
  if (options_.given_encoding.empty()) {
    const Detected found = Detect(bytes);
    bytes.remove_prefix(found.mark);
    if (found.charset == "utf-8") return bytes;
    // A line ends at the byte of its \n, which is one of four: what is left of them is never looked at.
    if (found.charset.starts_with("utf-32")) bytes.remove_suffix(bytes.size() % 4);
    buffer_.clear();
    TextDecoder decoder(found.charset);
    decoder.Decode(bytes, true, buffer_);
    // UTF-16 goes through Java's lenient reader, UTF-32 through Jackson's own strict one.
    if (decoder.is_malformed() && found.charset.starts_with("utf-32")) return std::nullopt;
    return buffer_;
  }
  if (options_.encoding == "utf-8") return IsValidUtf8(bytes) ? std::optional(bytes) : std::nullopt;
  buffer_.clear();
  TextDecoder decoder(options_.encoding);
  decoder.Decode(bytes, true, buffer_);
  return decoder.is_malformed() ? std::nullopt : std::optional<std::string_view>(buffer_);
}

}  // namespace firesteel::sources
