#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/cancel_token.h"
#include "base/clock.h"
#include "session/byte_slice.h"
#include "session/error/error_record.h"
#include "session/operation/buffer_budget.h"
#include "session/operation/worker_pool.h"

namespace firesteel::session {

/// One encoded response of an operation. Immutable, shared between the replay buffer and the transport.
struct Response {
  std::string id;     ///< what the client names in Reattach and Release
  int64_t index = 0;  ///< from 1
  ByteSlices bytes;
  size_t size = 0;
};

using ResponsePtr = std::shared_ptr<const Response>;

enum class OperationState : uint8_t { kQueued, kRunning, kParked, kSucceeded, kFailed, kCanceled };

/// One ExecutePlan: what it has produced and not yet been rid of. The run pushes responses; one stream at a time
/// attaches and takes them; a client that lost its stream attaches again and gets what it missed.
///
/// Bounds: the run parks (its thread waits) while it is more than `ahead_bytes` ahead of the stream; what was sent is
/// kept for replay up to `replay_bytes` behind the stream.
///
/// Thread-safe. The wake function of an attachment is called without locks held and never again after Detach returned
/// or another stream attached, except for a call that is already under way.
class Operation {
 public:
  struct Limits {
    size_t ahead_bytes = 32u << 20;
    /// Spark keeps 10 MiB behind its sender, which waits for the client's window; what we count as sent may still lie
    /// in the transport and its windows, which grow with the round trip (over 50 MiB was seen), and must be there for a
    /// client that lost it. Clients that release what they have read (all of Spark's do) cost a few responses only.
    size_t replay_bytes = (10u + 118u) << 20;
    std::chrono::milliseconds segment_duration{120'000};  ///< a reattachable stream ends after this …
    size_t segment_bytes = 1u << 30;                      ///< … or this, and the client attaches again
    /// Shared by all operations; null: no bound but those above. When it is spent a run may be one response ahead, and
    /// `scarce_replay_bytes` are kept behind the stream.
    std::shared_ptr<BufferBudget> budget;
    size_t scarce_replay_bytes = 10u << 20;
    /// So long may a run without a stream keep others waiting: clients that lost a stream are back at once.
    std::chrono::milliseconds slot_grace{2'000};
  };

  Operation(std::string id, std::string request, std::vector<std::string> tags, bool reattachable, Limits limits,
            const Clock& clock = SystemClock::Instance());
  ~Operation();
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  const std::string& id() const { return id_; }
  /// The plan as sent: the same id with the same plan means "attach", with another one it is an error.
  const std::string& request() const { return request_; }
  const std::vector<std::string>& tags() const { return tags_; }
  bool reattachable() const { return reattachable_; }
  const CancelTokenPtr& cancel_token() const { return cancel_; }
  OperationState state() const;
  bool IsOver() const;

  // ---- the run
  void MarkRunning();
  /// Appends a response. Blocks while too far ahead. Throws QueryError OPERATION_CANCELED when interrupted.
  void Push(std::string response_id, ByteSlices bytes);
  /// Appends a response that may as well be missing, when there is nothing to wait for: false when the stream is behind
  /// or the operation is over. Any thread.
  bool TryPush(std::string response_id, ByteSlices bytes);
  void Succeed();
  /// Appends the response that says the result is whole and succeeds, as one step: a client that has it may release the
  /// operation at once, and that is no cancelling. Does not block. Does nothing when the operation is over.
  void Succeed(std::string response_id, ByteSlices bytes);
  /// Ends with an error; after an interruption the error is OPERATION_CANCELED whatever the run says.
  void Fail(ErrorRecordPtr error);

  /// Where the run will have its place, and what it alone needs (the plan, perhaps megabytes), which goes when the
  /// operation is interrupted before. Once, before the run is submitted.
  void Prepare(WorkerPool::SlotPtr slot, std::shared_ptr<void> request);
  /// Hands the request of Prepare out; null after an interruption.
  std::shared_ptr<void> TakeRequest();

  /// Cancels; false when it is over already. What was not sent yet is dropped: the next thing a stream sees is
  /// OPERATION_CANCELED.
  bool Interrupt();

  // ---- the stream
  struct Attachment {
    int64_t number = 0;
  };
  /// Begins a stream behind the response `after` (empty: from the first one). The stream before this one is cut off
  /// with INVALID_CURSOR.DISCONNECTED. Throws INVALID_CURSOR.POSITION_NOT_FOUND. `wake` is called whenever Next may
  /// have something new.
  Attachment Attach(const std::string& after, std::function<void()> wake);
  void Detach(Attachment attachment);

  struct Step {
    enum class Kind : uint8_t {
      kResponse,    ///< send it
      kWait,        ///< nothing yet; wake comes
      kEnd,         ///< all was sent and the run succeeded
      kSegmentEnd,  ///< the stream is long enough: end it well, the client attaches again
      kError,
    };
    Kind kind = Kind::kWait;
    ResponsePtr response;
    ErrorRecordPtr error;
    bool is_last = false;  ///< of a response: kEnd is all that comes after it
  };
  Step Next(Attachment attachment);

  /// Forgets responses up to and including this one. Throws INVALID_CURSOR.POSITION_NOT_FOUND.
  void ReleaseUntil(const std::string& response_id);
  /// Forgets everything, cuts off the stream, interrupts the run.
  void ReleaseAll();

  /// Wakes the stream if its segment has lasted long enough, and sets a run aside that nobody has read from for
  /// `Limits::slot_grace`. Called now and then by the session manager.
  void Tick();
  /// When the last stream went away; unset while one is attached.
  std::optional<std::chrono::steady_clock::time_point> detached_since() const;

 private:
  std::function<void()> WakeLocked() const;
  std::function<void()> AppendLocked(std::shared_ptr<Response> response);
  void TrimLocked();
  bool IsScarce() const { return limits_.budget && limits_.budget->IsSpent(); }
  void CountLocked();
  void CutOffLocked();

  const std::string id_;
  const std::string request_;
  const std::vector<std::string> tags_;
  const bool reattachable_;
  const Limits limits_;
  const Clock& clock_;
  const CancelTokenPtr cancel_ = std::make_shared<CancelToken>();

  mutable std::mutex mutex_;
  std::condition_variable room_;  // the stream moved on, or cancelled
  // Everything below is guarded by mutex_.
  OperationState state_ = OperationState::kQueued;
  ErrorRecordPtr error_;
  std::deque<ResponsePtr> kept_;  // consecutive indices
  std::unordered_map<std::string, int64_t> index_by_id_;
  int64_t produced_ = 0;   // index of the last response made
  int64_t sent_ = 0;       // highest index handed to a stream
  size_t ahead_ = 0;       // bytes of kept_ behind sent_
  size_t sent_bytes_ = 0;  // bytes of kept_ up to sent_
  int64_t counted_ = 0;    // bytes of kept_ that the budget knows of

  int64_t attachment_ = 0;  // number of the current one
  bool attached_ = false;
  int64_t next_index_ = 1;  // of the current attachment
  size_t segment_bytes_ = 0;
  std::chrono::steady_clock::time_point segment_began_;
  std::optional<std::chrono::steady_clock::time_point> detached_since_;
  std::function<void()> wake_;
  WorkerPool::SlotPtr slot_;  // null: the run has none
  std::shared_ptr<void> pending_request_;
};

using OperationPtr = std::shared_ptr<Operation>;

/// The error that an interrupted operation ends with.
ErrorRecordPtr CanceledError();

}  // namespace firesteel::session
