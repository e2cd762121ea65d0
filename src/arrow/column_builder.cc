#include "arrow/column_builder.h"

#include "arrow/bitmap.h"
#include "base/error.h"

namespace firesteel::arrow {
namespace {

struct Layout {
  ColumnLayout layout;
  size_t width;
};

Layout LayoutOf(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return {ColumnLayout::kNull, 0};
    case TypeKind::kBoolean:
      return {ColumnLayout::kBits, 0};
    case TypeKind::kByte:
      return {ColumnLayout::kFixed, 1};
    case TypeKind::kShort:
      return {ColumnLayout::kFixed, 2};
    case TypeKind::kInt:
    case TypeKind::kFloat:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return {ColumnLayout::kFixed, 4};
    case TypeKind::kLong:
    case TypeKind::kDouble:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
    case TypeKind::kDayTimeInterval:
      return {ColumnLayout::kFixed, 8};
    case TypeKind::kDecimal:
    case TypeKind::kCalendarInterval:
      return {ColumnLayout::kFixed, 16};
    case TypeKind::kString:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
      return {ColumnLayout::kBytes, 0};
    case TypeKind::kArray:
    case TypeKind::kMap:
      return {ColumnLayout::kList, 0};
    case TypeKind::kStruct:
    case TypeKind::kVariant:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return {ColumnLayout::kStruct, 0};
    case TypeKind::kUserDefined:
      return LayoutOf(type.user_storage());
  }
  return {ColumnLayout::kNull, 0};
}

// Hands a buffer over and makes room for one of the same size: the batches of a result are alike.
std::string TakeBuffer(std::string& buffer) {
  std::string taken = std::move(buffer);
  buffer = std::string();
  buffer.reserve(taken.size());
  return taken;
}

constexpr int32_t kFirstOffset = 0;

}  // namespace

ColumnBuilder::ColumnBuilder(const DataType& type) {
  const Layout layout = LayoutOf(type);
  layout_ = layout.layout;
  width_ = layout.width;
  switch (type.kind()) {
    case TypeKind::kArray:
      children_.emplace_back(type.element_type());
      break;
    case TypeKind::kMap:
      children_.emplace_back(
          DataType::Struct({{"key", type.key_type(), false, ""}, {"value", type.value_type(), true, ""}}));
      break;
    case TypeKind::kStruct:
      for (const StructField& field : type.fields()) children_.emplace_back(field.type);
      break;
    case TypeKind::kVariant:
      children_.emplace_back(DataType::Binary());
      children_.emplace_back(DataType::Binary());
      break;
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      children_.emplace_back(DataType::Int());
      children_.emplace_back(DataType::Binary());
      break;
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      children_.emplace_back(DataType::Long());
      children_.emplace_back(DataType::Short());
      break;
    default:
      break;
  }
}

void ColumnBuilder::RefuseSize() { ThrowUnsupported("a result batch with more than 2 GiB in one column"); }

void ColumnBuilder::Reserve(int64_t rows) {
  const auto count = static_cast<size_t>(rows);
  switch (layout_) {
    case ColumnLayout::kFixed:
      data_.reserve(data_.size() + count * width_);
      break;
    case ColumnLayout::kBits:
      data_.reserve(data_.size() + count / 8 + 1);
      break;
    case ColumnLayout::kBytes:
    case ColumnLayout::kList:
      offsets_.reserve(offsets_.size() + count * sizeof(int32_t));
      break;
    case ColumnLayout::kStruct:
      for (ColumnBuilder& child : children_) child.Reserve(rows);
      break;
    case ColumnLayout::kNull:
      break;
  }
}

void ColumnBuilder::MaterializeValidity() {
  if (null_count_ == 0 && validity_.empty()) AppendEqualBits(validity_, 0, true, length_);
}

void ColumnBuilder::AppendValidity(const uint64_t* bits, int64_t rows) {
  if (!bits) return AppendAllValid(rows);
  if (layout_ != ColumnLayout::kNull) {
    if (null_count_ == 0) {
      // Most bitmaps have no zero bit; then there is nothing to write yet.
      bool all = true;
      for (int64_t done = 0; done < rows && all; done += 64) {
        const int64_t part = rows - done < 64 ? rows - done : 64;
        const uint64_t mask = part < 64 ? (uint64_t{1} << part) - 1 : ~uint64_t{0};
        all = (bits[done / 64] & mask) == mask;
      }
      if (all) return AppendAllValid(rows);
    }
    MaterializeValidity();
    null_count_ += AppendBits(validity_, length_, bits, rows);
  }
  length_ += rows;
}

void ColumnBuilder::AppendAllValid(int64_t rows) {
  if (null_count_ > 0 && layout_ != ColumnLayout::kNull) AppendEqualBits(validity_, length_, true, rows);
  length_ += rows;
}

