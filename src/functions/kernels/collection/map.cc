#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/collection.h"
#include "functions/kernels/kernels.h"

namespace firesteel::functions {

namespace {

/// Collects the entries of one map in the order met. Keys are unique; of a key met again the last value counts, or it
/// is an error, after spark.sql.mapKeyDedupPolicy.
class MapBuilder {
 public:
  MapBuilder(const DataType& map, bool last_wins) : map_(map), last_wins_(last_wins), seen_(map.key_type()) {}

  void Clear() {
    seen_.Clear();
    keys_.clear();
    values_.clear();
  }

  /// False when it reported an error.
  bool Put(ArrayRow& row, const Element& key, const Element& value) {
    if (key.is_null()) return row.Fail("NULL_MAP_KEY", {}, ErrorClass::kRuntime, false);
    const size_t place = seen_.Find(key);
    if (place == ElementSet::kNone) {
      seen_.Insert(key);
      keys_.push_back(key);
      values_.push_back(value);
      return true;
    }
    if (!last_wins_) {
      return row.Fail("DUPLICATED_MAP_KEY",
                      {{"key", InternalText(map_.key_type(), *key.view, key.row)},
                       {"mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\""}},
                      ErrorClass::kRuntime, false);
    }
    keys_[place] = key;
    values_[place] = value;
    return true;
  }

  void Write(ResultVector& result, size_t row) const {
    const uint64_t offset = result.AppendList(row, keys_.size());
    ResultVector& entry = result.Child(0);
    for (size_t i = 0; i < keys_.size(); ++i) {
      CopyElement(map_.key_type(), keys_[i], entry.Child(0), offset + i);
      Normalize(entry.Child(0), offset + i);
      CopyElement(map_.value_type(), values_[i], entry.Child(1), offset + i);
    }
  }

 private:
  /// Spark keeps 0.0 for −0.0 as a key.
  void Normalize(ResultVector& keys, size_t row) const {
    if (map_.key_type().Is(TypeKind::kDouble)) keys.Data<double>()[row] += 0.0;
    if (map_.key_type().Is(TypeKind::kFloat)) keys.Data<float>()[row] += 0.0F;
  }

  const DataType& map_;
  const bool last_wins_;
  ElementSet seen_;
  std::vector<Element> keys_;
  std::vector<Element> values_;
};

/// What a row's map holds. kNull: the row is NULL; kFailed: an error was reported.
enum class Filled : uint8_t { kDone, kNull, kFailed };
using FillMap = Filled (*)(ArrayRow& row, MapBuilder& builder);

template <FillMap kFill, bool kLastWins>
void BuildMaps(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  MapBuilder builder(context.call().result_type, kLastWins);
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    builder.Clear();
    switch (kFill(row, builder)) {
      case Filled::kDone:
        builder.Write(result, row.index);
        break;
      case Filled::kNull:
        result.SetList(row.index, 0, 0);
        result.SetNull(row.index);
        break;
      case Filled::kFailed:
        return;
    }
  }
}

/// (key, value, key, value, …)
Filled FillPairs(ArrayRow& row, MapBuilder& builder) {
  for (size_t i = 0; i + 1 < row.count(); i += 2) {
    if (!builder.Put(row, row.Value(i), row.Value(i + 1))) return Filled::kFailed;
  }
  return Filled::kDone;
}

/// (array of keys, array of values)
Filled FillArrays(ArrayRow& row, MapBuilder& builder) {
  if (row.IsNull(0) || row.IsNull(1)) return Filled::kNull;
  if (row.Length(0) != row.Length(1)) {
    row.Fail("_LEGACY_ERROR_TEMP_2128", {}, ErrorClass::kRuntime, false);
    return Filled::kFailed;
  }
  for (size_t i = 0; i < row.Length(0); ++i) {
    if (!builder.Put(row, row.At(0, i), row.At(1, i))) return Filled::kFailed;
  }
  return Filled::kDone;
}

/// (array of structs of two); a NULL among them makes the whole map NULL.
Filled FillEntries(ArrayRow& row, MapBuilder& builder) {
  if (row.IsNull(0)) return Filled::kNull;
  for (size_t i = 0; i < row.Length(0); ++i) {
    if (row.At(0, i).is_null()) return Filled::kNull;
  }
  for (size_t i = 0; i < row.Length(0); ++i) {
    const Element entry = row.At(0, i);
    const size_t index = entry.view->IndexOf(entry.row);
    const Element key{&entry.view->children[0], index};
    if (!builder.Put(row, key, Element{&entry.view->children[1], index})) return Filled::kFailed;
  }
  return Filled::kDone;
}

/// (map, map, …)
Filled FillMaps(ArrayRow& row, MapBuilder& builder) {
  for (size_t i = 0; i < row.count(); ++i) {
    if (row.IsNull(i)) return Filled::kNull;
  }
  for (size_t i = 0; i < row.count(); ++i) {
    const VectorView& entries = row.argument(i).children[0];
    const ListSlot slot = row.Get<ListSlot>(i);
    for (uint64_t k = 0; k < slot.length; ++k) {
      const size_t index = entries.IndexOf(slot.offset + k);
      const Element key{&entries.children[0], index};
      if (!builder.Put(row, key, Element{&entries.children[1], index})) return Filled::kFailed;
    }
  }
  return Filled::kDone;
}

/// map → array of structs (key, value)
bool Entries(ArrayRow& row, std::vector<Element>& elements) {
  for (size_t i = 0; i < row.Length(0); ++i) elements.push_back(row.At(0, i));
  return true;
}

}  // namespace

const Kernel kMakeMap{BuildMaps<FillPairs, false>, nullptr, true};
const Kernel kMakeMapLastWins{BuildMaps<FillPairs, true>, nullptr, true};
const Kernel kMapFromArrays{BuildMaps<FillArrays, false>, nullptr, true};
const Kernel kMapFromArraysLastWins{BuildMaps<FillArrays, true>, nullptr, true};
const Kernel kMapFromEntries{BuildMaps<FillEntries, false>, nullptr, true};
const Kernel kMapFromEntriesLastWins{BuildMaps<FillEntries, true>, nullptr, true};
const Kernel kMapConcat{BuildMaps<FillMaps, false>, nullptr, true};
const Kernel kMapConcatLastWins{BuildMaps<FillMaps, true>, nullptr, true};
const Kernel kMapEntries{RunArrayBuilder<Entries>};

}  // namespace firesteel::functions
