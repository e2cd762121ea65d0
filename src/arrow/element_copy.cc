#include "arrow/element_copy.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "arrow/invalid_data.h"
#include "arrow/message_check.h"
#include "base/int128.h"
#include "nanoarrow/nanoarrow.h"
#include "types/calendar.h"

namespace firesteel::arrow {
namespace {

ArrowSchemaView ViewOf(const ArrowSchema& schema) {
  ArrowSchemaView view;
  ArrowError error;
  ArrowErrorInit(&error);
  if (ArrowSchemaViewInit(&view, &schema, &error) != NANOARROW_OK) ThrowInvalidArrow(error.message);
  return view;
}

/// A view of a whole array that stays valid as long as schema and array.
class ArrayView {
 public:
  ArrayView(const ArrowSchema& schema, const ArrowArray& array) {
    ArrowError error;
    ArrowErrorInit(&error);
    if (ArrowArrayViewInitFromSchema(&view_, &schema, &error) != NANOARROW_OK) ThrowInvalidArrow(error.message);
    if (ArrowArrayViewSetArray(&view_, &array, &error) != NANOARROW_OK) {
      ArrowArrayViewReset(&view_);
      ThrowInvalidArrow(error.message);
    }
  }
  ArrayView(const ArrayView&) = delete;
  ArrayView& operator=(const ArrayView&) = delete;
  ~ArrayView() { ArrowArrayViewReset(&view_); }
  const ArrowArrayView& get() const { return view_; }

 private:
  ArrowArrayView view_;
};

int64_t UnitsPerSecond(ArrowTimeUnit unit) {
  switch (unit) {
    case NANOARROW_TIME_UNIT_SECOND:
      return 1;
    case NANOARROW_TIME_UNIT_MILLI:
      return 1'000;
    case NANOARROW_TIME_UNIT_MICRO:
      return 1'000'000;
    default:
      return 1'000'000'000;
  }
}

// A count of `from` units a second as one of `to`; a finer unit is cut down to the whole below.
int64_t Rescale(int64_t value, int64_t from, int64_t to) {
  if (from >= to) return FloorDiv(value, from / to);
  const int128_t scaled = static_cast<int128_t>(value) * (to / from);
  if (scaled > INT64_MAX || scaled < INT64_MIN) ThrowInvalidArrow("a time is out of range");
  return static_cast<int64_t>(scaled);
}

float HalfToFloat(uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const int fraction = half & 0x3FF;
  float value;
  if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else if (exponent == 31) {
    value = fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  } else {
    value = std::ldexp(static_cast<float>(fraction | 0x400), exponent - 25);
  }
  return half & 0x8000 ? -value : value;
}

template <class T>
void AppendAs(ColumnBuilder& out, T value) {
  out.AppendFixed(&value, 1);
}

// The unscaled value of a decimal of any width; it must have at most 38 digits.
int128_t DecimalAt(const ArrowArrayView& view, int64_t i, const ArrowSchemaView& schema) {
  ArrowDecimal decimal;
  ArrowDecimalInit(&decimal, schema.decimal_bitwidth, schema.decimal_precision, schema.decimal_scale);
  ArrowArrayViewGetDecimalUnsafe(&view, i, &decimal);
  int128_t value;
  if (decimal.n_words == 0) {  // 32 bits
    value = static_cast<int32_t>(decimal.words[0]);
  } else if (decimal.n_words == 1) {
    value = static_cast<int64_t>(decimal.words[0]);
  } else {
    value = static_cast<int128_t>((static_cast<uint128_t>(decimal.words[1]) << 64) | decimal.words[0]);
    const uint64_t sign = value < 0 ? ~uint64_t{0} : 0;
    for (int word = 2; word < decimal.n_words; ++word) {
      if (decimal.words[word] != sign) ThrowInvalidArrow("a decimal is out of range");
    }
  }
  int128_t limit = 1;
  for (int digit = 0; digit < schema.decimal_precision; ++digit) limit *= 10;
  if (value >= limit || value <= -limit) ThrowInvalidArrow("a decimal is out of range");
  return value;
}

/// What a copy may still take. Dictionaries within dictionaries make any amount of a few bytes.
class Budget {
 public:
  void Spend(int64_t bytes) {
    left_ -= bytes;
    if (left_ < 0) ThrowInvalidArrow("a batch is too large");
  }

