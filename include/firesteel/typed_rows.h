#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "firesteel/arrow_c_data.h"
#include "firesteel/error.h"
#include "firesteel/internal_fields.h"
#include "firesteel/internal_growth.h"
#include "firesteel/row.h"
#include "firesteel/types.h"
#include "firesteel/value.h"

/// Rows as types of the program: `collect_as<T>()`, `rows_as<T>()`, `create_data_frame(std::vector<T>)`.
///
/// T is a tuple, a pair, or a struct without constructors, whose fields stand for the columns by position:
///
///     struct Order { int64_t id; std::string customer; std::optional<double> discount; std::vector<std::string> tags;
///     }; Result<std::vector<Order>> orders = df.collect_as<Order>();
///
/// | field                                        | column                                          |
/// |----------------------------------------------|-------------------------------------------------|
/// | bool                                         | boolean                                         |
/// | int8_t … int64_t                             | tinyint … bigint, narrower ones too             |
/// | float, double                                | float; double takes float, too                  |
/// | std::string · Binary                         | string · binary                                 |
/// | Decimal                                      | decimal                                         |
/// | Date, std::chrono::sys_days                  | date                                            |
/// | Timestamp, std::chrono::sys_time<microseconds> | timestamp                                     |
/// | TimestampNtz · Time · the intervals          | the same                                        |
/// | std::vector · std::map, std::unordered_map   | array · map                                     |
/// | tuple, pair, struct                          | struct                                          |
/// | Variant                                      | variant                                         |
/// | std::optional of any of these                | the same, which may then be null                |
///
/// A null in a field that is no std::optional, and a column of another type, are errors; there is no conversion.
namespace firesteel::client::internal {

/// One column, or one child of one. What every row needs is looked up once.
struct ColumnView {
  const ArrowArray* array;
  const ArrowSchema* schema;
  const uint8_t* valid = nullptr;  ///< a bit a row; null: all are valid
  bool all_null = false;           ///< the null type has no buffers
  int scale = 0;                   ///< digits behind the point of decimals, whose format is "d:precision,scale"

  ColumnView(const ArrowArray* array, const ArrowSchema* schema) : array(array), schema(schema) {
    all_null = array->n_buffers == 0;
    if (!all_null && array->null_count != 0) valid = static_cast<const uint8_t*>(array->buffers[0]);
    if (schema->format[0] == 'd') ReadScale();
  }

  bool IsNull(int64_t i) const {
    if (!valid) return all_null;
    const int64_t place = i + array->offset;
    return (valid[place / 8] >> (place % 8) & 1) == 0;
  }
  template <class T>
  const T* Buffer(int number) const {
    return static_cast<const T*>(array->buffers[number]) + array->offset;
  }
  std::string_view Format() const { return schema->format; }
  ColumnView Child(int64_t number) const { return {array->children[number], schema->children[number]}; }

