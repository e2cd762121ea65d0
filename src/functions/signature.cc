#include "functions/signature.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "types/quoting.h"
#include "types/user_type.h"

namespace firesteel::functions {
namespace {

using Kind = TypePattern::Kind;

struct NamedType {
  std::string_view name;
  DataType (*make)();
};
struct NamedClass {
  std::string_view name;
  Kind kind;
};

constexpr NamedType kTypes[] = {
    {"boolean", DataType::Boolean},
    {"byte", DataType::Byte},
    {"short", DataType::Short},
    {"int", DataType::Int},
    {"long", DataType::Long},
    {"float", DataType::Float},
    {"double", DataType::Double},
    {"string", DataType::String},
    {"binary", DataType::Binary},
    {"geometry", [] { return DataType::Geometry(DataType::kAnySrid); }},
    {"geography", [] { return DataType::Geography(DataType::kAnySrid); }},
    {"date", DataType::Date},
    {"timestamp", DataType::Timestamp},
    {"timestamp_ntz", DataType::TimestampNtz},
    {"time", [] { return DataType::Time(); }},
    {"year_month", [] { return DataType::YearMonthInterval(); }},
    {"day_time", [] { return DataType::DayTimeInterval(); }},
    {"day_only", [] { return DataType::DayTimeInterval(IntervalField::kDay, IntervalField::kDay); }},
    {"calendar_interval", DataType::CalendarInterval},
    {"variant", DataType::Variant},
    {"null", DataType::Null},
};

constexpr NamedClass kClasses[] = {
    {"numeric", Kind::kNumeric},
    {"integral", Kind::kIntegral},
    {"fractional", Kind::kFractional},
    {"decimal", Kind::kDecimal},
    {"any", Kind::kAny},
    {"ansi_interval", Kind::kAnsiInterval},
    {"interval", Kind::kInterval},
    {"datetime", Kind::kDatetime},
    {"any_timestamp", Kind::kAnyTimestamp},
    {"nanos_timestamp", Kind::kNanosTimestamp},
    {"geospatial", Kind::kGeospatial},
    {"struct", Kind::kStruct},
    {"orderable", Kind::kOrderable},
    {"lambda", Kind::kLambda},
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::vector<Signature> All() {
    std::vector<Signature> signatures;
    do {
      signatures.push_back(One());
    } while (Take('|'));
    if (Peek() != 0) Fail();
    return signatures;
  }

 private:
  Signature One() {
    Signature signature;
    Expect('(');
    if (!Take(')')) {
      do {
        signature.parameters.push_back(OneParameter());
      } while (Take(','));
      Expect(')');
    }
    Expect('-');
    Expect('>');
    if (Take('@')) {
      signature.result_rule = Word();
    } else {
      signature.result = Type();
    }
    return signature;
  }

  Parameter OneParameter() {
    Parameter parameter;
    size_t begin = position_;
    if (Word() == "const") {
      parameter.is_constant = true;
    } else {
      position_ = begin;
    }
    parameter.pattern = Types();
    if (Take('?')) {
      parameter.is_optional = true;
    } else if (Take('=')) {
      parameter.is_optional = true;
      parameter.default_value = Default();
    } else if (Take('.')) {
      Expect('.');
      Expect('.');
      parameter.is_variadic = true;
    }
    return parameter;
  }

  TypedValue Default() {
    if (Take('\'')) {
      size_t end = text_.find('\'', position_);
      if (end == std::string_view::npos) Fail();
      std::string value(text_.substr(position_, end - position_));
      position_ = end + 1;
      return {DataType::String(), Value{std::move(value)}};
    }
    std::string_view word = Word();
    if (word == "null") return {DataType::Null(), Value{}};
    if (word == "true" || word == "false") return {DataType::Boolean(), Value{word == "true"}};
    bool negative = word.empty() && Take('-');
    if (negative) word = Word();
    int64_t number = 0;
    auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size()) Fail();
    return {DataType::Int(), Value{negative ? -number : number}};
  }

  TypePattern Types() {
    TypePattern first = Type();
    if (Peek() != '|') return first;
    TypePattern all;
    all.kind = Kind::kUnion;
    all.children.push_back(std::move(first));
    while (Take('|')) all.children.push_back(Type());
    return all;
  }

