#include "functions/kernels/variant/path.h"

#include <algorithm>
#include <charconv>

namespace firesteel::functions {
namespace {

/// A quoted key behind `[`: its text, and `at` behind the `]`.
std::optional<std::string_view> QuotedKey(std::string_view text, size_t& at) {
  const char quote = text[at + 1];
  const size_t end = text.find(quote, at + 2);
  if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != ']') return std::nullopt;
  const std::string_view key = text.substr(at + 2, end - at - 2);
  at = end + 2;
  return key;
}

std::optional<int32_t> Index(std::string_view text, size_t& at) {
  const size_t end = text.find_first_not_of("0123456789", at + 1);
  if (end == std::string_view::npos || end == at + 1 || text[end] != ']') return std::nullopt;
  int32_t index = 0;
  if (std::from_chars(text.data() + at + 1, text.data() + end, index).ec != std::errc()) return std::nullopt;
  at = end + 1;
  return index;
}

}  // namespace

std::optional<VariantPath> ParseVariantPath(std::string_view text) {
  if (!text.starts_with('$')) return std::nullopt;
  VariantPath path;
  for (size_t at = 1; at < text.size();) {
    VariantStep step;
    if (text[at] == '.') {
      const size_t end = std::min(text.find_first_of(".[", at + 1), text.size());
      if (end == at + 1) return std::nullopt;
      step.is_key = true;
      step.key = text.substr(at + 1, end - at - 1);
      at = end;
    } else if (text[at] != '[' || at + 1 >= text.size()) {
      return std::nullopt;
    } else if (text[at + 1] == '\'' || text[at + 1] == '"') {
      const auto key = QuotedKey(text, at);
      if (!key) return std::nullopt;
      step.is_key = true;
      step.key = *key;
    } else {
      const auto index = Index(text, at);
      if (!index) return std::nullopt;
      step.index = *index;
    }
    path.push_back(std::move(step));
  }
  return path;
}

std::string VariantPathText(std::span<const VariantStep> steps) {
  std::string text = "$";
  for (const VariantStep& step : steps) {
    if (!step.is_key) {
      text += "[" + std::to_string(step.index) + "]";
    } else if (!step.key.empty() && step.key.find_first_of(".[") == std::string::npos) {
      text += "." + step.key;
    } else {
      const std::string quote = step.key.find('\'') == std::string::npos ? "'" : "\"";
      text += "[" + quote + step.key + quote + "]";
    }
  }
  return text;
}

VariantPathArgument::VariantPathArgument(const KernelCall& call, const VectorView& view, size_t argument)
    : view_(view), is_constant_(argument < call.constants.size() && call.constants[argument].has_value()) {}

const VariantPath* VariantPathArgument::At(size_t row) {
  if (!is_constant_ || !is_read_) {
    path_ = ParseVariantPath(view_.Text(row));
    is_read_ = true;
  }
  return path_ ? &*path_ : nullptr;
}

}  // namespace firesteel::functions
