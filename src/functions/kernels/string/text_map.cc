#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/utf8.h"
#include "functions/kernels/string/regular_expression.h"
#include "functions/kernels/string/text_format.h"

namespace firesteel::functions {

namespace {

void FailPattern(KernelContext& context, size_t row, std::string_view pattern) {
  context.Fail(row, "INVALID_PARAMETER_VALUE.PATTERN",
               {{"parameter", "`regexp`"},
                {"functionName", "`" + context.call().function_name + "`"},
                {"value", "'" + std::string(pattern) + "'"}},
               ErrorClass::kRuntime, false);
}

/// Parts texts at the matches of a pattern, which is kept as long as it stays the same.
class Splitter {
 public:
  explicit Splitter(KernelContext& context) : context_(context) {}

  /// Pieces between matches, at most `most` (0: any number), until the next call; none when the row failed.
  const std::vector<std::string_view>* Split(size_t row, std::string_view text, std::string_view pattern, size_t most) {
    if (!expression_ || pattern != pattern_) {
      pattern_ = pattern;
      expression_.reset();
      const auto compiled = RegularPattern::Compile(pattern, RegularPattern::Use::kRow);
      if (!compiled) {
        FailPattern(context_, row, pattern);
        return nullptr;
      }
      expression_.emplace(compiled, [this] { return context_.cancelled(); });
    }
    pieces_.clear();
    expression_->Reset(text);
    text = expression_->text();
    size_t at = 0;
    while ((most == 0 || pieces_.size() + 1 < most) && expression_->Find()) {
      if (expression_->end() == 0) continue;
      // An empty match at the end parts nothing.
      if (expression_->start() == expression_->end() && expression_->start() == text.size()) break;
      pieces_.push_back(text.substr(at, expression_->start() - at));
      at = expression_->end();
    }
    if (expression_->gave_up()) {
      context_.Fail(row, RegularExpression::kLimitCondition, expression_->LimitParameters(), ErrorClass::kRuntime);
      return nullptr;
    }
    pieces_.push_back(text.substr(at));
    return &pieces_;
  }

 private:
  KernelContext& context_;
  std::string pattern_;
  std::optional<RegularExpression> expression_;
  std::vector<std::string_view> pieces_;
};

struct Entry {
  std::string_view key;
  std::optional<std::string_view> value;
};

/// Up to so many entries, keys are compared one by one.
constexpr size_t kFewEntries = 8;

template <bool kLastWins>
void RunStrToMap(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Splitter of_entries(context);
  Splitter of_pairs(context);
  std::vector<Entry> entries;
  std::unordered_map<std::string_view, size_t> known;
  const auto find = [&](std::string_view key) -> Entry* {
    if (entries.size() <= kFewEntries) {
      for (Entry& entry : entries) {
        if (entry.key == key) return &entry;
      }
      return nullptr;
    }
    for (size_t i = known.size(); i < entries.size(); ++i) known.emplace(entries[i].key, i);
    const auto place = known.find(key);
    return place == known.end() ? nullptr : &entries[place->second];
  };
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row) || !arguments[2].IsValid(row)) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const auto* pieces = of_entries.Split(row, arguments[0].Text(row), arguments[1].Text(row), 0);
    if (!pieces) return;
    entries.clear();
    known.clear();
    for (const std::string_view piece : *pieces) {
      // What was repaired lives in the first splitter: pieces are valid, and those of the second are pieces of them.
      const auto* pair = of_pairs.Split(row, piece, arguments[2].Text(row), 2);
      if (!pair) return;
      const Entry entry{(*pair)[0], pair->size() > 1 ? std::optional((*pair)[1]) : std::nullopt};
      Entry* same = find(entry.key);
      if (same == nullptr) {
        entries.push_back(entry);
      } else if (kLastWins) {
        *same = entry;
      } else {
        context.Fail(row, "DUPLICATED_MAP_KEY",
                     {{"key", std::string(entry.key)}, {"mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\""}},
                     ErrorClass::kRuntime, false);
        return;
      }
    }
    const uint64_t offset = result.AppendList(row, entries.size());
    ResultVector& written = result.Child(0);
    for (size_t i = 0; i < entries.size(); ++i) {
      written.Child(0).SetText(offset + i, entries[i].key);
      if (entries[i].value) {
        written.Child(1).SetText(offset + i, *entries[i].value);
      } else {
        written.Child(1).SetNull(offset + i);
      }
    }
  }
}

}  // namespace

const Kernel kStrToMap{RunStrToMap<false>, nullptr, true};
const Kernel kStrToMapLastWins{RunStrToMap<true>, nullptr, true};

}  // namespace firesteel::functions
