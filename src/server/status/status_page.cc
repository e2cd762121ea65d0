#include "server/status/status_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <iterator>
#include <string_view>

#include "base/html_text.h"

namespace firesteel::server {
namespace {

constexpr std::string_view kHead =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Firesteel</title><style>"
    "body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#222}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3em .6em;border-bottom:1px solid #ddd;vertical-align:top}"
    "th.n,td.n{text-align:right;white-space:nowrap}td.n{font-variant-numeric:tabular-nums}"
    "code,pre{font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}"
    ".failed{color:#a00}.running{color:#06c}.canceled{color:#777}</style></head><body>";

std::string Escaped(std::string_view text) { return HtmlText(text, Apostrophes::kEscaped); }

std::string SizeText(int64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} B", bytes);
  if (bytes < (10 << 20)) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

std::string TimeText(int64_t micros) {
  const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(seconds));
}

double Seconds(const Statement& statement, int64_t now_micros) {
  const int64_t end = statement.ended_micros > 0 ? statement.ended_micros : now_micros;
  return static_cast<double>(end - statement.begun_micros) / 1e6;
}

std::string KillButton(const Statement& statement, const std::string& form_token) {
  if (statement.ended_micros > 0 || statement.state != session::OperationState::kRunning) return "";
  return fmt::format(
      "<form method=\"post\" action=\"/statements/{}/interrupt\"><input type=\"hidden\" name=\"token\" value=\"{}\">"
      "<button>kill</button></form>",
      Escaped(statement.operation_id), form_token);
}

std::string Tags(const Statement& statement) {
  std::string text;
  for (const std::string& tag : statement.tags) text += (text.empty() ? "" : ", ") + tag;
  return Escaped(text);
}

/// One family of the exposition format.
void AddMetric(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(text), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

template <class Number>
void AddSimple(std::string& text, std::string_view name, std::string_view type, std::string_view help, Number value) {
  AddMetric(text, name, type, help);
  fmt::format_to(std::back_inserter(text), "{} {}\n", name, value);
}

}  // namespace

std::string OverviewPage(const ProcessFigures& process, const std::vector<Statement>& statements, int64_t now_micros,
                         const std::string& form_token) {
  std::string page(kHead);
  auto out = std::back_inserter(page);
  fmt::format_to(out,
                 "<h1>Firesteel {}</h1><p>up {:.0f} s · {} sessions · memory {} of {} · {} open files · "
                 "<a href=\"/metrics\">metrics</a></p>",
                 Escaped(process.version), process.uptime_seconds, process.sessions, SizeText(process.resident_bytes),
                 SizeText(process.limit_bytes), process.open_files);
  page +=
      "<table><thead><tr><th>statement</th><th>state</th><th>begun</th><th class=\"n\">seconds</th><th "
      "class=\"n\">rows</th><th class=\"n\">bytes</th>"
      "<th>user</th><th>session</th><th></th></tr></thead><tbody>";
  for (const Statement& s : statements) {
    fmt::format_to(out,
                   "<tr><td><a href=\"/statements/{}\"><code>{}</code></a></td><td class=\"{}\">{}</td><td>{}</td>"
                   "<td class=\"n\">{:.3f}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td>"
                   "<td>{}</td></tr>\n",
                   Escaped(s.operation_id), Escaped(std::string_view(s.text).substr(0, s.text.find('\n'))),
                   StateText(s.state), StateText(s.state), TimeText(s.begun_micros), Seconds(s, now_micros), s.rows,
                   SizeText(s.bytes), Escaped(s.user_id), Escaped(s.session_id), KillButton(s, form_token));
  }
  page += "</tbody></table></body></html>\n";
  return page;
}

std::string StatementPage(const Statement& s, int64_t now_micros, const std::string& form_token) {
  std::string page(kHead);
  auto out = std::back_inserter(page);
  fmt::format_to(out,
                 "<p><a href=\"/\">all statements</a></p><h1>Operation {}</h1><p class=\"{}\">{}</p><p>begun {} · "
                 "{:.3f} s · {} rows · {} · user {} · session {}</p>",
                 Escaped(s.operation_id), StateText(s.state), StateText(s.state), TimeText(s.begun_micros),
                 Seconds(s, now_micros), s.rows, SizeText(s.bytes), Escaped(s.user_id), Escaped(s.session_id));
  if (!s.tags.empty()) fmt::format_to(out, "<p>tags: {}</p>", Tags(s));
  page += KillButton(s, form_token);
  fmt::format_to(out, "<h2>Statement</h2><pre>{}</pre>", Escaped(s.text));
  if (!s.error.empty()) fmt::format_to(out, "<h2>Error</h2><pre class=\"failed\">{}</pre>", Escaped(s.error));
  if (!s.plan.empty()) fmt::format_to(out, "<h2>Plan</h2><pre>{}</pre>", Escaped(s.plan));
  page += "</body></html>\n";
  return page;
}

std::string MetricsText(const ProcessFigures& process, const StatementLog::Totals& totals) {
  std::string text;
  auto out = std::back_inserter(text);
  AddMetric(text, "firesteel_build_info", "gauge", "Version of the server.");
  fmt::format_to(out, "firesteel_build_info{{version=\"{}\"}} 1\n", process.version);
  AddSimple(text, "firesteel_sessions", "gauge", "Open sessions.", process.sessions);
  AddSimple(text, "firesteel_operations_running", "gauge", "Operations that run.", totals.running);
  AddMetric(text, "firesteel_operations_total", "counter", "Operations that ended, by how.");
  fmt::format_to(out, "firesteel_operations_total{{state=\"succeeded\"}} {}\n", totals.succeeded);
  fmt::format_to(out, "firesteel_operations_total{{state=\"failed\"}} {}\n", totals.failed);
  fmt::format_to(out, "firesteel_operations_total{{state=\"canceled\"}} {}\n", totals.canceled);
  AddMetric(text, "firesteel_operation_seconds", "histogram", "Durations of operations that ended.");
  int64_t count = 0;
  for (size_t i = 0; i < StatementLog::kBounds.size(); ++i) {
    count += totals.durations[i];
    fmt::format_to(out, "firesteel_operation_seconds_bucket{{le=\"{}\"}} {}\n", StatementLog::kBounds[i], count);
  }
  count += totals.durations.back();
  fmt::format_to(out,
                 "firesteel_operation_seconds_bucket{{le=\"+Inf\"}} {}\nfiresteel_operation_seconds_sum {}\n"
                 "firesteel_operation_seconds_count {}\n",
                 count, totals.seconds, count);
  AddSimple(text, "firesteel_result_rows_total", "counter", "Rows sent to clients.", totals.rows);
  AddSimple(text, "firesteel_result_bytes_total", "counter", "Bytes of results sent to clients.", totals.bytes);
  AddSimple(text, "firesteel_memory_limit_bytes", "gauge", "Memory that the process may use.", process.limit_bytes);
  AddSimple(text, "process_resident_memory_bytes", "gauge", "Resident memory.", process.resident_bytes);
  AddSimple(text, "process_open_fds", "gauge", "Open file descriptors.", process.open_files);
  AddSimple(text, "process_cpu_seconds_total", "counter", "Processor time, user and system.", process.cpu_seconds);
  AddSimple(text, "process_uptime_seconds", "gauge", "Time since the start.", process.uptime_seconds);
  return text;
}

}  // namespace firesteel::server
