#include "gateway/routing/templates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <variant>
#include <vector>

#include "gateway/sha256.h"

namespace firesteel::gateway {
namespace {

constexpr size_t kLongestLabel = 63;  // RFC 1123

constexpr std::array<std::string_view, 4> kNamespaceNames = {"team", "environment", "user", "user_hash"};
constexpr std::array<std::string_view, 8> kCommandNames = {"team",      "environment", "user", "user_hash",
                                                           "namespace", "port",        "pool", "host"};

struct Piece {
  bool placeholder = false;
  std::string_view text;  ///< the literal, or the placeholder's name
};

/// The template cut at its braces, or what is wrong with these.
std::variant<std::vector<Piece>, std::string> Cut(std::string_view text) {
  std::vector<Piece> pieces;
  size_t begin = 0;
  while (true) {
    const size_t brace = text.find_first_of("{}", begin);
    if (brace != begin) pieces.push_back({false, text.substr(begin, brace - begin)});
    if (brace == std::string_view::npos) return pieces;
    if (brace + 1 < text.size() && text[brace + 1] == text[brace]) {
      pieces.push_back({false, text.substr(brace, 1)});
      begin = brace + 2;
      continue;
    }
    if (text[brace] == '}') return "has a '}' without its '{'; write '}}' for a brace";
    const size_t end = text.find_first_of("{}", brace + 1);
    if (end == std::string_view::npos || text[end] == '{') {
      return "has a '{' without its '}'; write '{{' for a brace";
    }
    pieces.push_back({true, text.substr(brace + 1, end - brace - 1)});
    begin = end + 1;
  }
}

/// Follows the shell's quoting through a command, so that placeholders stand only where quotes around their values are
/// honoured, however the values read.
class ShellQuoting {
 public:
  /// What is wrong, or nothing.
  std::optional<std::string> Literal(std::string_view text) {
    for (const char c : text) {
      if (auto fault = Next(c)) return fault;
    }
    return std::nullopt;
  }

  std::optional<std::string> Placeholder(std::string_view name) {
    if (quote_ != 0) {
      return fmt::format("has {{{}}} inside quotes; take it out of them: its value is quoted by the gateway", name);
    }
    if (escaped_ || before_ == '$') {
      return fmt::format("has {{{}}} behind '{}', which changes the quotes around its value", name,
                         escaped_ ? '\\' : '$');
    }
    before_ = 'x';  // a '#' behind it is in a word
    return std::nullopt;
  }

  std::optional<std::string> End() const {
    if (quote_ != 0) return fmt::format("has a {} that is not closed", quote_);
    return std::nullopt;
  }

 private:
  std::optional<std::string> Next(char c) {
    const char before = before_;
    before_ = c;
    if (quote_ == '\'') {
      if (c == '\'') quote_ = 0;
      return std::nullopt;
    }
    if (escaped_) {
      escaped_ = false;
      before_ = 'x';
      return std::nullopt;
    }
    if (c == '\\') {
      escaped_ = true;
      return std::nullopt;
    }
    // Within these, quoting begins anew, or ends at a line's end: not to be followed safely.
    if (c == '`' || (before == '$' && (c == '(' || c == '{' || c == '['))) {
      return "has a substitution (`…`, $(…), $[…] or ${…}), in which values cannot be quoted safely; put it into a "
             "script";
    }
    if (quote_ == '"') {
      if (c == '"') quote_ = 0;
      return std::nullopt;
    }
    if (before == '$' && c == '\'') return "has $'…', which shells read differently; put it into a script";
    if (before == '(' && c == '(') return "has arithmetic ((…)), which evaluates values anew; put it into a script";
    if (before == '<' && c == '<') return "has a here-document; put it into a script";
    if (c == '#' && std::string_view(" \t\n;&|()").find(before) != std::string_view::npos) {
      return "has a comment; put it outside the text";
    }
    if (c == '\'' || c == '"') quote_ = c;
    return std::nullopt;
  }

