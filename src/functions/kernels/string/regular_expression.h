#pragma once

#include <unicode/regex.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "functions/kernels/string/regex/linear_regex.h"
#include "functions/kernels/string/regex/regex_machine.h"

namespace firesteel::functions {

/// A pattern of Java's syntax, compiled. Immutable, thread-safe.
class RegularPattern {
 public:
  using Use = RegexMachine::Use;
  /// Null when the pattern is malformed.
  static std::shared_ptr<const RegularPattern> Compile(std::string_view pattern, Use use);

  int groups() const { return groups_; }
  const std::string& text() const { return text_; }
  /// The number of a named group.
  std::optional<int> GroupNamed(const std::string& name) const;

 private:
  friend class RegularExpression;
  /// ICU's, compiled at the first need; null when ICU does not know the pattern.
  const icu::RegexPattern* Foreign() const;
  /// RE2's, of the tree, compiled at the first need; null when it is too large for RE2.
  const LinearRegex* Linear() const;

  std::string text_;
  std::optional<RegexTree> tree_;  ///< what we know of it
  std::unique_ptr<const RegexMachine> machine_;
  mutable std::once_flag foreign_once_;
  mutable std::unique_ptr<icu::RegexPattern> foreign_;
  mutable std::once_flag linear_once_;
  mutable std::unique_ptr<const LinearRegex> linear_;
  int groups_ = 0;
};

/// A pattern at work on one text after the other. Our own machine runs the patterns and texts for which it does as Java
/// does, RE2 those of them that are too much work for it, ICU all others, with limits on time and stack. Places are
/// bytes of text(). Not thread-safe: one for each batch of rows.
class RegularExpression {
 public:
  /// `is_cancelled` is asked while a match takes long, and ends it as if there was none.
  explicit RegularExpression(std::shared_ptr<const RegularPattern> pattern, std::function<bool()> is_cancelled = {})
      : pattern_(std::move(pattern)), is_cancelled_(std::move(is_cancelled)) {}
  RegularExpression(const RegularExpression&) = delete;
  RegularExpression& operator=(const RegularExpression&) = delete;

  /// Begins with a new text, which must live as long as it is looked at.
  void Reset(std::string_view text);
  /// The text, with U+FFFD for what is no UTF-8.
  std::string_view text() const { return text_; }
  /// Whether text() is other bytes than those given, which live until the next Reset.
  bool is_repaired() const { return is_repaired_; }
  /// Whether there is a match at all, before any Find.
  bool Test();
  /// The next match; false when there is none, or gave_up().
  bool Find();
  /// Whether a limit was passed in this text: what was answered since is not known to be so. The row then fails with
  /// kLimitCondition.
  bool gave_up() const { return gave_up_; }
  static constexpr const char* kLimitCondition = "UNSUPPORTED_FEATURE.FIRESTEEL";
  ErrorParameters LimitParameters() const;
  int groups() const { return pattern_->groups(); }
  std::optional<int> GroupNamed(const std::string& name) const { return pattern_->GroupNamed(name); }
  size_t start() const { return begin_; }
  size_t end() const { return end_; }
  /// Text of a group of the last match; empty when it took no part.
  std::string_view Group(int group);
  /// How many code points stand before a place.
  size_t CharactersBefore(size_t place) const;

 private:
  enum class Engine : uint8_t { kOwn, kLinear, kForeign };

  bool FindLinear(size_t from);
  bool FindForeign(size_t from);
  bool MakeMatcher();
  void FindGroups();
  size_t NextPlace() const;

  const std::shared_ptr<const RegularPattern> pattern_;
  const std::function<bool()> is_cancelled_;
  std::string_view text_;
  std::string repaired_;
  bool is_ascii_ = true;
  bool is_repaired_ = false;
  Engine engine_ = Engine::kForeign;  // for this text
  bool gave_up_ = false;
  bool is_found_ = false;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool has_groups_ = false;
  RegexMachine::Scratch scratch_;

  icu::UnicodeString foreign_text_;
  bool has_foreign_text_ = false;
  std::unique_ptr<icu::RegexMatcher> matcher_;
  std::vector<size_t> place_of_unit_;  // of foreign_text_, when it is not ASCII
};

}  // namespace firesteel::functions
