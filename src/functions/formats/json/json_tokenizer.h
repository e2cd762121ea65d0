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
  explicit JsonTokenizer(const JsonOptions& options) : options_(options) {}

  /// Starts with another text, which must live as long as it is read.
  void Reset(std::string_view text);
  JsonToken Next();
  JsonToken current() const { return current_; }
  /// Unescaped text of a string or field name, text of a number; valid until the next token.
  std::string_view text() const { return text_; }
  /// Name of the field whose value was read last.
  const std::string& name() const { return name_; }
  /// Where the current token begins, and the position behind it.
  size_t token_begin() const { return token_begin_; }
  size_t position() const { return at_; }
  /// Whether text() is a piece of the text given, so that it lives as long.
  bool is_plain() const { return is_plain_; }
  /// Objects and arrays that are open.
  size_t depth() const { return nesting_.size(); }
  /// At the start of an object or array: goes to its end. False on an error inside.
  bool SkipChildren();
  std::string_view source() const { return source_; }

 private:
  JsonToken Error() { return current_ = JsonToken::kError; }
  bool SkipSpace();
  bool SkipComment();
  JsonToken Value();
  JsonToken FieldName();
  bool String(char quote);
  bool Escape();
  JsonToken Number();
  JsonToken Word();
  bool Digits();

  const JsonOptions& options_;
  std::string_view source_;
  size_t at_ = 0;
  size_t token_begin_ = 0;
  JsonToken current_ = JsonToken::kEnd;
  std::vector<char> nesting_;  // '{' or '['
  bool needs_comma_ = false;   // a value stands before
  bool is_plain_ = true;
  std::string_view text_;
  std::string buffer_;
  std::string name_;
};

}  // namespace firesteel::functions
