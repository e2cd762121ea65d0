#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/kernel.h"

namespace firesteel::functions {

/// Items of frequent items sketches, of one type: as bytes, in the forms that Spark's serializers give them, with the
/// hash code of the Java object that Spark has for them.
class ItemCodec {
 public:
  explicit ItemCodec(DataType type);

  /// boolean, byte … long, float, double, decimal, date, timestamps, string.
  static bool Supports(const DataType& type);
  const DataType& type() const { return type_; }

  /// The bytes of a value that is not null.
  std::string Encode(const VectorView& values, size_t row) const;
  int32_t HashCode(std::string_view item) const;
  void Write(std::string_view item, ResultVector& result, size_t row) const;

  /// Many items behind one another.
  std::string Join(const std::vector<std::string_view>& items) const;
  /// The first `count` items of such bytes. Throws SketchFormatError.
  std::vector<std::string> Split(std::string_view bytes, size_t count) const;

 private:
  /// How numbers are kept: with a byte that says which, in so many bytes.
  struct Form {
    uint8_t tag = 0;  ///< 0: none
    size_t size = 0;  ///< 0: a length of four bytes stands before
  };
  Form FormOf() const;

  DataType type_;
};

/// The type in a state's text ("item INT NOT NULL"); none when it is not one of those that are supported.
std::optional<DataType> ItemTypeOf(std::string_view ddl);
std::string ItemTypeText(const DataType& type);

}  // namespace firesteel::functions