  TypePattern Type() {
    TypePattern pattern;
    std::string_view word = Word();
    if (word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z') {
      pattern.kind = Kind::kVariable;
      pattern.variable = word[0];
    } else if (word == "array" || word == "map") {
      pattern.kind = word == "array" ? Kind::kArray : Kind::kMap;
      if (Take('<')) {
        pattern.children.push_back(Type());
        if (word == "map") {
          Expect(',');
          pattern.children.push_back(Type());
        }
        Expect('>');
      }
    } else if (word == "decimal" && Take('(')) {
      int precision = Number();
      Expect(',');
      int scale = Number();
      Expect(')');
      pattern.kind = Kind::kExact;
      pattern.type = DataType::Decimal(precision, scale);
    } else {
      pattern = Named(word);
    }
    pattern.no_null = Take('!');
    return pattern;
  }

  TypePattern Named(std::string_view word) {
    TypePattern pattern;
    for (const NamedType& type : kTypes) {
      if (type.name == word) {
        pattern.kind = Kind::kExact;
        pattern.type = type.make();
        return pattern;
      }
    }
    for (const NamedClass& type_class : kClasses) {
      if (type_class.name == word) {
        pattern.kind = type_class.kind;
        return pattern;
      }
    }
    Fail();
  }

  int Number() {
    std::string_view word = Word();
    int number = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), number).ec != std::errc()) Fail();
    return number;
  }

  std::string_view Word() {
    Peek();
    size_t begin = position_;
    while (position_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[position_])) || text_[position_] == '_')) {
      ++position_;
    }
    return text_.substr(begin, position_ - begin);
  }

  char Peek() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
    return position_ < text_.size() ? text_[position_] : '\0';
  }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++position_;
    return true;
  }
  void Expect(char c) {
    if (!Take(c)) Fail();
  }
  [[noreturn]] void Fail() {
    throw InternalError("malformed signature at " + std::to_string(position_) + ": " + std::string(text_));
  }

  std::string_view text_;
  size_t position_ = 0;
};

bool Accepts(const DataType& type, const TypePattern& pattern) {
  switch (pattern.kind) {
    case Kind::kExact:
      if (pattern.type.Is(TypeKind::kString)) return type.Is(TypeKind::kString);
      if (pattern.type.Is(TypeKind::kTime)) return type.Is(TypeKind::kTime);
      // A pattern for an interval takes every range of fields; only day_only means just that.
      if (pattern.type == DataType::DayTimeInterval()) return type.Is(TypeKind::kDayTimeInterval);
      if (pattern.type == DataType::YearMonthInterval()) return type.Is(TypeKind::kYearMonthInterval);
      return SameTypeIgnoringNullability(type, pattern.type);
    case Kind::kVariable:
    case Kind::kAny:
      return true;
    case Kind::kNumeric:
      return type.IsNumeric();
    case Kind::kIntegral:
      return type.IsIntegral();
    case Kind::kFractional:
      return type.IsFractional();
    case Kind::kDecimal:
      return type.Is(TypeKind::kDecimal);
    case Kind::kAnsiInterval:
      return type.IsAnsiInterval();
    case Kind::kInterval:
      return type.IsAnsiInterval() || type.Is(TypeKind::kCalendarInterval);
    case Kind::kDatetime:
      return type.IsDatetime();
    case Kind::kAnyTimestamp:
      return type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kTimestampNtz);
    case Kind::kNanosTimestamp:
      return type.IsTimestampOfNanos();
    case Kind::kGeospatial:
      return type.IsGeospatial();
    case Kind::kOrderable:
      return IsOrderable(type);
    case Kind::kArray:
      return type.Is(TypeKind::kArray) &&
             (pattern.children.empty() || Accepts(type.element_type(), pattern.children[0]));
    case Kind::kMap:
      return type.Is(TypeKind::kMap) && (pattern.children.empty() || (Accepts(type.key_type(), pattern.children[0]) &&
                                                                      Accepts(type.value_type(), pattern.children[1])));
    case Kind::kStruct:
      return type.Is(TypeKind::kStruct);
    case Kind::kLambda:
      return true;
    case Kind::kUnion:
      return std::any_of(pattern.children.begin(), pattern.children.end(),
                         [&](const TypePattern& child) { return Accepts(type, child); });
  }
  return false;
}

