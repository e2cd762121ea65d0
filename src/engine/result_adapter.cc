#include "engine/result_adapter.h"

#include <algorithm>
#include <utility>

#include "base/large_values.h"

namespace firesteel::engine {
namespace {

// A batch's first room for texts, and the most taken at once for many short ones.
constexpr size_t kLeastRoom = size_t{1} << 9;
constexpr size_t kMostRoom = size_t{1} << 16;

bool IsNarrowDecimal(const duckdb::Vector& vector) {
  return vector.GetType().id() == duckdb::LogicalTypeId::DECIMAL &&
         vector.GetType().InternalType() != duckdb::PhysicalType::INT128;
}

template <class T>
void Narrow(const std::vector<int128_t>& wide, duckdb::Vector& vector, size_t rows) {
  T* data = duckdb::FlatVector::GetData<T>(vector);
  for (size_t i = 0; i < rows; ++i) data[i] = static_cast<T>(wide[i]);
}

}  // namespace

ResultAdapter::ResultAdapter(duckdb::Vector& vector, DataType type, size_t rows, ResultAdapter* parent, bool is_element)
    : vector_(vector),
      type_(std::move(type)),
      parent_(parent),
      is_element_(is_element),
      size_(rows),
      next_room_(kLeastRoom) {
  switch (type_.kind()) {
    case TypeKind::kArray:
      children_.emplace_back(
          new ResultAdapter(duckdb::ListVector::GetEntry(vector_), type_.element_type(), 0, this, true));
      break;
    case TypeKind::kMap:
      children_.emplace_back(new ResultAdapter(
          duckdb::ListVector::GetEntry(vector_),
          DataType::Struct({StructField{"key", type_.key_type(), false}, StructField{"value", type_.value_type()}}), 0,
          this, true));
      break;
    case TypeKind::kStruct: {
      auto& entries = duckdb::StructVector::GetEntries(vector_);
      for (size_t i = 0; i < type_.fields().size(); ++i) {
        children_.emplace_back(new ResultAdapter(*entries[i], type_.fields()[i].type, rows, this, false));
      }
      break;
    }
    case TypeKind::kVariant: {
      auto& entries = duckdb::StructVector::GetEntries(vector_);
      for (size_t i = 0; i < 2; ++i) {
        children_.emplace_back(new ResultAdapter(*entries[i], DataType::Binary(), rows, this, false));
      }
      break;
    }
    default:
      break;
  }
  Attach(rows);
}

void ResultAdapter::Attach(size_t rows) {
  capacity_ = rows;
  if (IsNarrowDecimal(vector_)) {
    if (wide_.size() < rows) wide_.resize(rows);
    data_ = wide_.data();
  } else {
    data_ = duckdb::FlatVector::GetData(vector_);
  }
  if (type_.Is(TypeKind::kStruct) || type_.Is(TypeKind::kVariant)) {
    for (auto& child : children_) child->Attach(rows);
  }
}

void ResultAdapter::GrowRoom(size_t least) {
  const size_t size = std::max(least, next_room_);
  next_room_ = std::min(next_room_ * 2, kMostRoom);
  // The engine does not count the bytes of texts in vectors.
  unseen_bytes_ += size;
  if (unseen_bytes_ >= memory::kLargeBytes) {
    memory::Require(size);
    unseen_bytes_ = 0;
  }
  duckdb::ArenaAllocator& arena = duckdb::StringVector::GetStringBuffer(vector_).GetStringAllocator();
  room_ = reinterpret_cast<char*>(arena.Allocate(size));
  room_end_ = room_ + size;
}

functions::ResultVector& ResultAdapter::Child(size_t i) { return *children_[i]; }

void ResultAdapter::Reserve(size_t rows) {
  if (rows <= capacity_) return;
  if (is_element_) {
    rows = std::max(rows, capacity_ * 2);
    const size_t bytes = rows * std::max<size_t>(duckdb::GetTypeIdSize(vector_.GetType().InternalType()), 1);
    if (bytes >= memory::kLargeBytes) memory::Require(bytes);
    duckdb::ListVector::Reserve(parent_->vector_, rows);
    Attach(rows);
  } else if (parent_ != nullptr) {
    parent_->Reserve(rows);  // the fields of a struct grow together
  }
}

void ResultAdapter::SetSize(size_t rows) {
  size_ = rows;
  if (is_element_) duckdb::ListVector::SetListSize(parent_->vector_, rows);
}

void ResultAdapter::Finish(size_t rows) {
  if (IsNarrowDecimal(vector_)) {
    rows = std::min(rows, wide_.size());
    switch (vector_.GetType().InternalType()) {
      case duckdb::PhysicalType::INT16:
        Narrow<int16_t>(wide_, vector_, rows);
        break;
      case duckdb::PhysicalType::INT32:
        Narrow<int32_t>(wide_, vector_, rows);
        break;
      default:
        Narrow<int64_t>(wide_, vector_, rows);
        break;
    }
  }
  const bool is_list = type_.Is(TypeKind::kArray) || type_.Is(TypeKind::kMap);
  for (auto& child : children_) child->Finish(is_list ? child->size_ : rows);
}

}  // namespace firesteel::engine
