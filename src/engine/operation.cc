#include "engine/operation.h"

#include <charconv>
#include <unordered_set>

#include "base/error.h"
#include "duckdb/common/error_data.hpp"
#include "duckdb/common/exception.hpp"
#include "duckdb/main/client_context.hpp"
#include "engine/instance.h"

namespace firesteel::engine {
namespace {

constexpr const char* kMarker = "firesteel_error";
/// Constant folding can fail once for each expression of a large plan; there is no use in keeping more.
constexpr size_t kMaxErrors = 1 << 16;

}  // namespace

duckdb::shared_ptr<Operation> Operation::Of(duckdb::ClientContext& context) {
  auto operation = context.registered_state->Get<Operation>(kStateKey);
  if (!operation) throw duckdb::InvalidInputException("a kernel is called outside an operation");
  return operation;
}

const std::shared_ptr<const functions::KernelCall>& Operation::kernel(int64_t id) const {
  if (id < 0 || static_cast<size_t>(id) >= kernels_.size()) {
    throw duckdb::InvalidInputException("no kernel call has the number %d", id);
  }
  return kernels_[static_cast<size_t>(id)];
}

const InputTable& Operation::table(int64_t i) const {
  if (i < 0 || static_cast<size_t>(i) >= tables_.size()) {
    throw duckdb::InvalidInputException("no input table has the number %d", i);
  }
  return tables_[static_cast<size_t>(i)];
}

const std::shared_ptr<const ScanTable>& Operation::scan(int64_t i) const {
  if (i < 0 || static_cast<size_t>(i) >= scans_.size()) {
    throw duckdb::InvalidInputException("no scan has the number %d", i);
  }
  return scans_[static_cast<size_t>(i)];
}

std::vector<std::string> Operation::FilesOfTheEngine(const std::vector<std::string>& files) const {
  std::unordered_set<std::string> ours;
  for (const auto& scan : scans_) {
    for (const sources::ScannedFile& file : scan->scan.files) ours.insert(file.path);
  }
  std::vector<std::string> rest;
  for (const std::string& file : files) {
    if (!ours.contains(file)) rest.push_back(file);
  }
  return rest;
}

void Operation::Raise(std::exception_ptr error) {
  size_t index;
  {
    std::lock_guard lock(mutex_);
    index = errors_.size();
    if (index < kMaxErrors) {
      errors_.push_back(std::move(error));
    } else {
      errors_[--index] = std::move(error);
    }
  }
  const std::unordered_map<std::string, std::string> info{{kMarker, std::to_string(index)}};
  throw duckdb::InvalidInputException(info, "raised by a kernel");
}

std::exception_ptr Operation::Find(const duckdb::ErrorData& error) {
  const auto& info = error.ExtraInfo();
  const auto marker = info.find(kMarker);
  if (marker == info.end()) return nullptr;
  size_t index = 0;
  const std::string& text = marker->second;
  if (std::from_chars(text.data(), text.data() + text.size(), index).ec != std::errc()) return nullptr;
  std::lock_guard lock(mutex_);
  return index < errors_.size() ? errors_[index] : nullptr;
}

std::exception_ptr Operation::LastRaised() {
  std::lock_guard lock(mutex_);
  return errors_.empty() ? nullptr : errors_.back();
}

OperationScope::OperationScope(duckdb::Connection& connection, duckdb::shared_ptr<Operation> operation)
    : context_(connection.context) {
  context_->registered_state->Remove(Operation::kStateKey);
  context_->registered_state->Insert(Operation::kStateKey, std::move(operation));
}

OperationScope::~OperationScope() {
  EndQuery(*context_);
  context_->registered_state->Remove(Operation::kStateKey);
}

}  // namespace firesteel::engine