/// Spark's AbstractDataType.defaultConcreteType, which an untyped NULL becomes.
DataType DefaultType(const TypePattern& pattern) {
  switch (pattern.kind) {
    case Kind::kExact:
      return pattern.type;
    case Kind::kNumeric:
    case Kind::kFractional:
      return DataType::Double();
    case Kind::kIntegral:
      return DataType::Int();
    case Kind::kDecimal:
      return DataType::Decimal(38, 18);
    case Kind::kAnsiInterval:
      return DataType::DayTimeInterval();
    case Kind::kInterval:
      return DataType::CalendarInterval();
    case Kind::kDatetime:
    case Kind::kAnyTimestamp:
      return DataType::Timestamp();
    case Kind::kNanosTimestamp:
      return DataType::TimestampNanos(9);
    case Kind::kGeospatial:
      return DataType::Geography(DataType::kAnySrid);
    case Kind::kArray:
      return DataType::Array(pattern.children.empty() ? DataType::Null() : DefaultType(pattern.children[0]));
    case Kind::kMap:
      return pattern.children.empty()
                 ? DataType::Map(DataType::Null(), DataType::Null())
                 : DataType::Map(DefaultType(pattern.children[0]), DefaultType(pattern.children[1]));
    case Kind::kStruct:
      return DataType::Struct({});
    case Kind::kUnion:
      return DefaultType(pattern.children[0]);
    default:
      return DataType::Null();
  }
}

bool IsAtomic(const DataType& type) {
  return !IsCompound(type) && !type.Is(TypeKind::kNull) && !type.Is(TypeKind::kCalendarInterval) &&
         !type.Is(TypeKind::kVariant) && !type.IsGeospatial();
}

/// Whether an ANSI implicit cast of a number to this very type is a promotion: byte, short, int, long, decimal, float,
/// double, in this order.
bool IsPromotion(const DataType& from, const DataType& to) {
  if (to.Is(TypeKind::kDecimal)) {
    if (!from.IsIntegral() && !from.Is(TypeKind::kDecimal)) return false;
    DataType exact = DecimalForType(from);
    return exact.scale() <= to.scale() && exact.precision() - exact.scale() <= to.precision() - to.scale();
  }
  auto order = [](const DataType& type) {
    static constexpr TypeKind kOrder[] = {TypeKind::kByte,    TypeKind::kShort, TypeKind::kInt,   TypeKind::kLong,
                                          TypeKind::kDecimal, TypeKind::kFloat, TypeKind::kDouble};
    return std::find(std::begin(kOrder), std::end(kOrder), type.kind()) - std::begin(kOrder);
  };
  return order(from) <= order(to);
}

std::optional<DataType> CastToExact(const DataType& from, const DataType& to, bool ansi) {
  if (from.IsStringLike() && IsAtomic(to)) {
    if (ansi || to.IsNumeric() || to.IsDatetime() || to.Is(TypeKind::kBinary) || to.IsStringLike()) return to;
    return std::nullopt;
  }
  const bool is_interval = ansi && from.Is(TypeKind::kCalendarInterval);
  if (to.Is(TypeKind::kString) && (IsAtomic(from) || from.Is(TypeKind::kVariant) || is_interval)) {
    return to;
  }
  if (from.IsNumeric() && to.IsNumeric()) return to;
  // A time is taken for a date, too, though no cast leads there: the cast is what is refused then.
  if (from.IsDatetime() && to.IsDatetime() && (ansi || !to.Is(TypeKind::kTime))) return to;
  if (from.IsTimestampOfNanos() && to.IsDatetime() && !to.Is(TypeKind::kTime)) return to;
  if (from.Is(TypeKind::kArray) && to.Is(TypeKind::kArray)) {
    TypePattern element;
    element.kind = Kind::kExact;
    element.type = to.element_type();
    std::optional<DataType> inner = ImplicitCast(from.element_type(), element, ansi);
    if (inner) return DataType::Array(*inner, from.contains_null());
  }
  return std::nullopt;
}

}  // namespace

bool IsNumericPromotion(const DataType& from, const DataType& to) { return IsPromotion(from, to); }

bool TypePattern::HasVariable() const {
  if (kind == Kind::kVariable) return true;
  return std::any_of(children.begin(), children.end(), [](const TypePattern& child) { return child.HasVariable(); });
}

size_t Signature::min_arguments() const {
  return std::count_if(parameters.begin(), parameters.end(),
                       [](const Parameter& parameter) { return !parameter.is_optional && !parameter.is_variadic; });
}

std::vector<Signature> ParseSignatures(std::string_view text) { return Parser(text).All(); }

bool IsOrderable(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kMap:
    case TypeKind::kVariant:
    case TypeKind::kCalendarInterval:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return false;
    case TypeKind::kArray:
      return IsOrderable(type.element_type());
    case TypeKind::kStruct:
      return std::all_of(type.fields().begin(), type.fields().end(),
                         [](const StructField& field) { return IsOrderable(field.type); });
    case TypeKind::kUserDefined:
      return IsOrderable(type.user_storage());
    default:
      return true;
  }
}

