#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/cancel_token.h"
#include "base/error.h"
#include "base/int128.h"
#include "types/coercion.h"
#include "types/data_type.h"
#include "types/value.h"

/// The engine-neutral interface of functions that are written in C++. A kernel sees columns as views, writes one
/// result column, and reports failures row by row without throwing; engine/adapter binds it to the engine.
///
/// Physical representation of each type (data pointer's element):
///   boolean bool · byte int8_t · short int16_t · int int32_t · long int64_t · float float · double double
///   decimal int128_t at the type's scale (the adapter widens and narrows) · string, char, varchar, binary StringSlot
///   date int32_t days · timestamp, timestamp_ntz int64_t µs · time int64_t ns · year-month interval int32_t months
///   day-time interval int64_t µs · calendar interval CalendarIntervalValue · array ListSlot (child 0: elements)
///   map ListSlot (child 0: a struct of key, value) · struct no data (children: fields) · variant a struct of two
///   binaries (value, metadata) · null type int32_t, always null · geometry, geography StringSlot (types/geospatial.h)
///   timestamps of nanoseconds int128_t nanoseconds since 1970
namespace firesteel::functions {

/// A string or binary as the engine stores it: up to 12 bytes inline, else a 4-byte prefix and a pointer.
struct StringSlot {
  union {
    struct {
      uint32_t length;
      char bytes[12];
    } inlined;
    struct {
      uint32_t length;
      char prefix[4];
      const char* pointer;
    } outside;
  };
  uint32_t length() const { return inlined.length; }
  std::string_view view() const {
    return length() <= kMostInlined ? std::string_view(inlined.bytes, length())
                                    : std::string_view(outside.pointer, length());
  }
  /// The slot of a text; one that is not inlined points at the bytes, which must outlive it. Unused bytes are zero, as
  /// the engine compares them.
  static StringSlot Of(std::string_view text) {
    StringSlot slot{};
    slot.inlined.length = static_cast<uint32_t>(text.size());
    if (text.size() <= kMostInlined) {
      if (!text.empty()) std::memcpy(slot.inlined.bytes, text.data(), text.size());
    } else {
      std::memcpy(slot.outside.prefix, text.data(), sizeof slot.outside.prefix);
      slot.outside.pointer = text.data();
    }
    return slot;
  }
  static constexpr size_t kMostInlined = 12;
};
static_assert(sizeof(StringSlot) == 16);

struct ListSlot {
  uint64_t offset;
  uint64_t length;
};

/// One argument column. Element of row r: data[selection ? selection[r] : r]; the validity bit has the same index.
/// A constant column has a selection of zeros. Not owning; valid during one call.
struct VectorView {
  const void* data = nullptr;
  const uint32_t* selection = nullptr;
  const uint64_t* validity = nullptr;  ///< null: all valid
  std::vector<VectorView> children;    ///< rows of a child are indexed by ListSlot (list, map) or by
                                       ///< IndexOf(row) (struct: the child's row is the parent's INDEX, not its row)
  bool is_constant = false;

  size_t IndexOf(size_t row) const { return selection ? selection[row] : row; }
  bool IsValid(size_t row) const {
    if (!validity) return true;
    size_t i = IndexOf(row);
    return (validity[i / 64] >> (i % 64)) & 1;
  }
  /// 16-byte integers come by value: the engine keeps them at multiples of 8 only.
  template <class T>
  std::conditional_t<(alignof(T) > 8), T, const T&> Get(size_t row) const {
    if constexpr (alignof(T) > 8) {
      T value;
      std::memcpy(&value, static_cast<const char*>(data) + IndexOf(row) * sizeof(T), sizeof(T));
      return value;
    } else {
      return static_cast<const T*>(data)[IndexOf(row)];
    }
  }
  std::string_view Text(size_t row) const { return Get<StringSlot>(row).view(); }
};

/// Where a kernel writes. Rows start valid. For nested results children grow by Reserve/Append; a list's slot is set
/// by SetList with an offset into child 0. Implemented by the engine adapter.
class ResultVector {
 public:
  virtual ~ResultVector() = default;
  template <class T>
  T* Data() {
    return static_cast<T*>(data_);
  }
  void SetNull(size_t row) { MarkNull(row); }
  /// Copies the bytes into the result's memory.
  void SetText(size_t row, std::string_view bytes) {
    if (bytes.size() > StringSlot::kMostInlined) {
      char* copy = Take(bytes.size());
      std::memcpy(copy, bytes.data(), bytes.size());
      bytes = {copy, bytes.size()};
    }
    Data<StringSlot>()[row] = StringSlot::Of(bytes);
  }
  /// A text that is part of an argument's (or static): its bytes are not copied. For kernels with `shares_text`.
  void ShareText(size_t row, std::string_view bytes) { Data<StringSlot>()[row] = StringSlot::Of(bytes); }
  /// Where up to `most` bytes of a text may be written in place; CommitText then says how many there are.
  char* Room(size_t most) {
    if (static_cast<size_t>(room_end_ - room_) < most) GrowRoom(most);
    return room_;
  }
  /// The row's text is the first `length` bytes of the room.
  void CommitText(size_t row, size_t length) {
    Data<StringSlot>()[row] = StringSlot::Of({room_, length});
    if (length > StringSlot::kMostInlined) room_ += length;
  }
  /// Bytes of the result's memory that the caller fills; they live as long as the result.
  char* Take(size_t length) {
    char* taken = Room(length);
    room_ += length;
    return taken;
  }
  void SetList(size_t row, uint64_t offset, uint64_t length) { Data<ListSlot>()[row] = ListSlot{offset, length}; }
  virtual ResultVector& Child(size_t i) = 0;
  /// Makes room for `rows` rows in all; Data() pointers of this vector may change.
  virtual void Reserve(size_t rows) = 0;
  /// Number of rows used in a list's child; set once all are written.
  virtual void SetSize(size_t rows) = 0;
  /// Lists and maps, row by row: makes room for `length` elements behind those so far, sets the row's slot and gives
  /// the offset of its first element in child 0. Do not mix with SetList.
  uint64_t AppendList(size_t row, uint64_t length) {
    uint64_t offset = elements_;
    elements_ += length;
    Child(0).Reserve(elements_);
    Child(0).SetSize(elements_);
    SetList(row, offset, length);
    return offset;
  }

