#include "gateway/audit/audit_log.h"

#include <utility>

#include "base/log.h"

namespace firesteel::gateway {

Result<std::unique_ptr<AuditLog>> AuditLog::Open(const std::string& path, const Clock& clock, size_t most_waiting) {
  std::unique_ptr<AuditLog> log(new AuditLog(path, clock, most_waiting));
  const Status opened = log->file_.Open();
  if (!opened.ok()) return Status::Error("the audit log: " + opened.message);
  log->thread_ = std::thread([raw = log.get()] { raw->Run(); });
  return log;
}

AuditLog::AuditLog(const std::string& path, const Clock& clock, size_t most_waiting)
    : clock_(clock), most_waiting_(most_waiting), file_(path) {}

AuditLog::~AuditLog() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void AuditLog::Write(AuditEntry entry) {
  bool is_first = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting_) {
      ++dropped_;
      return;
    }
    is_first = waiting_.empty();
    waiting_.push_back(std::move(entry));
  }
  // With others in front of it the thread is awake, or will find them all.
  if (is_first) wake_.notify_one();
}

uint64_t AuditLog::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void AuditLog::Run() {
  std::vector<AuditEntry> batch;
  bool stop = false;
  while (!stop) {
    batch.clear();
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
      batch.swap(waiting_);
      stop = stop_;
    }
    WriteBatch(batch);
  }
  file_.Sync();
}

void AuditLog::WriteBatch(const std::vector<AuditEntry>& batch) {
  std::string lines;
  for (const AuditEntry& entry : batch) lines += AuditLine(entry);
  uint64_t lost = 0;
  {
    const std::lock_guard lock(mutex_);
    lost = dropped_ - reported_;
  }
  if (lost > 0) lines += DroppedLine(clock_.NowMicros(), lost);
  Status status = file_.Open();
  if (status.ok()) status = file_.Write(lines);
  {
    const std::lock_guard lock(mutex_);
    if (status.ok()) {
      reported_ += lost;
    } else {
      dropped_ += batch.size();
    }
  }
  if (status.message == fault_) return;
  if (status.ok()) {
    log::Info("the audit log is written again");
  } else {
    log::Error("audit lines are lost: {}", status.message);
  }
  fault_ = status.message;
}

}  // namespace firesteel::gateway
