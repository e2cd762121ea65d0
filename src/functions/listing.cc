#include "functions/listing.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii_case.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

/// Calls that only syntax or clients make; Spark lists none of them.
constexpr std::array<std::string_view, 3> kUnlisted = {"timestampadd", "timestampdiff", "to_pretty_string"};

void AddNames(const Function& row, std::vector<ListedFunction>& all) {
  all.push_back({std::string(row.name), &row});
  std::string_view rest = row.aliases;
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    std::string_view alias = rest.substr(0, comma);
    while (!alias.empty() && alias.front() == ' ') alias.remove_prefix(1);
    if (!alias.empty()) all.push_back({std::string(alias), &row});
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
}

const std::vector<ListedFunction>& All() {
  static const std::vector<ListedFunction> all = [] {
    std::vector<ListedFunction> names;
    for (const Function* row : AllFunctions()) {
      if (std::find(kUnlisted.begin(), kUnlisted.end(), row->name) == kUnlisted.end()) AddNames(*row, names);
    }
    for (const Function& row : UncallableRows()) AddNames(row, names);
    std::sort(names.begin(), names.end(),
              [](const ListedFunction& a, const ListedFunction& b) { return a.name < b.name; });
    return names;
  }();
  return all;
}

/// A parameter of a signature as a reader likes it: "numeric or interval", "int = 0".
std::string ParameterText(std::string_view written) {
  std::string text;
  for (char c : written) {
    if (c == '|') {
      text += " or ";
    } else if (c == '=') {
      text += " = ";
    } else if (c != '?') {
      text += c;
    }
  }
  return text;
}

/// The parameters of one signature, those that may be missing in brackets.
std::string ParametersText(std::string_view parameters) {
  std::string text;
  int optional = 0;
  size_t begin = 0;
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i <= parameters.size(); ++i) {
    const char c = i < parameters.size() ? parameters[i] : ',';
    if (c == '\'') quoted = !quoted;
    if (c == '<' || c == '(') ++depth;
    if (c == '>' || c == ')') --depth;
    if (i < parameters.size() && (c != ',' || depth > 0 || quoted)) continue;
    std::string_view one = parameters.substr(begin, i - begin);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    begin = i + 1;
    if (one.empty()) continue;
    const bool may_miss = one.ends_with('?') || one.ends_with("...") || one.find('=') != std::string_view::npos;
    if (may_miss) {
      text += text.empty() ? "[" : "[, ";
      ++optional;
    } else if (!text.empty()) {
      text += ", ";
    }
    text += ParameterText(one);
  }
  return text + std::string(static_cast<size_t>(optional), ']');
}

}  // namespace

std::span<const ListedFunction> ListedFunctions() { return All(); }

const Function* FindListed(std::string_view name) {
  const std::string lower = AsciiLower(name);
  const std::vector<ListedFunction>& all = All();
  auto found = std::lower_bound(all.begin(), all.end(), lower,
                                [](const ListedFunction& listed, const std::string& key) { return listed.name < key; });
  return found != all.end() && found->name == lower ? found->row : nullptr;
}

const Function* FindUncallable(std::string_view name) {
  const std::string lower = AsciiLower(name);
  for (const Function& row : UncallableRows()) {
    if (row.name == lower) return &row;
  }
  return nullptr;
}

std::string Synopsis(const Function& row, std::string_view name) {
  const std::string own(name);
  if (row.display == Display::kInfix) return "left " + own + " right";
  if (row.display == Display::kPrefix) return own + " operand";
  if (!row.signatures.starts_with('(')) return std::string(row.signatures);  // syntax, spelled out
  std::string text;
  std::string_view rest = row.signatures;
  while (!rest.empty()) {
    const size_t open = rest.find('(');
    const size_t arrow = rest.find(") ->");
    if (open == std::string_view::npos || arrow == std::string_view::npos) break;
    text += (text.empty() ? "" : " / ") + own + "(" + ParametersText(rest.substr(open + 1, arrow - open - 1)) + ")";
    const size_t next = rest.find(" | (", arrow);
    rest = next == std::string_view::npos ? std::string_view() : rest.substr(next + 3);
  }
  return text;
}

std::string ClassName(const Function& row) {
  return "firesteel.functions." + std::string(row.group) + "." + std::string(row.name);
}

std::string_view UnsupportedReason(const Function& row) {
  // A callable row may say so, too: what it is is then lowered elsewhere.
  const std::span<const Function> uncallable = UncallableRows();
  const bool is_uncallable = &row >= uncallable.data() && &row < uncallable.data() + uncallable.size();
  const auto* unsupported = std::get_if<LowerUnsupported>(&row.lowering);
  return unsupported && is_uncallable && row.kind != Kind::kGenerator ? unsupported->reason : std::string_view();
}

}  // namespace firesteel::functions