 private:
  void ReadScale() {
    const char* place = std::strchr(schema->format, ',');
    for (place = place ? place + 1 : ""; *place >= '0' && *place <= '9'; ++place) scale = scale * 10 + (*place - '0');
  }
};

/// How a C++ type lies in a column. kKind names the Spark type for messages; Fits says whether a column is of the type;
/// Read gives the value of one row that is not null, false when a null lies deeper where none may be.
template <class T>
struct Cell;

template <class T>
inline bool ReadCell(const ColumnView& column, int64_t i, T& out) {
  if constexpr (OptionalOf<T>::kIs) {
    if (column.IsNull(i)) {
      out.reset();
      return true;
    }
    return Cell<typename OptionalOf<T>::type>::Read(column, i, out.emplace());
  } else {
    return !column.IsNull(i) && Cell<T>::Read(column, i, out);
  }
}

template <class T>
bool ColumnFits(const ColumnView& column) {
  if (OptionalOf<T>::kIs && column.Format() == "n") return true;
  return Cell<typename OptionalOf<T>::type>::Fits(column);
}

template <class T>
std::string KindOf() {
  return Cell<typename OptionalOf<T>::type>::Kind();
}

template <class T>
DataType TypeOf() {
  return Cell<typename OptionalOf<T>::type>::Type();
}

template <class T>
Value ValueOf(const T& value) {
  if constexpr (OptionalOf<T>::kIs) {
    return value ? Cell<typename OptionalOf<T>::type>::Make(*value) : Value();
  } else {
    return Cell<T>::Make(value);
  }
}

template <>
struct Cell<bool> {
  static std::string Kind() { return "boolean"; }
  static DataType Type() { return DataType::boolean(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "b"; }
  static bool Read(const ColumnView& column, int64_t i, bool& out) {
    const int64_t place = i + column.array->offset;
    out = static_cast<const uint8_t*>(column.array->buffers[1])[place / 8] >> (place % 8) & 1;
    return true;
  }
  static Value Make(bool value) { return value; }
};

template <class T>
requires(std::is_same_v<T, int8_t> || std::is_same_v<T, int16_t> || std::is_same_v<T, int32_t> ||
         std::is_same_v<T, int64_t>) struct Cell<T> {
  static std::string Kind() { return Type().simple_string(); }
  static DataType Type() {
    if constexpr (sizeof(T) == 1) return DataType::byte();
    if constexpr (sizeof(T) == 2) return DataType::short_();
    if constexpr (sizeof(T) == 4) return DataType::integer();
    return DataType::long_();
  }
  static bool Fits(const ColumnView& column) {
    const size_t place = std::string_view("csil").find(column.Format());
    return column.Format().size() == 1 && place != std::string_view::npos && size_t{1} << place <= sizeof(T);
  }
  static bool Read(const ColumnView& column, int64_t i, T& out) {
    switch (column.schema->format[0]) {
      case 'c':
        out = static_cast<T>(column.Buffer<int8_t>(1)[i]);
        return true;
      case 's':
        out = static_cast<T>(column.Buffer<int16_t>(1)[i]);
        return true;
      case 'i':
        out = static_cast<T>(column.Buffer<int32_t>(1)[i]);
        return true;
      default:
        out = static_cast<T>(column.Buffer<int64_t>(1)[i]);
        return true;
    }
  }
  static Value Make(T value) { return value; }
};

template <class T>
requires(std::is_same_v<T, float> || std::is_same_v<T, double>) struct Cell<T> {
  static std::string Kind() { return Type().simple_string(); }
  static DataType Type() { return sizeof(T) == 4 ? DataType::float_() : DataType::double_(); }
  static bool Fits(const ColumnView& column) {
    return column.Format() == "f" || (sizeof(T) == 8 && column.Format() == "g");
  }
  static bool Read(const ColumnView& column, int64_t i, T& out) {
    out = column.schema->format[0] == 'f' ? static_cast<T>(column.Buffer<float>(1)[i])
                                          : static_cast<T>(column.Buffer<double>(1)[i]);
    return true;
  }
  static Value Make(T value) { return value; }
};

inline std::string_view BytesAt(const ColumnView& column, int64_t i) {
  const auto* offsets = column.Buffer<int32_t>(1);
  return {static_cast<const char*>(column.array->buffers[2]) + offsets[i],
          static_cast<size_t>(offsets[i + 1] - offsets[i])};
}

template <>
struct Cell<std::string> {
  static std::string Kind() { return "string"; }
  static DataType Type() { return DataType::string(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "u"; }
  static bool Read(const ColumnView& column, int64_t i, std::string& out) {
    out = BytesAt(column, i);
    return true;
  }
  static Value Make(const std::string& value) { return value; }
};

template <>
struct Cell<Binary> {
  static std::string Kind() { return "binary"; }
  static DataType Type() { return DataType::binary(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "z"; }
  static bool Read(const ColumnView& column, int64_t i, Binary& out) {
    out.bytes = BytesAt(column, i);
    return true;
  }
  static Value Make(const Binary& value) { return value; }
};

template <>
struct Cell<Decimal> {
  static std::string Kind() { return "decimal"; }
  static DataType Type() { return DataType::decimal(38, 18); }
  static bool Fits(const ColumnView& column) { return column.Format().starts_with("d:"); }
  static bool Read(const ColumnView& column, int64_t i, Decimal& out) {
    uint64_t halves[2];
    std::memcpy(halves, static_cast<const char*>(column.array->buffers[1]) + (i + column.array->offset) * 16, 16);
    out = Decimal::from_parts(static_cast<int64_t>(halves[1]), halves[0], column.scale);
    return true;
  }
  static Value Make(const Decimal& value) { return value; }
};

template <>
struct Cell<Date> {
  static std::string Kind() { return "date"; }
  static DataType Type() { return DataType::date(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "tdD"; }
  static bool Read(const ColumnView& column, int64_t i, Date& out) {
    out.days = column.Buffer<int32_t>(1)[i];
    return true;
  }
  static Value Make(Date value) { return value; }
};

template <>
struct Cell<Timestamp> {
  static std::string Kind() { return "timestamp"; }
  static DataType Type() { return DataType::timestamp(); }
  static bool Fits(const ColumnView& column) {
    return column.Format().starts_with("tsu:") && column.Format().size() > 4;
  }
  static bool Read(const ColumnView& column, int64_t i, Timestamp& out) {
    out.micros = column.Buffer<int64_t>(1)[i];
    return true;
  }
  static Value Make(Timestamp value) { return value; }
};

template <>
struct Cell<TimestampNtz> {
  static std::string Kind() { return "timestamp_ntz"; }
  static DataType Type() { return DataType::timestamp_ntz(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "tsu:"; }
  static bool Read(const ColumnView& column, int64_t i, TimestampNtz& out) {
    out.micros = column.Buffer<int64_t>(1)[i];
    return true;
  }
  static Value Make(TimestampNtz value) { return value; }
};

template <>
struct Cell<std::chrono::sys_days> {
  static std::string Kind() { return "date"; }
  static DataType Type() { return DataType::date(); }
  static bool Fits(const ColumnView& column) { return Cell<Date>::Fits(column); }
  static bool Read(const ColumnView& column, int64_t i, std::chrono::sys_days& out) {
    out = std::chrono::sys_days(std::chrono::days(column.Buffer<int32_t>(1)[i]));
    return true;
  }
  static Value Make(std::chrono::sys_days value) {
    return Date{static_cast<int32_t>(value.time_since_epoch().count())};
  }
};

template <>
struct Cell<std::chrono::sys_time<std::chrono::microseconds>> {
  using Instant = std::chrono::sys_time<std::chrono::microseconds>;
  static std::string Kind() { return "timestamp"; }
  static DataType Type() { return DataType::timestamp(); }
  static bool Fits(const ColumnView& column) { return Cell<Timestamp>::Fits(column); }
  static bool Read(const ColumnView& column, int64_t i, Instant& out) {
    out = Instant(std::chrono::microseconds(column.Buffer<int64_t>(1)[i]));
    return true;
  }
  static Value Make(Instant value) { return Timestamp{value.time_since_epoch().count()}; }
};

template <>
struct Cell<Time> {
  static std::string Kind() { return "time"; }
  static DataType Type() { return DataType::time(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "ttn"; }
  static bool Read(const ColumnView& column, int64_t i, Time& out) {
    out.nanos = column.Buffer<int64_t>(1)[i];
    return true;
  }
  static Value Make(Time value) { return value; }
};

template <>
struct Cell<YearMonthInterval> {
  static std::string Kind() { return "interval year to month"; }
  static DataType Type() { return DataType::year_month_interval(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "tiM"; }
  static bool Read(const ColumnView& column, int64_t i, YearMonthInterval& out) {
    out.months = column.Buffer<int32_t>(1)[i];
    return true;
  }
  static Value Make(YearMonthInterval value) { return value; }
};

template <>
struct Cell<DayTimeInterval> {
  static std::string Kind() { return "interval day to second"; }
  static DataType Type() { return DataType::day_time_interval(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "tDu"; }
  static bool Read(const ColumnView& column, int64_t i, DayTimeInterval& out) {
    out.micros = column.Buffer<int64_t>(1)[i];
    return true;
  }
  static Value Make(DayTimeInterval value) { return value; }
};

template <>
struct Cell<CalendarInterval> {
  static std::string Kind() { return "interval"; }
  static DataType Type() { return DataType::calendar_interval(); }
  static bool Fits(const ColumnView& column) { return column.Format() == "tin"; }
  static bool Read(const ColumnView& column, int64_t i, CalendarInterval& out) {
    const char* place = static_cast<const char*>(column.array->buffers[1]) + (i + column.array->offset) * 16;
    int64_t nanos = 0;
    std::memcpy(&out.months, place, 4);
    std::memcpy(&out.days, place + 4, 4);
    std::memcpy(&nanos, place + 8, 8);
    out.micros = nanos / 1000;
    return true;
  }
  static Value Make(CalendarInterval value) { return value; }
};

template <>
struct Cell<Variant> {
  static std::string Kind() { return "variant"; }
  static DataType Type() { return DataType::variant(); }
  static bool Fits(const ColumnView& column) {
    return column.Format() == "+s" && column.schema->n_children == 2 && column.Child(0).Format() == "z" &&
           column.Child(1).Format() == "z";
  }
  static bool Read(const ColumnView& column, int64_t i, Variant& out) {
    for (int child = 0; child < 2; ++child) {
      const bool is_value = std::string_view(column.schema->children[child]->name) == "value";
      (is_value ? out.value : out.metadata) = BytesAt(column.Child(child), i + column.array->offset);
    }
    return true;
  }
  static Value Make(const Variant& value) { return value; }
};

template <class Element>
struct Cell<std::vector<Element>> {
  static std::string Kind() { return "array<" + KindOf<Element>() + ">"; }
  static DataType Type() { return DataType::array(TypeOf<Element>(), OptionalOf<Element>::kIs); }
  static bool Fits(const ColumnView& column) { return column.Format() == "+l" && ColumnFits<Element>(column.Child(0)); }
  static bool Read(const ColumnView& column, int64_t i, std::vector<Element>& out) {
    const auto* offsets = column.Buffer<int32_t>(1);
    const ColumnView elements = column.Child(0);
    out.clear();
    out.reserve(static_cast<size_t>(offsets[i + 1] - offsets[i]));
    for (int64_t place = offsets[i]; place < offsets[i + 1]; ++place) {
      Element element{};
      if (!ReadCell(elements, place, element)) return false;
      out.push_back(std::move(element));
    }
    return true;
  }
  static Value Make(const std::vector<Element>& elements) {
    Array values;
    values.reserve(elements.size());
    for (const Element& element : elements) values.push_back(ValueOf<Element>(element));
    return values;
  }
};

template <class Map>
struct MapCell {
  using Key = typename Map::key_type;
  using Mapped = typename Map::mapped_type;
  static std::string Kind() { return "map<" + KindOf<Key>() + "," + KindOf<Mapped>() + ">"; }
  static DataType Type() { return DataType::map(TypeOf<Key>(), TypeOf<Mapped>(), OptionalOf<Mapped>::kIs); }
  static bool Fits(const ColumnView& column) {
    return column.Format() == "+m" && ColumnFits<Key>(column.Child(0).Child(0)) &&
           ColumnFits<Mapped>(column.Child(0).Child(1));
  }
  static bool Read(const ColumnView& column, int64_t i, Map& out) {
    const auto* offsets = column.Buffer<int32_t>(1);
    const ColumnView entries = column.Child(0);
    out.clear();
    for (int64_t place = offsets[i]; place < offsets[i + 1]; ++place) {
      Key key{};
      Mapped value{};
      const int64_t entry = place + entries.array->offset;
      if (!ReadCell(entries.Child(0), entry, key) || !ReadCell(entries.Child(1), entry, value)) return false;
      out.insert_or_assign(std::move(key), std::move(value));
    }
    return true;
  }
  static Value Make(const Map& map) {
    MapEntries entries;
    entries.reserve(map.size());
    for (const auto& [key, value] : map) entries.emplace_back(ValueOf<Key>(key), ValueOf<Mapped>(value));
    return entries;
  }
};
template <class Key, class Mapped>
struct Cell<std::map<Key, Mapped>> : MapCell<std::map<Key, Mapped>> {};
template <class Key, class Mapped>
struct Cell<std::unordered_map<Key, Mapped>> : MapCell<std::unordered_map<Key, Mapped>> {};

/// Types that a column holds as one value; all other classes are looked at as structs.
template <class T>
concept IsRecord = std::is_class_v<T> &&(IsTuple<T>::value || std::is_aggregate_v<T>);

template <IsRecord T>
struct Cell<T> {
  using Fields = decltype(FieldsOf(std::declval<T&>()));
  static constexpr size_t kFields = std::tuple_size_v<Fields>;
  template <size_t kIndex>
  using Field = std::remove_reference_t<std::tuple_element_t<kIndex, Fields>>;

