#include "udf/output_reader.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>

#include "udf/protocol.h"
#include "udf/worker_error.h"

namespace firesteel::udf {
namespace {

constexpr size_t kFirstRoom = 64 << 10;
constexpr size_t kLargestStep = 16 << 20;
constexpr size_t kKeptRoom = 4 << 20;  // after a message; a larger one's goes
constexpr int64_t kMaxMetadata = 64 << 20;
constexpr size_t kTimesBytes = 6 * 8;
// Of a traceback its begin and its end are kept: a client could not take more, and what is between says little.
constexpr size_t kTracebackPart = 128 << 10;
constexpr size_t kTracebackPiece = 64 << 10;
constexpr int32_t kMaxAccumulators = 10'000;
constexpr int64_t kMaxAccumulatorBytes = 64 << 20;
constexpr size_t kArrowPrefixBytes = 8;
constexpr std::string_view kConditionPrefix("\0firesteel\0", 11);

uint32_t LittleEndian(const char* at, size_t bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value |= static_cast<uint32_t>(static_cast<uint8_t>(at[i])) << (8 * i);
  return value;
}

// Conditions of Spark's JVM that our own conversion of rows raises. The text is a worker's: only these are believed.
[[noreturn]] void ThrowCondition(std::string_view text) {
  const auto frame = nlohmann::json::parse(text, nullptr, false);
  const std::string condition = frame.is_object() ? frame.value("condition", "") : "";
  ErrorClass error_class = ErrorClass::kIllegalArgument;
  if (condition == "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION") {
    error_class = ErrorClass::kArithmetic;
  } else if (condition == "_LEGACY_ERROR_JOB_ABORTED") {
    error_class = ErrorClass::kSpark;
  } else if (condition != "STRUCT_ARRAY_LENGTH_MISMATCH") {
    throw ProtocolBroken("an unknown condition");
  }
  ErrorParameters parameters;
  if (frame.contains("parameters") && frame["parameters"].is_object()) {
    for (const auto& [name, value] : frame["parameters"].items()) {
      if (value.is_string()) parameters.emplace_back(name, value.get<std::string>());
    }
  }
  throw QueryError(condition, std::move(parameters), nullptr, error_class);
}

}  // namespace

std::optional<int64_t> ArrowBodyLength(std::string_view flatbuffer) {
  constexpr size_t kBodyLengthSlot = 4 + 2 * 3;  // the table's fourth field, behind the two sizes
  if (flatbuffer.size() < 8) return std::nullopt;
  const size_t table = LittleEndian(flatbuffer.data(), 4);
  if (table < 4 || table > flatbuffer.size() - 4) return std::nullopt;
  const int64_t vtable = static_cast<int64_t>(table) - static_cast<int32_t>(LittleEndian(flatbuffer.data() + table, 4));
  if (vtable < 0 || vtable > static_cast<int64_t>(flatbuffer.size()) - 4) return std::nullopt;
  const char* const slots = flatbuffer.data() + vtable;
  const size_t vtable_size = LittleEndian(slots, 2);
  if (vtable_size > flatbuffer.size() - static_cast<size_t>(vtable)) return std::nullopt;
  if (vtable_size < kBodyLengthSlot + 2) return 0;
  const size_t offset = LittleEndian(slots + kBodyLengthSlot, 2);
  if (offset == 0) return 0;
  if (table + offset + 8 > flatbuffer.size()) return std::nullopt;
  int64_t length = 0;
  std::memcpy(&length, flatbuffer.data() + table + offset, sizeof length);
  return length;
}

OutputReader::OutputReader(int64_t max_message_bytes, std::function<void(std::string_view)> on_message)
    : max_message_bytes_(max_message_bytes > 0 ? max_message_bytes : INT64_MAX), on_message_(std::move(on_message)) {}

OutputReader::OutputReader(int64_t max_message_bytes) : OutputReader(max_message_bytes, nullptr) {
  Expect(State::kAnswerHead, 8);
}

std::pair<char*, size_t> OutputReader::Room() {
  if (filled_ == room_) {
    const size_t room = filled_ + std::clamp(filled_, kFirstRoom, kLargestStep);
    // Not filled with zeros, as a text's would be.
    char* grown = static_cast<char*>(std::realloc(buffer_.get(), room));
    if (grown == nullptr) throw std::bad_alloc();
    static_cast<void>(buffer_.release());
    buffer_.reset(grown);
    room_ = room;
  }
  return {buffer_.get() + filled_, std::min(room_, wanted_) - filled_};
}

void OutputReader::Advance(size_t bytes) {
  filled_ += bytes;
  report_.bytes_received += static_cast<int64_t>(bytes);
  // A state may want nothing (an empty body): then it is complete at once.
  while (filled_ == wanted_ && state_ != State::kDone) Take();
}

void OutputReader::Expect(State state, size_t bytes) {
  state_ = state;
  wanted_ = bytes;
  filled_ = 0;
}

int32_t OutputReader::Int(size_t at) const {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(buffer_.get()[at + i]);
  return static_cast<int32_t>(value);
}

int64_t OutputReader::Long(size_t at) const {
  return static_cast<int64_t>(static_cast<uint64_t>(static_cast<uint32_t>(Int(at))) << 32 |
                              static_cast<uint32_t>(Int(at + 4)));
}

size_t OutputReader::CheckedLength(int64_t length, int64_t limit, const char* what) {
  if (length < 0 || length > limit) {
    throw ProtocolBroken(std::string(what) + " of " + std::to_string(length) + " bytes");
  }
  return static_cast<size_t>(length);
}

void OutputReader::Take() {
  switch (state_) {
    case State::kMark:
      return TakeMark(Int());
    case State::kAnswerHead:
      reusable_ = Int() == 0;
      return Expect(State::kAnswer, CheckedLength(Int(4), max_message_bytes_, "an answer"));
    case State::kAnswer:
      answer_ = Filled();
      return Expect(State::kDone, 1);
    case State::kArrowPrefix:
      return TakeArrowPrefix();
    case State::kArrowMetadata:
      return TakeArrowMetadata();
    case State::kArrowBody:
      return GiveMessage();
    case State::kTimes:
      return TakeTimes();
    case State::kTracebackLength:
      traceback_rest_ = static_cast<int64_t>(CheckedLength(Int(), INT32_MAX, "a traceback"));
      return Expect(State::kTraceback, static_cast<size_t>(std::min<int64_t>(traceback_rest_, kTracebackPiece)));
    case State::kTraceback:
      return TakeTraceback();
    case State::kAccumulators:
      accumulators_ = Int();
      if (accumulators_ < 0 || accumulators_ > kMaxAccumulators) throw ProtocolBroken("a number of accumulators");
      return NextAccumulator();
    case State::kAccumulatorLength:
      accumulator_bytes_ += Int();
      CheckedLength(Int(), kMaxAccumulatorBytes, "an accumulator");
      CheckedLength(accumulator_bytes_, kMaxAccumulatorBytes, "accumulators");
      return Expect(State::kAccumulator, static_cast<size_t>(Int()));
    case State::kAccumulator:
      report_.accumulator_updates.emplace_back(Filled());
      --accumulators_;
      return NextAccumulator();
    case State::kEnd:
      // A worker that has not read all of its input says so by another mark, and ends.
      if (Int() != mark::kEndOfStream && Int() != mark::kEndOfDataSection) throw ProtocolBroken("no mark of the end");
      reusable_ = Int() == mark::kEndOfStream;
      return Expect(State::kDone, 1);
    case State::kDone:
      return;
  }
}

void OutputReader::NextAccumulator() { Expect(accumulators_ > 0 ? State::kAccumulatorLength : State::kEnd, 4); }

void OutputReader::TakeMark(int32_t value) {
  switch (value) {
    case mark::kStartArrowStream:
      if (had_stream_) throw ProtocolBroken("a second stream of results");
      had_stream_ = true;
      return Expect(State::kArrowPrefix, kArrowPrefixBytes);
    case mark::kTimingData:
      return Expect(State::kTimes, kTimesBytes);
    case mark::kPythonExceptionThrown:
      return Expect(State::kTracebackLength, 4);
    case mark::kEndOfDataSection:
      return Expect(State::kAccumulators, 4);
    default:
      throw ProtocolBroken("an unknown mark " + std::to_string(value));
  }
}

void OutputReader::TakeArrowPrefix() {
  if (LittleEndian(buffer_.get(), 4) != 0xFFFFFFFF) throw ProtocolBroken("no Arrow message");
  const auto length = static_cast<int32_t>(LittleEndian(buffer_.get() + 4, 4));
  if (length == 0) return Expect(State::kMark, 4);  // the end of the stream
  state_ = State::kArrowMetadata;
  wanted_ = kArrowPrefixBytes + CheckedLength(length, std::min(kMaxMetadata, max_message_bytes_), "Arrow metadata");
}

void OutputReader::TakeArrowMetadata() {
  const auto body = ArrowBodyLength(Filled().substr(kArrowPrefixBytes));
  if (!body) throw ProtocolBroken("Arrow metadata that cannot be read");
  state_ = State::kArrowBody;
  wanted_ += CheckedLength(*body, max_message_bytes_, "an Arrow body");
}

void OutputReader::GiveMessage() {
  on_message_(Filled());
  if (room_ > kKeptRoom) {
    buffer_.reset();
    room_ = 0;
  }
  Expect(State::kArrowPrefix, kArrowPrefixBytes);
}

void OutputReader::TakeTimes() {
  const int64_t boot = Long(0), init = Long(8);
  report_.boot_time = boot;
  report_.init_time = init - boot;
  report_.processing_time = Long(24);
  Expect(State::kMark, 4);
}

void OutputReader::TakeTraceback() {
  const std::string_view piece = Filled();
  const size_t to_begin = std::min(piece.size(), kTracebackPart - traceback_begin_.size());
  traceback_begin_ += piece.substr(0, to_begin);
  traceback_end_ += piece.substr(to_begin);
  if (traceback_end_.size() > 2 * kTracebackPart) traceback_end_.erase(0, traceback_end_.size() - kTracebackPart);
  traceback_rest_ -= static_cast<int64_t>(filled_);
  if (traceback_rest_ > 0) {
    return Expect(State::kTraceback, static_cast<size_t>(std::min<int64_t>(traceback_rest_, kTracebackPiece)));
  }
  if (traceback_begin_.starts_with(kConditionPrefix)) {
    ThrowCondition(std::string_view(traceback_begin_).substr(kConditionPrefix.size()));
  }
  if (traceback_end_.size() > kTracebackPart) {
    traceback_end_.erase(0, traceback_end_.size() - kTracebackPart);
    traceback_begin_ += "\n…\n";
  }
  throw PythonException(traceback_begin_ + traceback_end_);
}

}  // namespace firesteel::udf
