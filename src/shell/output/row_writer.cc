#include "shell/output/row_writer.h"

#include <utility>

#include "base/ascii_case.h"
#include "shell/output/table_writer.h"
#include "shell/output/value_text.h"

namespace firesteel::shell {
namespace {

using client::Row;
using client::Schema;

constexpr std::pair<std::string_view, Format> kFormats[] = {{"table", Format::kTable}, {"vertical", Format::kVertical},
                                                            {"csv", Format::kCsv},     {"json", Format::kJson},
                                                            {"arrow", Format::kArrow}, {"parquet", Format::kParquet}};

/// RFC 4180: a field with a comma, a quotation mark or a line break is quoted. An empty text is, too, so that it is no
/// null.
void AppendCsvField(std::string& line, const std::string& text, bool is_null) {
  const bool quoted = !is_null && (text.empty() || text.find_first_of(",\"\r\n") != std::string::npos ||
                                   text.front() == ' ' || text.back() == ' ');
  if (!quoted) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

class CsvWriter : public RowWriter {
 public:
  CsvWriter(std::string time_zone, TextOutput& output) : time_zone_(std::move(time_zone)), output_(output) {}

  bool Begin(const Schema& schema) override {
    schema_ = schema;
    std::string line;
    for (size_t i = 0; i < schema.size(); ++i) {
      if (i > 0) line += ',';
      AppendCsvField(line, schema[i].name, false);
    }
    return schema.empty() || output_.Write(line + "\n");
  }

  bool Rows(const std::vector<Row>& rows) override {
    std::string text;
    for (const Row& row : rows) {
      for (size_t i = 0; i < row.size() && i < schema_.size(); ++i) {
        if (i > 0) text += ',';
        AppendCsvField(text, CsvText(row[i], schema_[i].type, time_zone_), row[i].is_null());
      }
      text += '\n';
    }
    return output_.Write(text);
  }

  bool End() override { return true; }

 private:
  const std::string time_zone_;
  TextOutput& output_;
  Schema schema_;
};

/// JSON Lines: an object for each row.
class JsonWriter : public RowWriter {
 public:
  explicit JsonWriter(TextOutput& output) : output_(output) {}

  bool Begin(const Schema& schema) override {
    schema_ = schema;
    return true;
  }

  bool Rows(const std::vector<Row>& rows) override {
    std::string text;
    for (const Row& row : rows) {
      AppendJson(text, client::Value(row), schema_.type());
      text += '\n';
    }
    return output_.Write(text);
  }

  bool End() override { return true; }

 private:
  TextOutput& output_;
  Schema schema_;
};

}  // namespace

std::optional<Format> FormatByName(std::string_view name) {
  const std::string lower = AsciiLower(name);
  for (const auto& [known, format] : kFormats) {
    if (known == lower) return format;
  }
  return std::nullopt;
}

std::string_view FormatName(Format format) {
  for (const auto& [name, known] : kFormats) {
    if (known == format) return name;
  }
  return "";
}

std::unique_ptr<RowWriter> MakeRowWriter(Format format, const Style& style, std::string time_zone, TextOutput& output) {
  switch (format) {
    case Format::kVertical:
      return MakeVerticalWriter(style, std::move(time_zone), output);
    case Format::kCsv:
      return std::make_unique<CsvWriter>(std::move(time_zone), output);
    case Format::kJson:
      return std::make_unique<JsonWriter>(output);
    default:
      return MakeTableWriter(style, std::move(time_zone), output);
  }
}

}  // namespace firesteel::shell
