#include "session/python/pickle.h"

#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/java_text.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

// Opcodes of pickle, under the names of Python's pickletools.
constexpr char kProto = '\x80';
constexpr char kStop = '.';
constexpr char kNone = 'N';
constexpr char kNewTrue = '\x88';
constexpr char kNewFalse = '\x89';
constexpr char kLong1 = '\x8a';
constexpr char kBinFloat = 'G';
constexpr char kBinUnicode = 'X';
constexpr char kBinBytes = 'B';
constexpr char kGlobal = 'c';
constexpr char kReduce = 'R';
constexpr char kMark = '(';
constexpr char kTuple = 't';
constexpr char kEmptyList = ']';
constexpr char kAppends = 'e';
constexpr char kEmptyDict = '}';
constexpr char kSetItems = 'u';

class Pickler {
 public:
  void Put(const Value& value, const DataType& type) {
    if (value.is_null()) {
      out_ += kNone;
      return;
    }
    switch (type.kind()) {
      case TypeKind::kBoolean:
        out_ += std::get<bool>(value.data) ? kNewTrue : kNewFalse;
        return;
      case TypeKind::kByte:
      case TypeKind::kShort:
      case TypeKind::kInt:
      case TypeKind::kLong:
      case TypeKind::kDate:
      case TypeKind::kTime:
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampNtz:
      case TypeKind::kYearMonthInterval:
      case TypeKind::kDayTimeInterval:
        return PutInteger(value.integer());
      case TypeKind::kFloat:
      case TypeKind::kDouble:
        return PutDouble(std::get<double>(value.data));
      case TypeKind::kString:
        return PutText(value.text());
      case TypeKind::kBinary:
        return PutSized(kBinBytes, std::get<BinaryValue>(value.data).bytes);
      case TypeKind::kDecimal:
        PutGlobal("decimal", "Decimal");
        out_ += kMark;
        PutText(DecimalText(std::get<int128_t>(value.data), type.scale()));
        out_ += kTuple;
        out_ += kReduce;
        return;
      case TypeKind::kArray:
        out_ += kEmptyList;
        out_ += kMark;
        for (const Value& item : value.list()) Put(item, type.element_type());
        out_ += kAppends;
        return;
      case TypeKind::kMap: {
        const ValueList& entries = value.list();
        out_ += kEmptyDict;
        out_ += kMark;
        for (size_t i = 0; i + 1 < entries.size(); i += 2) {
          Put(entries[i], type.key_type());
          Put(entries[i + 1], type.value_type());
        }
        out_ += kSetItems;
        return;
      }
      case TypeKind::kStruct:
        return PutRow(value.list(), type.fields());
      default:
        ThrowUnsupported("a constant of the type " + SqlTypeName(type) + " for analyze() of a Python table function");
    }
  }

  std::string Take() {
    out_ += kStop;
    return std::move(out_);
  }

 private:
  void PutInteger(int64_t value) {
    out_ += kLong1;
    out_ += '\x08';
    for (int shift = 0; shift < 64; shift += 8) out_ += static_cast<char>(static_cast<uint64_t>(value) >> shift);
  }
  void PutDouble(double value) {
    out_ += kBinFloat;
    const auto bits = std::bit_cast<uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>(bits >> shift);
  }
  void PutSized(char opcode, std::string_view bytes) {
    out_ += opcode;
    for (int shift = 0; shift < 32; shift += 8) out_ += static_cast<char>(static_cast<uint32_t>(bytes.size()) >> shift);
    out_ += bytes;
  }
  void PutText(std::string_view text) { PutSized(kBinUnicode, text); }
  void PutGlobal(std::string_view module, std::string_view name) {
    out_ += kGlobal;
    out_.append(module).append("\n").append(name).append("\n");
  }
  void PutRow(const ValueList& values, const Schema& fields) {
    PutGlobal("pyspark.sql.types", "_create_row");
    out_ += kMark;
    out_ += kEmptyList;
    out_ += kMark;
    for (const StructField& field : fields) PutText(field.name);
    out_ += kAppends;
    out_ += kMark;
    for (size_t i = 0; i < fields.size(); ++i) Put(values.at(i), fields[i].type);
    out_ += kTuple;
    out_ += kTuple;
    out_ += kReduce;
  }

  std::string out_{kProto, '\x03'};
};

}  // namespace

std::string Pickle(const Value& value, const DataType& type) {
  Pickler pickler;
  pickler.Put(value, type);
  return pickler.Take();
}

}  // namespace firesteel::session
