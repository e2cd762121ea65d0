#include "session/session_manager.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/uuid.h"
#include "session/limits.h"

namespace firesteel::session {
namespace {

[[noreturn]] void ThrowHandle(const char* what, const std::string& id) {
  throw QueryError(std::string("INVALID_HANDLE.") + what, {{"handle", id}}, nullptr, ErrorClass::kSql);
}

}  // namespace

SessionManager::SessionManager(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), server_id_(NewUuid()) {
  shared_->artifact_folder = options_.artifact_folder;
  shared_->limits = options_.limits;
  shared_->artifact_budget = std::make_shared<ArtifactBudget>(options_.limits.all_artifacts);
}

SessionManager::~SessionManager() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  if (sweeper_.joinable()) sweeper_.join();
}

std::string SessionManager::ServerSideId(const Key& key) const {
  // A function of server, session and life, so that it is known before the session is made.
  auto life = lives_.find(key);
  const std::string text =
      server_id_ + "/" + key.first + "/" + key.second + "/" + std::to_string(life == lives_.end() ? 0 : life->second);
  const auto high = static_cast<unsigned long long>(std::hash<std::string>()(text));
  const auto low = static_cast<unsigned long long>(std::hash<std::string>()(text + "/"));
  char uuid[37];
  std::snprintf(uuid, sizeof uuid, "%08llx-%04llx-4%03llx-a%03llx-%012llx", high >> 32, high >> 16 & 0xffff,
                high & 0xfff, low >> 48 & 0xfff, low & 0xffffffffffff);
  return uuid;
}

SessionPtr SessionManager::NewSession(const Key& key) const {
  auto state = std::make_unique<SessionState>(key.first, key.second, options_.server_settings, shared_);
  Session::Options session_options{.operation_limits = options_.operation_limits,
                                   .max_operations = options_.limits.max_operations,
                                   .max_tombstones = options_.max_operation_tombstones};
  return std::make_shared<Session>(std::move(state), ServerSideId(key), std::move(session_options), clock_);
}

SessionPtr SessionManager::MakeLocked(const Key& key) {
  const Limits& limits = options_.limits;
  if (limits.max_user_id_bytes > 0 && static_cast<int64_t>(key.first.size()) > limits.max_user_id_bytes) {
    ThrowLimitExceeded("a user id of " + std::to_string(key.first.size()) + " bytes",
                       std::to_string(limits.max_user_id_bytes), limit_keys::kUserIdBytes);
  }
  const auto of_user = by_user_.find(key.first);
  if (of_user != by_user_.end() && IsFull(of_user->second, limits.max_sessions_per_user)) {
    ThrowLimitExceeded("one more session of the user", std::to_string(limits.max_sessions_per_user),
                       limit_keys::kSessionsPerUser);
  }
  if (IsFull(static_cast<int64_t>(sessions_.size()), limits.max_sessions)) {
    ThrowLimitExceeded("one more session", std::to_string(limits.max_sessions), limit_keys::kSessions);
  }
  SessionPtr session = NewSession(key);
  sessions_.emplace(key, session);
  ++by_user_[key.first];
  log::DebugEvent("session opened", {{"session_id", key.second}, {"user_id", key.first}});
  return session;
}

void SessionManager::RequireOpenLocked(const Key& key) const {
  if (closed_.contains(key)) ThrowHandle("SESSION_CLOSED", key.second);
}

void SessionManager::RequireSame(const Session& session, const std::string& observed) {
  if (!observed.empty() && observed != session.server_side_id()) ThrowHandle("SESSION_CHANGED", session.session_id());
}

SessionPtr SessionManager::GetOrCreate(const std::string& user_id, const std::string& session_id,
                                       const std::string& observed) {
  if (!IsUuid(session_id)) ThrowHandle("FORMAT", session_id);
  const Key key(user_id, session_id);
  std::lock_guard lock(mutex_);
  RequireOpenLocked(key);
  auto it = sessions_.find(key);
  if (it == sessions_.end()) {
    // A client that knows another id means a session of a server before this one.
    if (!observed.empty() && observed != ServerSideId(key)) ThrowHandle("SESSION_CHANGED", session_id);
    return MakeLocked(key);
  }
  RequireSame(*it->second, observed);
  it->second->Touch();
  return it->second;
}

SessionPtr SessionManager::Get(const std::string& user_id, const std::string& session_id, const std::string& observed) {
  const Key key(user_id, session_id);
  std::lock_guard lock(mutex_);
  RequireOpenLocked(key);
  auto it = sessions_.find(key);
  if (it == sessions_.end()) {
    // Of a server before this one. Spark says SESSION_NOT_FOUND here, too; its clients then send the plan again, or
    // complain about responses that they have already received, instead of a new session.
    const bool is_of_another = !observed.empty() && observed != ServerSideId(key);
    ThrowHandle(is_of_another ? "SESSION_CHANGED" : "SESSION_NOT_FOUND", session_id);
  }
  RequireSame(*it->second, observed);
  it->second->Touch();
  return it->second;
}