 private:
  int64_t left_ = kMaxBatchBytes;
};

// What AppendNull adds to a column.
int64_t NullBytes(const ColumnBuilder& column) {
  int64_t bytes = std::max<int64_t>(1, static_cast<int64_t>(column.width()));
  if (column.layout() != ColumnLayout::kStruct) return bytes;
  for (size_t i = 0; i < column.child_count(); ++i) bytes += NullBytes(column.child(i));
  return bytes;
}

/// Copies single elements of one array; children have copiers of their own.
class ElementCopier {
 public:
  ElementCopier(const ArrowSchema& schema, const ArrowArrayView& view, const DataType& type, Budget& budget)
      : schema_(ViewOf(schema)),
        view_(view),
        type_(type),
        null_bytes_(NullBytes(ColumnBuilder(type))),
        budget_(budget) {
    if (schema.dictionary) {
      dictionary_ = std::make_unique<ElementCopier>(*schema.dictionary, *view.dictionary, type, budget);
      return;
    }
    switch (type.kind()) {
      case TypeKind::kArray:
        AddChild(*schema.children[0], *view.children[0], type.element_type());
        break;
      case TypeKind::kMap: {
        const ArrowSchema& entries = *schema.children[0];
        AddChild(*entries.children[0], *view.children[0]->children[0], type.key_type());
        AddChild(*entries.children[1], *view.children[0]->children[1], type.value_type());
        break;
      }
      case TypeKind::kStruct:
        for (int64_t i = 0; i < schema.n_children; ++i) {
          AddChild(*schema.children[i], *view.children[i], type.fields()[static_cast<size_t>(i)].type);
        }
        break;
      case TypeKind::kVariant:
        for (int64_t i = 0; i < 2; ++i) AddChild(*schema.children[i], *view.children[i], DataType::Binary());
        if (std::string_view(schema.children[0]->name) == "metadata") std::swap(children_[0], children_[1]);
        break;
      default:
        break;
    }
  }

  void Copy(int64_t i, ColumnBuilder& out) const {
    if (i < 0 || i >= view_.length) ThrowInvalidArrow("an index is out of range");
    if (type_.Is(TypeKind::kNull) || ArrowArrayViewIsNull(&view_, i)) {
      budget_.Spend(null_bytes_);
      return out.AppendNull();
    }
    if (dictionary_) return dictionary_->Copy(ArrowArrayViewGetIntUnsafe(&view_, i), out);
    budget_.Spend(std::max<int64_t>(1, static_cast<int64_t>(out.width())));
    out.AppendAllValid(1);
    switch (type_.kind()) {
      case TypeKind::kBoolean:
        return out.AppendBoolean(ArrowArrayViewGetIntUnsafe(&view_, i) != 0);
      case TypeKind::kByte:
        return AppendAs(out, static_cast<int8_t>(ArrowArrayViewGetIntUnsafe(&view_, i)));
      case TypeKind::kShort:
        return AppendAs(out, static_cast<int16_t>(ArrowArrayViewGetIntUnsafe(&view_, i)));
      case TypeKind::kInt:
        return AppendAs(out, static_cast<int32_t>(ArrowArrayViewGetIntUnsafe(&view_, i)));
      case TypeKind::kLong:
        return AppendAs(out, ArrowArrayViewGetIntUnsafe(&view_, i));
      case TypeKind::kYearMonthInterval:
        return AppendAs(out, IntervalAt(i).months);
      case TypeKind::kFloat:
        if (schema_.type == NANOARROW_TYPE_HALF_FLOAT) {
          return AppendAs(out, HalfToFloat(view_.buffer_views[1].data.as_uint16[view_.offset + i]));
        }
        return AppendAs(out, static_cast<float>(ArrowArrayViewGetDoubleUnsafe(&view_, i)));
      case TypeKind::kDouble:
        return AppendAs(out, ArrowArrayViewGetDoubleUnsafe(&view_, i));
      case TypeKind::kDecimal:
        if (schema_.type == NANOARROW_TYPE_UINT64) {
          return AppendAs(out, static_cast<int128_t>(ArrowArrayViewGetUIntUnsafe(&view_, i)));
        }
        return AppendAs(out, DecimalAt(view_, i, schema_));
      case TypeKind::kString:
      case TypeKind::kBinary: {
        const ArrowBufferView bytes = ArrowArrayViewGetBytesUnsafe(&view_, i);
        budget_.Spend(bytes.size_bytes);
        return out.AppendBytes({bytes.data.as_char, static_cast<size_t>(bytes.size_bytes)});
      }
      case TypeKind::kDate: {
        int64_t days = ArrowArrayViewGetIntUnsafe(&view_, i);
        if (schema_.type == NANOARROW_TYPE_DATE64) days = FloorDiv(days, kSecondsPerDay * 1000);
        if (days < INT32_MIN || days > INT32_MAX) ThrowInvalidArrow("a date is out of range");
        return AppendAs(out, static_cast<int32_t>(days));
      }
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampNtz:
      case TypeKind::kDayTimeInterval:
        return AppendAs(
            out, Rescale(ArrowArrayViewGetIntUnsafe(&view_, i), UnitsPerSecond(schema_.time_unit), kMicrosPerSecond));
      case TypeKind::kTime:
        return AppendAs(
            out, Rescale(ArrowArrayViewGetIntUnsafe(&view_, i), UnitsPerSecond(schema_.time_unit), kNanosPerSecond));
      case TypeKind::kCalendarInterval: {
        const ArrowInterval interval = IntervalAt(i);
        struct {
          int32_t months, days;
          int64_t nanos;
        } element{interval.months, interval.days, interval.ns};
        return AppendAs(out, element);
      }
      case TypeKind::kArray:
      case TypeKind::kMap:
        return CopyList(i, out);
      case TypeKind::kStruct:
      case TypeKind::kVariant:
        for (size_t c = 0; c < children_.size(); ++c) children_[c]->Copy(view_.offset + i, out.child(c));
        return;
      default:
        ThrowInvalidArrow("a type is not supported");
    }
  }