  char quote_ = 0;      ///< inside '…' or "…"
  char before_ = '\n';  ///< the last character
  bool escaped_ = false;
};

std::optional<std::string> QuotingFault(const std::vector<Piece>& pieces) {
  ShellQuoting quoting;
  for (const Piece& piece : pieces) {
    if (auto fault = piece.placeholder ? quoting.Placeholder(piece.text) : quoting.Literal(piece.text)) return fault;
  }
  return quoting.End();
}

std::vector<Piece> PiecesOf(std::string_view text) {
  auto pieces = Cut(text);
  return std::holds_alternative<std::string>(pieces) ? std::vector<Piece>{} : std::get<0>(std::move(pieces));
}

std::string ShellQuoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

}  // namespace

std::optional<std::string> TemplateFault(std::string_view text, TemplateUse use) {
  auto cut = Cut(text);
  if (auto* fault = std::get_if<std::string>(&cut)) return std::move(*fault);
  const auto& pieces = std::get<std::vector<Piece>>(cut);
  const std::span<const std::string_view> known =
      use == TemplateUse::kCommand ? std::span<const std::string_view>(kCommandNames) : kNamespaceNames;
  for (const Piece& piece : pieces) {
    if (!piece.placeholder || std::find(known.begin(), known.end(), piece.text) != known.end()) continue;
    std::string names;
    for (std::string_view name : known) names += fmt::format(" {{{}}}", name);
    return fmt::format("has the unknown placeholder {{{}}}; known:{}; write '{{{{' for a brace", piece.text, names);
  }
  return use == TemplateUse::kCommand ? QuotingFault(pieces) : std::nullopt;
}

bool TemplateNames(std::string_view text, std::string_view name) {
  const std::vector<Piece> pieces = PiecesOf(text);
  return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return p.placeholder && p.text == name; });
}

std::string UserHash(std::string_view user) { return Sha256Hex(user).substr(0, 12); }

std::string DnsLabel(std::string_view text) {
  std::string label;
  for (const char c : text.substr(0, kLongestLabel)) {
    if (c >= 'A' && c <= 'Z') {
      label += static_cast<char>(c - 'A' + 'a');
    } else {
      label += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    }
  }
  const size_t first = label.find_first_not_of('-');
  if (first == std::string::npos) return "";
  return label.substr(first, label.find_last_not_of('-') - first + 1);
}

std::string ExpandNamespace(std::string_view text, std::string_view team, std::string_view environment,
                            std::string_view user) {
  std::string name;
  for (const Piece& piece : PiecesOf(text)) {
    if (!piece.placeholder) {
      name += piece.text;
    } else if (piece.text == "user_hash") {
      name += UserHash(user);
    } else {
      const std::string_view value = piece.text == "team" ? team : piece.text == "user" ? user : environment;
      // Cutting a value here would hide from the hash below what it had.
      for (size_t i = 0; i < value.size(); i += kLongestLabel) name += DnsLabel(value.substr(i, kLongestLabel));
    }
  }
  if (name.size() <= kLongestLabel) return DnsLabel(name);
  const std::string hash = UserHash(name);
  return DnsLabel(name.substr(0, kLongestLabel - 1 - hash.size())) + "-" + hash;
}

std::string ExpandCommand(std::string_view text, const CommandValues& values) {
  std::string command;
  for (const Piece& piece : PiecesOf(text)) {
    const std::string_view name = piece.text;
    if (!piece.placeholder) {
      command += name;
    } else if (name == "port") {
      command += std::to_string(values.port);
    } else {
      const Route& owner = values.owner;
      command += ShellQuoted(name == "team"          ? owner.team
                             : name == "environment" ? owner.environment
                             : name == "user"        ? owner.user
                             : name == "user_hash"   ? UserHash(owner.user)
                             : name == "namespace"   ? owner.namespace_name
                             : name == "pool"        ? values.pool
                                                     : values.host);
    }
  }
  return command;
}

}  // namespace firesteel::gateway