void ColumnBuilder::AppendAllNull(int64_t rows) {
  if (layout_ == ColumnLayout::kNull) {
    length_ += rows;
    return;
  }
  if (rows == 0) return;
  MaterializeValidity();
  AppendEqualBits(validity_, length_, false, rows);
  null_count_ += rows;
  length_ += rows;
}

void* ColumnBuilder::AppendFixed(int64_t rows) {
  const size_t before = data_.size();
  data_.resize(before + static_cast<size_t>(rows) * width_);
  return data_.data() + before;
}

void ColumnBuilder::AppendFixed(const void* elements, int64_t rows) {
  data_.append(static_cast<const char*>(elements), static_cast<size_t>(rows) * width_);
}

void ColumnBuilder::AppendBooleans(const uint8_t* bytes, int64_t rows) {
  for (int64_t done = 0; done < rows; done += 64) {
    const int64_t part = rows - done < 64 ? rows - done : 64;
    uint64_t word = 0;
    for (int64_t i = 0; i < part; ++i) word |= static_cast<uint64_t>(bytes[done + i] != 0) << i;
    AppendBits(data_, bits_, &word, part);
    bits_ += part;
  }
}

void ColumnBuilder::AppendBoolean(bool value) {
  AppendEqualBits(data_, bits_, value, 1);
  ++bits_;
}

void ColumnBuilder::AppendEmpty(int64_t rows) {
  for (int64_t i = 0; i < rows; ++i) PushOffset(last_offset_);
}

void ColumnBuilder::AppendNull() {
  AppendAllNull(1);
  switch (layout_) {
    case ColumnLayout::kFixed:
      data_.append(width_, '\0');
      break;
    case ColumnLayout::kBits:
      AppendBoolean(false);
      break;
    case ColumnLayout::kBytes:
    case ColumnLayout::kList:
      AppendEmpty(1);
      break;
    case ColumnLayout::kStruct:
      for (ColumnBuilder& child : children_) child.AppendNull();
      break;
    case ColumnLayout::kNull:
      break;
  }
}

int64_t ColumnBuilder::ByteSize() const {
  auto size = static_cast<int64_t>(validity_.size() + offsets_.size() + data_.size());
  for (const ColumnBuilder& child : children_) size += child.ByteSize();
  return size;
}

void ColumnBuilder::CheckLengths() const {
  int64_t rows = length_;
  switch (layout_) {
    case ColumnLayout::kFixed:
      rows = static_cast<int64_t>(data_.size() / width_);
      break;
    case ColumnLayout::kBits:
      rows = bits_;
      break;
    case ColumnLayout::kBytes:
      rows = static_cast<int64_t>(offsets_.size() / sizeof(int32_t));
      break;
    case ColumnLayout::kList:
      rows = static_cast<int64_t>(offsets_.size() / sizeof(int32_t));
      if (children_[0].length_ != last_offset_)
        throw InternalError("Arrow column: a list's elements are not all there");
      break;
    case ColumnLayout::kStruct:
      for (const ColumnBuilder& child : children_) {
        if (child.length_ != length_) throw InternalError("Arrow column: a struct's field has another length");
      }
      break;
    case ColumnLayout::kNull:
      break;
  }
  if (rows != length_) {
    throw InternalError("Arrow column: validity of " + std::to_string(length_) + " rows, data of " +
                        std::to_string(rows));
  }
}

void ColumnBuilder::Take(std::vector<Node>& nodes, std::vector<std::string>& buffers) {
  CheckLengths();
  nodes.push_back({length_, layout_ == ColumnLayout::kNull ? length_ : null_count_});
  if (layout_ != ColumnLayout::kNull) buffers.push_back(null_count_ > 0 ? TakeBuffer(validity_) : std::string());
  if (layout_ == ColumnLayout::kBytes || layout_ == ColumnLayout::kList) {
    std::string offsets;
    offsets.reserve(offsets_.size() + sizeof kFirstOffset + 8);  // with room for padding
    offsets.append(reinterpret_cast<const char*>(&kFirstOffset), sizeof kFirstOffset);
    offsets.append(offsets_);
    offsets_.clear();
    buffers.push_back(std::move(offsets));
  }
  if (layout_ == ColumnLayout::kBytes || layout_ == ColumnLayout::kFixed || layout_ == ColumnLayout::kBits) {
    buffers.push_back(TakeBuffer(data_));
  }
  for (ColumnBuilder& child : children_) child.Take(nodes, buffers);
  Clear();
}

void ColumnBuilder::Clear() {
  length_ = null_count_ = bits_ = last_offset_ = 0;
  validity_.clear();
  offsets_.clear();
  data_.clear();
  for (ColumnBuilder& child : children_) child.Clear();
}

}  // namespace firesteel::arrow
