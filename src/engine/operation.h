#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/cancel_token.h"
#include "duckdb/main/client_context_state.hpp"
#include "duckdb/main/connection.hpp"
#include "engine/engine.h"
#include "functions/kernel.h"

namespace firesteel::engine {

/// What one operation's queries share with our functions inside the engine: the kernel calls, the cancel token and the
/// errors that they raised. Registered in the connection's context for the time of the operation. Thread-safe.
class Operation : public duckdb::ClientContextState {
 public:
  Operation(const QuerySpec& query, CancelTokenPtr cancel)
      : kernels_(query.kernels),
        tables_(query.tables),
        scans_(query.scans),
        cancel_(std::move(cancel)),
        started_(std::chrono::system_clock::now()) {}

  /// The operation that runs in this context; throws when there is none.
  static duckdb::shared_ptr<Operation> Of(duckdb::ClientContext& context);
  static constexpr const char* kStateKey = "firesteel_operation";

  /// Kernel call number `id`; throws when the query does not have it.
  const std::shared_ptr<const functions::KernelCall>& kernel(int64_t id) const;
  /// Input table number `i`; throws when the query does not have it.
  const InputTable& table(int64_t i) const;
  /// Scan number `i`; throws when the query does not have it.
  const std::shared_ptr<const ScanTable>& scan(int64_t i) const;
  /// Those of the files that the engine reads itself, not by one of our scans.
  std::vector<std::string> FilesOfTheEngine(const std::vector<std::string>& files) const;
  const CancelToken* cancel() const { return cancel_.get(); }
  std::chrono::system_clock::time_point started() const { return started_; }
  bool cancelled() const { return cancel_ && cancel_->cancelled(); }

  /// Keeps the error and throws an exception that the engine carries to the end of the query. An error that the
  /// engine drops on its way (a constant that could not be folded) was never raised.
  [[noreturn]] void Raise(std::exception_ptr error);
  /// The kept error that an engine's error stands for, or null when the error is the engine's own.
  std::exception_ptr Find(const duckdb::ErrorData& error);
  /// The error that was raised last; null when there is none.
  std::exception_ptr LastRaised();

 private:
  const std::vector<std::shared_ptr<const functions::KernelCall>> kernels_;
  const std::vector<InputTable> tables_;
  const std::vector<std::shared_ptr<const ScanTable>> scans_;
  const CancelTokenPtr cancel_;
  const std::chrono::system_clock::time_point started_;
  std::mutex mutex_;
  std::vector<std::exception_ptr> errors_;
};

/// Registers the operation with its connection for a time, and ends what it still runs there.
class OperationScope {
 public:
  OperationScope(duckdb::Connection& connection, duckdb::shared_ptr<Operation> operation);
  ~OperationScope();
  OperationScope(const OperationScope&) = delete;
  OperationScope& operator=(const OperationScope&) = delete;

 private:
  duckdb::shared_ptr<duckdb::ClientContext> context_;
};

}  // namespace firesteel::engine
