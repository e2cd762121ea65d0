#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "functions/formats/json/json_options.h"

namespace firesteel::functions {

enum class JsonToken : uint8_t {
  kEnd,  ///< of the text, between values
  kError,
  kStartObject,
  kEndObject,
  kStartArray,
  kEndArray,
  kFieldName,
  kString,
  kInteger,
  kReal,  ///< also NaN and Infinity
  kTrue,
  kFalse,
  kNull,
};

/// Reads JSON token by token with the leniences of Jackson that the options allow, and its limits (depth 1,000). After
/// kError there is nothing more. Not thread-safe.
class JsonTokenizer {
 public:
  /// `checks_text`: a string that is not UTF-8 is an error, as it is to Jackson in the bytes of a file.
  explicit JsonTokenizer(const JsonOptions& options, bool checks_text = false)
      : options_(options), checks_text_(checks_text) {}

  /// Starts with another text, which must live as long as it is read.
  void Reset(std::string_view text);
  JsonToken Next();
  JsonToken current() const { return current_; }
  /// Unescaped text of a string or field name, text of a number; valid until the next token.
  std::string_view text() const { return text_; }
  /// Name of the field whose value was read last; valid until the next name.
  std::string_view name() const { return name_; }
  /// Where the current token begins, and the position behind it.
  size_t token_begin() const { return token_begin_; }
  size_t position() const { return at_; }
  /// Whether text() is a piece of the text given, so that it lives as long.
  bool is_plain() const { return is_plain_; }
  /// Objects and arrays that are open.
  size_t depth() const { return nesting_.size(); }
  /// At the start of an object or array: goes to its end. False on an error inside.
  bool SkipChildren();
  /// Goes to the end of the innermost object or array that is open. False on an error before.
  bool Leave();
  /// Whether an escape so far was half a surrogate pair, which stands as "?" in the text.
  bool has_lone_surrogate() const { return has_lone_surrogate_; }
  /// Whether the string is longer than Jackson takes. It does not look at strings that are skipped.
  bool IsTooLong() const;
  /// After an error: goes on behind a string that was cut within its last character or escape. Jackson has taken the
  /// closing quote for the rest of it, so that the fields behind such a string are read. False if that is not the
  /// error.
  bool Recover();
  std::string_view source() const { return source_; }

 private:
  JsonToken Error() { return current_ = JsonToken::kError; }
  /// Goes to what is no white space and no comment. False on a malformed comment.
  bool SkipSpace() { return (at_ < source_.size() && source_[at_] > ' ' && source_[at_] != '/') || SkipSpaces(); }
  bool SkipSpaces();
  bool SkipComment();
  void SkipPlain(size_t depth);
  JsonToken Value();
  JsonToken FieldName();
  bool String(char quote);
  bool Escape(char quote);
  bool IsSound(std::string_view text);
  JsonToken Number();
  JsonToken Word();
  bool Digits();

  const JsonOptions& options_;
  const bool checks_text_;
  std::string_view source_;
  size_t at_ = 0;
  size_t token_begin_ = 0;
  JsonToken current_ = JsonToken::kEnd;
  std::vector<char> nesting_;  // '{' or '['
  bool needs_comma_ = false;   // a value stands before
  bool is_plain_ = true;
  bool is_unsound_ = false;  // something in source_ is not UTF-8, which is to be an error
  bool has_lone_surrogate_ = false;
  bool is_cut_ = false;  // the error is a string cut before its quote, and at_ is behind that
  std::string_view text_;
  std::string buffer_;
  std::string name_buffer_;
  std::string_view name_;
};

}  // namespace firesteel::functions