  static std::string Kind() {
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      std::string text = "struct<";
      ((text += (kIndex > 0 ? "," : "") + KindOf<Field<kIndex>>()), ...);
      return text + ">";
    }
    (std::make_index_sequence<kFields>());
  }
  static std::vector<StructField> StructFields(const std::vector<std::string>& names) {
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      return std::vector<StructField>{
          StructField{kIndex < names.size() ? names[kIndex] : "_" + std::to_string(kIndex + 1), TypeOf<Field<kIndex>>(),
                      OptionalOf<Field<kIndex>>::kIs}...};
    }
    (std::make_index_sequence<kFields>());
  }
  static DataType Type() { return DataType::struct_(StructFields({})); }
  static bool Fits(const ColumnView& column) {
    if (column.Format() != "+s" || column.schema->n_children != static_cast<int64_t>(kFields)) return false;
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      return (ColumnFits<Field<kIndex>>(column.Child(kIndex)) && ...);
    }
    (std::make_index_sequence<kFields>());
  }
  static bool Read(const ColumnView& column, int64_t i, T& out) {
    Fields fields = FieldsOf(out);
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      return (ReadCell(column.Child(kIndex), i + column.array->offset, std::get<kIndex>(fields)) && ...);
    }
    (std::make_index_sequence<kFields>());
  }
  static Row MakeRow(const T& value) {
    auto fields = FieldsOf(value);
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      return Row(std::vector<Value>{ValueOf<Field<kIndex>>(std::get<kIndex>(fields))...});
    }
    (std::make_index_sequence<kFields>());
  }
  static Value Make(const T& value) { return MakeRow(value); }
};

/// Types whose fields are columns; others are the one value of a row.
template <class T>
concept HasFields = requires {
  Cell<T>::kFields;
};

Error DoesNotFit(const ArrowSchema& root, size_t columns);
Error DoesNotFit(const ArrowSchema& column, size_t index, const std::string& kind);
Error HasNull(const ArrowSchema& column, size_t index, int64_t row);

/// One column into one field of all rows; gives the row where a null has no place, or -1.
template <size_t kIndex, class T>
int64_t FillField(const ColumnView& column, int64_t rows, T* out) {
  using Field = std::remove_reference_t<decltype(std::get<kIndex>(FieldsOf(*out)))>;
  const auto fill_from = [&]<class Stored>(const Stored* values) {
    for (int64_t i = 0; i < rows; ++i) std::get<kIndex>(FieldsOf(out[i])) = static_cast<Field>(values[i]);
    return int64_t{-1};
  };
  // Numbers without nulls: the width is looked at once.
  if constexpr (std::is_arithmetic_v<Field> && !std::is_same_v<Field, bool>) {
    if (!column.valid && !column.all_null) {
      switch (column.schema->format[0]) {
        case 'c':
          return fill_from(column.Buffer<int8_t>(1));
        case 's':
          return fill_from(column.Buffer<int16_t>(1));
        case 'i':
          return fill_from(column.Buffer<int32_t>(1));
        case 'l':
          return fill_from(column.Buffer<int64_t>(1));
        case 'f':
          return fill_from(column.Buffer<float>(1));
        case 'g':
          return fill_from(column.Buffer<double>(1));
        default:
          break;
      }
    }
  }
  for (int64_t i = 0; i < rows; ++i) {
    if (!ReadCell(column, i, std::get<kIndex>(FieldsOf(out[i])))) return i;
  }
  return -1;
}

template <class T>
Result<void> AppendTypedRows(const ArrowArray& array, const ArrowSchema& schema, std::vector<T>& out) {
  const size_t before = out.size();
  const ColumnView root{&array, &schema};
  if constexpr (!HasFields<T>) {
    // A single value a row.
    if (schema.n_children != 1) return DoesNotFit(schema, 1);
    const ColumnView column = root.Child(0);
    if (!ColumnFits<T>(column)) return DoesNotFit(*column.schema, 0, KindOf<T>());
    MakeRoom(out, static_cast<size_t>(array.length));
    for (int64_t i = 0; i < array.length; ++i) {
      T value{};
      if (!ReadCell(column, i, value)) {
        out.resize(before);
        return HasNull(*column.schema, 0, i);
      }
      out.push_back(std::move(value));
    }
    return {};
  } else {
    using Record = Cell<T>;
    if (schema.n_children != static_cast<int64_t>(Record::kFields)) return DoesNotFit(schema, Record::kFields);
    return [&]<size_t... kIndex>(std::index_sequence<kIndex...>)->Result<void> {
      Result<void> result;
      auto check = [&](auto place) {
        using Field = typename Record::template Field<place()>;
        const ColumnView column = root.Child(place());
        if (ColumnFits<Field>(column)) return true;
        result = DoesNotFit(*column.schema, place(), KindOf<Field>());
        return false;
      };
      if (!(check(std::integral_constant<size_t, kIndex>()) && ...)) return result;
      MakeRoom(out, static_cast<size_t>(array.length));
      out.resize(before + static_cast<size_t>(array.length));
      auto fill = [&](auto place) {
        const ColumnView column = root.Child(place());
        const int64_t wrong = FillField<place()>(column, array.length, out.data() + before);
        if (wrong < 0) return true;
        result = HasNull(*column.schema, place(), wrong);
        return false;
      };
      if (!(fill(std::integral_constant<size_t, kIndex>()) && ...)) out.resize(before);
      return result;
    }
    (std::make_index_sequence<Record::kFields>());
  }
}

/// The columns that items of T make.
template <class T>
Schema SchemaOf(const std::vector<std::string>& names) {
  if constexpr (HasFields<T>) {
    return Schema(Cell<T>::StructFields(names));
  } else {
    return Schema({StructField{names.empty() ? "value" : names[0], TypeOf<T>(), OptionalOf<T>::kIs}});
  }
}

template <class T>
Row RowOf(const T& item) {
  if constexpr (HasFields<T>) {
    return Cell<T>::MakeRow(item);
  } else {
    return Row(std::vector<Value>{ValueOf<T>(item)});
  }
}

}  // namespace firesteel::client::internal
