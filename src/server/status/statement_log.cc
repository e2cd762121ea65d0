#include "server/status/statement_log.h"

#include <algorithm>
#include <utility>

#include "base/text_beginning.h"

namespace firesteel::server {
namespace {

constexpr size_t kMostPlanBytes = 32 << 10;
constexpr size_t kMostErrorBytes = 2 << 10;

}  // namespace

std::string_view StateText(session::OperationState state) {
  switch (state) {
    case session::OperationState::kSucceeded:
      return "succeeded";
    case session::OperationState::kFailed:
      return "failed";
    case session::OperationState::kCanceled:
      return "canceled";
    default:
      return "running";
  }
}

std::unique_ptr<StatementLog::Entry> StatementLog::Begin(Statement statement, const session::OperationPtr& operation) {
  statement.begun_micros = clock_.NowMicros();
  std::lock_guard lock(mutex_);
  const uint64_t number = next_++;
  running_.emplace(number, Running{std::move(statement), operation});
  return std::make_unique<Entry>(*this, number);
}

void StatementLog::Entry::SetPlan(std::string plan) {
  std::lock_guard lock(log_.mutex_);
  log_.running_.at(number_).statement.plan = TextBeginning(std::move(plan), kMostPlanBytes);
}

void StatementLog::Entry::AddRows(int64_t rows, int64_t bytes) {
  std::lock_guard lock(log_.mutex_);
  Statement& statement = log_.running_.at(number_).statement;
  statement.rows += rows;
  statement.bytes += bytes;
  log_.totals_.rows += rows;
  log_.totals_.bytes += bytes;
}

StatementLog::Figures StatementLog::Entry::End(session::OperationState state, const std::string& error) {
  std::lock_guard lock(log_.mutex_);
  auto node = log_.running_.extract(number_);
  Statement& statement = node.mapped().statement;
  statement.state = state;
  statement.error = TextBeginning(error, kMostErrorBytes);
  statement.ended_micros = std::max(log_.clock_.NowMicros(), statement.begun_micros);
  Totals& totals = log_.totals_;
  if (state == session::OperationState::kSucceeded) {
    ++totals.succeeded;
  } else if (state == session::OperationState::kCanceled) {
    ++totals.canceled;
  } else {
    ++totals.failed;
  }
  const double seconds = static_cast<double>(statement.ended_micros - statement.begun_micros) / 1e6;
  totals.seconds += seconds;
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  ++totals.durations[static_cast<size_t>(bound - kBounds.begin())];
  const Figures figures{.seconds = seconds, .rows = statement.rows, .bytes = statement.bytes};
  log_.ended_.push_back(std::move(statement));
  if (log_.ended_.size() > log_.most_ended_) log_.ended_.pop_front();
  return figures;
}

std::vector<Statement> StatementLog::Snapshot() const {
  std::vector<Statement> statements;
  std::lock_guard lock(mutex_);
  for (const auto& [number, running] : running_) {
    statements.push_back(running.statement);
    // Killed just now, and on its way to its end.
    const session::OperationPtr operation = running.operation.lock();
    if (operation != nullptr && operation->state() == session::OperationState::kCanceled) {
      statements.back().state = session::OperationState::kCanceled;
    }
  }
  statements.insert(statements.end(), ended_.rbegin(), ended_.rend());
  return statements;
}

bool StatementLog::Interrupt(const std::string& operation_id) {
  session::OperationPtr operation;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [number, running] : running_) {
      if (running.statement.operation_id == operation_id) operation = running.operation.lock();
    }
  }
  return operation != nullptr && operation->Interrupt();
}

StatementLog::Totals StatementLog::totals() const {
  std::lock_guard lock(mutex_);
  Totals totals = totals_;
  totals.running = static_cast<int64_t>(running_.size());
  return totals;
}

}  // namespace firesteel::server
