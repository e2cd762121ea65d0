#include <vector>

#include "functions/kernels/cast/caster.h"

namespace firesteel::functions {

namespace {

/// Only nulls can come in.
class NullCaster : public Caster {
 public:
  using Caster::Caster;

 protected:
  void ConvertValid(CastState&, const VectorView&, size_t, ResultVector& out, size_t out_row) const override {
    out.SetNull(out_row);
  }
};

/// The same type in and out, below a nested type of which another part changes.
template <class T>
class CopyCaster : public Caster {
 public:
  using Caster::Caster;

 protected:
  void ConvertValid(CastState&, const VectorView& in, size_t row, ResultVector& out, size_t out_row) const override {
    row_kernel::Write(out, out_row, row_kernel::Read<T>(in, row));
  }
};

class ListCaster : public Caster {
 public:
  ListCaster(DataType from, DataType to, CasterPtr element)
      : Caster(std::move(from), std::move(to)), element_(std::move(element)) {}

 protected:
  void ConvertValid(CastState& state, const VectorView& in, size_t row, ResultVector& out,
                    size_t out_row) const override {
    const ListSlot slot = in.Get<ListSlot>(row);
    uint64_t offset = out.AppendList(out_row, slot.length);
    ResultVector& child = out.Child(0);
    for (uint64_t i = 0; i < slot.length; ++i) {
      element_->Convert(state, in.children[0], slot.offset + i, child, offset + i);
      if (state.failed()) return;
    }
  }

 private:
  CasterPtr element_;
};

class StructCaster : public Caster {
 public:
  StructCaster(DataType from, DataType to, std::vector<CasterPtr> fields)
      : Caster(std::move(from), std::move(to)), fields_(std::move(fields)) {}

 protected:
  void ConvertValid(CastState& state, const VectorView& in, size_t row, ResultVector& out,
                    size_t out_row) const override {
    size_t index = in.IndexOf(row);
    for (size_t i = 0; i < fields_.size(); ++i) {
      fields_[i]->Convert(state, in.children[i], index, out.Child(i), out_row);
      if (state.failed()) return;
    }
  }

 private:
  std::vector<CasterPtr> fields_;
};

CasterPtr MakeCopy(const DataType& from, const DataType& to) {
  switch (from.kind()) {
    case TypeKind::kBoolean:
      return std::make_unique<CopyCaster<bool>>(from, to);
    case TypeKind::kBinary:
      return std::make_unique<CopyCaster<std::string_view>>(from, to);
    case TypeKind::kDate:
      return std::make_unique<CopyCaster<int32_t>>(from, to);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTime:
      return std::make_unique<CopyCaster<int64_t>>(from, to);
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return std::make_unique<CopyCaster<int128_t>>(from, to);
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return std::make_unique<CopyCaster<std::string_view>>(from, to);
    case TypeKind::kCalendarInterval:
      return std::make_unique<CopyCaster<CalendarIntervalValue>>(from, to);
    default:
      return nullptr;
  }
}

DataType EntryOf(const DataType& map) {
  return DataType::Struct({{"key", map.key_type(), false, ""}, {"value", map.value_type(), true, ""}});
}

}  // namespace

CasterPtr MakeNullCaster(const DataType& from, const DataType& to) { return std::make_unique<NullCaster>(from, to); }

CasterPtr MakeNestedCaster(const DataType& from, const DataType& to) {
  if (from.Is(TypeKind::kNull)) return std::make_unique<NullCaster>(from, to);
  if (from.kind() != to.kind()) return nullptr;
  switch (from.kind()) {
    case TypeKind::kArray:
      return std::make_unique<ListCaster>(from, to, MakeCaster(from.element_type(), to.element_type()));
    case TypeKind::kMap:
      return std::make_unique<ListCaster>(from, to, MakeCaster(EntryOf(from), EntryOf(to)));
    case TypeKind::kStruct: {
      std::vector<CasterPtr> fields;
      for (size_t i = 0; i < from.fields().size(); ++i) {
        fields.push_back(MakeCaster(from.fields()[i].type, to.fields()[i].type));
      }
      return std::make_unique<StructCaster>(from, to, std::move(fields));
    }
    default:
      return MakeCopy(from, to);
  }
}

}  // namespace firesteel::functions
