#include <unordered_map>

#include "functions/kernels/collection/element.h"
#include "functions/kernels/kernels.h"

/// Functions that make maps. Keys must not be null and not repeat (spark.sql.mapKeyDedupPolicy = EXCEPTION).
namespace firesteel::functions {

namespace {

struct MapCopier {
  explicit MapCopier(const DataType& map) : key(map.key_type()), value(map.value_type()) {}
  ElementCopier key;
  ElementCopier value;
};

std::shared_ptr<const void> PrepareMap(const KernelCall& call) { return std::make_shared<MapCopier>(call.result_type); }

struct Entry {
  Element key;
  Element value;
};

/// The entries of one row's map; nothing makes it null.
using MapFunction = std::optional<std::vector<Entry>> (*)(KernelContext&, std::span<const VectorView>, size_t row);

std::string KeyText(KernelContext& context, const DataType& type, const Element& key) {
  CastState state(context, *TimeZone::Utc());
  std::string text;
  AppendText(state, type, *key.column, key.row, TextStyle{}, text);
  return text;
}

bool CheckKeys(KernelContext& context, size_t row, const std::vector<Entry>& entries) {
  const DataType& type = context.call().result_type.key_type();
  std::unordered_map<std::string, size_t> seen;
  for (const Entry& entry : entries) {
    if (entry.key.IsNull()) {
      context.Fail(row, "NULL_MAP_KEY", {}, ErrorClass::kRuntime, false);
      return false;
    }
    if (seen.emplace(ElementKey(type, entry.key), 0).second) continue;
    context.Fail(row, "DUPLICATED_MAP_KEY",
                 {{"key", KeyText(context, type, entry.key)},
                  {"mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\""}},
                 ErrorClass::kRuntime, false);
    return false;
  }
  return true;
}

template <MapFunction kFunction>
void RunMap(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& copier = context.prepared<MapCopier>();
  for (size_t row = 0; row < rows; ++row) {
    std::optional<std::vector<Entry>> entries = kFunction(context, arguments, row);
    if (context.failed()) return;
    if (!entries || !CheckKeys(context, row, *entries)) {
      result.SetNull(row);
      if (context.failed()) return;
      continue;
    }
    uint64_t offset = result.AppendList(row, entries->size());
    ResultVector& structs = result.Child(0);
    for (size_t i = 0; i < entries->size(); ++i) {
      copier.key.Copy(context, (*entries)[i].key, structs.Child(0), offset + i);
      copier.value.Copy(context, (*entries)[i].value, structs.Child(1), offset + i);
    }
  }
}

std::optional<std::vector<Entry>> Make(KernelContext&, std::span<const VectorView> arguments, size_t row) {
  std::vector<Entry> entries;
  for (size_t i = 0; i + 1 < arguments.size(); i += 2) entries.push_back({{&arguments[i], row}, {&arguments[i + 1], row}});
  return entries;
}

std::optional<std::vector<Entry>> FromArrays(KernelContext& context, std::span<const VectorView> arguments, size_t row) {
  if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) return std::nullopt;
  Elements keys = ElementsOf(arguments[0], row);
  Elements values = ElementsOf(arguments[1], row);
  if (keys.size() != values.size()) {
    context.Fail(row, "_LEGACY_ERROR_TEMP_2128",
                 {{"keyArrayLength", std::to_string(keys.size())}, {"valueArrayLength", std::to_string(values.size())}},
                 ErrorClass::kRuntime, false);
    return std::nullopt;
  }
  std::vector<Entry> entries;
  for (size_t i = 0; i < keys.size(); ++i) entries.push_back({keys[i], values[i]});
  return entries;
}

void AddEntries(const VectorView& map, size_t row, std::vector<Entry>& entries) {
  for (const Element& entry : ElementsOf(map, row)) {
    size_t index = entry.column->IndexOf(entry.row);
    entries.push_back({{&entry.column->children[0], index}, {&entry.column->children[1], index}});
  }
}

/// From an array of two-field structs; a null struct makes the whole null.
std::optional<std::vector<Entry>> FromEntries(KernelContext&, std::span<const VectorView> arguments, size_t row) {
  if (!arguments[0].IsValid(row)) return std::nullopt;
  for (const Element& entry : ElementsOf(arguments[0], row)) {
    if (entry.IsNull()) return std::nullopt;
  }
  std::vector<Entry> entries;
  AddEntries(arguments[0], row, entries);
  return entries;
}

std::optional<std::vector<Entry>> Concat(KernelContext&, std::span<const VectorView> arguments, size_t row) {
  std::vector<Entry> entries;
  for (const VectorView& map : arguments) {
    if (!map.IsValid(row)) return std::nullopt;
    AddEntries(map, row, entries);
  }
  return entries;
}

}  // namespace

const Kernel kMakeMap{RunMap<Make>, PrepareMap, true};
const Kernel kMapFromArrays{RunMap<FromArrays>, PrepareMap, true};
const Kernel kMapFromEntries{RunMap<FromEntries>, PrepareMap, true};
const Kernel kMapConcat{RunMap<Concat>, PrepareMap, true};

}  // namespace firesteel::functions
