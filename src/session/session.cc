#include "session/session.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "session/limits.h"

namespace firesteel::session {
namespace {

[[noreturn]] void ThrowHandle(const char* what, const std::string& id) {
  throw QueryError(std::string("INVALID_HANDLE.") + what, {{"handle", id}}, nullptr, ErrorClass::kSql);
}

OperationStatus StatusOfState(OperationState state) {
  switch (state) {
    case OperationState::kSucceeded:
      return OperationStatus::kSucceeded;
    case OperationState::kFailed:
      return OperationStatus::kFailed;
    case OperationState::kCanceled:
      return OperationStatus::kCanceled;
    default:
      return OperationStatus::kRunning;
  }
}

}  // namespace

Session::Session(std::unique_ptr<SessionState> state, std::string server_side_id, Options options, const Clock& clock)
    : state_(std::move(state)),
      server_side_id_(std::move(server_side_id)),
      options_(std::move(options)),
      clock_(clock),
      errors_(clock),
      last_used_(clock.Steady()),
      closed_(options_.max_tombstones) {}

bool Session::HasTooManyOperations() const {
  if (!IsFull(static_cast<int64_t>(operations_.size()), options_.max_operations)) return false;
  const auto unended = std::count_if(operations_.begin(), operations_.end(),
                                     [](const auto& operation) { return !operation.second->IsOver(); });
  return IsFull(unended, options_.max_operations);
}

Session::Started Session::StartOperation(const std::string& id, std::string request, std::vector<std::string> tags,
                                         bool reattachable) {
  std::lock_guard lock(mutex_);
  if (auto it = operations_.find(id); it != operations_.end()) {
    if (!reattachable || !it->second->reattachable() || it->second->request() != request) {
      ThrowHandle("OPERATION_ALREADY_EXISTS", id);
    }
    return {it->second, false};
  }
  if (closed_.Find(id)) ThrowHandle("OPERATION_ABANDONED", id);
  if (HasTooManyOperations()) {
    ThrowLimitExceeded("one more operation of the session that runs or waits", std::to_string(options_.max_operations),
                       limit_keys::kOperations);
  }
  auto operation = std::make_shared<Operation>(id, std::move(request), std::move(tags), reattachable,
                                               options_.operation_limits, clock_);
  operations_.emplace(id, operation);
  return {std::move(operation), true};
}

OperationPtr Session::FindOperation(const std::string& id) const {
  std::lock_guard lock(mutex_);
  auto it = operations_.find(id);
  return it == operations_.end() ? nullptr : it->second;
}

OperationPtr Session::RequireOperation(const std::string& id) const {
  std::lock_guard lock(mutex_);
  if (auto it = operations_.find(id); it != operations_.end()) return it->second;
  if (const auto ending = closed_.Find(id); ending && ending->abandoned) ThrowHandle("OPERATION_ABANDONED", id);
  ThrowHandle("OPERATION_NOT_FOUND", id);
}

void Session::Close(const std::string& id, bool abandoned) {
  OperationPtr operation;
  {
    std::lock_guard lock(mutex_);
    auto it = operations_.find(id);
    if (it == operations_.end()) return;
    operation = std::move(it->second);
    operations_.erase(it);
    // What still runs is interrupted below.
    const OperationStatus status = operation->IsOver() ? StatusOfState(operation->state()) : OperationStatus::kCanceled;
    closed_.Add(id, {status, abandoned}, clock_.Steady());
  }
  operation->ReleaseAll();
}

void Session::CloseOperation(const std::string& id) { Close(id, false); }

std::vector<OperationPtr> Session::Operations() const {
  std::vector<OperationPtr> result;
  std::lock_guard lock(mutex_);
  for (const auto& [id, operation] : operations_) result.push_back(operation);
  return result;
}

std::vector<std::string> Session::OperationIds() const {
  std::vector<std::string> result;
  for (const OperationPtr& operation : Operations()) result.push_back(operation->id());
  return result;
}

std::vector<std::string> Session::Interrupt(const std::function<bool(const Operation&)>& chosen) {
  std::vector<std::string> interrupted;
  for (const OperationPtr& operation : Operations()) {
    if (chosen(*operation) && operation->Interrupt()) interrupted.push_back(operation->id());
  }
  return interrupted;
}

void Session::CloseAllOperations() {
  for (const OperationPtr& operation : Operations()) Close(operation->id(), false);
}

OperationStatus Session::StatusOf(const std::string& id) const {
  std::lock_guard lock(mutex_);
  if (auto it = operations_.find(id); it != operations_.end()) return StatusOfState(it->second->state());
  const auto ending = closed_.Find(id);
  return ending ? ending->status : OperationStatus::kUnknown;
}

bool Session::HasRunningOperations() const {
  for (const OperationPtr& operation : Operations()) {
    if (!operation->IsOver()) return true;
  }
  return false;
}

void Session::Sweep(std::chrono::milliseconds patience) {
  const auto now = clock_.Steady();
  {
    std::lock_guard lock(mutex_);
    closed_.Forget(now);
  }
  std::vector<std::pair<std::chrono::steady_clock::time_point, std::string>> unreleased;
  for (const OperationPtr& operation : Operations()) {
    operation->Tick();
    auto since = operation->detached_since();
    if (!since) continue;
    if (now - *since >= patience) {
      Close(operation->id(), true);
    } else if (operation->IsOver()) {
      unreleased.emplace_back(*since, operation->id());
    }
  }
  if (unreleased.size() <= kMaxUnreleased) return;
  std::sort(unreleased.begin(), unreleased.end());
  unreleased.resize(unreleased.size() - kMaxUnreleased);
  for (const auto& [since, id] : unreleased) Close(id, true);
}

OperationPtr Session::LongestDetached(std::chrono::steady_clock::time_point* since) const {
  OperationPtr longest;
  for (const OperationPtr& operation : Operations()) {
    const auto detached = operation->detached_since();
    if (!detached || operation->state() != OperationState::kRunning || (longest != nullptr && *detached >= *since))
      continue;
    longest = operation;
    *since = *detached;
  }
  return longest;
}

}  // namespace firesteel::session
