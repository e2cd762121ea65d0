#include "udf/worker_pool.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <system_error>

#include "base/log.h"
#include "base/temporary_folder.h"
#include "udf/interpreter.h"
#include "udf/session_folder.h"
#include "udf/worker_error.h"

namespace firesteel::udf {
namespace {

using std::chrono::steady_clock;

constexpr auto kGlance = std::chrono::milliseconds(50);
constexpr auto kExitWait = std::chrono::milliseconds(2000);

// An idle worker says nothing: bytes or an end mean that it is not what it was.
bool IsQuiet(const WorkerProcess& worker) {
  pollfd polled{worker.socket.get(), POLLIN, 0};
  return ::poll(&polled, 1, 0) == 0;
}

std::string OwnFolder(const std::string& parent) {
  try {
    return MakeTemporaryFolder(parent, "firesteel-python-");
  } catch (const std::system_error& failed) {
    throw NoInterpreter(std::string("cannot make a folder for workers: ") + failed.what());
  }
}

}  // namespace

// Servers on one machine do not begin with the same user ids: one would end the others' workers with its own.
WorkerPool::WorkerPool(RuntimeOptions options)
    : options_(std::move(options)), is_root_(::geteuid() == 0), last_user_(std::random_device()()) {}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (warmer_.joinable()) warmer_.join();
  if (keeper_.joinable()) keeper_.join();
  zygote_.reset();
  for (auto& [key, session] : sessions_) {
    std::error_code ignored;
    if (!session.own_folder.empty()) std::filesystem::remove_all(session.own_folder, ignored);
  }
}

std::shared_ptr<Zygote> WorkerPool::StartZygote(const CancelTokenPtr& cancel) {
  const std::vector<std::string> candidates = InterpreterCandidates(options_.python);
  std::string reasons;
  for (const std::string& interpreter : candidates) {
    std::string reason;
    try {
      auto zygote = std::make_shared<Zygote>(interpreter, options_);
      reason = zygote->WaitReady(cancel);
      if (reason.empty()) return zygote;
      reason = interpreter + ": " + reason;
    } catch (const QueryError& error) {
      if (error.condition() == "OPERATION_CANCELED") throw;
      reason = error.message();
    }
    log::Warn("Python workers cannot be started with {}", interpreter);
    reasons += (reasons.empty() ? "" : "; ") + reason;
  }
  if (reasons.empty()) reasons = "no python3 on PATH";
  throw NoInterpreter(
      "install pyspark, pandas and pyarrow and name the interpreter with --python or FIRESTEEL_PYTHON: " + reasons);
}

std::shared_ptr<Zygote> WorkerPool::LiveZygote(const CancelTokenPtr& cancel) {
  std::unique_lock lock(mutex_);
  while (starting_) {
    if (cancel && cancel->cancelled()) throw Canceled();
    changed_.wait_for(lock, kGlance);
  }
  if (zygote_ && zygote_->alive()) return zygote_;
  std::shared_ptr<Zygote> dead = std::move(zygote_);
  zygote_ = nullptr;
  // Its workers are gone, too.
  for (auto& [key, session] : sessions_) session.idle.clear();
  starting_ = true;
  lock.unlock();
  std::shared_ptr<Zygote> fresh;
  std::exception_ptr failed;
  dead.reset();
  try {
    fresh = StartZygote(cancel);
  } catch (...) {
    failed = std::current_exception();
  }
  lock.lock();
  starting_ = false;
  zygote_ = fresh;
  if (fresh && !keeper_.joinable() && !stopping_) keeper_ = std::thread([this] { Keep(); });
  changed_.notify_all();
  if (failed) std::rethrow_exception(failed);
  return fresh;
}