std::optional<DataType> ImplicitCast(const DataType& from, const TypePattern& to, bool ansi) {
  // A pattern with variables is settled after all arguments are known; here only its shape counts.
  if (Accepts(from, to)) {
    bool is_char = from.Is(TypeKind::kChar) || from.Is(TypeKind::kVarchar);
    if (!(is_char && to.kind == Kind::kExact)) return from;
  }
  if (from.Is(TypeKind::kNull)) return DefaultType(to);
  switch (to.kind) {
    case Kind::kUnion:
      if (from.IsTimestampOfNanos()) {
        // The timestamp of microseconds of the same clock, where that is one of the types.
        const DataType micros = from.Is(TypeKind::kTimestampNanos) ? DataType::Timestamp() : DataType::TimestampNtz();
        if (Accepts(micros, to)) return micros;
      }
      for (const TypePattern& child : to.children) {
        // Among several types a number goes only to a wider one.
        bool narrows =
            from.IsNumeric() && child.kind == Kind::kExact && child.type.IsNumeric() && !IsPromotion(from, child.type);
        if (narrows) continue;
        if (std::optional<DataType> type = ImplicitCast(from, child, ansi)) return type;
      }
      return std::nullopt;
    case Kind::kExact:
      return CastToExact(from, to.type, ansi);
    case Kind::kDecimal:
      if (from.IsNumeric()) return DecimalForType(from);
      if (from.IsStringLike()) return DataType::Decimal(38, 18);
      return std::nullopt;
    case Kind::kNumeric:
    case Kind::kFractional:
      if (from.IsStringLike()) return DataType::Double();
      return std::nullopt;
    case Kind::kIntegral:
      if (from.IsStringLike() && ansi) return DataType::Long();
      return std::nullopt;
    case Kind::kAnyTimestamp:
      if (from.IsStringLike() || from.Is(TypeKind::kDate)) return DataType::Timestamp();
      if (from.Is(TypeKind::kTimestampNanos)) return DataType::Timestamp();
      if (from.Is(TypeKind::kTimestampNtzNanos)) return DataType::TimestampNtz();
      return std::nullopt;
    case Kind::kArray:
      if (from.Is(TypeKind::kArray) && !to.children.empty()) {
        std::optional<DataType> element = ImplicitCast(from.element_type(), to.children[0], ansi);
        if (element) return DataType::Array(*element, from.contains_null());
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::string RequiredTypeText(const TypePattern& pattern) {
  switch (pattern.kind) {
    case Kind::kExact:
      return pattern.type.Is(TypeKind::kTime) ? "\"TIME\"" : QuoteType(pattern.type);
    case Kind::kNumeric:
      return "\"NUMERIC\"";
    case Kind::kIntegral:
      return "\"INTEGRAL\"";
    case Kind::kFractional:
      return "\"FRACTIONAL\"";
    case Kind::kDecimal:
      return "\"DECIMAL\"";
    case Kind::kAnsiInterval:
      return "\"ANSI INTERVAL\"";
    case Kind::kInterval:
      return "(\"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL\")";
    case Kind::kDatetime:
      return "(\"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\")";
    case Kind::kAnyTimestamp:
      return "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or "
             "\"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")";
    case Kind::kNanosTimestamp:
      return "\"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\"";
    case Kind::kGeospatial:
      return "(\"GEOGRAPHY\" or \"GEOMETRY\")";
    case Kind::kArray:
      return pattern.children.empty() || pattern.HasVariable()
                 ? "\"ARRAY\""
                 : "\"ARRAY<" +
                       RequiredTypeText(pattern.children[0])
                           .substr(1, RequiredTypeText(pattern.children[0]).size() - 2) +
                       ">\"";
    case Kind::kMap:
      return "\"MAP\"";
    case Kind::kStruct:
      return "\"STRUCT\"";
    case Kind::kUnion: {
      std::string text = "(";
      for (size_t i = 0; i < pattern.children.size(); ++i) {
        if (i) text += " or ";
        // A class of several types counts as these types.
        std::string child = RequiredTypeText(pattern.children[i]);
        text += child[0] == '(' ? child.substr(1, child.size() - 2) : child;
      }
      return text + ")";
    }
    default:
      return "\"ANY\"";
  }
}

}  // namespace firesteel::functions
