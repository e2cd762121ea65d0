#include "shell/output/table_writer.h"

#include <algorithm>
#include <utility>

#include "shell/output/display_width.h"
#include "shell/output/value_text.h"

namespace firesteel::shell {
namespace {

using client::DataType;
using client::Row;
using client::Schema;
using client::TypeKind;

constexpr size_t kMeasuredRows = 1'000;
constexpr size_t kMeasuredBytes = 4 << 20;
constexpr size_t kWidestPadding = 500;  // one long text must not make every other line as long

struct Lines {
  const char *horizontal, *vertical;
  const char *top_left, *top, *top_right;
  const char *left, *cross, *right;
  const char *bottom_left, *bottom, *bottom_right;
};
constexpr Lines kBoxes{"─", "│", "┌", "┬", "┐", "├", "┼", "┤", "└", "┴", "┘"};
constexpr Lines kSpark{"-", "|", "+", "+", "+", "+", "+", "+", "+", "+", "+"};

constexpr const char* kBold = "\033[1m";
constexpr const char* kDim = "\033[2m";
constexpr const char* kPlain = "\033[0m";

struct Cell {
  std::string text;
  bool is_null = false;
};

class TableWriter : public RowWriter {
 public:
  TableWriter(const Style& style, std::string time_zone, TextOutput& output)
      : style_(style), lines_(style.boxes ? kBoxes : kSpark), time_zone_(std::move(time_zone)), output_(output) {}

  bool Begin(const Schema& schema) override {
    for (const client::StructField& field : schema) {
      names_.push_back(Cut(WithoutControls(field.name)));
      types_.push_back(field.type);
      to_right_.push_back(field.type.is_numeric());
      widths_.push_back(std::min(DisplayWidth(names_.back()), kWidestPadding));
    }
    return true;
  }

  bool Rows(const std::vector<Row>& rows) override {
    for (const Row& row : rows) {
      std::vector<Cell>& cells = waiting_.emplace_back();
      for (size_t i = 0; i < row.size() && i < types_.size(); ++i) {
        Cell& cell = cells.emplace_back();
        cell.is_null = row[i].is_null();
        cell.text = Cut(ShownText(row[i], types_[i], time_zone_));
        waiting_bytes_ += cell.text.size();
      }
      if ((waiting_.size() >= kMeasuredRows || waiting_bytes_ >= kMeasuredBytes) && !Flush()) return false;
    }
    return true;
  }

  bool End() override {
    if (names_.empty()) return true;
    return Flush() && output_.Write(Rule(lines_.bottom_left, lines_.bottom, lines_.bottom_right));
  }

 private:
  std::string Cut(std::string text) const {
    return style_.widest_column > 0 ? CutToWidth(text, style_.widest_column) : text;
  }

  /// Writes the rows that wait; the first time it measures them, and writes the head.
  bool Flush() {
    std::string text;
    if (!head_written_) {
      head_written_ = true;
      for (const auto& cells : waiting_) {
        for (size_t i = 0; i < cells.size() && i < widths_.size(); ++i) {
          widths_[i] = std::max(widths_[i], std::min(DisplayWidth(cells[i].text), kWidestPadding));
        }
      }
      text += Rule(lines_.top_left, lines_.top, lines_.top_right);
      std::vector<Cell> head;
      for (const std::string& name : names_) head.push_back({name});
      AppendLine(text, head, kBold);
      text += Rule(lines_.left, lines_.cross, lines_.right);
    }
    for (const auto& cells : waiting_) AppendLine(text, cells, nullptr);
    waiting_.clear();
    waiting_bytes_ = 0;
    return output_.Write(text);
  }

  void AppendLine(std::string& text, const std::vector<Cell>& cells, const char* colour) {
    const std::string bar =
        style_.colours && style_.boxes ? std::string(kDim) + lines_.vertical + kPlain : lines_.vertical;
    text += bar;
    for (size_t i = 0; i < cells.size() && i < widths_.size(); ++i) {
      const size_t width = DisplayWidth(cells[i].text);
      const size_t padding = width < widths_[i] ? widths_[i] - width : 0;
      const char* shade = colour != nullptr ? colour : cells[i].is_null ? kDim : nullptr;
      text += ' ';
      if (to_right_[i]) text.append(padding, ' ');
      if (style_.colours && shade != nullptr) text += shade;
      text += cells[i].text;
      if (style_.colours && shade != nullptr) text += kPlain;
      if (!to_right_[i]) text.append(padding, ' ');
      text += ' ';
      text += bar;
    }
    text += '\n';
  }

  std::string Rule(const char* left, const char* between, const char* right) const {
    std::string text = style_.colours && style_.boxes ? kDim : "";
    text += left;
    for (size_t i = 0; i < widths_.size(); ++i) {
      if (i > 0) text += between;
      for (size_t n = 0; n < widths_[i] + 2; ++n) text += lines_.horizontal;
    }
    text += right;
    if (style_.colours && style_.boxes) text += kPlain;
    return text + "\n";
  }

  const Style style_;
  const Lines& lines_;
  const std::string time_zone_;
  TextOutput& output_;
  std::vector<std::string> names_;
  std::vector<DataType> types_;
  std::vector<bool> to_right_;
  std::vector<size_t> widths_;
  std::vector<std::vector<Cell>> waiting_;
  size_t waiting_bytes_ = 0;
  bool head_written_ = false;
};

class VerticalWriter : public RowWriter {
 public:
  VerticalWriter(const Style& style, std::string time_zone, TextOutput& output)
      : style_(style), time_zone_(std::move(time_zone)), output_(output) {}

  bool Begin(const Schema& schema) override {
    for (const client::StructField& field : schema) {
      names_.push_back(WithoutControls(field.name));
      types_.push_back(field.type);
      width_ = std::max(width_, DisplayWidth(names_.back()));
    }
    return true;
  }

  bool Rows(const std::vector<Row>& rows) override {
    for (const Row& row : rows) {
      std::string title = "-[ row " + std::to_string(++number_) + " ]";
      title.append(title.size() < width_ + 3 ? width_ + 3 - title.size() : 3, '-');
      std::string text = style_.colours ? kDim + title + kPlain : title;
      text += '\n';
      for (size_t i = 0; i < row.size() && i < names_.size(); ++i) {
        text += style_.colours ? kBold + names_[i] + kPlain : names_[i];
        text.append(width_ - DisplayWidth(names_[i]), ' ');
        const std::string value = ShownText(row[i], types_[i], time_zone_);
        text += " | " + (style_.colours && row[i].is_null() ? kDim + value + kPlain : value) + "\n";
      }
      if (!output_.Write(text)) return false;
    }
    return true;
  }

  bool End() override { return true; }

 private:
  const Style style_;
  const std::string time_zone_;
  TextOutput& output_;
  std::vector<std::string> names_;
  std::vector<DataType> types_;
  size_t width_ = 0;
  int64_t number_ = 0;
};

}  // namespace

std::unique_ptr<RowWriter> MakeTableWriter(const Style& style, std::string time_zone, TextOutput& output) {
  return std::make_unique<TableWriter>(style, std::move(time_zone), output);
}

std::unique_ptr<RowWriter> MakeVerticalWriter(const Style& style, std::string time_zone, TextOutput& output) {
  return std::make_unique<VerticalWriter>(style, std::move(time_zone), output);
}

}  // namespace firesteel::shell
