#include "session/session.h"

#include <utility>

#include "base/error.h"

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

Session::Session(std::unique_ptr<SessionState> state, std::string server_side_id, Operation::Limits limits,
                 const Clock& clock)
    : state_(std::move(state)),
      server_side_id_(std::move(server_side_id)),
      limits_(limits),
      clock_(clock),
      errors_(clock),
      last_used_(clock.Steady()) {}

Session::Started Session::StartOperation(const std::string& id, std::string request, std::vector<std::string> tags,
                                         bool reattachable) {
  std::lock_guard lock(mutex_);
  if (auto it = operations_.find(id); it != operations_.end()) {
    if (!reattachable || !it->second->reattachable() || it->second->request() != request) {
      ThrowHandle("OPERATION_ALREADY_EXISTS", id);
    }
    return {it->second, false};
  }
  if (tombstones_.contains(id)) ThrowHandle("OPERATION_ABANDONED", id);
  auto operation = std::make_shared<Operation>(id, std::move(request), std::move(tags), reattachable, limits_, clock_);
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
  auto tombstone = tombstones_.find(id);
  if (tombstone != tombstones_.end() && tombstone->second.abandoned) ThrowHandle("OPERATION_ABANDONED", id);
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
    if (tombstones_.insert_or_assign(id, Tombstone{StatusOfState(operation->state()), abandoned}).second) {
      tombstone_order_.push_back(id);
    }
    if (tombstone_order_.size() > kMaxTombstones) {
      tombstones_.erase(tombstone_order_.front());
      tombstone_order_.pop_front();
    }
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
  auto it = tombstones_.find(id);
  return it == tombstones_.end() ? OperationStatus::kUnknown : it->second.status;
}

bool Session::HasRunningOperations() const {
  for (const OperationPtr& operation : Operations()) {
    if (!operation->IsOver()) return true;
  }
  return false;
}

void Session::Sweep(std::chrono::milliseconds patience) {
  const auto now = clock_.Steady();
  for (const OperationPtr& operation : Operations()) {
    operation->Tick();
    auto since = operation->detached_since();
    if (since && now - *since >= patience) Close(operation->id(), true);
  }
}

}  // namespace firesteel::session
