#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "udf/run.h"

namespace firesteel::udf {

/// Reads what a worker writes back, as bytes arrive: Spark's protocol with an Arrow IPC stream in it. The worker is not
/// trusted: lengths are checked before memory is taken for them, and memory grows with what really arrives. Not
/// thread-safe.
class OutputReader {
 public:
  /// For a question's answer: a status, a length and bytes.
  explicit OutputReader(int64_t max_message_bytes);
  /// A whole Arrow message goes to `on_message`; it is valid during the call.
  OutputReader(int64_t max_message_bytes, std::function<void(std::string_view)> on_message);

  /// Where to put the next bytes, and for how many there is room (at least one). Valid until Advance.
  std::pair<char*, size_t> Room();
  /// `bytes` have been put there. Throws QueryError: what the worker raised, or that it broke the protocol.
  void Advance(size_t bytes);

  /// Whether the task is over; no more bytes may come.
  bool done() const { return state_ == State::kDone; }
  /// Whether the worker waits for another task. After done().
  bool reusable() const { return reusable_; }
  /// Times and accumulators as far as they were told.
  WorkerReport& report() { return report_; }
  /// After done().
  std::string& answer() { return answer_; }

 private:
  enum class State : uint8_t {
    kMark,
    kAnswerHead,
    kAnswer,
    kArrowPrefix,
    kArrowMetadata,
    kArrowBody,
    kTimes,
    kTracebackLength,
    kTraceback,
    kAccumulators,
    kAccumulatorLength,
    kAccumulator,
    kEnd,
    kDone
  };

  void Expect(State state, size_t bytes);
  void Take();
  void TakeMark(int32_t value);
  void TakeArrowPrefix();
  void TakeArrowMetadata();
  void GiveMessage();
  void TakeTimes();
  void TakeTraceback();
  void NextAccumulator();
  std::string_view Filled() const { return {buffer_.get(), filled_}; }
  int32_t Int(size_t at = 0) const;
  int64_t Long(size_t at) const;
  static size_t CheckedLength(int64_t length, int64_t limit, const char* what);

  const int64_t max_message_bytes_;
  const std::function<void(std::string_view)> on_message_;
  State state_ = State::kMark;
  size_t wanted_ = 4;  // bytes of buffer_ that complete the state
  size_t filled_ = 0;  // bytes of buffer_ that have arrived
  std::unique_ptr<char, void (*)(void*)> buffer_{nullptr,
                                                 std::free};  // what has arrived; an Arrow message gathers here
  size_t room_ = 0;                                           // its size
  int64_t traceback_rest_ = 0;
  std::string traceback_end_;
  std::string traceback_begin_;
  int64_t accumulators_ = 0;
  int64_t accumulator_bytes_ = 0;
  bool had_stream_ = false;
  bool reusable_ = false;
  std::string answer_;
  WorkerReport report_;
};

/// The length of the body that an Arrow message's flatbuffer names; nothing when it is none.
std::optional<int64_t> ArrowBodyLength(std::string_view flatbuffer);

}  // namespace firesteel::udf