 protected:
  virtual void MarkNull(size_t row) = 0;
  /// Sets room_ and room_end_ to at least `least` bytes of the result's memory; what was left of the old is lost.
  virtual void GrowRoom(size_t least) = 0;
  void* data_ = nullptr;
  char* room_ = nullptr;
  char* room_end_ = nullptr;

 private:
  uint64_t elements_ = 0;
};

struct Kernel;

/// One call of a kernel in a query, made by lowering: everything constant about it. Immutable while running.
struct KernelCall {
  const Kernel* kernel = nullptr;
  std::vector<DataType> argument_types;
  DataType result_type;
  EvalMode mode = EvalMode::kAnsi;
  std::string time_zone;                        ///< the session's
  std::vector<std::optional<Value>> constants;  ///< value of each argument that is a literal (null literals too)
  OriginPtr origin;
  std::string function_name;             ///< as called, for messages
  std::string display_sql;               ///< the whole call as Spark prints it, for messages
  int64_t now_micros = 0;                ///< start of the query
  std::shared_ptr<const void> prepared;  ///< what Kernel::prepare returned
};

/// State of one batch's evaluation. In kTry mode a failing row becomes null; else the first failure ends the query.
class KernelContext {
 public:
  KernelContext(const KernelCall& call, ResultVector& result, const CancelToken* cancel)
      : call_(call), result_(result), cancel_(cancel) {}
  const KernelCall& call() const { return call_; }
  /// What prepare returned; T must be its type.
  template <class T>
  const T& prepared() const {
    return *static_cast<const T*>(call_.prepared.get());
  }
  /// Reports a failed row. The row's result is null. Some of Spark's errors do not name their place.
  void Fail(size_t row, std::string condition, ErrorParameters parameters, ErrorClass error_class,
            bool with_origin = true);
  bool failed() const { return error_ != nullptr; }
  const std::shared_ptr<const QueryError>& error() const { return error_; }
  bool cancelled() const { return cancel_ && cancel_->cancelled(); }

 private:
  const KernelCall& call_;
  ResultVector& result_;
  const CancelToken* cancel_;
  std::shared_ptr<const QueryError> error_;
};

class Accumulator;  // functions/accumulator.h
/// Makes the state of a group without rows. May throw QueryError.
using AccumulatorFactory = std::unique_ptr<Accumulator> (*)(const KernelCall&);

using KernelFunction = void (*)(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector&);
/// Runs once per KernelCall when the query is lowered (patterns compiled, zones looked up). May throw QueryError.
using PrepareFunction = std::shared_ptr<const void> (*)(const KernelCall&);

/// A function of a row's values (`run`) or, with `accumulate` instead, of a group's rows.
struct Kernel {
  KernelFunction run = nullptr;
  PrepareFunction prepare = nullptr;
  bool fallible = false;  ///< may call Fail in some mode, or throw (aggregates)
  AccumulatorFactory accumulate = nullptr;
  bool shares_text = false;  ///< results may point into the bytes of text arguments (ShareText)
};

}  // namespace firesteel::functions
