#include "functions/kernels/variant/from_variant.h"

#include <cstring>
#include <limits>

#include "base/utf8.h"
#include "functions/kernels/variant/variant_kernels.h"
#include "types/calendar.h"
#include "types/quoting.h"
#include "types/variant_text.h"

namespace firesteel::functions {
namespace {

constexpr VariantType kScalars[] = {VariantType::kBoolean,      VariantType::kLong,  VariantType::kString,
                                    VariantType::kDouble,       VariantType::kDate,  VariantType::kTimestamp,
                                    VariantType::kTimestampNtz, VariantType::kFloat, VariantType::kBinary};

DataType TypeOfScalar(VariantType type) {
  switch (type) {
    case VariantType::kBoolean:
      return DataType::Boolean();
    case VariantType::kLong:
      return DataType::Long();
    case VariantType::kDouble:
      return DataType::Double();
    case VariantType::kFloat:
      return DataType::Float();
    case VariantType::kDate:
      return DataType::Date();
    case VariantType::kTimestamp:
      return DataType::Timestamp();
    case VariantType::kTimestampNtz:
      return DataType::TimestampNtz();
    case VariantType::kBinary:
      return DataType::Binary();
    default:
      return DataType::String();
  }
}

/// Whether values of the one type are values of the other as they are.
bool IsSame(VariantType type, const DataType& to) {
  if (type == VariantType::kDecimal) return false;
  return type == VariantType::kString ? to.IsStringLike() : TypeOfScalar(type) == to;
}

CasterPtr MakeAllowedCaster(const DataType& from, const DataType& to) {
  return CanCast(from, to, EvalMode::kAnsi) ? MakeCaster(from, to) : nullptr;
}

/// A column behind which it is told whether a null was written.
class WatchedColumn : public ResultVector {
 public:
  explicit WatchedColumn(ResultVector& column) : column_(column) { data_ = column.Data<char>(); }
  ResultVector& Child(size_t i) override { return column_.Child(i); }
  void Reserve(size_t rows) override { column_.Reserve(rows); }
  void SetSize(size_t rows) override { column_.SetSize(rows); }
  bool has_null() const { return has_null_; }

 protected:
  void MarkNull(size_t row) override {
    has_null_ = true;
    column_.SetNull(row);
  }
  void GrowRoom(size_t least) override {
    room_ = column_.Take(least);
    room_end_ = room_ + least;
  }

 private:
  ResultVector& column_;
  bool has_null_ = false;
};

/// A column of one value.
class SingleValue {
 public:
  SingleValue() { view_.data = &bytes_; }
  const VectorView& view() const { return view_; }
  template <class T>
  void Set(const T& value) {
    static_assert(sizeof(T) <= sizeof(bytes_));
    std::memcpy(&bytes_, &value, sizeof(T));
  }
  void SetText(std::string_view text) { Set(StringSlot::Of(text)); }

