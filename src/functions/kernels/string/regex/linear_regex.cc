#include "functions/kernels/string/regex/linear_regex.h"

#include <fmt/format.h>

#include <string>

namespace firesteel::functions {
namespace {

using Kind = RegexNode::Kind;

void Print(const RegexNode& node, std::string& out);

void PrintInBrackets(const RegexNode& node, std::string_view open, std::string& out) {
  out += open;
  Print(node, out);
  out += ')';
}

/// RE2 takes no set without characters but one that is the opposite of all.
void PrintSet(const CodePointSet& set, std::string& out) {
  out += set.ranges().empty() ? R"([^\x{0}-\x{10FFFF})" : "[";
  for (const auto& [from, to] : set.ranges()) {
    out += fmt::format(R"(\x{{{:X}}}-\x{{{:X}}})", static_cast<uint32_t>(from), static_cast<uint32_t>(to));
  }
  out += ']';
}

void PrintRepeat(const RegexNode& node, std::string& out) {
  PrintInBrackets(node.children[0], "(?:", out);
  if (node.most < 0) {
    out += node.least == 0 ? "*" : node.least == 1 ? "+" : fmt::format("{{{},}}", node.least);
  } else {
    out += fmt::format("{{{},{}}}", node.least, node.most);
  }
  if (node.is_lazy) out += '?';
}

/// Sets are written out, so that nothing depends on what RE2 understands by a name.
void Print(const RegexNode& node, std::string& out) {
  switch (node.kind) {
    case Kind::kEmpty:
      return;
    case Kind::kSet:
      return PrintSet(node.set, out);
    case Kind::kBegin:
      out += R"(\A)";
      return;
    case Kind::kEnd:
    case Kind::kAbsoluteEnd:
      out += R"(\z)";
      return;
    case Kind::kBoundary:
      out += R"(\b)";
      return;
    case Kind::kNoBoundary:
      out += R"(\B)";
      return;
    case Kind::kSequence:
      for (const RegexNode& child : node.children) PrintInBrackets(child, "(?:", out);
      return;
    case Kind::kChoice:
      for (size_t i = 0; i < node.children.size(); ++i) PrintInBrackets(node.children[i], i == 0 ? "(?:" : "|(?:", out);
      return;
    case Kind::kRepeat:
      return PrintRepeat(node, out);
    case Kind::kGroup:
      return PrintInBrackets(node.children[0], "(", out);
  }
}

re2::RE2::Options Quiet() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

LinearRegex::LinearRegex(const std::string& pattern) : expression_(pattern, Quiet()) {}

std::unique_ptr<const LinearRegex> LinearRegex::Compile(const RegexTree& tree) {
  std::string pattern;
  Print(tree.root, pattern);
  std::unique_ptr<const LinearRegex> regex(new LinearRegex(pattern));
  const bool is_good = regex->expression_.ok() && regex->expression_.NumberOfCapturingGroups() == tree.groups;
  return is_good ? std::move(regex) : nullptr;
}

bool LinearRegex::Test(std::string_view text) const {
  return expression_.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

bool LinearRegex::Find(std::string_view text, size_t from, std::vector<int64_t>& groups) const {
  const auto count = static_cast<size_t>(expression_.NumberOfCapturingGroups()) + 1;
  std::vector<re2::StringPiece> pieces(count);
  if (!expression_.Match({text.data(), text.size()}, from, text.size(), re2::RE2::UNANCHORED, pieces.data(),
                         static_cast<int>(count))) {
    return false;
  }
  groups.assign(count * 2, -1);
  for (size_t i = 0; i < count; ++i) {
    if (pieces[i].data() == nullptr) continue;
    groups[i * 2] = pieces[i].data() - text.data();
    groups[i * 2 + 1] = groups[i * 2] + static_cast<int64_t>(pieces[i].size());
  }
  return true;
}

}  // namespace firesteel::functions
