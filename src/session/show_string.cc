#include "session/show_string.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/html_text.h"
#include "base/utf8.h"
#include "types/quoting.h"

namespace firesteel::session {
namespace {

constexpr size_t kMinimumColumnWidth = 3;

// Lengths are Java's: UTF-16 code units. Text without multi-byte characters needs no conversion.
std::string Truncate(std::string text, int32_t truncate) {
  if (truncate <= 0) return text;
  size_t limit = static_cast<size_t>(truncate);
  if (text.size() <= limit) return text;
  std::u16string units = Utf16FromUtf8(text);
  if (units.size() <= limit) return text;
  if (truncate < 4) return Utf8FromUtf16(std::u16string_view(units).substr(0, limit));
  return Utf8FromUtf16(std::u16string_view(units).substr(0, limit - 3)) + "...";
}

bool IsFullWidth(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0xFFE0 && c <= 0xFFE6);
}

// Columns that the text takes on a terminal, as Utils.stringHalfWidth counts them.
size_t DisplayWidth(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; })) {
    return text.size();
  }
  size_t width = 0;
  for (size_t offset = 0; offset < text.size();) {
    char32_t c = NextCodePoint(text, offset);
    width += c > 0xFFFF ? 2 : 1;
    if (IsFullWidth(c)) ++width;
  }
  return width;
}

std::string Pad(const std::string& text, size_t width, bool left) {
  size_t used = DisplayWidth(text);
  if (used >= width) return text;
  std::string spaces(width - used, ' ');
  return left ? spaces + text : text + spaces;
}

CellRows PrepareCells(const Schema& schema, CellRows rows, int32_t num_rows, int32_t truncate) {
  CellRows cells;
  cells.emplace_back();
  for (const StructField& field : schema) cells.back().push_back(EscapeMetaCharacters(field.name));
  if (rows.size() > static_cast<size_t>(num_rows)) rows.resize(static_cast<size_t>(num_rows));
  for (auto& row : rows) {
    for (std::string& cell : row) cell = Truncate(EscapeMetaCharacters(cell), truncate);
    cells.push_back(std::move(row));
  }
  return cells;
}

std::string Footer(int32_t num_rows) {
  return "only showing top " + std::to_string(num_rows) + (num_rows == 1 ? " row" : " rows");
}

std::string VerticalTable(const CellRows& cells) {
  size_t name_width = kMinimumColumnWidth;
  size_t data_width = kMinimumColumnWidth;
  for (const std::string& name : cells[0]) name_width = std::max(name_width, DisplayWidth(name));
  for (size_t r = 1; r < cells.size(); ++r) {
    for (const std::string& cell : cells[r]) data_width = std::max(data_width, DisplayWidth(cell));
  }
  std::string text;
  for (size_t r = 1; r < cells.size(); ++r) {
    std::string header = "-RECORD " + std::to_string(r - 1);
    // 5: the blanks and the bar around and between a padded name and its value.
    header.resize(std::max(header.size(), name_width + data_width + 5), '-');
    text += header + "\n";
    for (size_t c = 0; c < cells[r].size(); ++c) {
      text += " " + Pad(cells[0][c], name_width, false) + " | " + Pad(cells[r][c], data_width, false) + " \n";
    }
    if (cells[r].empty()) text += "\n";
  }
  return text;
}

std::string HorizontalTable(const CellRows& cells, bool align_right) {
  std::vector<size_t> widths(cells[0].size(), kMinimumColumnWidth);
  for (const auto& row : cells) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], DisplayWidth(row[c]));
  }
  std::string rule = "+";
  for (size_t c = 0; c < widths.size(); ++c) rule += (c ? "+" : "") + std::string(widths[c], '-');
  rule += "+\n";
  std::string text = rule;
  for (size_t r = 0; r < cells.size(); ++r) {
    text += "|";
    for (size_t c = 0; c < cells[r].size(); ++c) text += (c ? "|" : "") + Pad(cells[r][c], widths[c], align_right);
    text += "|\n";
    if (r == 0) text += rule;
  }
  return text + rule;
}

}  // namespace

std::string ShowString(const Schema& schema, CellRows rows, int32_t num_rows, int32_t truncate, bool vertical) {
  bool has_more = rows.size() > static_cast<size_t>(num_rows);
  CellRows cells = PrepareCells(schema, std::move(rows), num_rows, truncate);
  std::string text = vertical ? VerticalTable(cells) : HorizontalTable(cells, truncate > 0);
  if (vertical && cells.size() == 1) {
    text += "(0 rows)";
  } else if (has_more) {
    text += Footer(num_rows);
  }
  return text;
}

std::string HtmlString(const Schema& schema, CellRows rows, int32_t num_rows, int32_t truncate) {
  bool has_more = rows.size() > static_cast<size_t>(num_rows);
  CellRows cells = PrepareCells(schema, std::move(rows), num_rows, truncate);
  std::string text = "<table border='1'>\n";
  for (size_t r = 0; r < cells.size(); ++r) {
    const char* tag = r == 0 ? "th" : "td";
    text += "<tr>";
    for (const std::string& cell : cells[r]) {
      text += std::string("<") + tag + ">" + HtmlText(cell) + "</" + tag + ">";
    }
    text += "</tr>\n";
  }
  text += "</table>\n";
  if (has_more) text += Footer(num_rows) + "\n";
  return text;
}

}  // namespace firesteel::session
