#include "arrow/message_check.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "arrow/invalid_data.h"

namespace firesteel::arrow {
namespace {

/// A table of a flatbuffer. Every read is checked against the end of the bytes.
class Table {
 public:
  static Table Root(std::string_view bytes) { return Table(bytes, Read<uint32_t>(bytes, 0)); }

  bool Has(size_t field) const { return FieldPlace(field) != 0; }

  template <class T>
  T Number(size_t field) const {
    const size_t place = FieldPlace(field);
    return place == 0 ? T{0} : Read<T>(bytes_, place);
  }
  /// Bytes of a text; none when there is no text.
  int64_t TextBytes(size_t field) const { return Has(field) ? Read<uint32_t>(bytes_, Target(field)) : 0; }
  Table Child(size_t field) const { return Table(bytes_, Target(field)); }

  template <class Visit>
  void ForEachTable(size_t field, const Visit& visit) const {
    if (!Has(field)) return;
    const size_t vector = Target(field);
    const auto count = Read<uint32_t>(bytes_, vector);
    for (uint32_t i = 0; i < count; ++i) {
      const size_t place = vector + 4 + 4 * static_cast<size_t>(i);
      visit(Table(bytes_, place + Read<uint32_t>(bytes_, place)));
    }
  }

  // The elements of a vector of structs of two 64-bit numbers.
  template <class Visit>
  void ForEachPair(size_t field, const Visit& visit) const {
    if (FieldPlace(field) == 0) return;
    const size_t vector = Target(field);
    const auto count = Read<uint32_t>(bytes_, vector);
    for (uint32_t i = 0; i < count; ++i) {
      const size_t place = vector + 4 + 16 * static_cast<size_t>(i);
      visit(Read<int64_t>(bytes_, place), Read<int64_t>(bytes_, place + 8));
    }
  }

 private:
  Table(std::string_view bytes, size_t position) : bytes_(bytes), position_(position) {}

  template <class T>
  static T Read(std::string_view bytes, size_t place) {
    if (place > bytes.size() || sizeof(T) > bytes.size() - place) ThrowInvalidArrow("a message is cut off");
    T value;
    std::memcpy(&value, bytes.data() + place, sizeof value);
    return value;
  }
  // Zero when the table does not have the field.
  size_t FieldPlace(size_t field) const {
    const auto fields = static_cast<size_t>(static_cast<int64_t>(position_) - Read<int32_t>(bytes_, position_));
    if (4 + 2 * field + 2 > Read<uint16_t>(bytes_, fields)) return 0;
    const auto offset = Read<uint16_t>(bytes_, fields + 4 + 2 * field);
    return offset == 0 ? 0 : position_ + offset;
  }
  size_t Target(size_t field) const {
    const size_t place = FieldPlace(field);
    if (place == 0) ThrowInvalidArrow("a message lacks a part");
    return place + Read<uint32_t>(bytes_, place);
  }

  std::string_view bytes_;
  size_t position_;
};

// Numbers of fields in Message.fbs and Schema.fbs.
constexpr uint8_t kSchemaMessage = 1;
constexpr uint8_t kTimestampType = 10;
constexpr size_t kSchemaFields = 1;
constexpr size_t kSchemaMetadata = 2;
constexpr size_t kFieldMetadata = 6;
constexpr size_t kEntryKey = 0;
constexpr size_t kEntryValue = 1;
constexpr size_t kFieldName = 0;
constexpr size_t kFieldTypeKind = 2;
constexpr size_t kFieldType = 3;
constexpr size_t kTimestampZone = 1;
constexpr size_t kFieldDictionary = 4;
constexpr size_t kFieldChildren = 5;
constexpr size_t kDictionaryIndexType = 1;
constexpr size_t kMessageKind = 1;
constexpr size_t kMessageHeader = 2;
constexpr size_t kDictionaryId = 0;
constexpr size_t kDictionaryData = 1;
constexpr size_t kBatchLength = 0;
constexpr size_t kBatchNodes = 1;
constexpr size_t kBatchBuffers = 2;
constexpr size_t kBatchCompression = 3;

// Deeper schemas are refused instead of overflowing the stack.
constexpr int kMaxDepth = 200;

/// Adds up what a schema needs at least and compares it with the bytes that are there.
class SchemaBudget {
 public:
  explicit SchemaBudget(size_t bytes) : left_(static_cast<int64_t>(bytes)) {}

  void SpendMetadata(const Table& table, size_t field) {
    table.ForEachTable(field,
                       [&](const Table& entry) { Spend(entry.TextBytes(kEntryKey) + entry.TextBytes(kEntryValue)); });
  }
  void SpendFields(const Table& table, size_t field, int depth) {
    if (depth > kMaxDepth) ThrowInvalidArrow("a schema is nested too deeply");
    table.ForEachTable(field, [&](const Table& child) {
      Spend(child.TextBytes(kFieldName));
      if (child.Number<uint8_t>(kFieldTypeKind) == kTimestampType && child.Has(kFieldType)) {
        Spend(child.Child(kFieldType).TextBytes(kTimestampZone));
      }
      SpendMetadata(child, kFieldMetadata);
      SpendFields(child, kFieldChildren, depth + 1);
    });
  }

 private:
  // Every table has the place where it is named and the place of its layout.
  static constexpr int64_t kTableBytes = 8;