 private:
  alignas(16) char bytes_[16] = {};
  VectorView view_;
};

/// Numbers of seconds as a timestamp; nothing beyond its range. (The plain cast wraps around.)
std::optional<int64_t> MicrosOf(const Variant& variant, VariantType type) {
  constexpr auto kLeast = std::numeric_limits<int64_t>::min();
  constexpr auto kMost = std::numeric_limits<int64_t>::max();
  if (type == VariantType::kLong) {
    const int128_t micros = static_cast<int128_t>(variant.integer()) * kMicrosPerSecond;
    if (micros < kLeast || micros > kMost) return std::nullopt;
    return static_cast<int64_t>(micros);
  }
  VariantDecimal decimal = variant.decimal();
  int64_t factor = kMicrosPerSecond;
  for (; decimal.scale > 0 && factor > 1; --decimal.scale) factor /= 10;
  for (; decimal.scale > 0; --decimal.scale) decimal.unscaled /= 10;
  int128_t micros = 0;
  if (__builtin_mul_overflow(decimal.unscaled, static_cast<int128_t>(factor), &micros)) return std::nullopt;
  if (micros < kLeast || micros > kMost) return std::nullopt;
  return static_cast<int64_t>(micros);
}

}  // namespace

VariantConverter::VariantConverter(DataType to) : to_(std::move(to)) {
  switch (to_.kind()) {
    case TypeKind::kVariant:
      return;
    case TypeKind::kArray:
      parts_.emplace_back(to_.element_type());
      return;
    case TypeKind::kMap:
      parts_.emplace_back(to_.value_type());
      return;
    case TypeKind::kStruct:
      for (const StructField& field : to_.fields()) {
        by_name_[field.name] = parts_.size();
        parts_.emplace_back(field.type);
      }
      return;
    default:
      break;
  }
  for (const VariantType type : kScalars) {
    if (!IsSame(type, to_)) casters_[static_cast<size_t>(type)] = MakeAllowedCaster(TypeOfScalar(type), to_);
  }
  for (int scale = 0; scale < static_cast<int>(decimal_casters_.size()); ++scale) {
    decimal_casters_[static_cast<size_t>(scale)] = MakeAllowedCaster(DataType::Decimal(38, scale), to_);
  }
}

const Caster* VariantConverter::CasterOf(VariantType type, int scale) const {
  return type == VariantType::kDecimal ? decimal_casters_[static_cast<size_t>(scale)].get()
                                       : casters_[static_cast<size_t>(type)].get();
}

void VariantConverter::WriteNull(ResultVector& out, size_t row) const {
  if (to_.Is(TypeKind::kArray) || to_.Is(TypeKind::kMap)) out.SetList(row, 0, 0);
  out.SetNull(row);
}

bool VariantConverter::Refuse(Job& job, const Variant& variant, ResultVector& out, size_t row) const {
  WriteNull(out, row);
  if (!job.is_strict_) return true;
  job.error_ = {{"value", VariantJsonText(variant, job.state_.zone())}, {"dataType", QuoteType(to_)}};
  return false;
}

bool VariantConverter::Convert(Job& job, const Variant& variant, int depth, ResultVector& out, size_t row) const {
  if (to_.Is(TypeKind::kVariant)) {
    // Anew, so that keys of other parts go.
    job.builder_.Clear();
    job.builder_.AppendVariant(variant, depth, job.walk_);
    WriteVariant(out, row, job.builder_);
    return true;
  }
  const VariantType type = variant.type();
  if (type == VariantType::kNull) {
    job.walk_.Visit(depth);
    WriteNull(out, row);
    return true;
  }
  const bool is_container = type == VariantType::kObject || type == VariantType::kArray;
  const bool into_parts = !parts_.empty() || to_.IsNested();
  if (is_container && into_parts) {
    job.walk_.Visit(depth);
    if (to_.Is(TypeKind::kArray) && type == VariantType::kArray) return ConvertArray(job, variant, depth, out, row);
    if (to_.Is(TypeKind::kMap) && type == VariantType::kObject) return ConvertMap(job, variant, depth, out, row);
    if (to_.Is(TypeKind::kStruct) && type == VariantType::kObject) return ConvertStruct(job, variant, depth, out, row);
    return Refuse(job, variant, out, row);
  }
  if (into_parts) return Refuse(job, variant, out, row);
  if (is_container) {
    if (!to_.IsStringLike()) return Refuse(job, variant, out, row);
    out.SetText(row, VariantJsonText(variant, job.state_.zone(), depth, job.walk_));
    return true;
  }
  job.walk_.Visit(depth, variant.exact().size());
  return ConvertScalar(job, variant, type, out, row);
}

bool VariantConverter::ConvertScalar(Job& job, const Variant& variant, VariantType type, ResultVector& out,
                                     size_t row) const {
  if (type == VariantType::kUuid) {
    if (!to_.IsStringLike()) return Refuse(job, variant, out, row);
    out.SetText(row, UuidText(variant.bytes()));
    return true;
  }
  if (to_.Is(TypeKind::kTimestamp) && (type == VariantType::kLong || type == VariantType::kDecimal)) {
    const std::optional<int64_t> micros = MicrosOf(variant, type);
    if (!micros) return Refuse(job, variant, out, row);
    out.Data<int64_t>()[row] = *micros;
    return true;
  }
  SingleValue value;
  int scale = 0;
  std::string text;
  switch (type) {
    case VariantType::kBoolean:
      value.Set(variant.boolean());
      break;
    case VariantType::kLong:
    case VariantType::kTimestamp:
    case VariantType::kTimestampNtz:
      value.Set(variant.integer());
      break;
    case VariantType::kDate:
      value.Set(static_cast<int32_t>(variant.integer()));
      break;
    case VariantType::kDouble:
      value.Set(variant.real());
      break;
    case VariantType::kFloat:
      value.Set(static_cast<float>(variant.real()));
      break;
    case VariantType::kDecimal: {
      const VariantDecimal decimal = variant.decimal();
      value.Set(decimal.unscaled);
      scale = decimal.scale;
      break;
    }
    case VariantType::kBinary:
      value.SetText(variant.bytes());
      break;
    default:
      text = variant.text();
      value.SetText(text);
  }
  if (IsSame(type, to_)) {
    switch (type) {
      case VariantType::kBoolean:
        out.Data<bool>()[row] = value.view().Get<bool>(0);
        break;
      case VariantType::kDate:
        out.Data<int32_t>()[row] = value.view().Get<int32_t>(0);
        break;
      case VariantType::kFloat:
        out.Data<float>()[row] = value.view().Get<float>(0);
        break;
      case VariantType::kString:
      case VariantType::kBinary:
        out.SetText(row, value.view().Text(0));
        break;
      default:
        out.Data<int64_t>()[row] = value.view().Get<int64_t>(0);
    }
    return true;
  }
  const Caster* caster = CasterOf(type, scale);
  if (!caster) return Refuse(job, variant, out, row);
  WatchedColumn column(out);
  caster->Convert(job.state_, value.view(), 0, column, row);
  return column.has_null() ? Refuse(job, variant, out, row) : true;
}

bool VariantConverter::ConvertArray(Job& job, const Variant& variant, int depth, ResultVector& out, size_t row) const {
  const size_t count = variant.size();
  const uint64_t first = out.AppendList(row, count);
  for (size_t i = 0; i < count; ++i) {
    if (!parts_[0].Convert(job, variant.element(i), depth + 1, out.Child(0), first + i)) return false;
  }
  return true;
}

bool VariantConverter::ConvertMap(Job& job, const Variant& variant, int depth, ResultVector& out, size_t row) const {
  const size_t count = variant.size();
  const uint64_t first = out.AppendList(row, count);
  ResultVector& entries = out.Child(0);
  for (size_t i = 0; i < count; ++i) {
    const Variant::Field field = variant.field(i);
    if (IsValidUtf8(field.key)) {
      entries.Child(0).SetText(first + i, field.key);
    } else {
      entries.Child(0).SetText(first + i, DecodeUtf8LikeJava(field.key));
    }
    if (!parts_[0].Convert(job, field.value, depth + 1, entries.Child(1), first + i)) return false;
  }
  return true;
}

bool VariantConverter::ConvertStruct(Job& job, const Variant& variant, int depth, ResultVector& out, size_t row) const {
  std::vector<std::optional<Variant>> found(parts_.size());
  for (size_t i = 0, count = variant.size(); i < count; ++i) {
    const Variant::Field field = variant.field(i);
    const auto place = by_name_.find(std::string(field.key));
    if (place != by_name_.end()) found[place->second].emplace(field.value);
  }
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (!found[i]) {
      parts_[i].WriteNull(out.Child(i), row);
    } else if (!parts_[i].Convert(job, *found[i], depth + 1, out.Child(i), row)) {
      return false;
    }
  }
  return true;
}

}  // namespace firesteel::functions