uint32_t WorkerPool::NextUser() {
  if (!is_root_ || options_.user_ids == 0) return 0;
  for (uint32_t tried = 0; tried < options_.user_ids; ++tried) {
    const uint32_t user = options_.first_user_id + last_user_++ % options_.user_ids;
    if (users_.insert(user).second) return user;
  }
  throw QueryError("SERVER_LIMIT_EXCEEDED",
                   {{"what", "one more session with Python"},
                    {"limit", std::to_string(options_.user_ids) + " user ids"},
                    {"key", std::string(limit_keys::kUserIds)}},
                   nullptr, ErrorClass::kSpark);
}

WorkerPool::Session& WorkerPool::Open(const Principal& principal) {
  auto [it, is_new] = sessions_.try_emplace(principal.session);
  Session& session = it->second;
  try {
    if (is_new) session.user = NextUser();
    std::string folder = principal.files_folder;
    if (folder.empty()) {
      if (session.own_folder.empty()) session.own_folder = OwnFolder(options_.temp_folder);
      folder = session.own_folder;
    }
    if (folder != session.files_folder) {
      // A session's files are its own: nobody else's worker may look into the folder.
      if (session.user != 0) GiveFolder(folder, session.user);
      session.files_folder = folder;
      ++session.generation;
    }
  } catch (...) {
    if (is_new) {
      users_.erase(session.user);
      sessions_.erase(it);
    }
    throw;
  }
  return session;
}

WorkerPool::WorkerPtr WorkerPool::TakeIdle(Session& session) {
  while (!session.idle.empty()) {
    WorkerPtr worker = std::move(session.idle.back());
    session.idle.pop_back();
    if (worker->generation == session.generation && !zygote_->HasExited(*worker) && IsQuiet(*worker)) return worker;
    Kill(worker, &session);
  }
  return nullptr;
}

void WorkerPool::Kill(const WorkerPtr& worker, Session* session) {
  if (zygote_) zygote_->Drop(*worker);
  if (session) session->purge = true;
}

void WorkerPool::PurgeIfUnused(Session& session) {
  if (session.user == 0 || !zygote_ || !session.busy.empty() || !session.idle.empty()) return;
  zygote_->Purge(session.user);
  session.purge = false;
}

size_t WorkerPool::idle_count() const {
  size_t count = 0;
  for (const auto& [key, session] : sessions_) count += session.idle.size();
  return count;
}

void WorkerPool::EvictOldest() {
  Session* oldest = nullptr;
  for (auto& [key, session] : sessions_) {
    // Given back last is used first: the first one has waited longest.
    if (!session.idle.empty() && (!oldest || session.idle[0]->idle_since < oldest->idle[0]->idle_since)) {
      oldest = &session;
    }
  }
  if (!oldest) return;
  Kill(oldest->idle[0], oldest);
  oldest->idle.erase(oldest->idle.begin());
}

std::vector<WorkerPool::WorkerPtr> WorkerPool::Take(const Principal& principal, size_t count,
                                                    const CancelTokenPtr& cancel) {
  const size_t limit = options_.limits.max_workers > 0 ? static_cast<size_t>(options_.limits.max_workers) : SIZE_MAX;
  count = std::clamp<size_t>(count, 1, limit);
  while (true) {
    LiveZygote(cancel);
    std::unique_lock lock(mutex_);
    // All at once: two runs with half of their workers each would wait for each other.
    while (busy_ + count > limit) {
      if (cancel && cancel->cancelled()) throw Canceled();
      changed_.wait_for(lock, kGlance);
    }
    if (!zygote_ || !zygote_->alive()) continue;
    Session& session = Open(principal);
    if (session.purge) PurgeIfUnused(session);
    std::vector<WorkerPtr> taken;
    while (taken.size() < count) {
      WorkerPtr worker = TakeIdle(session);
      if (!worker) {
        while (busy_ + taken.size() + idle_count() >= limit && idle_count() > 0) EvictOldest();
        worker = zygote_->Start(principal.session, session.files_folder, session.user);
        worker->generation = session.generation;
        ++started_;
      }
      taken.push_back(std::move(worker));
    }
    busy_ += count;
    session.busy.insert(session.busy.end(), taken.begin(), taken.end());
    return taken;
  }
}

