#pragma once

#include <string>

#include "base/log.h"

namespace firesteel::gateway {

/// Logs a lasting fault of a source of servers once, not at each try. Not thread-safe.
class FaultLog {
 public:
  explicit FaultLog(std::string servers) : servers_(std::move(servers)) {}

  /// `fault`: a sentence without final newline and without secrets.
  void Failed(const std::string& fault) {
    if (fault == fault_) return;
    log::Warn("servers {}: {}; the servers known before stay", servers_, fault);
    fault_ = fault;
  }
  void Works() {
    if (fault_.empty()) return;
    log::Info("servers {}: the list can be read again", servers_);
    fault_.clear();
  }

 private:
  std::string servers_, fault_;
};

}  // namespace firesteel::gateway
