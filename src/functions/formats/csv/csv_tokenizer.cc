#include "functions/formats/csv/csv_tokenizer.h"

#include <cstring>

#include "base/utf8.h"

namespace firesteel::functions {

CsvTokenizer::CsvTokenizer(const CsvOptions& options, std::string line_end)
    : options_(options),
      line_end_(std::move(line_end)),
      takes_newline_(!line_end_.empty() && line_end_ != "\n"),
      normalizes_(takes_newline_ && !options.line_separator),
      separator_first_(options.separator[0]),
      single_(options.separator.size() == 1) {}

bool CsvTokenizer::AtSeparator() const {
  return text_[at_] == separator_first_ && (single_ || text_.substr(at_).starts_with(options_.separator));
}

bool CsvTokenizer::AtFileLineEnd() const {
  return !line_end_.empty() && text_[at_] == line_end_[0] &&
         (line_end_.size() == 1 || text_.substr(at_).starts_with(line_end_));
}

/// univocity sees \n where the file has line_end_, and what is \n in the file looks the same.
size_t CsvTokenizer::LineEndLength() const {
  if (AtFileLineEnd()) return line_end_.size();
  return takes_newline_ && text_[at_] == '\n' ? 1 : 0;
}

bool CsvTokenizer::Push(std::string_view field) {
  if (options_.max_characters >= 0 && field.size() > static_cast<size_t>(options_.max_characters) &&
      Utf16Length(field) > static_cast<size_t>(options_.max_characters)) {
    error_ = Result::kTooLongColumn;
    return false;
  }
  if (fields_.size() >= static_cast<size_t>(options_.max_columns)) {
    error_ = Result::kTooManyColumns;
    return false;
  }
  fields_.push_back(field);
  return true;
}

/// A field without quotes: up to the separator.
bool CsvTokenizer::AddUnquoted() {
  const size_t begin = at_;
  if (single_ && line_end_.empty()) {
    const void* end = std::memchr(text_.data() + at_, separator_first_, text_.size() - at_);
    at_ = end ? static_cast<size_t>(static_cast<const char*>(end) - text_.data()) : text_.size();
  } else {
    while (at_ < text_.size() && !AtSeparator() && !AtFileLineEnd()) ++at_;
    if (at_ == text_.size() && is_last_ && takes_newline_) {
      // univocity copies a field at once if it finds its end, and only then is a lone \n none.
      at_ = begin;
      while (at_ < text_.size() && !AtFieldEnd()) ++at_;
    }
  }
  std::string_view field = text_.substr(begin, at_ - begin);
  if (options_.trim_trailing) {
    while (!field.empty() && static_cast<unsigned char>(field.back()) <= ' ') field.remove_suffix(1);
  }
  return Push(field.empty() ? std::string_view(options_.null_value) : field);
}

/// Takes the character at `at_` into the value; within quotes a line end counts as \n.
void CsvTokenizer::AppendCurrent() {
  if (normalizes_ && AtFileLineEnd()) {
    value_ += '\n';
    at_ += line_end_.size();
    return;
  }
  value_ += text_[at_++];
}

void CsvTokenizer::AppendUntilFieldEnd() {
  while (at_ < text_.size() && !AtFieldEnd()) value_ += text_[at_++];
}

/// The field in value_ is complete.
void CsvTokenizer::EndQuoted() {
  if (value_.empty()) {
    Push(options_.empty_value);
    return;
  }
  if (buffers_used_ == buffers_.size()) buffers_.emplace_back();
  std::string& kept = buffers_[buffers_used_++];
  kept.swap(value_);
  Push(kept);
}

CsvTokenizer::Status CsvTokenizer::SkipValue() {
  value_.clear();
  while (at_ < text_.size() && !AtFieldEnd()) ++at_;
  return at_ < text_.size() ? Status::kDone : Status::kEnd;
}

/// A quote inside of a quoted value, and behind it (at `at_`) neither separator nor end.
CsvTokenizer::Status CsvTokenizer::HandleUnescapedQuote() {
  unescaped_ = true;
  switch (options_.unescaped_quotes) {
    case UnescapedQuotes::kBackToDelimiter: {
      for (size_t end; (end = value_.find(options_.separator)) != std::string::npos;) {
        std::string rest = value_.substr(end + options_.separator.size());
        value_.resize(end);
        EndQuoted();
        value_ = std::move(rest);
      }
      current_ = text_[at_];
      value_ += text_[at_++];
      previous_ = 0;
      return ParseQuoted(0, true);
    }
    case UnescapedQuotes::kStopAtClosingQuote:
    case UnescapedQuotes::kStopAtDelimiter:
      value_ += options_.quote;
      current_ = text_[at_];
      value_ += text_[at_++];
      return ParseQuoted(current_, true);
    case UnescapedQuotes::kSkipValue:
      return SkipValue();
    case UnescapedQuotes::kRaiseError:
      break;
  }
  error_ = Result::kUnescapedQuote;
  return Status::kError;
}

/// univocity's parseQuotedValue: `at_` is behind the character that it has looked at last. `is_inner`: goes on behind
/// an unescaped quote; `previous` is what it has as the character before.
CsvTokenizer::Status CsvTokenizer::ParseQuoted(char previous, bool is_inner) {
  const char quote = options_.quote;
  const char escape = options_.escape;
  const UnescapedQuotes handling = options_.unescaped_quotes;
  const bool until_separator = handling == UnescapedQuotes::kStopAtDelimiter ||
                               handling == UnescapedQuotes::kSkipValue || handling == UnescapedQuotes::kBackToDelimiter;
  previous_ = previous;
  if (is_inner && previous != 0 && until_separator) {
    if (handling == UnescapedQuotes::kSkipValue) return SkipValue();
    value_.insert(value_.begin(), quote);
    AppendUntilFieldEnd();
    if (options_.trim_trailing) {
      while (!value_.empty() && static_cast<unsigned char>(value_.back()) <= ' ') value_.pop_back();
    }
    current_ = 0;
    return at_ < text_.size() ? Status::kDone : Status::kEnd;
  }
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (previous_ == quote && (IsSpace(at_) || AtFieldEnd())) break;
    if (c != quote && c != escape) {
      if (previous_ == quote) return HandleUnescapedQuote();
      if (previous_ == escape && escape != 0) value_ += escape;
      while (at_ < text_.size() && text_[at_] != quote && text_[at_] != escape &&
             text_[at_] != options_.escape_escape) {
        current_ = text_[at_];
        AppendCurrent();
      }
      if (at_ == text_.size()) return Status::kEnd;
      // The stop is the character before the next; an escape of escapes may be neither quote nor escape.
      current_ = previous_ = text_[at_++];
      continue;
    }
    // processQuoteEscape
    current_ = c;
    ++at_;
    if (c == escape && previous_ == options_.escape_escape && options_.escape_escape != 0) {
      value_ += escape;
      current_ = 0;
    } else if (previous_ == escape) {
      if (c == quote) {
        value_ += quote;
        current_ = 0;
      } else {
        value_ += previous_;
      }
    } else if (c == quote && previous_ == quote) {
      value_ += quote;
    } else if (previous_ == quote) {
      // A quote and then the escape character.
      --at_;
      return HandleUnescapedQuote();
    }
    previous_ = current_;
    if (unescaped_ && at_ < text_.size() && AtFieldEnd()) return Status::kDone;
  }
  if (at_ == text_.size()) return Status::kEnd;
  if (AtFieldEnd()) return Status::kDone;
  // White space behind the closing quote is dropped, unless something follows.
  const size_t spaces = at_;
  while (at_ < text_.size() && IsSpace(at_) && !AtFieldEnd()) ++at_;
  if (at_ == text_.size()) return Status::kEnd;
  if (AtFieldEnd()) return Status::kDone;
  if (handling == UnescapedQuotes::kRaiseError) {
    error_ = Result::kUnescapedQuote;
    return Status::kError;
  }
  value_ += quote;
  value_ += text_.substr(spaces, at_ - spaces);
  const char next = text_[at_];
  if (until_separator || (next != quote && next != escape)) value_ += next;
  current_ = next;
  ++at_;
  return ParseQuoted(next, true);
}

