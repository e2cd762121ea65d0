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

/// A constant pattern is compiled once a batch.
class Splitter {
 public:
  /// Pieces between matches, at most `most` (0: any number); none when the pattern is malformed.
  std::optional<std::vector<std::string>> Split(std::string_view text, std::string_view pattern, size_t most) {
    if (!expression_ || pattern != pattern_) {
      pattern_ = pattern;
      expression_ = RegularExpression::Compile(pattern);
      if (!expression_) return std::nullopt;
    }
    std::vector<std::string> pieces;
    expression_->Reset(text);
    int32_t at = 0;
    while ((most == 0 || pieces.size() + 1 < most) && expression_->Find()) {
      if (expression_->end() == 0) continue;
      // An empty match at the end parts nothing.
      if (expression_->start() == expression_->end() && expression_->start() == expression_->size()) break;
      pieces.push_back(expression_->Piece(at, expression_->start()));
      at = expression_->end();
    }
    pieces.push_back(expression_->Piece(at, expression_->size()));
    return pieces;
  }

 private:
  std::string pattern_;
  std::unique_ptr<RegularExpression> expression_;
};

void FailPattern(KernelContext& context, size_t row, std::string_view pattern) {
  context.Fail(row, "INVALID_PARAMETER_VALUE.PATTERN",
               {{"parameter", "`regexp`"},
                {"functionName", "`" + context.call().function_name + "`"},
                {"value", "'" + std::string(pattern) + "'"}},
               ErrorClass::kRuntime, false);
}

struct Entry {
  std::string key;
  std::optional<std::string> value;
};

template <bool kLastWins>
void RunStrToMap(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Splitter of_entries;
  Splitter of_pairs;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row) || !arguments[2].IsValid(row)) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const auto pieces = of_entries.Split(arguments[0].Text(row), arguments[1].Text(row), 0);
    if (!pieces) return FailPattern(context, row, arguments[1].Text(row));
    std::vector<Entry> entries;
    std::unordered_map<std::string, size_t> known;
    for (const std::string& piece : *pieces) {
      const auto pair = of_pairs.Split(piece, arguments[2].Text(row), 2);
      if (!pair) return FailPattern(context, row, arguments[2].Text(row));
      Entry entry{(*pair)[0], pair->size() > 1 ? std::optional((*pair)[1]) : std::nullopt};
      const auto [found, is_new] = known.try_emplace(entry.key, entries.size());
      if (is_new) {
        entries.push_back(std::move(entry));
      } else if (kLastWins) {
        entries[found->second] = std::move(entry);
      } else {
        context.Fail(row, "DUPLICATED_MAP_KEY",
                     {{"key", entry.key}, {"mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\""}},
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
