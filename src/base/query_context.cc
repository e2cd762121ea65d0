#include "base/query_context.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "base/utf8.h"

namespace firesteel {
namespace {

// As Java's String.split("\n"): trailing empty pieces are dropped, an empty text is one empty line.
template <class String>
std::vector<String> SplitLines(const String& text) {
  std::vector<String> lines;
  size_t begin = 0;
  while (true) {
    size_t end = text.find('\n', begin);
    if (end == String::npos) break;
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  lines.push_back(text.substr(begin));
  while (!lines.empty() && lines.back().empty() && !text.empty()) lines.pop_back();
  return lines;
}

// How much of the line is shown before and after the fragment.
constexpr int64_t kMaxExtraContext = 32;
constexpr char16_t kEllipsis[] = u"...";

std::string SqlSummary(const Origin& origin) {
  std::u16string text = Utf16FromUtf8(*origin.sql_text);
  const int64_t size = static_cast<int64_t>(text.size());
  std::string result = "== SQL";
  if (!origin.object_type.empty() && !origin.object_name.empty()) {
    result += " of " + origin.object_type + " " + origin.object_name;
  }
  if (origin.line > 0) {
    result += " (line " + std::to_string(origin.line) + ", position " + std::to_string(origin.column + 1) + ")";
  }
  result += " ==\n";

  const int64_t start = origin.start_index;
  const int64_t stop = origin.stop_index;
  int64_t line_start = start;
  while (line_start >= 0 && start - line_start <= kMaxExtraContext && text[line_start] != u'\n') --line_start;
  const bool start_cut = start - line_start > kMaxExtraContext;
  int64_t index = start_cut ? line_start - 3 : line_start;
  int64_t line_stop = stop;
  while (line_stop < size && line_stop - stop <= kMaxExtraContext && text[line_stop] != u'\n') ++line_stop;
  const bool stop_cut = line_stop - stop > kMaxExtraContext;

  std::u16string shown = (start_cut ? kEllipsis : u"") +
                         text.substr(line_start + 1, std::max<int64_t>(0, line_stop - line_start - 1)) +
                         (stop_cut ? kEllipsis : u"");
  for (const std::u16string& line : SplitLines(shown)) {
    result += Utf8FromUtf16(line) + "\n";
    ++index;
    for (size_t i = 0; i < line.size(); ++i, ++index) {
      if (index < start) {
        result += ' ';
      } else if (index <= stop) {
        result += '^';
      }
    }
    result += '\n';
  }
  return result;
}

}  // namespace

const OriginPtr& Nowhere() {
  static const OriginPtr kNowhere = std::make_shared<const Origin>();
  return kNowhere;
}

bool HasSqlFragment(const Origin& origin) {
  if (!origin.sql_text || origin.start_index < 0 || origin.start_index > origin.stop_index) return false;
  // Texts are seldom as long as their last index, so count only when needed.
  return origin.stop_index < static_cast<int64_t>(Utf16Length(*origin.sql_text));
}

std::string QueryContextFragment(const Origin& origin) {
  if (!origin.sql_text) return origin.fragment;
  if (!HasSqlFragment(origin)) return "";
  return Utf8FromUtf16(
      Utf16FromUtf8(*origin.sql_text).substr(origin.start_index, origin.stop_index - origin.start_index + 1));
}

std::string QueryContextSummary(const Origin& origin) {
  if (origin.sql_text) return HasSqlFragment(origin) ? SqlSummary(origin) : "";
  if (origin.fragment.empty() && origin.call_site.empty()) return "";
  return "== DataFrame ==\n\"" + origin.fragment + "\" was called from\n" + origin.call_site + "\n";
}

std::string ParserPosition(const Origin& origin) {
  if (origin.line <= 0) return origin.sql_text ? "\n== SQL ==\n" + *origin.sql_text : "";
  std::string result = " (line " + std::to_string(origin.line) + ", pos " + std::to_string(origin.column) + ")";
  if (!origin.sql_text) return result;
  result += "\n\n== SQL ==\n";
  std::vector<std::string> lines = SplitLines(*origin.sql_text);
  const size_t above = std::min(lines.size(), static_cast<size_t>(origin.line));
  for (size_t i = 0; i < above; ++i) result += lines[i] + "\n";
  result += std::string(static_cast<size_t>(std::max(origin.column, 0)), '-') + "^^^\n";
  for (size_t i = above; i < lines.size(); ++i) result += lines[i] + "\n";
  return result;
}

}  // namespace firesteel