/// A field that begins with a quote, at `at_`. Done: stands at the separator or the end of the line.
CsvTokenizer::Status CsvTokenizer::AddQuoted() {
  const size_t open = at_++;
  // The common case: no escape inside, and the closing quote right before the separator.
  if (!normalizes_) {
    for (size_t i = at_; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c != options_.quote && (c != options_.escape || options_.escape == 0) &&
          (c != options_.escape_escape || c == 0)) {
        continue;
      }
      if (c != options_.quote) break;
      const size_t begin = at_;
      at_ = i + 1;
      if (at_ == text_.size() || !AtFieldEnd()) {
        at_ = begin;
        break;
      }
      const std::string_view field = text_.substr(begin, i - begin);
      return Push(field.empty() ? std::string_view(options_.empty_value) : field) ? Status::kDone : Status::kError;
    }
  }
  at_ = open + 1;
  value_.clear();
  unescaped_ = false;
  current_ = options_.quote;
  Status status = ParseQuoted(0, false);
  if (status == Status::kError) return status;
  if (status == Status::kEnd) {
    // AbstractParser.handleEOF: an open quote at the very end stands for itself.
    if (current_ == options_.quote && previous_ != options_.quote && !unescaped_) value_ += options_.quote;
    EndQuoted();
    return error_ == Result::kRecord ? status : Status::kError;
  }
  const bool is_dropped =
      unescaped_ && options_.unescaped_quotes == UnescapedQuotes::kBackToDelimiter && value_.empty();
  if (!is_dropped) EndQuoted();
  return error_ == Result::kRecord ? status : Status::kError;
}

