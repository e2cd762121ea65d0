#include "functions/formats/csv/csv_writer.h"

#include "base/error.h"
#include "base/hex_text.h"
#include "base/java_text.h"
#include "base/utf8.h"
#include "types/datetime_text.h"
#include "types/interval_text.h"

namespace firesteel::functions {
namespace {

std::string CharacterText(char32_t character) {
  std::string text;
  if (character == 0) return std::string(1, '\0');
  AppendUtf8(text, character);
  return text;
}

bool IsSpace(char c) { return static_cast<unsigned char>(c) <= ' '; }
}  // namespace

std::string SeparatorOfOption(std::string_view text) {
  const auto fail = [](const char* condition, ErrorParameters parameters) {
    throw QueryError(condition, std::move(parameters), nullptr, ErrorClass::kIllegalArgument);
  };
  if (text.empty()) fail("INVALID_DELIMITER_VALUE.EMPTY_STRING", {});
  std::string separator;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      separator += text[i++];
      continue;
    }
    const std::string_view rest = text.substr(i);
    if (rest.size() == 1) fail("INVALID_DELIMITER_VALUE.SINGLE_BACKSLASH", {});
    if (rest.substr(0, 6) == "\\u0000") {
      separator += '\0';
      i += 6;
      continue;
    }
    static constexpr std::string_view kNames = "trbf\"'\\";
    static constexpr std::string_view kMeanings = "\t\r\b\f\"'\\";
    const size_t known = kNames.find(rest[1]);
    if (known == std::string_view::npos) {
      fail("INVALID_DELIMITER_VALUE.UNSUPPORTED_SPECIAL_CHARACTER", {{"str", std::string(text)}});
    }
    separator += kMeanings[known];
    i += 2;
  }
  return separator;
}

CsvWriter::CsvWriter(const FormatOptions& options, std::string_view session_time_zone)
    : datetimes_(options, session_time_zone),
      separator_(SeparatorOfOption(options.Text("sep", options.Text("delimiter", ",")))),
      quote_(CharacterText(options.Character("quote", '"'))),
      escape_(CharacterText(options.Character("escape", '\\'))),
      comment_(options.Text("comment", "#")),
      line_separator_(options.Text("lineSep", "\n")),
      null_value_(options.Text("nullValue", "")),
      empty_value_(options.Text("emptyValue", "\"\"")),
      quote_all_(options.Flag("quoteAll", false)),
      escape_quotes_(options.Flag("escapeQuotes", true)),
      trim_leading_(options.Flag("ignoreLeadingWhiteSpace", true)),
      trim_trailing_(options.Flag("ignoreTrailingWhiteSpace", true)) {
  options.Flag("header", false);
  // Not set, an escape that is not the quote escapes itself.
  if (options.Text("charToEscapeQuoteEscaping", "").empty()) {
    if (escape_ != quote_) escape_escape_ = escape_;
  } else {
    escape_escape_ = CharacterText(options.Character("charToEscapeQuoteEscaping", 0));
  }
  if (comment_.empty() || Utf8Length(comment_) > 1) comment_ = "#";
  if (line_separator_.empty()) {
    throw QueryError("INVALID_LINE_SEPARATOR.EMPTY", {}, nullptr, ErrorClass::kIllegalArgument);
  }
}

/// Whether something in the text makes quotes necessary.
bool CsvWriter::NeedsQuotes(std::string_view text) const {
  if (text.find_first_of("\r\n") != std::string_view::npos) return true;
  if (text.find_first_of(line_separator_) != std::string_view::npos) return true;
  if (escape_quotes_ && text.find(quote_) != std::string_view::npos) return true;
  return text.find(separator_) != std::string_view::npos;
}

void CsvWriter::AppendQuoted(std::string_view text, std::string& out) const {
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with(quote_)) {
      out += escape_;
      out += quote_;
      i += quote_.size();
    } else if (rest.starts_with(escape_)) {
      out += escape_escape_;
      out += escape_;
      i += escape_.size();
    } else {
      out += text[i++];
    }
  }
}

/// Appends the text, escaped where the result says that it is to be quoted. `is_default`: it stands for a null or an
/// empty text and may be written in quotes of its own.
bool CsvWriter::AppendValue(size_t column, bool is_quoted, bool is_default, std::string_view text,
                            std::string& out) const {
  const std::string_view whole = text;
  if (trim_leading_) {
    while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  }
  if (!text.empty() && (text.starts_with(quote_) || (column == 0 && whole.starts_with(comment_)))) is_quoted = true;
  if (is_quoted && is_default && whole.size() >= 2 && whole.starts_with(quote_) && whole.ends_with(quote_)) {
    out += whole;
    return false;
  }
  if (!is_quoted) is_quoted = NeedsQuotes(text);
  if (trim_trailing_) {
    while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  }
  if (is_quoted) {
    AppendQuoted(text, out);
  } else {
    out += text;
  }
  return is_quoted;
}

/// Appends one field; whether anything was written.
bool CsvWriter::AppendField(size_t column, const std::optional<std::string>& value, std::string& out) const {
  const bool is_default = !value || value->empty();
  std::string text;
  bool is_quoted = AppendValue(column, quote_all_, is_default,
                               !value           ? std::string_view(null_value_)
                               : value->empty() ? std::string_view(empty_value_)
                                                : std::string_view(*value),
                               text);
  // A text of white space alone counts as empty.
  if (text.empty() && !is_default) is_quoted = AppendValue(column, is_quoted, true, empty_value_, text);
  if (is_quoted) out += quote_;
  out += text;
  if (is_quoted) out += quote_;
  return is_quoted || !text.empty();
}

