#include "functions/kernels/string/regex/regex_tree.h"

#include <algorithm>

#include "base/utf8.h"

namespace firesteel::functions {
namespace {

using Kind = RegexNode::Kind;

constexpr int kMaxDepth = 50;
constexpr int kMaxCount = 1000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

CodePointSet One(char32_t c) {
  CodePointSet set;
  set.Add(c, c);
  return set;
}

CodePointSet Of(std::initializer_list<CodePointSet::Range> ranges) {
  CodePointSet set;
  for (const auto& [from, to] : ranges) set.Add(from, to);
  return set;
}

CodePointSet LineTerminators() { return Of({{'\n', '\n'}, {'\r', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}}); }

/// \d \w \s and their opposites.
std::optional<CodePointSet> Shorthand(char c) {
  switch (c) {
    case 'd':
      return Of({{'0', '9'}});
    case 'w':
      return Of({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
    case 's':
      return Of({{'\t', '\r'}, {' ', ' '}});
    case 'D':
    case 'W':
    case 'S':
      return Shorthand(static_cast<char>(c - 'A' + 'a'))->Complement();
    default:
      return std::nullopt;
  }
}

/// Java's POSIX classes, which are ASCII.
std::optional<CodePointSet> Posix(std::string_view name) {
  if (name == "Lower") return Of({{'a', 'z'}});
  if (name == "Upper") return Of({{'A', 'Z'}});
  if (name == "Alpha") return Of({{'A', 'Z'}, {'a', 'z'}});
  if (name == "Digit") return Of({{'0', '9'}});
  if (name == "Alnum") return Of({{'0', '9'}, {'A', 'Z'}, {'a', 'z'}});
  if (name == "Punct") return Of({{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}});
  if (name == "Space") return Of({{'\t', '\r'}, {' ', ' '}});
  if (name == "ASCII") return Of({{0, 0x7F}});
  return std::nullopt;
}

/// General categories, of ASCII characters alone.
std::optional<CodePointSet> AsciiCategory(std::string_view name) {
  if (name == "L" || name == "IsL" || name == "IsAlphabetic") return Of({{'A', 'Z'}, {'a', 'z'}});
  if (name == "Lu") return Of({{'A', 'Z'}});
  if (name == "Ll") return Of({{'a', 'z'}});
  if (name == "N" || name == "Nd") return Of({{'0', '9'}});
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}

  std::optional<RegexTree> Parse() {
    ReadFlags();
    tree_.root = Choice(0);
    if (bad_ || at_ < pattern_.size()) return std::nullopt;
    tree_.may_be_empty = MayBeEmpty(tree_.root);
    return std::move(tree_);
  }

 private:
  bool AtEnd() const { return at_ >= pattern_.size(); }
  bool Next(char c) const { return !AtEnd() && pattern_[at_] == c; }
  bool Take(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  RegexNode Bad() {
    bad_ = true;
    return {};
  }

  void ReadFlags() {
    for (const std::string_view flags : {"(?i)", "(?s)", "(?is)", "(?si)"}) {
      if (!Take(flags)) continue;
      ignores_case_ = flags.find('i') != std::string_view::npos;
      dot_is_all_ = flags.find('s') != std::string_view::npos;
      return;
    }
  }

  RegexNode Choice(int depth) {
    if (depth > kMaxDepth) return Bad();
    std::vector<RegexNode> branches;
    branches.push_back(Sequence(depth));
    while (!bad_ && Take("|")) branches.push_back(Sequence(depth));
    if (branches.size() == 1) return std::move(branches[0]);
    RegexNode node{.kind = Kind::kChoice};
    node.children = std::move(branches);
    return node;
  }

  RegexNode Sequence(int depth) {
    RegexNode node{.kind = Kind::kSequence};
    while (!bad_ && !AtEnd() && !Next('|') && !Next(')')) node.children.push_back(Quantified(Atom(depth)));
    return node;
  }

  RegexNode SetNode(CodePointSet set) {
    RegexNode node{.kind = Kind::kSet};
    node.set = std::move(set);
    return node;
  }

  RegexNode Character(char32_t c) {
    CodePointSet set = One(c);
    if (ignores_case_) set.AddAsciiCases();
    return SetNode(std::move(set));
  }

  RegexNode Atom(int depth) {
    const char c = pattern_[at_];
    switch (c) {
      case '(':
        return Group(depth);
      case '[':
        return Class();
      case '.':
        ++at_;
        return SetNode(dot_is_all_ ? CodePointSet().Complement() : LineTerminators().Complement());
      case '^':
        ++at_;
        return RegexNode{.kind = Kind::kBegin};
      case '$':
        ++at_;
        tree_.needs_plain_end = true;
        return RegexNode{.kind = Kind::kEnd};
      case '\\':
        return Escape();
      case '*':
      case '+':
      case '?':
      case '{':
        return Bad();
      default:
        return Character(NextCodePoint(pattern_, at_));
    }
  }

  RegexNode Group(int depth) {
    ++at_;
    int number = 0;
    if (Take("?")) {
      if (Take("<")) {
        const size_t begin = at_;
        while (!AtEnd() && (IsLetter(pattern_[at_]) || (at_ > begin && IsDigit(pattern_[at_])))) ++at_;
        const std::string name(pattern_.substr(begin, at_ - begin));
        const auto same = [&](const auto& known) { return known.first == name; };
        if (name.empty() || !Take(">") || std::any_of(tree_.names.begin(), tree_.names.end(), same)) return Bad();
        number = ++tree_.groups;
        tree_.names.emplace_back(name, number);
      } else if (!Take(":")) {
        return Bad();
      }
    } else {
      number = ++tree_.groups;
    }
    RegexNode inner = Choice(depth + 1);
    if (bad_ || !Take(")")) return Bad();
    if (number == 0) {
      // An own node, so that a quantifier behind it means all of it.
      RegexNode node{.kind = Kind::kSequence};
      node.children.push_back(std::move(inner));
      return node;
    }
    RegexNode node{.kind = Kind::kGroup};
    node.children.push_back(std::move(inner));
    node.group = number;
    return node;
  }

  std::optional<int> Number() {
    int value = 0;
    const size_t begin = at_;
    while (!AtEnd() && IsDigit(pattern_[at_]) && value <= kMaxCount) value = value * 10 + (pattern_[at_++] - '0');
    if (at_ == begin || value > kMaxCount) return std::nullopt;
    return value;
  }

  static bool HasGroup(const RegexNode& node) {
    return node.kind == Kind::kGroup || std::any_of(node.children.begin(), node.children.end(), HasGroup);
  }

  RegexNode Quantified(RegexNode atom) {
    if (bad_ || AtEnd()) return atom;
    int least = 0;
    int most = -1;
    if (Take("*")) {
    } else if (Take("+")) {
      least = 1;
    } else if (Take("?")) {
      most = 1;
    } else if (Take("{")) {
      const std::optional<int> first = Number();
      if (!first) return Bad();
      least = most = *first;
      if (Take(",")) {
        most = -1;
        if (!Next('}')) {
          const std::optional<int> last = Number();
          if (!last || *last < least) return Bad();
          most = *last;
        }
      }
      if (!Take("}")) return Bad();
    } else {
      return atom;
    }
    const bool is_lazy = Take("?");
    if (Next('+') || Next('*') || Next('?') || Next('{')) return Bad();
    if (MayBeEmpty(atom)) {
      // A turn that was empty is the last one. Counted turns are others to every engine.
      if (atom.children.empty() || (most > 1 || least > 1 || most == 0)) return Bad();
      if (most != 1 && HasGroup(atom)) tree_.has_unknown_group = true;
    }
    RegexNode node{.kind = Kind::kRepeat};
    node.children.push_back(std::move(atom));
    node.least = least;
    node.most = most;
    node.is_lazy = is_lazy;
    return node;
  }

  int Hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const char c = AtEnd() ? '?' : pattern_[at_];
      const int digit = IsDigit(c)             ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  }

  /// The character that an escape stands for; at_ is behind the backslash.
  std::optional<char32_t> EscapedCharacter() {
    if (AtEnd()) return std::nullopt;
    const char c = pattern_[at_];
    if (!IsLetter(c) && !IsDigit(c)) return NextCodePoint(pattern_, at_);
    ++at_;
    switch (c) {
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 'f':
        return '\f';
      case 'a':
        return 7;
      case 'e':
        return 27;
      case 'x':
      case 'u': {
        const int value = Hex(c == 'x' ? 2 : 4);
        if (value < 0 || (value >= 0xD800 && value < 0xE000)) return std::nullopt;
        return static_cast<char32_t>(value);
      }
      default:
        return std::nullopt;
    }
  }

  /// \d and its like or \p{…}, at the letter; nothing was read if there is none.
  std::optional<CodePointSet> NamedSet() {
    if (AtEnd()) return std::nullopt;
    if (std::optional<CodePointSet> set = Shorthand(pattern_[at_])) {
      ++at_;
      return set;
    }
    if ((!Next('p') && !Next('P')) || ignores_case_) return std::nullopt;
    const std::string_view rest = pattern_.substr(at_);
    const size_t close = rest.find('}');
    if (!rest.substr(1).starts_with("{") || close == std::string_view::npos) return std::nullopt;
    const std::string_view name = rest.substr(2, close - 2);
    std::optional<CodePointSet> set = Posix(name);
    if (!set) {
      set = AsciiCategory(name);
      if (!set) return std::nullopt;
      tree_.needs_ascii = true;
    }
    at_ += close + 1;
    return rest[0] == 'P' ? set->Complement() : set;
  }

  RegexNode Escape() {
    ++at_;
    if (Next('b') || Next('B')) {
      const bool is_boundary = pattern_[at_++] == 'b';
      if (Next('{')) return Bad();
      tree_.needs_ascii = true;  // other letters and marks of theirs count, too
      return RegexNode{.kind = is_boundary ? Kind::kBoundary : Kind::kNoBoundary};
    }
    if (Take("A")) return RegexNode{.kind = Kind::kBegin};
    if (Take("z")) return RegexNode{.kind = Kind::kAbsoluteEnd};
    if (std::optional<CodePointSet> set = NamedSet()) return SetNode(std::move(*set));
    if (const std::optional<char32_t> c = EscapedCharacter()) return Character(*c);
    return Bad();
  }

  /// One character of a class, at the end of which a `-` makes a range.
  std::optional<char32_t> ClassCharacter() {
    if (AtEnd() || Next('[') || Next(']') || pattern_.substr(at_).starts_with("&&")) return std::nullopt;
    if (Take("\\")) return EscapedCharacter();
    return NextCodePoint(pattern_, at_);
  }

  RegexNode Class() {
    ++at_;
    const bool is_negated = Take("^");
    CodePointSet set;
    for (bool is_first = true; is_first || !Next(']'); is_first = false) {
      if (Next('\\')) {
        const size_t begin = at_++;
        if (const std::optional<CodePointSet> named = NamedSet()) {
          // A range cannot begin here.
          if (Next('-') && !pattern_.substr(at_ + 1).starts_with("]")) return Bad();
          set.Add(*named);
          continue;
        }
        at_ = begin;
      }
      const std::optional<char32_t> from = ClassCharacter();
      if (!from) return Bad();
      if (!Next('-') || pattern_.substr(at_ + 1).starts_with("]")) {
        set.Add(*from, *from);
        continue;
      }
      ++at_;
      const std::optional<char32_t> to = ClassCharacter();
      if (!to || *to < *from) return Bad();
      set.Add(*from, *to);
    }
    ++at_;
    if (ignores_case_) set.AddAsciiCases();
    return SetNode(is_negated ? set.Complement() : std::move(set));
  }

  const std::string_view pattern_;
  size_t at_ = 0;
  bool bad_ = false;
  bool ignores_case_ = false;
  bool dot_is_all_ = false;
  RegexTree tree_;
};

}  // namespace

bool MayBeEmpty(const RegexNode& node) {
  const auto all = [&] { return std::all_of(node.children.begin(), node.children.end(), MayBeEmpty); };
  switch (node.kind) {
    case Kind::kSet:
      return false;
    case Kind::kSequence:
    case Kind::kGroup:
      return all();
    case Kind::kChoice:
      return std::any_of(node.children.begin(), node.children.end(), MayBeEmpty);
    case Kind::kRepeat:
      return node.least == 0 || all();
    default:
      return true;
  }
}

std::optional<RegexTree> ParseRegex(std::string_view pattern) { return Parser(pattern).Parse(); }

}  // namespace firesteel::functions
