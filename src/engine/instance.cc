#include "engine/instance.h"

#include <utility>

#include "base/error.h"
#include "base/large_values.h"
#include "base/log.h"
#include "base/threads.h"
#include "duckdb/common/allocator.hpp"
#include "duckdb/common/error_data.hpp"
#include "duckdb/main/client_config.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/main/config.hpp"
#include "duckdb/main/materialized_query_result.hpp"
#include "duckdb/main/valid_checker.hpp"
#include "engine/extreme_function.h"
#include "engine/input_function.h"
#include "engine/kernel_function.h"
#include "engine/moment_function.h"
#include "engine/rank_function.h"
#include "engine/relabel_function.h"
#include "engine/scan_function.h"
#include "engine/variance_function.h"

namespace firesteel::engine {
namespace {

/// Counts nested SELECTs, too. Lowering bounds the depth of expressions (see lowering/limits.h), which alone would
/// exhaust
constexpr int kMaxExpressionDepth = 20000;
/// What the engine may compute ahead of the one who takes the rows. It counts vectors without the bytes of their texts:
/// a chunk of long texts is many times larger than it says.
constexpr duckdb::idx_t kStreamingBufferBytes = 256 << 10;
constexpr size_t kMaxIdle = 8;

void MustQuery(duckdb::Connection& connection, const std::string& sql) {
  auto result = connection.Query(sql);
  if (result->HasError()) throw InternalError("the engine refused " + sql + ": " + result->GetError());
}

void Configure(const EngineOptions& options, duckdb::DBConfig& config) {
  config.SetOptionByName("autoinstall_known_extensions", duckdb::Value(false));
  config.SetOptionByName("autoload_known_extensions", duckdb::Value(false));
  config.SetOptionByName("allow_unsigned_extensions", duckdb::Value(false));
  // Its blocks are told apart by whole seconds of modification: a file written again would be read in pieces of both.
  config.SetOptionByName("enable_external_file_cache", duckdb::Value(false));
  config.SetOptionByName("preserve_insertion_order", duckdb::Value(true));
  config.options.maximum_threads = static_cast<duckdb::idx_t>(ThreadsOrCores(options.threads));
  if (options.memory_limit_bytes > 0) {
    config.options.maximum_memory = static_cast<duckdb::idx_t>(options.memory_limit_bytes);
  }
  config.options.use_temporary_directory = !options.temp_directory.empty();
  config.options.temporary_directory = options.temp_directory;
}

}  // namespace

void EndQuery(duckdb::ClientContext& context) noexcept {
  try {
    context.Destroy();
  } catch (const std::exception& error) {
    log::Error("the engine could not end a query: {}", error.what());
  }
}

Instance::Instance(const EngineOptions& options) {
  memory::OnShortage(duckdb::Allocator::FlushAll);
  try {
    duckdb::DBConfig config;
    Configure(options, config);
    database_ = std::make_unique<duckdb::DuckDB>(nullptr, &config);
    duckdb::Connection connection(*database_);
    MustQuery(connection, "SET GLOBAL TimeZone = 'UTC'");
    MustQuery(connection, "SET GLOBAL max_expression_depth = " + std::to_string(kMaxExpressionDepth));
    // An aggregate may be ordered by a constant: it orders nothing and is no mistake.
    MustQuery(connection, "SET GLOBAL order_by_non_integer_literal = true");
    connection.BeginTransaction();
    RegisterKernelFunctions(*connection.context);
    RegisterAggregateKernelFunction(*connection.context);
    RegisterVarianceFunctions(*connection.context);
    RegisterMomentFunctions(*connection.context);
    RegisterRankFunction(*connection.context);
    RegisterExtremeFunctions(*connection.context);
    RegisterRelabelFunction(*connection.context);
    RegisterInputFunction(*connection.context);
    RegisterScanFunction(*connection.context);
    connection.Commit();
  } catch (const duckdb::Exception& error) {
    throw InternalError("the engine cannot be opened: " + duckdb::ErrorData(error).RawMessage());
  }
}

Instance::Lease Instance::Connect() {
  std::unique_ptr<duckdb::Connection> connection;
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!connection) {
    connection = std::make_unique<duckdb::Connection>(*database_);
    duckdb::ClientConfig& config = duckdb::ClientConfig::GetConfig(*connection->context);
    config.streaming_buffer_size = kStreamingBufferBytes;
    config.enable_progress_bar = false;
    config.print_progress_bar = false;
  }
  return Lease(shared_from_this(), std::move(connection));
}

Instance::Lease::~Lease() {
  if (!connection_) return;
  EndQuery(*connection_->context);
  owner_->TakeBack(std::move(connection_));
}

void Instance::TakeBack(std::unique_ptr<duckdb::Connection> connection) {
  std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(connection));
}

bool Instance::IsInvalidated() { return duckdb::ValidChecker::IsInvalidated(*database_->instance); }

}  // namespace firesteel::engine
