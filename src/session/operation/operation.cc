#include "session/operation/operation.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace firesteel::session {
namespace {

QueryError ProtocolError(std::string condition, ErrorParameters parameters = {}) {
  return QueryError(std::move(condition), std::move(parameters), nullptr, ErrorClass::kSql);
}

ErrorRecordPtr Record(const QueryError& error) { return DescribeError(std::make_exception_ptr(error)); }

bool Over(OperationState state) {
  return state == OperationState::kSucceeded || state == OperationState::kFailed || state == OperationState::kCanceled;
}

std::shared_ptr<Response> MakeResponse(std::string id, ByteSlices bytes) {
  auto response = std::make_shared<Response>();
  response->id = std::move(id);
  response->size = TotalSize(bytes);
  response->bytes = std::move(bytes);
  return response;
}

}  // namespace

ErrorRecordPtr CanceledError() { return Record(ProtocolError("OPERATION_CANCELED")); }

Operation::Operation(std::string id, std::string request, std::vector<std::string> tags, bool reattachable,
                     Limits limits, const Clock& clock)
    : id_(std::move(id)),
      request_(std::move(request)),
      tags_(std::move(tags)),
      reattachable_(reattachable),
      limits_(limits),
      clock_(clock),
      detached_since_(clock.Steady()) {}

Operation::~Operation() {
  if (limits_.budget) limits_.budget->Add(-counted_);
}

OperationState Operation::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}

bool Operation::IsOver() const { return Over(state()); }

void Operation::CountLocked() {
  if (!limits_.budget) return;
  const auto held = static_cast<int64_t>(ahead_ + sent_bytes_);
  limits_.budget->Add(held - counted_);
  counted_ = held;
}

std::function<void()> Operation::WakeLocked() const { return attached_ ? wake_ : nullptr; }

void Operation::MarkRunning() {
  std::lock_guard lock(mutex_);
  if (state_ == OperationState::kQueued) state_ = OperationState::kRunning;
}

void Operation::Push(std::string response_id, ByteSlices bytes) {
  std::shared_ptr<Response> response = MakeResponse(std::move(response_id), std::move(bytes));
  std::function<void()> wake;
  {
    std::unique_lock lock(mutex_);
    // One response may always be ahead, however large it is: so every run goes on when its reader does.
    auto may_go_on = [&] {
      return Over(state_) || ahead_ == 0 || (ahead_ + response->size <= limits_.ahead_bytes && !IsScarce());
    };
    if (!may_go_on()) {
      state_ = OperationState::kParked;
      lock.unlock();
      {
        WorkerPool::BlockedScope blocked;
        lock.lock();
        room_.wait(lock, may_go_on);
        lock.unlock();
      }
      lock.lock();
      if (state_ == OperationState::kParked) state_ = OperationState::kRunning;
    }
    if (Over(state_)) throw ProtocolError("OPERATION_CANCELED");
    wake = AppendLocked(std::move(response));
  }
  if (wake) wake();
}

bool Operation::TryPush(std::string response_id, ByteSlices bytes) {
  std::shared_ptr<Response> response = MakeResponse(std::move(response_id), std::move(bytes));
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    if (Over(state_) || ahead_ > 0) return false;
    wake = AppendLocked(std::move(response));
  }
  if (wake) wake();
  return true;
}

std::function<void()> Operation::AppendLocked(std::shared_ptr<Response> response) {
  response->index = ++produced_;
  index_by_id_.emplace(response->id, response->index);
  ahead_ += response->size;
  kept_.push_back(std::move(response));
  CountLocked();
  return WakeLocked();
}

void Operation::Succeed() {
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    if (Over(state_)) return;
    state_ = OperationState::kSucceeded;
    wake = WakeLocked();
  }
  if (wake) wake();
}

void Operation::Succeed(std::string response_id, ByteSlices bytes) {
  std::shared_ptr<Response> response = MakeResponse(std::move(response_id), std::move(bytes));
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    if (Over(state_)) return;
    wake = AppendLocked(std::move(response));
    state_ = OperationState::kSucceeded;
  }
  if (wake) wake();
}

void Operation::Fail(ErrorRecordPtr error) {
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    if (Over(state_)) return;
    state_ = OperationState::kFailed;
    error_ = std::move(error);
    wake = WakeLocked();
  }
  if (wake) wake();
}

void Operation::Prepare(WorkerPool::SlotPtr slot, std::shared_ptr<void> request) {
  std::lock_guard lock(mutex_);
  slot_ = std::move(slot);
  if (!Over(state_)) pending_request_ = std::move(request);
}

std::shared_ptr<void> Operation::TakeRequest() {
  std::lock_guard lock(mutex_);
  return std::exchange(pending_request_, nullptr);
}

bool Operation::Interrupt() {
  std::function<void()> wake;
  std::shared_ptr<void> request;  // freed without the lock
  ErrorRecordPtr error = CanceledError();
  {
    std::lock_guard lock(mutex_);
    if (Over(state_)) return false;
    state_ = OperationState::kCanceled;
    error_ = std::move(error);
    request = std::move(pending_request_);
    kept_.clear();
    ahead_ = 0;
    sent_bytes_ = 0;
    CountLocked();
    cancel_->Cancel();
    room_.notify_all();
    wake = WakeLocked();
  }
  if (wake) wake();
  return true;
}