  void Spend(int64_t bytes) {
    left_ -= kTableBytes + bytes;
    if (left_ < 0) ThrowInvalidArrow("a schema is larger than its message");
  }

  int64_t left_;
};

void CheckMetadata(const Table& table, size_t field) {
  table.ForEachTable(field, [](const Table& entry) {
    if (!entry.Has(kEntryKey) || !entry.Has(kEntryValue)) ThrowInvalidArrow("metadata without a key or a value");
  });
}

void CheckField(const Table& field, int depth) {
  if (depth > kMaxDepth) ThrowInvalidArrow("a schema is nested too deeply");
  if (!field.Has(kFieldType)) ThrowInvalidArrow("a field without a type");
  if (field.Has(kFieldDictionary) && !field.Child(kFieldDictionary).Has(kDictionaryIndexType)) {
    ThrowInvalidArrow("a dictionary without a type of its indices");
  }
  CheckMetadata(field, kFieldMetadata);
  field.ForEachTable(kFieldChildren, [&](const Table& child) { CheckField(child, depth + 1); });
}

// Bytes of the buffers of a batch, as they will be once decompressed.
int64_t CheckBuffers(const Table& batch, std::string_view body) {
  const auto body_bytes = static_cast<int64_t>(body.size());
  const bool compressed = batch.Has(kBatchCompression);
  int64_t held = 0;
  int64_t bytes = 0;
  batch.ForEachPair(kBatchBuffers, [&](int64_t offset, int64_t length) {
    if (offset < 0 || length < 0 || offset > body_bytes || length > body_bytes - offset) {
      ThrowInvalidArrow("a buffer lies outside of its message");
    }
    if (length > 0 && offset % 8 != 0) ThrowInvalidArrow("a buffer is not aligned");
    // Nobody writes buffers that overlap; many over the same bytes would be many times the message.
    held += length;
    if (held > body_bytes) ThrowInvalidArrow("buffers overlap");
    int64_t size = length;
    if (compressed && length >= static_cast<int64_t>(sizeof size)) {
      // A compressed buffer begins with its size; -1 says that it is not compressed.
      std::memcpy(&size, body.data() + offset, sizeof size);
      if (size == -1) size = length - static_cast<int64_t>(sizeof size);
    }
    // What is not compressed is read where it lies, and is no more than what was sent.
    if (size < 0 || (compressed && size > kMaxBatchBytes - bytes)) ThrowInvalidArrow("a batch is too large");
    bytes += size;
  });
  return bytes;
}

}  // namespace

void CheckSchemaSize(std::string_view flatbuffer) {
  const Table message = Table::Root(flatbuffer);
  if (message.Number<uint8_t>(kMessageKind) != kSchemaMessage || !message.Has(kMessageHeader)) return;
  const Table schema = message.Child(kMessageHeader);
  SchemaBudget budget(flatbuffer.size());
  budget.SpendMetadata(schema, kSchemaMetadata);
  budget.SpendFields(schema, kSchemaFields, 0);
}

void CheckSchemaHeader(std::string_view flatbuffer) {
  const Table schema = Table::Root(flatbuffer).Child(kMessageHeader);
  CheckMetadata(schema, kSchemaMetadata);
  schema.ForEachTable(kSchemaFields, [](const Table& field) { CheckField(field, 0); });
}

int64_t CheckBatchHeader(std::string_view flatbuffer, bool is_dictionary, std::string_view body) {
  Table batch = Table::Root(flatbuffer).Child(kMessageHeader);
  if (is_dictionary) batch = batch.Child(kDictionaryData);
  // The IPC library would take the compressed bytes for values.
  if (is_dictionary && batch.Has(kBatchCompression)) ThrowInvalidArrow("compressed dictionaries are not supported");
  const int64_t bytes = CheckBuffers(batch, body);
  const int64_t most_rows = std::min<int64_t>(INT32_MAX, std::max(kMaxRowsWithoutBytes, bytes * 8));
  const auto rows = batch.Number<int64_t>(kBatchLength);
  if (rows < 0 || rows > most_rows) ThrowInvalidArrow("a batch of " + std::to_string(rows) + " rows");
  batch.ForEachPair(kBatchNodes, [&](int64_t length, int64_t null_count) {
    if (length < 0 || length > most_rows || null_count < -1 || null_count > length) {
      ThrowInvalidArrow("a column of " + std::to_string(length) + " rows with " + std::to_string(null_count) +
                        " nulls");
    }
  });
  return rows;
}

void CheckDictionaryShape(std::string_view flatbuffer, const DictionaryShapes& shapes) {
  const Table dictionary = Table::Root(flatbuffer).Child(kMessageHeader);
  const auto shape = shapes.find(dictionary.Number<int64_t>(kDictionaryId));
  if (shape == shapes.end()) ThrowInvalidArrow("an unknown dictionary");
  const Table batch = dictionary.Child(kDictionaryData);
  const auto count = [&](size_t field) {
    int64_t found = 0;
    batch.ForEachPair(field, [&](int64_t, int64_t) { ++found; });
    return found;
  };
  if (count(kBatchNodes) != shape->second.nodes || count(kBatchBuffers) != shape->second.buffers) {
    ThrowInvalidArrow("a dictionary of another type");
  }
}

}  // namespace firesteel::arrow
