#include "functions/kernels/string/regular_expression.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "types/quoting.h"

namespace firesteel::functions {

namespace {

constexpr int32_t kTimeLimit = 5'000;  // of ICU's units, each some 0.6 ms
constexpr int32_t kStackLimit = 8 * 1024 * 1024;
constexpr size_t kLongText = size_t{1} << 16;
constexpr size_t kLargestText = size_t{1} << 30;

icu::UnicodeString FromUtf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

/// The pattern with ASCII sets for \\d, \\w, \\s and their opposites, which are Unicode's to ICU.
std::string WithAsciiSets(std::string_view pattern) {
  constexpr std::pair<char, std::string_view> kSets[] = {{'d', "0-9"}, {'w', "a-zA-Z0-9_"}, {'s', "\\x09-\\x0D\\x20"}};
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    text += pattern[i];
    if (pattern[i] != '\\' || i + 1 == pattern.size()) continue;
    const char c = pattern[++i];
    text += c;
    if (c == 'Q') {
      const size_t end = std::min(pattern.find("\\E", i), pattern.size());
      text += pattern.substr(i + 1, end - i - 1);
      i = end - 1;
      continue;
    }
    for (const auto& [letter, set] : kSets) {
      const bool is_opposite = c == letter - 'a' + 'A';
      if (c != letter && !is_opposite) continue;
      text.resize(text.size() - 2);
      text += (is_opposite ? "[^" : "[") + std::string(set) + "]";
    }
  }
  return text;
}

bool EndsWithLineTerminator(std::string_view text) {
  return text.ends_with('\n') || text.ends_with('\r') || text.ends_with("\xC2\x85") || text.ends_with("\xE2\x80\xA8") ||
         text.ends_with("\xE2\x80\xA9");
}

}  // namespace

std::shared_ptr<const RegularPattern> RegularPattern::Compile(std::string_view pattern, Use use) {
  auto compiled = std::make_shared<RegularPattern>();
  compiled->text_ = IsValidUtf8(pattern) ? std::string(pattern) : DecodeUtf8LikeJava(pattern);
  compiled->tree_ = ParseRegex(compiled->text_);
  if (compiled->tree_) {
    compiled->groups_ = compiled->tree_->groups;
    compiled->machine_ = RegexMachine::Compile(*compiled->tree_, use);
  } else {
    const icu::RegexPattern* foreign = compiled->Foreign();
    if (foreign == nullptr) return nullptr;
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(foreign->matcher(status));
    if (U_FAILURE(status)) return nullptr;
    compiled->groups_ = matcher->groupCount();
  }
  return compiled;
}

const icu::RegexPattern* RegularPattern::Foreign() const {
  std::call_once(foreign_once_, [this] {
    UErrorCode status = U_ZERO_ERROR;
    UParseError place;
    foreign_.reset(icu::RegexPattern::compile(FromUtf8(WithAsciiSets(text_)), 0, place, status));
    if (U_FAILURE(status)) foreign_.reset();
  });
  return foreign_.get();
}

const LinearRegex* RegularPattern::Linear() const {
  std::call_once(linear_once_, [this] { linear_ = LinearRegex::Compile(*tree_); });
  return linear_.get();
}

std::optional<int> RegularPattern::GroupNamed(const std::string& name) const {
  if (tree_) {
    for (const auto& [known, number] : tree_->names) {
      if (known == name) return number;
    }
    return std::nullopt;
  }
  UErrorCode status = U_ZERO_ERROR;
  const int32_t number = foreign_->groupNumberFromName(name.c_str(), -1, status);
  if (U_FAILURE(status)) return std::nullopt;
  return number;
}

void RegularExpression::Reset(std::string_view text) {
  is_ascii_ = IsAscii(text);
  text_ = text;
  is_repaired_ = !is_ascii_ && !IsValidUtf8(text);
  if (is_repaired_) {
    repaired_ = DecodeUtf8LikeJava(text);
    text_ = repaired_;
  }
  is_found_ = false;
  begin_ = end_ = 0;
  has_foreign_text_ = false;
  gave_up_ = false;
  const std::optional<RegexTree>& tree = pattern_->tree_;
  const bool is_known = tree && text_.size() <= kLargestText &&
                        (is_ascii_ || !(tree->needs_ascii || tree->may_be_empty)) &&
                        !(tree->needs_plain_end && EndsWithLineTerminator(text_));
  engine_ = !is_known ? Engine::kForeign : pattern_->machine_ ? Engine::kOwn : Engine::kLinear;
}

bool RegularExpression::Test() {
  if (engine_ == Engine::kOwn) {
    const RegexMachine::Answer answer = pattern_->machine_->Test(text_, scratch_);
    if (answer != RegexMachine::Answer::kGaveUp) return answer == RegexMachine::Answer::kFound;
    engine_ = Engine::kLinear;
  }
  if (engine_ == Engine::kLinear) {
    if (const LinearRegex* linear = pattern_->Linear()) return linear->Test(text_);
    engine_ = Engine::kForeign;
  }
  return FindForeign(0);
}

/// Where to look for a match behind the last one: one character on when that was empty.
size_t RegularExpression::NextPlace() const {
  if (!is_found_ || begin_ < end_) return end_;
  return end_ < text_.size() ? end_ + Utf8SequenceLength(static_cast<uint8_t>(text_[end_])) : end_ + 1;
}

