#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "functions/kernels/hash/value_hash.h"
#include "functions/kernels/kernels.h"

/// hash (Murmur3) and xxhash64 over any values, bit for bit as Spark's: each value is hashed with the hash so far as
/// the seed, NULL leaves it as it is, nested values go part by part.
namespace firesteel::functions {

namespace {

uint32_t LoadInt(const char* bytes) {
  uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}
uint64_t LoadLong(const char* bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

struct Murmur3 {
  static constexpr uint32_t kSeed = 42;
  using State = uint32_t;

  static State Int(uint32_t value, State seed) { return Finish(MixHash(seed, MixInput(value)), 4); }
  static State Long(uint64_t value, State seed) {
    const State low = MixHash(seed, MixInput(static_cast<uint32_t>(value)));
    return Finish(MixHash(low, MixInput(static_cast<uint32_t>(value >> 32))), 8);
  }
  /// The bytes behind the last whole word are mixed one by one, each widened with its sign: Spark's own way.
  static State Bytes(std::string_view bytes, State seed) {
    State hash = seed;
    size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) hash = MixHash(hash, MixInput(LoadInt(bytes.data() + i)));
    for (; i < bytes.size(); ++i) {
      hash = MixHash(hash, MixInput(static_cast<uint32_t>(static_cast<int32_t>(static_cast<signed char>(bytes[i])))));
    }
    return Finish(hash, static_cast<uint32_t>(bytes.size()));
  }

 private:
  static uint32_t MixInput(uint32_t value) { return std::rotl(value * 0xCC9E2D51U, 15) * 0x1B873593U; }
  static uint32_t MixHash(uint32_t hash, uint32_t input) { return std::rotl(hash ^ input, 13) * 5 + 0xE6546B64U; }
  static uint32_t Finish(uint32_t hash, uint32_t length) {
    hash ^= length;
    hash ^= hash >> 16;
    hash *= 0x85EBCA6BU;
    hash ^= hash >> 13;
    hash *= 0xC2B2AE35U;
    return hash ^ (hash >> 16);
  }
};

struct XxHash64 {
  static constexpr uint64_t kSeed = 42;
  using State = uint64_t;

  static State Int(uint32_t value, State seed) {
    State hash = seed + kPrime5 + 4;
    hash ^= value * kPrime1;
    hash = std::rotl(hash, 23) * kPrime2 + kPrime3;
    return Finish(hash);
  }
  static State Long(uint64_t value, State seed) { return Finish(MixLong(seed + kPrime5 + 8, value)); }
  static State Bytes(std::string_view bytes, State seed) {
    const char* next = bytes.data();
    const char* end = next + bytes.size();
    State hash;
    if (bytes.size() >= 32) {
      State lanes[4] = {seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1};
      for (; end - next >= 32; next += 32) {
        for (int i = 0; i < 4; ++i) lanes[i] = std::rotl(lanes[i] + LoadLong(next + i * 8) * kPrime2, 31) * kPrime1;
      }
      hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
      for (State lane : lanes) hash = (hash ^ (std::rotl(lane * kPrime2, 31) * kPrime1)) * kPrime1 + kPrime4;
    } else {
      hash = seed + kPrime5;
    }
    hash += bytes.size();
    for (; end - next >= 8; next += 8) hash = MixLong(hash, LoadLong(next));
    if (end - next >= 4) {
      hash ^= LoadInt(next) * kPrime1;
      hash = std::rotl(hash, 23) * kPrime2 + kPrime3;
      next += 4;
    }
    for (; next < end; ++next) {
      hash ^= static_cast<unsigned char>(*next) * kPrime5;
      hash = std::rotl(hash, 11) * kPrime1;
    }
    return Finish(hash);
  }

 private:
  static constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
  static constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;
  static constexpr uint64_t kPrime3 = 0x165667B19E3779F9ULL;
  static constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63ULL;
  static constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5ULL;

  static State MixLong(State hash, uint64_t value) {
    hash ^= std::rotl(value * kPrime2, 31) * kPrime1;
    return std::rotl(hash, 27) * kPrime1 + kPrime4;
  }
  static State Finish(State hash) {
    hash ^= hash >> 33;
    hash *= kPrime2;
    hash ^= hash >> 29;
    hash *= kPrime3;
    return hash ^ (hash >> 32);
  }
};

/// Java's BigInteger.toByteArray: two's complement, highest byte first, as short as the sign allows.
std::string BigEndian(int128_t value) {
  std::string bytes;
  for (;;) {
    const auto byte = static_cast<char>(static_cast<uint128_t>(value) & 0xFF);
    bytes.insert(bytes.begin(), byte);
    value >>= 8;
    const bool is_negative = (byte & 0x80) != 0;
    if ((value == 0 && !is_negative) || (value == -1 && is_negative)) return bytes;
  }
}

/// Java's floatToIntBits, doubleToLongBits: one NaN; and Spark's one zero.
uint32_t Bits(float value) {
  if (std::isnan(value)) return 0x7FC00000U;
  return std::bit_cast<uint32_t>(value == 0 ? 0.0F : value);
}
uint64_t Bits(double value) {
  if (std::isnan(value)) return 0x7FF8000000000000ULL;
  return std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
}

template <class H>
class Hasher {
 public:
  using State = typename H::State;

  static State OrSeed(const DataType& type, const VectorView& view, size_t row, State seed) {
    return view.IsValid(row) ? Valid(type, view, row, seed) : seed;
  }

 private:
  template <class T>
  static State AsInt(const VectorView& view, size_t row, State seed) {
    return H::Int(static_cast<uint32_t>(static_cast<int32_t>(view.Get<T>(row))), seed);
  }

