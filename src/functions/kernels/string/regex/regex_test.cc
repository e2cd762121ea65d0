#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/string/regular_expression.h"
#include "functions/kernels/test_columns.h"

/// Expected values were read from Apache Spark 4.3.0.
namespace firesteel::functions {
namespace {

using testing::Column;
using testing::Outcome;
using testing::RunKernel;
using Use = RegularPattern::Use;

/// Whether our own machine takes the pattern.
bool IsOwn(std::string_view pattern) { return ParseRegex(pattern).has_value(); }

/// The matches left, each in angle brackets with its groups behind commas.
std::string MatchesOf(RegularExpression& expression) {
  std::string found;
  while (expression.Find()) {
    found += "<" + std::string(expression.Group(0));
    for (int i = 1; i <= expression.groups(); ++i) found += "," + std::string(expression.Group(i));
    found += ">";
  }
  return found;
}

/// All matches; the same for every use of the pattern.
std::string Matches(std::string_view pattern, std::string_view text) {
  std::string first;
  for (const Use use : {Use::kFind, Use::kTest, Use::kRow}) {
    const auto compiled = RegularPattern::Compile(pattern, use);
    if (!compiled) return "malformed";
    RegularExpression expression(compiled);
    expression.Reset(text);
    const bool is_there = expression.Test();
    expression.Reset(text);
    const std::string found = MatchesOf(expression);
    EXPECT_EQ(is_there, !found.empty()) << pattern << " in " << text;
    if (use == Use::kFind) first = found;
    EXPECT_EQ(first, found) << pattern << " in " << text;
  }
  return first;
}

TEST(Regex, TakesWhatItDoesAsJavaDoes) {
  for (const char* pattern :
       {"abc", "[0-9]+", "(a|b)c", "^a.*z$", "\\d{2,3}?", "(?i)ab", "\\bword\\b", "[^,]*,", "a}]"}) {
    EXPECT_TRUE(IsOwn(pattern)) << pattern;
  }
  for (const char* pattern : {"(a)\\1", "(?=a)", "(?<!a)b", "a*+", "(a*){2}", "[a-z&&[^b]]", "\\p{Greek}", "\\R", "*a",
                              "(a", "a)", "[a", "a{2", "a{3,2}", "\\y", "a**", "[b-a]", "(?x) a", "^*"}) {
    EXPECT_FALSE(IsOwn(pattern)) << pattern;
  }
}

TEST(Regex, FindsTheFirstAlternative) {
  EXPECT_EQ(Matches("ab|abc", "abcab"), "<ab><ab>");
  EXPECT_EQ(Matches("(?:a|ab)c", "abc ac"), "<abc><ac>");
  EXPECT_EQ(Matches("a+?", "aaa"), "<a><a><a>");
  EXPECT_EQ(Matches("a{2,3}", "aaaaaaa"), "<aaa><aaa>");
  EXPECT_EQ(Matches("a{2,3}?", "aaaaa"), "<aa><aa>");
  EXPECT_EQ(Matches("x*", "axxb"), "<><xx><><>");
  EXPECT_EQ(Matches("<.*>", "<a><b>"), "<<a><b>>");
  EXPECT_EQ(Matches("<.*?>", "<a><b>"), "<<a>><<b>>");
}

TEST(Regex, RemembersGroups) {
  EXPECT_EQ(Matches("(\\w+)-(\\d+)", "ab-12 c-3"), "<ab-12,ab,12><c-3,c,3>");
  EXPECT_EQ(Matches("(a)|(b)", "ab"), "<a,a,><b,,b>");
  EXPECT_EQ(Matches("(?<year>\\d{4})(?:-(\\d\\d))?", "2024-05 1999"), "<2024-05,2024,05><1999,1999,>");
  EXPECT_EQ(Matches("(?:(a)|b)+", "ab"), "<ab,a>");
  EXPECT_EQ(Matches("(a(b)?)+", "aba"), "<aba,a,b>");
  EXPECT_EQ(Matches("(?:(\\w+)=(\\w+);)+", "k1=v1;k2=v2;"), "<k1=v1;k2=v2;,k2,v2>");
  EXPECT_EQ(Matches("(a*)+", "aa"), "<aa,><,>");
}

TEST(Regex, EndsLoopsAtAnEmptyTurn) {
  EXPECT_EQ(Matches("(?:|a)*", "aa"), "<><><>");
  EXPECT_EQ(Matches("(?:|a)+", "aa"), "<><><>");
  EXPECT_EQ(Matches("(?:a|b*)*", "abab"), "<abab><>");
  EXPECT_EQ(Matches("(?:^|,)+c", "ab,,c"), "<,,c>");
  EXPECT_EQ(Matches("a(?:c?)*?b", "ab"), "<ab>");
  EXPECT_EQ(Matches("(?:\\w*)+?c", "abc"), "<abc>");
  EXPECT_EQ(Matches("(?:a*)*b", std::string(40, 'a')), "");
}

TEST(Regex, KnowsWhereTextsBeginAndEnd) {
  EXPECT_EQ(Matches("^a", "aa"), "<a>");
  EXPECT_EQ(Matches("a$", "aa"), "<a>");
  EXPECT_EQ(Matches("^$", ""), "<>");
  EXPECT_EQ(Matches("a$", "aa\n"), "<a>");
  EXPECT_EQ(Matches("a\\z", "aa\n"), "");
  EXPECT_EQ(Matches("\\bab\\b", "ab abc ab"), "<ab><ab>");
  EXPECT_EQ(Matches("a.c", "a\nc abc"), "<abc>");
  EXPECT_EQ(Matches("(?s)a.c", "a\nc abc"), "<a\nc><abc>");
  EXPECT_EQ(Matches(".*b", "xx\nab"), "<ab>");
}

TEST(Regex, ReadsUtf8) {
  EXPECT_EQ(Matches("[\xC3\xA0-\xC3\xBF]+", "caf\xC3\xA9\xC3\xA8s"), "<\xC3\xA9\xC3\xA8>");
  EXPECT_EQ(Matches("[^a]", "a\xE4\xB8\xAD\xF0\x9F\x98\x80"), "<\xE4\xB8\xAD><\xF0\x9F\x98\x80>");
  EXPECT_EQ(Matches("^.{2}$", "\xC3\xA9\xE2\x82\xAC"), "<\xC3\xA9\xE2\x82\xAC>");
  EXPECT_EQ(Matches(".+",
                    "a\xE2\x80\xA8"
                    "b"),
            "<a><b>");
  EXPECT_EQ(Matches("\\d", "\xD9\xA3"), "");  // ASCII digits alone
  EXPECT_EQ(Matches("(?i)k", "kK\xE2\x84\xAA"), "<k><K>");
  EXPECT_EQ(Matches("\xEF\xBF\xBD", "a\xFF"), "<\xEF\xBF\xBD>");
}

TEST(Regex, IcuReadsSetsAsJavaDoes) {
  EXPECT_EQ(Matches("(?=\\d)[\\w.]+", "\xD9\xA3 7.a\xC3\xA9"), "<7.a>");
  EXPECT_EQ(Matches("(?=.)\\Q\\d\\E\\d", "\\d1"), "<\\d1>");
  EXPECT_EQ(Matches("\\b\\w", "h\xC3\xA9l a"), "<h><a>");
}

TEST(Regex, LongTexts) {
  const std::string text = std::string(100'000, 'a') + "b";
  EXPECT_EQ(Matches("a+b", text).size(), text.size() + 2);
  EXPECT_EQ(Matches("[ab]*?b$", text).size(), text.size() + 2);
  EXPECT_EQ(Matches("x.*", text), "");
  EXPECT_EQ(Matches("a{50}", std::string(120, 'a')), "<" + std::string(50, 'a') + "><" + std::string(50, 'a') + ">");
}

/// What takes a backtracking engine a time that grows exponentially, or with the square of the text.
TEST(Regex, HostilePatternsEnd) {
  const std::string text = std::string(10'000, 'a') + "!";
  for (const char* pattern : {"(a|aa)+$", "^(a|aa)+$", "(a*)*b", "(a+)+b", "(a+a+)+y", "(.*)*x", "[a-c]a+b", "(a|a?)+b",
                              "(\\w+\\s*)+:", "(?:(?:a?){1}a?)*(a|aa)*c", "\\b(a|aa)+\\b,"}) {
    EXPECT_TRUE(IsOwn(pattern)) << pattern;
    EXPECT_EQ(Matches(pattern, text), "") << pattern;
  }
  EXPECT_EQ(Matches("(a|aa)+!", text).substr(0, 4), "<aaa");
}

/// A loop in a loop takes ICU too long: that is told, and may be interrupted.
TEST(Regex, IcuHasLimits) {
  const std::string text = std::string(64, 'a') + "!";
  const auto pattern = RegularPattern::Compile("(?=a)(a|aa)+\\z", Use::kFind);
  int asked = 0;
  RegularExpression cancelled(pattern, [&] { return ++asked == 10; });
  cancelled.Reset(text);
  EXPECT_FALSE(cancelled.Find());
  EXPECT_TRUE(cancelled.gave_up());
  EXPECT_EQ(asked, 10);
  cancelled.Reset("aaa");
  EXPECT_TRUE(cancelled.Find());
  EXPECT_FALSE(cancelled.gave_up());

  const std::string long_text(4'000'000, 'a');
  Column<std::string> texts({"aab", long_text});
  Column<std::string> patterns({"(?=a)(a|aa)+b", "(?=a)(a|aa)+b"});
  const Outcome outcome = RunKernel(kRlike, {DataType::String(), DataType::String()}, DataType::Boolean(),
                                    {texts.view(), patterns.view()}, 2);
  ASSERT_NE(outcome.error, nullptr);
  EXPECT_EQ(outcome.error->condition(), "UNSUPPORTED_FEATURE.FIRESTEEL");
}

/// Making tables is bounded, too.
TEST(Regex, HostilePatternsCompile) {
  const std::string text(2'000, 'a');
  for (const char* pattern : {"[ab]*a[ab]{300}c", "(?:aa?b?c?d?e?f?g?h?){100}z", ".{0,900}x", "(?:.{0,40}b){0,20}x"}) {
    EXPECT_TRUE(IsOwn(pattern)) << pattern;
    EXPECT_EQ(Matches(pattern, text), "") << pattern;
  }
}

/// Patterns of what the machine takes, and texts to try them on.
class RandomRegex {
 public:
  explicit RandomRegex(uint64_t seed) : random_(seed) {}

  std::string Pattern(int depth = 3) {
    std::string pattern = Sequence(depth);
    while (Once(4)) pattern += "|" + Sequence(depth);
    return pattern;
  }
  std::string Text() {
    static constexpr const char* kPieces[] = {"a", "b", "c", "ab", "1", " ", "-", "\xC3\xA9", "\n", "abc", "aab", "A"};
    std::string text;
    for (int i = Below(12); i > 0; --i) text += kPieces[Below(std::size(kPieces))];
    return text;
  }

 private:
  std::string Sequence(int depth) {
    std::string sequence = Once(8) ? "^" : "";
    for (int i = 1 + Below(3); i > 0; --i) sequence += Piece(depth) + Quantifier();
    return sequence + (Once(8) ? "$" : "");
  }
  std::string Piece(int depth) {
    static constexpr const char* kAtoms[] = {"a",   "b",   "c",   ".",        "[ab]", "[^a]", "[a-c1]",
                                             "\\d", "\\w", "\\s", "\xC3\xA9", "ab",   "bc",   "[^\\d ]"};
    if (depth == 0 || !Once(3)) return kAtoms[Below(std::size(kAtoms))];
    return (Once(2) ? "(" : "(?:") + Pattern(depth - 1) + ")";
  }
  std::string Quantifier() {
    static constexpr const char* kQuantifiers[] = {"*", "+", "?", "{2}", "{1,2}", "{2,}"};
    if (!Once(3)) return "";
    return kQuantifiers[Below(std::size(kQuantifiers))] + std::string(Once(3) ? "?" : "");
  }
  int Below(size_t n) { return static_cast<int>(random_() % n); }
  bool Once(size_t n) { return Below(n) == 0; }

  std::mt19937_64 random_;
};

/// All matches by RE2, as Matches() writes them.
std::string LinearMatches(const RegexTree& tree, std::string_view text) {
  const auto linear = LinearRegex::Compile(tree);
  if (!linear) return "too large";
  std::string found;
  std::vector<int64_t> places;
  for (size_t from = 0; from <= text.size() && linear->Find(text, from, places);) {
    for (size_t i = 0; i < places.size(); i += 2) {
      const auto begin = static_cast<size_t>(std::max<int64_t>(places[i], 0));
      found += (i == 0 ? "<" : ",") + std::string(text.substr(begin, static_cast<size_t>(places[i + 1] - places[i])));
    }
    found += ">";
    from = static_cast<size_t>(places[1] > places[0] ? places[1] : places[1] + 1);
  }
  EXPECT_EQ(linear->Test(text), !found.empty());
  return found;
}

/// All matches by ICU; nothing where loops in loops take it long.
std::optional<std::string> IcuMatches(const std::string& pattern, std::string_view text) {
  int asked = 0;
  RegularExpression expression(RegularPattern::Compile("(?=)(?:" + pattern + ")", Use::kFind),
                               [&] { return ++asked > 2; });
  expression.Reset(text);
  std::string found = MatchesOf(expression);
  if (expression.gave_up()) return std::nullopt;
  return found;
}

/// Java ends a lazy loop at an empty turn as a greedy one; ICU finds less.
bool HasLazyEmptyLoop(const RegexNode& node) {
  return (node.kind == RegexNode::Kind::kRepeat && node.is_lazy && MayBeEmpty(node.children[0])) ||
         std::any_of(node.children.begin(), node.children.end(), HasLazyEmptyLoop);
}

/// What the machine takes means to it, and to RE2, what it means to ICU, which runs the same behind a look-around.
TEST(Regex, AgreesWithIcu) {
  RandomRegex random(17);
  int own = 0;
  for (int i = 0; i < 800; ++i) {
    const std::string pattern = random.Pattern();
    if (!IsOwn(pattern)) continue;
    ++own;
    ASSERT_FALSE(IsOwn("(?=)(?:" + pattern + ")"));
    for (int k = 0; k < 4; ++k) {
      const std::string text = random.Text();
      const std::optional<RegexTree> tree = ParseRegex(pattern);
      const std::string found = Matches(pattern, text);
      const std::optional<std::string> expected = IcuMatches(pattern, text);
      if (expected && !HasLazyEmptyLoop(tree->root)) {
        EXPECT_EQ(found, *expected) << pattern << " in " << text;
      }
      const bool is_for_linear = !tree->has_unknown_group && !(tree->needs_plain_end && text.ends_with('\n')) &&
                                 !(tree->may_be_empty && !IsAscii(text));
      if (!is_for_linear) continue;
      EXPECT_EQ(LinearMatches(*tree, text), found) << pattern << " in " << text;
    }
  }
  EXPECT_GT(own, 500);
}

TEST(Regex, Replaces) {
  Column<std::string> text({"a1b22", std::nullopt, "", "xyz",
                            "\xC3\xA9"
                            "1",
                            "no digits in this text"});
  Column<std::string> pattern({"([0-9])+", "1", "^", "(?<n>y)", "1", "[0-9]"});
  Column<std::string> with({"<$0$1>", "x", "-", "${n}$11\\$", "\xC3\xA8", "#"});
  Column<int32_t> from({1, 1, 1, 2, 2, 1});
  const DataType type = DataType::String();
  const Outcome outcome = RunKernel(kRegexpReplace, {type, type, type, DataType::Int()}, type,
                                    {text.view(), pattern.view(), with.view(), from.view()}, 6);
  ASSERT_EQ(outcome.error, nullptr);
  EXPECT_EQ(outcome.At<std::string>(0), "a<11>b<222>");
  EXPECT_EQ(outcome.At<std::string>(1), std::nullopt);
  EXPECT_EQ(outcome.At<std::string>(2), "-");
  EXPECT_EQ(outcome.At<std::string>(3), "xyy1$z");
  EXPECT_EQ(outcome.At<std::string>(4), "\xC3\xA9\xC3\xA8");
  EXPECT_EQ(outcome.At<std::string>(5), "no digits in this text");
  for (const char* bad : {"$", "\\", "$2", "${x}", "$x"}) {
    Column<std::string> replacement({bad});
    const Outcome failed = RunKernel(kRegexpReplace, {type, type, type, DataType::Int()}, type,
                                     {text.view(), pattern.view(), replacement.view(), from.view()}, 1);
    ASSERT_NE(failed.error, nullptr) << bad;
    EXPECT_EQ(failed.error->condition(), "INVALID_REGEXP_REPLACE");
  }
}

}  // namespace
}  // namespace firesteel::functions