SessionPtr SessionManager::GetOrPeek(const std::string& user_id, const std::string& session_id,
                                     const std::string& observed) {
  if (!IsUuid(session_id)) ThrowHandle("FORMAT", session_id);
  const Key key(user_id, session_id);
  std::lock_guard lock(mutex_);
  RequireOpenLocked(key);
  auto it = sessions_.find(key);
  SessionPtr session = it == sessions_.end() ? NewSession(key) : it->second;
  RequireSame(*session, observed);
  return session;
}

void SessionManager::NoteFarewell(const std::string& operation_id) {
  std::lock_guard lock(mutex_);
  farewells_.push_back(operation_id);
  if (farewells_.size() > kMaxFarewells) farewells_.pop_front();
}

bool SessionManager::IsFarewell(const std::string& operation_id) const {
  std::lock_guard lock(mutex_);
  return std::find(farewells_.begin(), farewells_.end(), operation_id) != farewells_.end();
}

SessionPtr SessionManager::Clone(const SessionPtr& from, const std::string& new_session_id) {
  if (!IsUuid(new_session_id)) ThrowHandle("FORMAT", new_session_id);
  const Key key(from->user_id(), new_session_id);
  SessionPtr session;
  {
    std::lock_guard lock(mutex_);
    RequireOpenLocked(key);
    if (sessions_.contains(key)) ThrowHandle("SESSION_CHANGED", new_session_id);
    session = MakeLocked(key);
  }
  try {
    session->state().CopyFrom(from->state());
  } catch (...) {
    // A full disk, say: half a clone is none.
    Release(session->user_id(), new_session_id, true);
    throw;
  }
  return session;
}

void SessionManager::Close(const SessionPtr& session) {
  session->CloseAllOperations();
  if (options_.on_close) options_.on_close(session->state());
  session->state().artifacts().Close();
  log::DebugEvent("session closed", {{"session_id", session->session_id()}, {"user_id", session->user_id()}});
}

std::string SessionManager::Release(const std::string& user_id, const std::string& session_id, bool allow_reconnect) {
  const Key key(user_id, session_id);
  SessionPtr session;
  {
    std::lock_guard lock(mutex_);
    auto it = sessions_.find(key);
    if (it == sessions_.end()) return "";
    session = std::move(it->second);
    sessions_.erase(it);
    if (--by_user_[user_id] == 0) by_user_.erase(user_id);
    if (allow_reconnect) {
      ++lives_[key];
    } else if (closed_.insert(key).second) {
      closed_order_.push_back(key);
      if (closed_order_.size() > options_.max_tombstones) {
        closed_.erase(closed_order_.front());
        closed_order_.pop_front();
      }
    }
  }
  Close(session);
  return session->server_side_id();
}

std::vector<SessionPtr> SessionManager::Sessions() const {
  std::vector<SessionPtr> result;
  std::lock_guard lock(mutex_);
  for (const auto& [key, session] : sessions_) result.push_back(session);
  return result;
}

void SessionManager::Sweep() {
  const auto now = clock_.Steady();
  for (const SessionPtr& session : Sessions()) {
    session->Sweep(options_.detached_lifetime);
    if (now - session->last_used() >= options_.session_lifetime && !session->HasRunningOperations()) {
      Release(session->user_id(), session->session_id(), false);
    }
  }
  if (options_.is_crowded && options_.is_crowded()) EndLongestDetached();
}

void SessionManager::EndLongestDetached() {
  SessionPtr owner;
  OperationPtr longest;
  std::chrono::steady_clock::time_point since;
  for (const SessionPtr& session : Sessions()) {
    std::chrono::steady_clock::time_point detached;
    OperationPtr operation = session->LongestDetached(&detached);
    if (operation == nullptr || (longest != nullptr && detached >= since)) continue;
    owner = session;
    longest = std::move(operation);
    since = detached;
  }
  if (longest == nullptr) return;
  log::Event("operation abandoned: nobody reads it and others wait",
             {{"session_id", owner->session_id()}, {"operation_id", longest->id()}});
  owner->AbandonOperation(longest->id());
}

void SessionManager::StartSweeping() {
  sweeper_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stop_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
      lock.unlock();
      Sweep();
      lock.lock();
    }
  });
}

void SessionManager::InterruptAll() {
  for (const SessionPtr& session : Sessions()) session->Interrupt([](const Operation&) { return true; });
}

size_t SessionManager::size() const {
  std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace firesteel::session
