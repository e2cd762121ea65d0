#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "types/data_type.h"

namespace firesteel::arrow {

/// How the values of a column lie in memory.
enum class ColumnLayout : uint8_t {
  kNull,   ///< nothing at all
  kBits,   ///< boolean: one bit a row
  kFixed,  ///< width() bytes a row; see ColumnBuilder
  kBytes,  ///< string, binary: 32-bit offsets and bytes
  kList,   ///< array, map: 32-bit offsets and one child (array: element; map: struct of key and value)
  kStruct  ///< struct: a child a field; variant: two binary children, value and metadata; geometry: srid and WKB
};

/// Collects one column of a record batch in Arrow's own layout, so that nothing is copied when the batch is written.
///
/// Elements of kFixed: byte int8 · short int16 · int, date, year-month interval int32 · long, timestamp, timestamp_ntz,
/// day-time interval (µs), time (ns) int64 · float · double · decimal int128 · calendar interval
/// {int32 months, int32 days, int64 NANOseconds}.
///
/// For every run of rows append the validity once and the data once, with the same number of rows; null rows have data,
/// too (any bytes; an empty string or list). The children of a struct grow by the same rows, null ones included; the
/// child of a list by the elements that the lists' lengths add up to. Not thread-safe.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(const DataType& type);

  ColumnLayout layout() const { return layout_; }
  size_t width() const { return width_; }
  int64_t length() const { return length_; }
  int64_t null_count() const { return null_count_; }
  size_t child_count() const { return children_.size(); }
  ColumnBuilder& child(size_t i) { return children_[i]; }
  const ColumnBuilder& child(size_t i) const { return children_[i]; }

  /// Room for `rows` more rows (not for the bytes of strings).
  void Reserve(int64_t rows);

  /// Validity of `rows` rows: bit i of `bits` (least significant first), or null when all are valid.
  void AppendValidity(const uint64_t* bits, int64_t rows);
  void AppendAllValid(int64_t rows);
  void AppendAllNull(int64_t rows);
  void AppendValid(bool valid) {
    if (valid) {
      AppendAllValid(1);
    } else {
      AppendAllNull(1);
    }
  }

  /// kFixed: `rows` new elements to be written through the pointer (valid until the next append), or copied.
  void* AppendFixed(int64_t rows);
  void AppendFixed(const void* elements, int64_t rows);
  template <class T>
  T* AppendFixedAs(int64_t rows) {
    return static_cast<T*>(AppendFixed(rows));
  }

  /// kBits: `rows` booleans, a byte each.
  void AppendBooleans(const uint8_t* bytes, int64_t rows);
  void AppendBoolean(bool value);

  /// kBytes: one value.
  void AppendBytes(std::string_view bytes) {
    data_.append(bytes);
    PushOffset(static_cast<int64_t>(data_.size()));
  }
  /// kList: one list of `length` elements.
  void AppendList(int64_t length) { PushOffset(last_offset_ + length); }
  /// kBytes, kList: `rows` empty values.
  void AppendEmpty(int64_t rows);

  /// A null or zero value with its validity, in this column and its children.
  void AppendNull();

  /// Bytes collected so far, children included: what the batch's body will be, about.
  int64_t ByteSize() const;

  /// Takes the buffers in the order of the IPC format (depth first) and leaves the builder empty, with `nodes` of
  /// {length, null count}. A validity buffer without nulls is empty. Throws InternalError when the lengths of validity
  /// and data disagree.
  struct Node {
    int64_t length;
    int64_t null_count;
  };
  void Take(std::vector<Node>& nodes, std::vector<std::string>& buffers);
  /// Drops everything.
  void Clear();

 private:
  void PushOffset(int64_t offset) {
    if (offset > INT32_MAX) RefuseSize();
    last_offset_ = offset;
    const int32_t narrow = static_cast<int32_t>(offset);
    offsets_.append(reinterpret_cast<const char*>(&narrow), sizeof narrow);
  }
  [[noreturn]] static void RefuseSize();
  void MaterializeValidity();
  void CheckLengths() const;

  ColumnLayout layout_;
  size_t width_ = 0;
  int64_t length_ = 0;  // rows of validity
  int64_t null_count_ = 0;
  int64_t bits_ = 0;  // kBits: rows of data
  int64_t last_offset_ = 0;
  std::string validity_;  // empty as long as there is no null
  std::string offsets_;   // ends of the values; the leading zero is added when taken
  std::string data_;
  std::vector<ColumnBuilder> children_;
};

}  // namespace firesteel::arrow
