
#include "functions/kernels/sketch/sketch_bytes.h"
#include "functions/kernels/sketch/theta_sketch.h"
#include "functions/kernels/sketch/tuple_sketch.h"

namespace firesteel::functions {
namespace {

constexpr uint8_t kTupleFamily = 9;
constexpr uint8_t kVersion = 3;
constexpr uint8_t kCompactSketch = 1;
constexpr uint8_t kReadOnly = 1 << 1;
constexpr uint8_t kEmpty = 1 << 2;
constexpr uint8_t kCompact = 1 << 3;
constexpr uint16_t kSeedHash = 0x93CC;

}  // namespace

template <class T>
std::string TupleBytes(const TupleSample<T>& sample) {
  const bool is_estimate = sample.is_estimate();
  const bool is_single = sample.entries.size() == 1 && !is_estimate;
  const auto longs = static_cast<uint8_t>(sample.is_empty || is_single ? 1 : is_estimate ? 3 : 2);
  std::string bytes;
  bytes.reserve(24 + sample.entries.size() * (sizeof(uint64_t) + sizeof(T) + 1));
  const auto flags = static_cast<uint8_t>(kCompact | kReadOnly | (sample.is_empty ? kEmpty : 0));
  for (const uint8_t byte : {longs, kVersion, kTupleFamily, kCompactSketch, uint8_t{0}, flags}) Put(bytes, byte);
  Put(bytes, kSeedHash);
  if (longs > 1) {
    Put(bytes, static_cast<uint32_t>(sample.entries.size()));
    Put(bytes, uint32_t{0});
  }
  if (longs > 2) Put(bytes, sample.theta);
  for (const auto& entry : sample.entries) {
    Put(bytes, entry.hash);
    Put(bytes, entry.summary.value);
    Put(bytes, entry.summary.mode);
  }
  return bytes;
}

template <class T>
TupleSample<T> ReadTupleSketch(std::string_view bytes) {
  CheckSketchFamily(bytes, kTupleFamily);
  const auto longs = Get<uint8_t>(bytes, 0);
  if (Get<uint8_t>(bytes, 1) != kVersion || Get<uint8_t>(bytes, 3) != kCompactSketch || longs < 1 || longs > 3) {
    throw SketchFormatError{};
  }
  if ((Get<uint8_t>(bytes, 5) & kEmpty) != 0) return {};
  TupleSample<T> sample{false, kMaxTheta, {}};
  size_t at = 8;
  uint64_t count = 1;
  if (longs > 1) {
    count = Get<uint32_t>(bytes, at);
    at += 8;
    if (longs > 2) {
      sample.theta = Get<uint64_t>(bytes, at);
      at += 8;
    }
  }
  constexpr size_t kEntryBytes = sizeof(uint64_t) + sizeof(T) + 1;
  if (sample.theta > kMaxTheta || bytes.size() < at || count > (bytes.size() - at) / kEntryBytes) {
    throw SketchFormatError{};
  }
  sample.entries.resize(count);
  for (auto& entry : sample.entries) {
    entry.hash = Get<uint64_t>(bytes, at);
    entry.summary.value = Get<T>(bytes, at + 8);
    const auto mode = Get<uint8_t>(bytes, at + 8 + sizeof(T));
    if (mode > static_cast<uint8_t>(SummaryMode::kAlwaysOne)) throw SketchFormatError{};
    entry.summary.mode = static_cast<SummaryMode>(mode);
    at += kEntryBytes;
  }
  return sample;
}

template std::string TupleBytes(const TupleSample<double>&);
template std::string TupleBytes(const TupleSample<int32_t>&);
template TupleSample<double> ReadTupleSketch(std::string_view);
template TupleSample<int32_t> ReadTupleSketch(std::string_view);

SummaryMode SummaryModeOf(std::string_view name, std::string_view function) {
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower == "sum") return SummaryMode::kSum;
  if (lower == "min") return SummaryMode::kMin;
  if (lower == "max") return SummaryMode::kMax;
  if (lower == "alwaysone") return SummaryMode::kAlwaysOne;
  throw SketchError("TUPLE_INVALID_SKETCH_MODE", {{"function", QuotedFunction(function)},
                                                  {"mode", std::string(name)},
                                                  {"validModes", "sum, min, max, alwaysone"}});
}

}  // namespace firesteel::functions