 private:
  void AddChild(const ArrowSchema& schema, const ArrowArrayView& view, const DataType& type) {
    children_.push_back(std::make_unique<ElementCopier>(schema, view, type, budget_));
  }

  ArrowInterval IntervalAt(int64_t i) const {
    ArrowInterval interval;
    ArrowIntervalInit(&interval, schema_.type);
    ArrowArrayViewGetIntervalUnsafe(&view_, i, &interval);
    return interval;
  }

  void CopyList(int64_t i, ColumnBuilder& out) const {
    const int64_t row = view_.offset + i;
    int64_t begin;
    int64_t end;
    if (schema_.type == NANOARROW_TYPE_FIXED_SIZE_LIST) {
      begin = row * schema_.fixed_size;
      end = begin + schema_.fixed_size;
    } else {
      begin = ArrowArrayViewListChildOffset(&view_, row);
      end = ArrowArrayViewListChildOffset(&view_, row + 1);
    }
    if (begin > end) ThrowInvalidArrow("a list has a negative length");
    out.AppendList(end - begin);
    ColumnBuilder& child = out.child(0);
    for (int64_t k = begin; k < end; ++k) {
      if (type_.Is(TypeKind::kArray)) {
        children_[0]->Copy(k, child);
        continue;
      }
      child.AppendAllValid(1);
      const int64_t entry = view_.children[0]->offset + k;
      for (size_t c = 0; c < 2; ++c) children_[c]->Copy(entry, child.child(c));
    }
  }

  ArrowSchemaView schema_;
  const ArrowArrayView& view_;
  DataType type_;
  int64_t null_bytes_;
  Budget& budget_;  // of the whole column
  std::unique_ptr<ElementCopier> dictionary_;
  std::vector<std::unique_ptr<ElementCopier>> children_;
};

}  // namespace

bool IsCanonical(const ArrowSchema& schema, const DataType& type) {
  if (schema.dictionary) return false;
  const ArrowSchemaView view = ViewOf(schema);
  switch (type.kind()) {
    case TypeKind::kShort:
      return view.type == NANOARROW_TYPE_INT16;
    case TypeKind::kInt:
      return view.type == NANOARROW_TYPE_INT32;
    case TypeKind::kLong:
      return view.type == NANOARROW_TYPE_INT64;
    case TypeKind::kFloat:
      return view.type == NANOARROW_TYPE_FLOAT;
    case TypeKind::kDecimal:
      return false;  // the digits must be counted
    case TypeKind::kString:
      return view.type == NANOARROW_TYPE_STRING;
    case TypeKind::kBinary:
      return view.type == NANOARROW_TYPE_BINARY;
    case TypeKind::kDate:
      return view.type == NANOARROW_TYPE_DATE32;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kDayTimeInterval:
      return view.time_unit == NANOARROW_TIME_UNIT_MICRO;
    case TypeKind::kTime:
      return view.time_unit == NANOARROW_TIME_UNIT_NANO;
    case TypeKind::kArray:
      return view.type == NANOARROW_TYPE_LIST && IsCanonical(*schema.children[0], type.element_type());
    case TypeKind::kMap: {
      const ArrowSchema& entries = *schema.children[0];
      return IsCanonical(*entries.children[0], type.key_type()) && IsCanonical(*entries.children[1], type.value_type());
    }
    case TypeKind::kStruct:
      for (int64_t i = 0; i < schema.n_children; ++i) {
        if (!IsCanonical(*schema.children[i], type.fields()[static_cast<size_t>(i)].type)) return false;
      }
      return true;
    case TypeKind::kVariant:
      return std::string_view(schema.children[0]->name) == "value" &&
             IsCanonical(*schema.children[0], DataType::Binary()) &&
             IsCanonical(*schema.children[1], DataType::Binary());
    default:
      return true;
  }
}

void CopyElements(const ArrowSchema& schema, const ArrowArray& array, const DataType& type, ColumnBuilder& out) {
  const ArrayView view(schema, array);
  Budget budget;
  const ElementCopier copier(schema, view.get(), type, budget);
  out.Reserve(array.length);
  for (int64_t i = 0; i < array.length; ++i) copier.Copy(i, out);
}

}  // namespace firesteel::arrow
