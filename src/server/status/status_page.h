#pragma once

#include <string>
#include <vector>

#include "server/status/statement_log.h"

namespace firesteel::server {

/// What the pages show of the process, read once for each.
struct ProcessFigures {
  std::string version;
  double uptime_seconds = 0;
  double cpu_seconds = 0;
  int64_t resident_bytes = 0;
  int64_t limit_bytes = 0;
  int64_t open_files = 0;
  int64_t sessions = 0;
};

/// The page with all statements, HTML. `form_token` is what a form must send back to interrupt one.
std::string OverviewPage(const ProcessFigures& process, const std::vector<Statement>& statements, int64_t now_micros,
                         const std::string& form_token);

/// One statement with its whole text, plan and error.
std::string StatementPage(const Statement& statement, int64_t now_micros, const std::string& form_token);

/// The Prometheus text format, version 0.0.4.
std::string MetricsText(const ProcessFigures& process, const StatementLog::Totals& totals);

}  // namespace firesteel::server