Operation::Attachment Operation::Attach(const std::string& after, std::function<void()> wake) {
  std::function<void()> wake_previous;
  WorkerPool::SlotPtr slot;
  Attachment result;
  {
    std::lock_guard lock(mutex_);
    int64_t next = 1;
    if (!after.empty()) {
      auto it = index_by_id_.find(after);
      if (it == index_by_id_.end()) throw ProtocolError("INVALID_CURSOR.POSITION_NOT_FOUND", {{"responseId", after}});
      next = it->second + 1;
    }
    wake_previous = WakeLocked();
    result.number = ++attachment_;
    attached_ = true;
    next_index_ = next;
    segment_bytes_ = 0;
    segment_began_ = clock_.Steady();
    detached_since_.reset();
    wake_ = std::move(wake);
    slot = slot_;
  }
  if (slot) slot->SetAside(false);
  if (wake_previous) wake_previous();
  return result;
}

void Operation::CutOffLocked() {
  ++attachment_;
  attached_ = false;
  wake_ = nullptr;
  detached_since_ = clock_.Steady();
}

void Operation::Detach(Attachment attachment) {
  std::lock_guard lock(mutex_);
  if (attached_ && attachment.number == attachment_) CutOffLocked();
}

Operation::Step Operation::Next(Attachment attachment) {
  using Kind = Step::Kind;
  std::lock_guard lock(mutex_);
  if (!attached_ || attachment.number != attachment_) {
    return {Kind::kError, nullptr, Record(ProtocolError("INVALID_CURSOR.DISCONNECTED"))};
  }
  if (state_ == OperationState::kCanceled) return {Kind::kError, nullptr, error_};
  if (next_index_ <= produced_) {
    if (kept_.empty() || next_index_ < kept_.front()->index) {
      std::string wanted;
      for (const auto& [id, index] : index_by_id_) {
        if (index == next_index_) wanted = id;
      }
      return {Kind::kError, nullptr,
              Record(ProtocolError("INVALID_CURSOR.POSITION_NOT_AVAILABLE",
                                   {{"index", std::to_string(next_index_)}, {"responseId", wanted}}))};
    }
    const bool long_enough =
        segment_bytes_ >= limits_.segment_bytes || clock_.Steady() - segment_began_ >= limits_.segment_duration;
    if (reattachable_ && long_enough) return {Kind::kSegmentEnd, nullptr, nullptr};
    ResponsePtr response = kept_[static_cast<size_t>(next_index_ - kept_.front()->index)];
    ++next_index_;
    segment_bytes_ += response->size;
    if (response->index > sent_) {
      sent_ = response->index;
      ahead_ -= response->size;
      sent_bytes_ += response->size;
      TrimLocked();
      CountLocked();
      room_.notify_all();
    }
    const bool is_last = state_ == OperationState::kSucceeded && next_index_ > produced_;
    return {Kind::kResponse, std::move(response), nullptr, is_last};
  }
  if (state_ == OperationState::kSucceeded) return {Kind::kEnd, nullptr, nullptr};
  if (state_ == OperationState::kFailed) return {Kind::kError, nullptr, error_};
  if (reattachable_ && clock_.Steady() - segment_began_ >= limits_.segment_duration) {
    return {Kind::kSegmentEnd, nullptr, nullptr};
  }
  return {Kind::kWait, nullptr, nullptr};
}

void Operation::TrimLocked() {
  const size_t kept = IsScarce() ? std::min(limits_.replay_bytes, limits_.scarce_replay_bytes) : limits_.replay_bytes;
  const size_t allowed = reattachable_ ? kept : 0;
  // The response sent last stays: a reattachable stream that broke while it travelled comes back for it.
  while (!kept_.empty() && sent_bytes_ > allowed && kept_.front()->index < sent_ + (reattachable_ ? 0 : 1)) {
    sent_bytes_ -= kept_.front()->size;
    kept_.pop_front();
  }
}

void Operation::ReleaseUntil(const std::string& response_id) {
  std::lock_guard lock(mutex_);
  auto it = index_by_id_.find(response_id);
  if (it == index_by_id_.end()) {
    throw ProtocolError("INVALID_CURSOR.POSITION_NOT_FOUND", {{"responseId", response_id}});
  }
  while (!kept_.empty() && kept_.front()->index <= it->second) {
    (kept_.front()->index <= sent_ ? sent_bytes_ : ahead_) -= kept_.front()->size;
    kept_.pop_front();
  }
  CountLocked();
  room_.notify_all();
}

void Operation::ReleaseAll() {
  Interrupt();
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    wake = WakeLocked();
    CutOffLocked();
    kept_.clear();
    index_by_id_.clear();
    ahead_ = 0;
    sent_bytes_ = 0;
    CountLocked();
  }
  if (wake) wake();
}

void Operation::Tick() {
  std::function<void()> wake;
  WorkerPool::SlotPtr slot;
  Attachment seen;
  {
    std::lock_guard lock(mutex_);
    if (reattachable_ && attached_ && clock_.Steady() - segment_began_ >= limits_.segment_duration) wake = wake_;
    seen.number = attachment_;
    if (detached_since_ && !Over(state_) && clock_.Steady() - *detached_since_ >= limits_.slot_grace) slot = slot_;
  }
  if (wake) wake();
  if (!slot) return;
  slot->SetAside(true);
  std::lock_guard lock(mutex_);
  // A stream may have come meanwhile, perhaps before the run was set aside.
  if (attached_ && attachment_ != seen.number) slot->SetAside(false);
}

std::optional<std::chrono::steady_clock::time_point> Operation::detached_since() const {
  std::lock_guard lock(mutex_);
  return detached_since_;
}

}  // namespace firesteel::session