void CsvWriter::AppendTexts(const std::vector<std::optional<std::string>>& texts, std::string& out) const {
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += separator_;
    AppendField(i, texts[i], out);
  }
}

bool CsvWriter::AppendRow(const DataType& type, const VectorView& view, size_t row, std::string& out) const {
  const size_t index = view.IndexOf(row);
  bool any = type.fields().size() > 1;
  for (size_t i = 0; i < type.fields().size(); ++i) {
    const DataType& field = type.fields()[i].type;
    std::optional<std::string> value;
    if (!field.Is(TypeKind::kNull) && view.children[i].IsValid(index)) {
      AppendText(field, view.children[i], index, value.emplace());
    }
    if (i > 0) out += separator_;
    any |= AppendField(i, value, out);
  }
  return any;
}

/// An element of a nested value: a null is the nullValue.
void CsvWriter::AppendElement(const DataType& type, const VectorView& view, size_t row, bool is_first,
                              std::string& out) const {
  if (type.Is(TypeKind::kNull) || !view.IsValid(row)) {
    if (null_value_.empty()) return;
    if (!is_first) out += ' ';
    out += null_value_;
    return;
  }
  if (!is_first) out += ' ';
  AppendText(type, view, row, out);
}

void CsvWriter::AppendText(const DataType& type, const VectorView& view, size_t row, std::string& out) const {
  switch (type.kind()) {
    case TypeKind::kBoolean:
      out += view.Get<bool>(row) ? "true" : "false";
      return;
    case TypeKind::kByte:
      out += std::to_string(view.Get<int8_t>(row));
      return;
    case TypeKind::kShort:
      out += std::to_string(view.Get<int16_t>(row));
      return;
    case TypeKind::kInt:
      out += std::to_string(view.Get<int32_t>(row));
      return;
    case TypeKind::kLong:
      out += std::to_string(view.Get<int64_t>(row));
      return;
    case TypeKind::kFloat:
      out += JavaFloatText(view.Get<float>(row));
      return;
    case TypeKind::kDouble:
      out += JavaDoubleText(view.Get<double>(row));
      return;
    case TypeKind::kDecimal:
      out += DecimalText(view.Get<int128_t>(row), type.scale());
      return;
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar: {
      const std::string_view text = view.Text(row);
      if (IsValidUtf8(text)) {
        out += text;
      } else {
        out += MakeValidUtf8(text);
      }
      return;
    }
    case TypeKind::kBinary:
      return AppendSpacedHex(view.Text(row), out);
    case TypeKind::kDate:
      return datetimes_.AppendDate(view.Get<int32_t>(row), out);
    case TypeKind::kTimestamp:
      return datetimes_.AppendTimestamp(view.Get<int64_t>(row), out);
    case TypeKind::kTimestampNtz:
      return datetimes_.AppendTimestampNtz(view.Get<int64_t>(row), out);
    case TypeKind::kTime:
      return datetimes_.AppendTime(view.Get<int64_t>(row), out);
    case TypeKind::kYearMonthInterval:
      out += YearMonthIntervalText(view.Get<int32_t>(row), type.start_field(), type.end_field());
      return;
    case TypeKind::kDayTimeInterval:
      out += DayTimeIntervalText(view.Get<int64_t>(row), type.start_field(), type.end_field());
      return;
    case TypeKind::kCalendarInterval:
      out += CalendarIntervalText(view.Get<CalendarIntervalValue>(row));
      return;
    case TypeKind::kUserDefined:
      return AppendText(type.user_storage(), view, row, out);
    case TypeKind::kArray: {
      const ListSlot slot = view.Get<ListSlot>(row);
      out += '[';
      for (uint64_t i = 0; i < slot.length; ++i) {
        if (i > 0) out += ',';
        AppendElement(type.element_type(), view.children[0], slot.offset + i, i == 0, out);
      }
      out += ']';
      return;
    }
    case TypeKind::kMap: {
      const ListSlot slot = view.Get<ListSlot>(row);
      const VectorView& entries = view.children[0];
      out += '{';
      for (uint64_t i = 0; i < slot.length; ++i) {
        if (i > 0) out += ", ";
        const size_t entry = entries.IndexOf(slot.offset + i);
        AppendText(type.key_type(), entries.children[0], entry, out);
        out += " ->";
        AppendElement(type.value_type(), entries.children[1], entry, false, out);
      }
      out += '}';
      return;
    }
    case TypeKind::kStruct: {
      const size_t index = view.IndexOf(row);
      out += '{';
      for (size_t i = 0; i < type.fields().size(); ++i) {
        if (i > 0) out += ',';
        // Spark puts a space before a null that is shown, even the first.
        const DataType& field = type.fields()[i].type;
        const bool is_null = field.Is(TypeKind::kNull) || !view.children[i].IsValid(index);
        AppendElement(field, view.children[i], index, i == 0 && !is_null, out);
      }
      out += '}';
      return;
    }
    case TypeKind::kTimestampNanos:
      return datetimes_.AppendTimestamp(FloorMicros(view.Get<int128_t>(row)), out);
    case TypeKind::kTimestampNtzNanos:
      return datetimes_.AppendTimestampNtz(FloorMicros(view.Get<int128_t>(row)), out);
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
    case TypeKind::kVariant:
    case TypeKind::kNull:
      throw InternalError("a type that CSV does not write");
  }
}

}  // namespace firesteel::functions
