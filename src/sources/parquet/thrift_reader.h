#pragma once

#include <cstdint>
#include <string_view>

namespace firesteel::sources::parquet {

/// Reads Thrift's compact protocol, as Parquet's footers are written in. Every read past the end or of a wrong form
/// throws BadThrift; nothing is allocated.
class ThriftReader {
 public:
  struct BadThrift {};
  enum class Type : uint8_t {
    kStop = 0,
    kTrue = 1,
    kFalse = 2,
    kByte = 3,
    kI16 = 4,
    kI32 = 5,
    kI64 = 6,
    kDouble = 7,
    kBinary = 8,
    kList = 9,
    kSet = 10,
    kMap = 11,
    kStruct = 12,
  };
  struct Field {
    int16_t id;
    Type type;
  };
  struct List {
    uint32_t size;
    Type element;
  };

  explicit ThriftReader(std::string_view bytes) : rest_(bytes) {}

  /// The next field of the struct whose previous field was `last_id`; type kStop at its end. The value of a boolean is
  /// its type.
  Field NextField(int16_t last_id);
  List ReadList();
  int64_t ReadInteger();  ///< i16, i32, i64
  int8_t ReadByte();
  std::string_view ReadBinary();
  void Skip(Type type, int depth = 0);

 private:
  uint8_t Next();
  uint64_t ReadVarint();
  void Advance(size_t bytes);

  std::string_view rest_;
};

/// Calls `f(field)` for each field of a struct; f reads the value or returns false to have it skipped.
template <class F>
void ReadStruct(ThriftReader& reader, F&& f) {
  int16_t last = 0;
  while (true) {
    const ThriftReader::Field field = reader.NextField(last);
    if (field.type == ThriftReader::Type::kStop) return;
    last = field.id;
    if (!f(field)) reader.Skip(field.type);
  }
}

}  // namespace firesteel::sources::parquet
