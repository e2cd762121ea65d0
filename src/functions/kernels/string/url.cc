#include <algorithm>
#include <array>
#include <memory>
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

constexpr bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The characters that a form keeps as they are.
constexpr std::array<bool, 256> MakeKept() {
  std::array<bool, 256> kept{};
  for (size_t c = 0; c < 128; ++c) {
    kept[c] = IsAlphanumeric(static_cast<char>(c)) || std::string_view(".-*_").find(static_cast<char>(c)) < 4;
  }
  return kept;
}

void Encode(TextOut& out, std::string_view text) {
  static constexpr std::array<bool, 256> kKept = MakeKept();
  char* const room = out.Room(3 * text.size());
  char* next = room;
  for (const char& c : text) {
    if (kKept[static_cast<uint8_t>(c)]) {
      *next++ = c;
    } else if (c == ' ') {
      *next++ = '+';
    } else {
      *next++ = '%';
      next += WriteHex({&c, 1}, next, HexCase::kUpper);
    }
  }
  out.Commit(static_cast<size_t>(next - room));
}

void Decode(Row& row, TextOut& out, std::string_view text) {
  char* const room = out.Room(text.size());
  char* next = room;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      *next++ = text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      row.Fail("CANNOT_DECODE_URL", {{"url", std::string(text)}}, ErrorClass::kIllegalArgument, false);
      return;
    }
    *next++ = static_cast<char>(high << 4 | low);
    i += 2;
  }
  const std::string_view decoded(room, static_cast<size_t>(next - room));
  if (IsValidUtf8(decoded)) return out.Commit(decoded.size());
  out.Set(DecodeUtf8LikeJava(decoded));
}

/// The ASCII characters that java.net.URI allows somewhere, and all others.
constexpr std::array<bool, 256> MakeAllowed() {
  std::array<bool, 256> allowed{};
  for (size_t c = 0; c < allowed.size(); ++c) allowed[c] = c >= 0x80 || IsAlphanumeric(static_cast<char>(c));
  for (const char c : std::string_view("-_.!~*'(),;:$&+=?/[]@#%")) allowed[static_cast<uint8_t>(c)] = true;
  return allowed;
}

/// A URI reference of RFC 3986, cut into its parts. Characters are checked as java.net.URI does: ASCII ones must be
/// allowed, "%" must begin an escape, others are free.
struct Uri {
  std::optional<std::string_view> scheme, authority, user, host, query, fragment;
  std::string_view path;
  bool opaque = false;

  static std::optional<Uri> Parse(std::string_view text) {
    Uri uri;
    static constexpr std::array<bool, 256> kAllowed = MakeAllowed();
    for (size_t i = 0; i < text.size(); ++i) {
      if (!kAllowed[static_cast<uint8_t>(text[i])]) return std::nullopt;
      if (text[i] == '%' && (i + 2 >= text.size() || HexValue(text[i + 1]) < 0 || HexValue(text[i + 2]) < 0)) {
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

std::optional<std::string_view> PartOf(const Uri& uri, std::string_view part) {
  if (part == "PROTOCOL") return uri.scheme;
  if (part == "REF") return uri.fragment;
  if (uri.opaque) return std::nullopt;
  if (part == "HOST") return uri.host;
  if (part == "PATH") return uri.path;
  if (part == "QUERY") return uri.query;
  if (part == "FILE") {
    // The query stands right behind the path and a question mark.
    return std::string_view(uri.path.data(), uri.path.size() + (uri.query ? 1 + uri.query->size() : 0));
  }
  if (part == "AUTHORITY") return uri.authority;
  if (part == "USERINFO") return uri.user;
  return std::nullopt;
}

/// Values of keys in queries: the key is a regular expression, as in Spark. The last one is kept.
class QueryValues {
 public:
  explicit QueryValues(KernelContext& context) : context_(context) {}

  std::optional<std::string_view> Find(size_t row, std::string_view query, std::string_view key) {
    if (!is_known_ || key != key_) {
      is_known_ = true;
      key_ = key;
      expression_.reset();
      const auto pattern = RegularPattern::Compile("(&|^)" + key_ + "=([^&]*)", RegularPattern::Use::kRow);
      if (pattern) expression_.emplace(pattern, [this] { return context_.cancelled(); });
    }
    if (!expression_) return std::nullopt;
    expression_->Reset(query);
    const bool is_there = expression_->Find();
    if (expression_->gave_up()) {
      context_.Fail(row, RegularExpression::kLimitCondition, expression_->LimitParameters(), ErrorClass::kRuntime);
    }
    if (!is_there) return std::nullopt;
    return expression_->Group(2);
  }

 private:
  KernelContext& context_;
  bool is_known_ = false;
  std::string key_;
  std::optional<RegularExpression> expression_;
};

void RunParseUrl(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  QueryValues values(context);
  TextOut out(result);
  for (size_t row = 0; row < rows; ++row) {
    out.index = row;
    bool valid = true;
    for (const VectorView& argument : arguments) valid = valid && argument.IsValid(row);
    // A key is only looked for in the query: of any other part not even the URL is read.
    if (!valid || (arguments.size() == 3 && arguments[1].Text(row) != "QUERY")) {
      out.SetNull();
      continue;
    }
    const std::string_view text = arguments[0].Text(row);
    const std::optional<Uri> uri = Uri::Parse(text);
    if (!uri) {
      out.SetNull();
      if (context.call().mode != EvalMode::kAnsi) continue;
      context.Fail(row, "INVALID_URL", {{"url", std::string(text)}}, ErrorClass::kIllegalArgument, false);
      if (context.failed()) return;
    } else if (arguments.size() == 2) {
      const std::optional<std::string_view> part = PartOf(*uri, arguments[1].Text(row));
      part ? out.Share(*part) : out.SetNull();
    } else if (uri->query && !uri->opaque) {
      const std::optional<std::string_view> value = values.Find(row, *uri->query, arguments[2].Text(row));
      value ? out.Set(*value) : out.SetNull();
      if (context.failed()) return;
    } else {
      out.SetNull();
    }
  }
}

}  // namespace

const Kernel kUrlEncode = RowKernel<Encode>();
const Kernel kUrlDecode = RowKernel<Decode>(true);
const Kernel kParseUrl{.run = RunParseUrl, .fallible = true, .shares_text = true};

}  // namespace firesteel::functions