void WorkerPool::Return(const WorkerPtr& worker, bool reusable) {
  std::lock_guard lock(mutex_);
  --busy_;
  auto it = sessions_.find(worker->session);
  Session* const session = it == sessions_.end() ? nullptr : &it->second;
  if (session) std::erase(session->busy, worker);
  if (session && reusable && worker->generation == session->generation && zygote_ && !zygote_->HasExited(*worker)) {
    worker->fresh = false;
    worker->idle_since = steady_clock::now();
    session->idle.push_back(worker);
  } else {
    Kill(worker, session);
    if (session) PurgeIfUnused(*session);
  }
  changed_.notify_all();
}

int WorkerPool::WaitExit(const WorkerProcess& worker) {
  std::shared_ptr<Zygote> zygote;
  {
    std::lock_guard lock(mutex_);
    zygote = zygote_;
  }
  return zygote ? zygote->WaitExit(worker, kExitWait) : -1;
}

void WorkerPool::Warm() {
  std::lock_guard lock(mutex_);
  if (starting_ || stopping_ || (zygote_ && zygote_->alive()) || warmer_.joinable()) return;
  warmer_ = std::thread([this] {
    try {
      LiveZygote(nullptr);
    } catch (const QueryError& error) {
      log::Debug("no Python: {}", error.message());  // whoever needs it is told
    }
  });
}

void WorkerPool::ForgetWorkers(const std::string& key) {
  std::lock_guard lock(mutex_);
  auto it = sessions_.find(key);
  if (it == sessions_.end()) return;
  ++it->second.generation;
  it->second.files_folder.clear();  // what is new in it is given to the session's user
  for (const WorkerPtr& worker : it->second.idle) Kill(worker, nullptr);
  it->second.idle.clear();
}

void WorkerPool::EndSession(const std::string& key) {
  Session session;
  std::shared_ptr<Zygote> zygote;
  {
    std::lock_guard lock(mutex_);
    auto it = sessions_.find(key);
    if (it == sessions_.end()) return;
    session = std::move(it->second);
    sessions_.erase(it);
    zygote = zygote_;
    if (zygote) {
      for (const WorkerPtr& worker : session.busy) zygote->Kill(*worker);
      for (const WorkerPtr& worker : session.idle) zygote->Kill(*worker);
      if (session.user != 0) zygote->Purge(session.user);
    }
  }
  if (zygote) {
    for (const WorkerPtr& worker : session.idle) {
      zygote->WaitExit(*worker, kExitWait);
      zygote->Drop(*worker);
    }
  }
  std::error_code ignored;
  if (!session.own_folder.empty()) std::filesystem::remove_all(session.own_folder, ignored);
  std::lock_guard lock(mutex_);
  users_.erase(session.user);
}

RuntimeCounts WorkerPool::counts() const {
  std::lock_guard lock(mutex_);
  return {.busy_workers = static_cast<int64_t>(busy_),
          .idle_workers = static_cast<int64_t>(idle_count()),
          .started_workers = started_,
          .interpreter_pid = zygote_ && zygote_->alive() ? zygote_->pid() : 0};
}

std::string WorkerPool::PythonVersion() { return LiveZygote(nullptr)->python_version(); }

void WorkerPool::Keep() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, std::chrono::seconds(1), [&] { return stopping_; });
    const auto since = steady_clock::now() - std::chrono::seconds(options_.idle_seconds);
    for (auto& [key, session] : sessions_) {
      while (!session.idle.empty() && session.idle[0]->idle_since < since) {
        Kill(session.idle[0], &session);
        session.idle.erase(session.idle.begin());
      }
      if (session.purge) PurgeIfUnused(session);
    }
  }
}

}  // namespace firesteel::udf
