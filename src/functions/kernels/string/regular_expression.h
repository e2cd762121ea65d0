#pragma once

#include <unicode/regex.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

/// A regular expression of Java's syntax, run by ICU with limits on time and stack. Not thread-safe: one for each
/// batch of rows.
class RegularExpression {
 public:
  /// Null when the pattern is malformed.
  static std::unique_ptr<RegularExpression> Compile(std::string_view pattern);

  /// Begins with a new text.
  void Reset(std::string_view text);
  /// The next match; false when there is none or a limit was passed.
  bool Find();
  bool FindFrom(int32_t index);
  int32_t groups() const { return matcher_->groupCount(); }
  int32_t start() const;
  int32_t end() const;
  /// Text of a group of the last match; empty when it took no part.
  std::string Group(int32_t group) const;
  std::string Piece(int32_t begin, int32_t end) const;
  int32_t size() const { return text_.length(); }
  /// Appends the text up to the last match and its replacement; `$1`, `${name}` and backslashes as in Java. False when
  /// the replacement is malformed.
  bool AppendReplacement(const icu::UnicodeString& replacement, icu::UnicodeString& result);
  void AppendTail(icu::UnicodeString& result) { matcher_->appendTail(result); }

 private:
  icu::UnicodeString text_;
  std::unique_ptr<icu::RegexMatcher> matcher_;
};

}  // namespace firesteel::functions