bool RegularExpression::Find() {
  const size_t from = NextPlace();
  if (from > text_.size()) return is_found_ = false;
  has_groups_ = false;
  if (text_.size() > kLongText && is_cancelled_ && is_cancelled_()) return is_found_ = false;
  if (engine_ == Engine::kOwn) {
    const RegexMachine::Answer answer = pattern_->machine_->Find(text_, from, scratch_, begin_, end_);
    if (answer != RegexMachine::Answer::kGaveUp) return is_found_ = answer == RegexMachine::Answer::kFound;
    engine_ = Engine::kLinear;
  }
  if (engine_ == Engine::kLinear) {
    if (pattern_->Linear() != nullptr) return is_found_ = FindLinear(from);
    engine_ = Engine::kForeign;
  }
  return is_found_ = FindForeign(from);
}

bool RegularExpression::FindLinear(size_t from) {
  if (!pattern_->Linear()->Find(text_, from, scratch_.groups)) return false;
  begin_ = static_cast<size_t>(scratch_.groups[0]);
  end_ = static_cast<size_t>(scratch_.groups[1]);
  has_groups_ = !pattern_->tree_->has_unknown_group;
  return true;
}

bool RegularExpression::MakeMatcher() {
  const icu::RegexPattern* pattern = pattern_->Foreign();
  if (pattern == nullptr) return false;
  UErrorCode status = U_ZERO_ERROR;
  matcher_.reset(pattern->matcher(status));
  matcher_->setTimeLimit(kTimeLimit, status);
  matcher_->setStackLimit(kStackLimit, status);
  const auto goes_on = [](const void* is_cancelled, int32_t) -> UBool {
    return !(*static_cast<const std::function<bool()>*>(is_cancelled))();
  };
  if (is_cancelled_) matcher_->setMatchCallback(goes_on, &is_cancelled_, status);
  return true;
}

bool RegularExpression::FindForeign(size_t from) {
  if (!matcher_ && !MakeMatcher()) return false;
  UErrorCode status = U_ZERO_ERROR;
  if (!has_foreign_text_) {
    has_foreign_text_ = true;
    foreign_text_ = FromUtf8(text_);
    matcher_->reset(foreign_text_);
    place_of_unit_.clear();
    if (!is_ascii_) {
      for (size_t place = 0; place < text_.size();) {
        const size_t length = Utf8SequenceLength(static_cast<uint8_t>(text_[place]));
        place_of_unit_.insert(place_of_unit_.end(), length == 4 ? 2 : 1, place);
        place += length;
      }
      place_of_unit_.push_back(text_.size());
    }
  }
  size_t unit = from;
  if (!is_ascii_) {
    const auto found = std::lower_bound(place_of_unit_.begin(), place_of_unit_.end(), from);
    unit = static_cast<size_t>(found - place_of_unit_.begin());
  }
  const bool is_there = matcher_->find(static_cast<int64_t>(unit), status);
  gave_up_ = gave_up_ || U_FAILURE(status);
  if (!is_there || U_FAILURE(status)) return false;
  const auto place = [&](int32_t at) {
    return is_ascii_ ? static_cast<size_t>(at) : place_of_unit_[static_cast<size_t>(at)];
  };
  const size_t count = static_cast<size_t>(matcher_->groupCount()) + 1;
  scratch_.groups.assign(count * 2, -1);
  for (size_t i = 0; i < count; ++i) {
    const int32_t begin = matcher_->start(static_cast<int32_t>(i), status);
    if (U_FAILURE(status) || begin < 0) continue;
    scratch_.groups[i * 2] = static_cast<int64_t>(place(begin));
    scratch_.groups[i * 2 + 1] = static_cast<int64_t>(place(matcher_->end(static_cast<int32_t>(i), status)));
  }
  begin_ = static_cast<size_t>(scratch_.groups[0]);
  end_ = static_cast<size_t>(scratch_.groups[1]);
  has_groups_ = true;
  return true;
}

void RegularExpression::FindGroups() {
  has_groups_ = true;
  if (!pattern_->tree_->has_unknown_group) {
    if (pattern_->machine_ && pattern_->machine_->FindGroups(text_, begin_, end_, scratch_)) return;
    if (pattern_->Linear() != nullptr && FindLinear(begin_)) return;
  }
  const size_t begin = begin_;
  const size_t end = end_;
  if (!FindForeign(begin) || begin_ != begin || end_ != end) {
    scratch_.groups.assign((static_cast<size_t>(groups()) + 1) * 2, -1);
  }
  begin_ = begin;
  end_ = end;
}

ErrorParameters RegularExpression::LimitParameters() const {
  return {{"feature", "A match of the regular expression " + SingleQuoted(pattern_->text()) +
                          " that needs more steps or memory than a text may take"}};
}

std::string_view RegularExpression::Group(int group) {
  if (group == 0) return text_.substr(begin_, end_ - begin_);
  if (!has_groups_) FindGroups();
  const int64_t begin = scratch_.groups[static_cast<size_t>(group) * 2];
  const int64_t end = scratch_.groups[static_cast<size_t>(group) * 2 + 1];
  if (begin < 0 || end < begin) return {};
  return text_.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

size_t RegularExpression::CharactersBefore(size_t place) const {
  return is_ascii_ ? place : Utf8Length(text_.substr(0, place));
}

}  // namespace firesteel::functions
