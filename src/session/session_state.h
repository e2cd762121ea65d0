#pragma once

#include <any>
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "bound/session_settings.h"
#include "session/artifacts/artifact_store.h"
#include "session/cache/checkpoints.h"
#include "session/cache/plan_cache.h"
#include "session/catalog/catalogs.h"
#include "session/config/configuration.h"
#include "session/limits.h"
#include "session/python_functions.h"
#include "session/temp_views.h"
#include "session/variables.h"

namespace firesteel::session {

/// What all sessions of one server share.
struct SharedState {
  // Set once, before the first session.
  std::string artifact_folder;  ///< see ArtifactStore
  Limits limits;
  std::shared_ptr<ArtifactBudget> artifact_budget;  ///< of all sessions together; null: no bound

  TempViews global_temp_views;
  Catalogs catalogs;
};

/// What a session's queries see: configuration, temporary views, sent data. Thread-safe: the parts lock themselves.
class SessionState {
 public:
  SessionState(std::string user_id, std::string session_id, std::shared_ptr<const ConfigMap> server_settings,
               std::shared_ptr<SharedState> shared);

  const std::string& user_id() const { return user_id_; }
  const std::string& session_id() const { return session_id_; }

  Configuration& configuration() { return configuration_; }
  const Configuration& configuration() const { return configuration_; }
  /// The settings that analysis and lowering read, as they are now; later changes do not show in it.
  bound::SessionSettings Settings() const;

  TempViews& temp_views() { return temp_views_; }
  TempViews& global_temp_views() { return shared_->global_temp_views; }
  Catalogs& catalogs() { return shared_->catalogs; }
  Variables& variables() { return variables_; }
  /// What spark.udf.register, spark.udtf.register and spark.dataSource.register gave.
  PythonFunctions& python_functions() { return python_functions_; }
  PythonFunctions& python_table_functions() { return python_table_functions_; }
  PythonFunctions& python_data_sources() { return python_data_sources_; }
  ArtifactStore& artifacts() { return artifacts_; }
  PlanCache& cache() { return cache_; }
  Checkpoints& checkpoints() { return checkpoints_; }

  /// Takes over configuration, views, data and current names of another session (CloneSession).
  void CopyFrom(const SessionState& other);

  /// current_database, changed by USE.
  std::string current_catalog() const;
  std::string current_database() const;
  void SetCurrentCatalog(std::string name);
  void SetCurrentDatabase(std::string name);

  /// DataFrames, by plan id, that have created their table (spark.catalog.createTable).
  bool HasCreated(int64_t plan_id) const {
    std::lock_guard lock(mutex_);
    return created_.contains(plan_id);
  }
  void SetCreated(int64_t plan_id) {
    std::lock_guard lock(mutex_);
    created_.insert(plan_id);
  }

  /// A slot for what the runner keeps a session (its cached data, compiled views, …). Called once under a lock.
  template <class T, class Make>
  T& RunnerState(const Make& make) {
    std::lock_guard lock(mutex_);
    if (!runner_state_.has_value()) runner_state_ = std::shared_ptr<T>(make());
    return *std::any_cast<std::shared_ptr<T>&>(runner_state_);
  }

 private:
  const std::string user_id_;
  const std::string session_id_;
  Configuration configuration_;
  TempViews temp_views_;
  Variables variables_;
  PythonFunctions python_functions_;
  PythonFunctions python_table_functions_;
  PythonFunctions python_data_sources_;
  ArtifactStore artifacts_;
  PlanCache cache_;
  Checkpoints checkpoints_;
  std::shared_ptr<SharedState> shared_;

  mutable std::mutex mutex_;
  std::string current_catalog_ = "spark_catalog";  // guarded by mutex_
  std::string current_database_ = "default";       // guarded by mutex_
  std::any runner_state_;                          // guarded by mutex_
  std::set<int64_t> created_;                      // guarded by mutex_
};

}  // namespace firesteel::session
