#include <algorithm>
#include <optional>
#include <string>

#include "base/hex_text.h"
#include "base/utf8.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/regular_expression.h"
#include "functions/kernels/string/text_format.h"

/// URLs: form encoding as java.net.URLEncoder's, parts as java.net.URI's.
namespace firesteel::functions {

namespace {

bool IsAlphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string Encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsAlphanumeric(c) || c == '.' || c == '-' || c == '*' || c == '_') {
      encoded += c;
    } else if (c == ' ') {
      encoded += '+';
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

std::optional<std::string> Decode(Row& row, std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return row.Fail("CANNOT_DECODE_URL", {{"url", std::string(text)}}, ErrorClass::kIllegalArgument, false);
      }
      decoded += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
  return DecodeUtf8LikeJava(decoded);
}

/// A URI reference of RFC 3986, cut into its parts. Characters are checked as java.net.URI does: ASCII ones must be
/// allowed, "%" must begin an escape, others are free.
struct Uri {
  std::optional<std::string_view> scheme, authority, user, host, query, fragment;
  std::string_view path;
  bool opaque = false;

  static std::optional<Uri> Parse(std::string_view text) {
    Uri uri;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (static_cast<unsigned char>(c) >= 0x80) continue;
      static constexpr std::string_view kAllowed = "-_.!~*'(),;:$&+=?/[]@#%";
      if (!IsAlphanumeric(c) && kAllowed.find(c) == std::string_view::npos) return std::nullopt;
      if (c == '%' && (i + 2 >= text.size() || HexValue(text[i + 1]) < 0 || HexValue(text[i + 2]) < 0)) {
        return std::nullopt;
      }
    }
    std::string_view rest = text;
    if (const size_t hash = rest.find('#'); hash != std::string_view::npos) {
      uri.fragment = rest.substr(hash + 1);
      if (uri.fragment->find('#') != std::string_view::npos) return std::nullopt;
      rest = rest.substr(0, hash);
    }
    const size_t colon = rest.find_first_of(":/?");
    if (colon != std::string_view::npos && rest[colon] == ':') {
      const std::string_view scheme = rest.substr(0, colon);
      const bool letters = !scheme.empty() && !(scheme[0] >= '0' && scheme[0] <= '9') && IsAlphanumeric(scheme[0]) &&
                           std::all_of(scheme.begin(), scheme.end(),
                                       [](char c) { return IsAlphanumeric(c) || c == '+' || c == '-' || c == '.'; });
      if (!letters) return std::nullopt;
      uri.scheme = scheme;
      rest = rest.substr(colon + 1);
      if (rest.empty()) return std::nullopt;
      if (rest[0] != '/') {
        uri.opaque = true;
        return uri;
      }
    }
    if (const size_t mark = rest.find('?'); mark != std::string_view::npos) {
      uri.query = rest.substr(mark + 1);
      rest = rest.substr(0, mark);
    }
    if (rest.starts_with("//")) {
      const size_t end = std::min(rest.find('/', 2), rest.size());
      uri.authority = rest.substr(2, end - 2);
      rest = rest.substr(end);
      if (uri.authority->empty()) {
        if (rest.empty()) return std::nullopt;
        uri.authority.reset();
      }
    }
    uri.path = rest;
    if (uri.path.find_first_of("[]") != std::string_view::npos) return std::nullopt;
    if (uri.authority && uri.authority->find('[') != std::string_view::npos &&
        uri.authority->find(']') == std::string_view::npos) {
      return std::nullopt;
    }
    if (uri.authority) uri.SplitAuthority();
    return uri;
  }

 private:
  /// A host that is no name or address leaves user and host unknown, as Java's registry-based authorities.
  void SplitAuthority() {
    std::string_view rest = *authority;
    std::optional<std::string_view> user_part;
    if (const size_t at = rest.find('@'); at != std::string_view::npos) {
      user_part = rest.substr(0, at);
      rest = rest.substr(at + 1);
    }
    std::string_view name = rest;
    const size_t bracket = rest.find(']');
    const size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
      name = rest.substr(0, colon);
      const std::string_view port = rest.substr(colon + 1);
      if (!std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; })) return;
    }
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return IsAlphanumeric(c) || c == '-' || c == '.'; });
    const bool bracketed = name.starts_with('[') && name.ends_with(']');
    if (name.empty() || (!plain && !bracketed) || name.front() == '-' || name.back() == '-') return;
    user = user_part;
    host = name;
  }
};

std::optional<std::string> Text(std::optional<std::string_view> part) {
  return part ? std::optional(std::string(*part)) : std::nullopt;
}

std::optional<std::string> PartOf(const Uri& uri, std::string_view part) {
  if (part == "PROTOCOL") return Text(uri.scheme);
  if (part == "REF") return Text(uri.fragment);
  if (uri.opaque) return std::nullopt;
  if (part == "HOST") return Text(uri.host);
  if (part == "PATH") return std::string(uri.path);
  if (part == "QUERY") return Text(uri.query);
  if (part == "FILE") return std::string(uri.path) + (uri.query ? "?" + std::string(*uri.query) : "");
  if (part == "AUTHORITY") return Text(uri.authority);
  if (part == "USERINFO") return Text(uri.user);
  return std::nullopt;
}

/// The value of a key in a query: the key is a regular expression, as in Spark.
std::optional<std::string> QueryValue(std::string_view query, std::string_view key) {
  const auto expression = RegularExpression::Compile("(&|^)" + std::string(key) + "=([^&]*)");
  if (!expression) return std::nullopt;
  expression->Reset(query);
  if (!expression->Find()) return std::nullopt;
  return expression->Group(2);
}

void RunParseUrl(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    bool valid = true;
    for (const VectorView& argument : arguments) valid = valid && argument.IsValid(row);
    std::optional<std::string> value;
    // A key is only looked for in the query: of any other part not even the URL is read.
    if (valid && (arguments.size() == 2 || arguments[1].Text(row) == "QUERY")) {
      const std::string_view text = arguments[0].Text(row);
      const std::optional<Uri> uri = Uri::Parse(text);
      if (!uri) {
        if (context.call().mode == EvalMode::kAnsi) {
          context.Fail(row, "INVALID_URL", {{"url", std::string(text)}}, ErrorClass::kIllegalArgument, false);
          if (context.failed()) return;
        }
      } else if (arguments.size() == 2) {
        value = PartOf(*uri, arguments[1].Text(row));
      } else if (uri->query && !uri->opaque) {
        value = QueryValue(*uri->query, arguments[2].Text(row));
      }
    }
    if (value) {
      result.SetText(row, *value);
    } else {
      result.SetNull(row);
    }
  }
}

}  // namespace

const Kernel kUrlEncode = RowKernel<Encode>();
const Kernel kUrlDecode = RowKernel<Decode>(true);
const Kernel kParseUrl{RunParseUrl, nullptr, true};

}  // namespace firesteel::functions