  static State Decimal(const DataType& type, int128_t value, State seed) {
    if (type.precision() <= 18) return H::Long(static_cast<uint64_t>(static_cast<int64_t>(value)), seed);
    return H::Bytes(BigEndian(value), seed);
  }

  static State List(const DataType& element, const VectorView& view, size_t row, State seed) {
    const ListSlot slot = view.Get<ListSlot>(row);
    for (uint64_t i = 0; i < slot.length; ++i) seed = OrSeed(element, view.children[0], slot.offset + i, seed);
    return seed;
  }

  static State Valid(const DataType& type, const VectorView& view, size_t row, State seed) {
    switch (type.kind()) {
      case TypeKind::kNull:
        return seed;
      case TypeKind::kBoolean:
        return H::Int(view.Get<bool>(row) ? 1 : 0, seed);
      case TypeKind::kByte:
        return AsInt<int8_t>(view, row, seed);
      case TypeKind::kShort:
        return AsInt<int16_t>(view, row, seed);
      case TypeKind::kInt:
      case TypeKind::kDate:
      case TypeKind::kYearMonthInterval:
        return AsInt<int32_t>(view, row, seed);
      case TypeKind::kLong:
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampNtz:
      case TypeKind::kTime:
      case TypeKind::kDayTimeInterval:
        return H::Long(static_cast<uint64_t>(view.Get<int64_t>(row)), seed);
      case TypeKind::kFloat:
        return H::Int(Bits(view.Get<float>(row)), seed);
      case TypeKind::kDouble:
        return H::Long(Bits(view.Get<double>(row)), seed);
      case TypeKind::kDecimal:
        return Decimal(type, view.Get<int128_t>(row), seed);
      case TypeKind::kString:
      case TypeKind::kChar:
      case TypeKind::kVarchar:
      case TypeKind::kBinary:
        return H::Bytes(view.Text(row), seed);
      case TypeKind::kCalendarInterval: {
        const CalendarIntervalValue& value = view.Get<CalendarIntervalValue>(row);
        const State with_time = H::Long(static_cast<uint64_t>(value.microseconds), seed);
        return H::Int(static_cast<uint32_t>(value.months), H::Int(static_cast<uint32_t>(value.days), with_time));
      }
      case TypeKind::kArray:
        return List(type.element_type(), view, row, seed);
      case TypeKind::kMap:
        return List(DataType::Struct({{"key", type.key_type(), false, ""}, {"value", type.value_type(), true, ""}}),
                    view, row, seed);
      case TypeKind::kStruct:
        for (size_t i = 0; i < type.fields().size(); ++i) {
          seed = OrSeed(type.fields()[i].type, view.children[i], view.IndexOf(row), seed);
        }
        return seed;
      case TypeKind::kVariant:
        return H::Bytes(view.children[0].Text(view.IndexOf(row)), seed);
      case TypeKind::kTimestampNanos:
      case TypeKind::kTimestampNtzNanos: {
        const int128_t nanos = view.Get<int128_t>(row);
        const auto beyond = static_cast<uint32_t>((nanos % 1000 + 1000) % 1000);
        const auto micros = static_cast<int64_t>((nanos - static_cast<int32_t>(beyond)) / 1000);
        return H::Int(beyond, H::Long(static_cast<uint64_t>(micros), seed));
      }
      case TypeKind::kGeometry:
      case TypeKind::kGeography:
        return H::Bytes(view.Text(row), seed);
      case TypeKind::kUserDefined:
        return Valid(type.user_storage(), view, row, seed);
    }
    return seed;
  }
};

/// Hashes a column with the hashes so far, which it replaces. The kinds in common use have a loop of their own.
template <class H>
void HashColumn(const DataType& type, const VectorView& view, size_t rows, typename H::State* states) {
  using State = typename H::State;
  const auto each = [&](const auto& hash) {
    if (!view.validity) {
      for (size_t row = 0; row < rows; ++row) states[row] = hash(row, states[row]);
      return;
    }
    for (size_t row = 0; row < rows; ++row) {
      if (view.IsValid(row)) states[row] = hash(row, states[row]);
    }
  };
  switch (type.kind()) {
    case TypeKind::kInt:
    case TypeKind::kDate:
      return each([&](size_t row, State seed) { return H::Int(static_cast<uint32_t>(view.Get<int32_t>(row)), seed); });
    case TypeKind::kLong:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return each([&](size_t row, State seed) { return H::Long(static_cast<uint64_t>(view.Get<int64_t>(row)), seed); });
    case TypeKind::kDouble:
      return each([&](size_t row, State seed) { return H::Long(Bits(view.Get<double>(row)), seed); });
    case TypeKind::kString:
    case TypeKind::kBinary:
      return each([&](size_t row, State seed) { return H::Bytes(view.Text(row), seed); });
    default:
      return each([&](size_t row, State seed) { return Hasher<H>::OrSeed(type, view, row, seed); });
  }
}

template <class H>
void HashRows(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* states = result.Data<typename H::State>();
  std::fill_n(states, rows, H::kSeed);
  for (size_t i = 0; i < arguments.size(); ++i) {
    HashColumn<H>(context.call().argument_types[i], arguments[i], rows, states);
  }
}

}  // namespace

int32_t BytesHash(std::string_view bytes, int32_t seed) {
  return static_cast<int32_t>(Murmur3::Bytes(bytes, static_cast<uint32_t>(seed)));
}

int32_t TextHash(std::string_view bytes) { return static_cast<int32_t>(Murmur3::Bytes(bytes, Murmur3::kSeed)); }

const Kernel kMurmur3{HashRows<Murmur3>};
const Kernel kXxHash64{HashRows<XxHash64>};

}  // namespace firesteel::functions
