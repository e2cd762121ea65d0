#include "client/types/ddl_parser.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "types/field_metadata.h"

namespace firesteel::client {
namespace {

// Deeper types are refused instead of overflowing the stack.
constexpr int kMaxDepth = 200;

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// Recursive descent over the text; nothing means that the text is wrong from `position_` on.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<DataType> WholeType() {
    std::optional<DataType> type = Type(0);
    return type && AtEnd() ? type : std::nullopt;
  }

  std::optional<DataType> WholeColumns() {
    std::optional<std::vector<StructField>> fields = Fields(0);
    if (!fields || !AtEnd()) return std::nullopt;
    return DataType::struct_(*std::move(fields));
  }

  size_t furthest() const { return furthest_; }

 private:
  void SkipSpace() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\t' ||
                                        text_[position_] == '\n' || text_[position_] == '\r')) {
      ++position_;
    }
    furthest_ = std::max(furthest_, position_);
  }

  bool AtEnd() {
    SkipSpace();
    return position_ == text_.size();
  }

  bool Take(char c) {
    SkipSpace();
    if (position_ == text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  std::string_view PeekWord() {
    SkipSpace();
    size_t end = position_;
    while (end < text_.size() && IsWordCharacter(text_[end])) ++end;
    return text_.substr(position_, end - position_);
  }

  bool TakeWord(std::string_view word) {
    const std::string_view next = PeekWord();
    if (LowerCase(next) != word) return false;
    position_ += next.size();
    return true;
  }

  std::optional<std::string> Name() {
    SkipSpace();
    if (!Take('`')) {
      const std::string_view word = PeekWord();
      if (word.empty()) return std::nullopt;
      position_ += word.size();
      return std::string(word);
    }
    std::string name;
    while (position_ < text_.size()) {
      if (text_[position_] == '`') {
        ++position_;
        if (position_ == text_.size() || text_[position_] != '`') return name;
      }
      name += text_[position_++];
    }
    return std::nullopt;
  }

  std::optional<std::string> Text() {
    SkipSpace();
    if (position_ == text_.size()) return std::nullopt;
    const char quote = text_[position_];
    if (quote != '\'' && quote != '"') return std::nullopt;
    std::string text;
    for (++position_; position_ < text_.size(); ++position_) {
      char c = text_[position_];
      if (c == quote) {
        ++position_;
        if (position_ == text_.size() || text_[position_] != quote) return text;
      } else if (c == '\\' && position_ + 1 < text_.size()) {
        c = text_[++position_];
        if (c == 'n') c = '\n';
        if (c == 't') c = '\t';
        if (c == 'r') c = '\r';
      }
      text += c;
    }
    return std::nullopt;
  }

  std::optional<int> Number() {
    const std::string_view word = PeekWord();
    int number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
    position_ += word.size();
    return number;
  }

  /// "(n)" or "(n, m)": one to `most` numbers.
  std::optional<std::vector<int>> Numbers(size_t most) {
    std::vector<int> numbers;
    if (!Take('(')) return std::nullopt;
    do {
      std::optional<int> number = Number();
      if (!number || numbers.size() == most) return std::nullopt;
      numbers.push_back(*number);
    } while (Take(','));
    return Take(')') ? std::optional(numbers) : std::nullopt;
  }

  bool SeesBracket() {
    SkipSpace();
    return position_ < text_.size() && text_[position_] == '(';
  }

  std::optional<std::vector<StructField>> Fields(int depth) {
    std::vector<StructField> fields;
    do {
      std::optional<StructField> field = Field(depth);
      if (!field) return std::nullopt;
      fields.push_back(*std::move(field));
    } while (Take(','));
    return fields;
  }

  std::optional<StructField> Field(int depth) {
    std::optional<std::string> name = Name();
    if (!name) return std::nullopt;
    Take(':');
    std::optional<DataType> type = Type(depth + 1);
    if (!type) return std::nullopt;
    StructField field{*std::move(name), *std::move(type)};
    while (true) {
      if (TakeWord("not")) {
        if (!TakeWord("null")) return std::nullopt;
        field.nullable = false;
      } else if (TakeWord("comment")) {
        std::optional<std::string> comment = Text();
        if (!comment) return std::nullopt;
        field.metadata = WithMetadataText(field.metadata, "comment", *comment);
      } else {
        return field;
      }
    }
  }

  std::optional<DataType> Type(int depth) {
    if (depth > kMaxDepth) return std::nullopt;
    const size_t begin = position_;
    const std::string_view word = PeekWord();
    const std::string name = LowerCase(word);
    position_ += word.size();
    static const std::map<std::string, DataType, std::less<>> kPlain = {
        {"boolean", DataType::boolean()}, {"tinyint", DataType::byte()},  {"byte", DataType::byte()},
        {"smallint", DataType::short_()}, {"short", DataType::short_()},  {"int", DataType::integer()},
        {"integer", DataType::integer()}, {"bigint", DataType::long_()},  {"long", DataType::long_()},
        {"float", DataType::float_()},    {"real", DataType::float_()},   {"double", DataType::double_()},
        {"date", DataType::date()},       {"binary", DataType::binary()}, {"void", DataType::null()},
        {"variant", DataType::variant()},
    };
    if (auto plain = kPlain.find(name); plain != kPlain.end()) return plain->second;
    if (name == "string") return StringType();
    if (name == "decimal" || name == "dec" || name == "numeric") {
      if (!SeesBracket()) return DataType::decimal(10, 0);
      std::optional<std::vector<int>> numbers = Numbers(2);
      if (!numbers) return std::nullopt;
      return DataType::decimal((*numbers)[0], numbers->size() > 1 ? (*numbers)[1] : 0);
    }
    if (name == "char" || name == "character" || name == "varchar") {
      std::optional<std::vector<int>> numbers = Numbers(1);
      if (!numbers) return std::nullopt;
      return name == "varchar" ? DataType::varchar((*numbers)[0]) : DataType::char_((*numbers)[0]);
    }
    if (name == "time" || name.starts_with("timestamp")) return TimeType(name);
    if (name == "interval") return IntervalType();
    if (name == "geometry" || name == "geography") return GeospatialType(name == "geography");
    if (name == "array" || name == "map" || name == "struct") return NestedType(name, depth);
    position_ = begin;
    return std::nullopt;
  }

  std::optional<DataType> StringType() {
    if (!TakeWord("collate")) return DataType::string();
    std::optional<std::string> collation = Name();
    if (!collation) return std::nullopt;
    return DataType::string(*std::move(collation));
  }

  std::optional<DataType> TimeType(const std::string& name) {
    std::optional<std::vector<int>> numbers;
    if (SeesBracket() && !(numbers = Numbers(1))) return std::nullopt;
    if (name == "time") return DataType::time(numbers ? (*numbers)[0] : 6);
    const bool nanos = numbers && (*numbers)[0] > 6;
    if (numbers && !nanos && (*numbers)[0] != 6) return std::nullopt;
    if (name == "timestamp" || name == "timestamp_ltz") {
      return nanos ? DataType::timestamp_nanos((*numbers)[0]) : DataType::timestamp();
    }
    if (name != "timestamp_ntz") return std::nullopt;
    return nanos ? DataType::timestamp_ntz_nanos((*numbers)[0]) : DataType::timestamp_ntz();
  }

  std::optional<DataType> IntervalType() {
    static const std::pair<std::string_view, int> kFields[] = {{"year", 0},  {"month", 1},   {"day", 10},
                                                               {"hour", 11}, {"minute", 12}, {"second", 13}};
    auto field = [&]() -> std::optional<int> {
      for (const auto& [word, number] : kFields) {
        if (TakeWord(word)) return number;
      }
      return std::nullopt;
    };
    const std::optional<int> start = field();
    if (!start) return DataType::calendar_interval();
    std::optional<int> end = start;
    if (TakeWord("to")) end = field();
    if (!end || *end < *start || *start / 10 != *end / 10) return std::nullopt;
    const auto from = static_cast<IntervalField>(*start % 10);
    const auto to = static_cast<IntervalField>(*end % 10);
    return *start < 10 ? DataType::year_month_interval(from, to) : DataType::day_time_interval(from, to);
  }

  std::optional<DataType> GeospatialType(bool geography) {
    if (!Take('(')) return std::nullopt;
    std::optional<int> srid = TakeWord("any") ? std::optional(DataType::kAnySrid) : Number();
    if (!srid || !Take(')')) return std::nullopt;
    return geography ? DataType::geography(*srid) : DataType::geometry(*srid);
  }

  std::optional<DataType> NestedType(const std::string& name, int depth) {
    if (!Take('<')) return std::nullopt;
    if (name == "struct") {
      if (Take('>')) return DataType::struct_({});
      std::optional<std::vector<StructField>> fields = Fields(depth);
      if (!fields || !Take('>')) return std::nullopt;
      return DataType::struct_(*std::move(fields));
    }
    std::optional<DataType> first = Type(depth + 1);
    if (!first) return std::nullopt;
    if (name == "array") return Take('>') ? std::optional(DataType::array(*std::move(first))) : std::nullopt;
    if (!Take(',')) return std::nullopt;
    std::optional<DataType> second = Type(depth + 1);
    if (!second || !Take('>')) return std::nullopt;
    return DataType::map(*std::move(first), *std::move(second));
  }

  std::string_view text_;
  size_t position_ = 0;
  size_t furthest_ = 0;
};

}  // namespace

Result<DataType> ParseDdl(std::string_view text) {
  Parser as_type(text);
  if (std::optional<DataType> type = as_type.WholeType()) return *std::move(type);
  Parser as_columns(text);
  if (std::optional<DataType> type = as_columns.WholeColumns()) return *std::move(type);
  const size_t place = std::max(as_type.furthest(), as_columns.furthest());
  return Error::Invalid("The text '" + std::string(text.substr(0, 200)) + "' is no data type: it is wrong near '" +
                        std::string(text.substr(std::min(place, text.size()), 40)) + "'.");
}

}  // namespace firesteel::client