CsvTokenizer::Result CsvTokenizer::Next(std::string_view text, bool is_last) {
  text_ = text;
  is_last_ = is_last;
  at_ = 0;
  fields_.clear();
  buffers_used_ = 0;
  error_ = Result::kRecord;
  consumed_ = 0;
  if (text.empty()) return is_last ? Result::kNothing : Result::kNeedMore;
  const auto end = [&](Result result) {
    if (!is_last) return Result::kNeedMore;
    consumed_ = text_.size();
    return result;
  };
  if (options_.comment != 0 && text[0] == options_.comment) {
    const size_t line = line_end_.empty() ? std::string_view::npos : text.find(line_end_);
    if (line == std::string_view::npos) return end(Result::kNothing);
    consumed_ = line + line_end_.size();
    return Result::kNothing;
  }
  while (true) {
    if (options_.trim_leading) {
      while (at_ < text_.size() && IsSpace(at_) && !AtFieldEnd()) ++at_;
    }
    if (fields_.empty() && at_ < text_.size() && AtLineEnd() && !AtSeparator()) {
      consumed_ = at_ + LineEndLength();
      return Result::kNothing;
    }
    if (at_ == text_.size()) {
      // Behind the last separator.
      if (!Push(options_.null_value)) return error_;
      return end(Result::kRecord);
    }
    if (AtFieldEnd()) {
      if (!Push(options_.null_value)) return error_;
    } else if (text_[at_] == options_.quote && options_.quote != 0) {
      const Status status = AddQuoted();
      if (status == Status::kError) return error_;
      if (status == Status::kEnd) return end(Result::kRecord);
    } else if (!AddUnquoted()) {
      return error_;
    }
    if (at_ == text_.size()) return end(Result::kRecord);
    if (AtLineEnd() && !AtSeparator()) {
      consumed_ = at_ + LineEndLength();
      return Result::kRecord;
    }
    at_ += options_.separator.size();
  }
}

}  // namespace firesteel::functions
