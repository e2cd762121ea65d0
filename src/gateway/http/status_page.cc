#include "gateway/http/status_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <string_view>

#include "base/html_text.h"
#include "gateway/wire/percent_encoding.h"

namespace firesteel::gateway {
namespace {

/// A browser shows a page of ten thousand rows badly: the rest is found by searching.
constexpr size_t kMostRows = 500;

constexpr std::string_view kHead =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Firesteel gateway</title>"
    "<link rel=\"stylesheet\" href=\"/style.css\"></head><body>";
constexpr std::string_view kFoot = "</body></html>\n";

std::string Escaped(std::string_view text) { return HtmlText(text, Apostrophes::kEscaped); }

std::string TimeText(int64_t micros) {
  const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(seconds));
}

/// "42 s ago".
std::string AgoText(int64_t micros, int64_t now_micros) {
  const int64_t seconds = std::max<int64_t>(now_micros - micros, 0) / 1'000'000;
  if (seconds < 120) return fmt::format("{} s ago", seconds);
  if (seconds < 7200) return fmt::format("{} min ago", seconds / 60);
  return fmt::format("{} h ago", seconds / 3600);
}

/// `label` and `action` are ours.
std::string Button(const PageReader& reader, const std::string& action, std::string_view label,
                   const std::string& user = {}) {
  if (!reader.operator_rights) return {};
  std::string fields;
  if (!user.empty()) fields = fmt::format("<input type=\"hidden\" name=\"user\" value=\"{}\">", Escaped(user));
  return fmt::format(
      "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"token\" value=\"{}\">{}<button>{}</button>"
      "</form>",
      Escaped(action), Escaped(reader.form_token), fields, label);
}

std::string DrainButton(const ServerRow& server, const PageReader& reader) {
  const bool draining = server.state == "draining";
  return Button(reader, fmt::format("/servers/{}/{}", server.id, draining ? "undrain" : "drain"),
                draining ? "undrain" : "drain");
}

std::string EndButton(const SessionRow& session, const PageReader& reader) {
  if (session.state == "lost") return {};
  return Button(reader, fmt::format("/sessions/{}/end", EncodePercent(session.id)), "end", session.route.user);
}

std::string SessionLink(const SessionRow& session) {
  return fmt::format("<a href=\"/sessions/{}\"><code>{}</code></a>", EncodePercent(session.id), Escaped(session.id));
}

void AddServers(const std::vector<ServerRow>& servers, const PageReader& reader, std::string* page) {
  *page +=
      "<h2>Servers</h2><table><thead><tr><th>set</th><th>address</th><th>state</th><th class=\"n\">sessions</th>"
      "<th class=\"n\">running</th><th></th></tr></thead><tbody>";
  for (const ServerRow& s : servers) {
    fmt::format_to(std::back_inserter(*page),
                   "<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
                   "<td>{}</td></tr>\n",
                   Escaped(s.set), Escaped(s.address), s.state, s.state, s.sessions, s.running, DrainButton(s, reader));
  }
  if (servers.empty()) *page += "<tr><td colspan=\"6\">No server has answered yet.</td></tr>";
  *page += "</tbody></table>";
}

void AddPools(const std::vector<PoolRow>& pools, std::string* page) {
  if (pools.empty()) return;
  *page +=
      "<h2>Pools</h2><table><thead><tr><th>pool</th><th class=\"n\">free</th><th class=\"n\">free wanted</th>"
      "<th class=\"n\">launching</th><th class=\"n\">servers</th><th class=\"n\">at most</th></tr></thead><tbody>";
  for (const PoolRow& p : pools) {
    fmt::format_to(std::back_inserter(*page),
                   "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
                   "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
                   Escaped(p.name), p.free, p.warm, p.launching, p.servers, p.most);
  }
  *page += "</tbody></table>";
}

void AddSessions(const GatewayView& view, const PageReader& reader, std::string* page) {
  *page +=
      "<table><thead><tr><th>session</th><th>user</th><th>team</th><th>environment</th><th>namespace</th><th>state</th>"
      "<th>server</th><th>since</th><th>last call</th><th class=\"n\">running</th><th></th></tr></thead><tbody>";
  const size_t shown = std::min(view.sessions.size(), kMostRows);
  for (size_t i = 0; i < shown; ++i) {
    const SessionRow& s = view.sessions[i];
    fmt::format_to(std::back_inserter(*page),
                   "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td>{}</td>"
                   "<td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n",
                   SessionLink(s), Escaped(s.route.user), Escaped(s.route.team), Escaped(s.route.environment),
                   Escaped(s.route.namespace_name), Escaped(s.state), Escaped(s.state), Escaped(s.server_address),
                   TimeText(s.created_micros), AgoText(s.last_call_micros, view.now_micros), s.running,
                   EndButton(s, reader));
  }
  *page += "</tbody></table>";
  if (shown < view.sessions.size()) {
    fmt::format_to(std::back_inserter(*page), "<p>{} more: search for a user or session.</p>",
                   view.sessions.size() - shown);
  }
}

}  // namespace

std::string StatusPage(const GatewayView& view, const PageReader& reader, const std::string& search) {
  std::string page(kHead);
  auto out = std::back_inserter(page);
  fmt::format_to(out,
                 "<h1>Firesteel gateway</h1><p>{} · {} servers · {} sessions · <a href=\"/metrics\">metrics</a> · "
                 "<a href=\"/status.json\">JSON</a>{}{}</p>",
                 TimeText(view.now_micros), view.servers.size(), view.sessions.size(),
                 reader.name.empty() ? "" : " · " + Escaped(reader.name),
                 reader.operator_rights ? "" : " · only your own sessions are shown");
  AddServers(view.servers, reader, &page);
  AddPools(view.pools, &page);
  fmt::format_to(out,
                 "<h2>Sessions</h2><form method=\"get\" action=\"/\"><input name=\"search\" value=\"{}\" "
                 "placeholder=\"user, session, team, …\"> <button>search</button></form>",
                 Escaped(search));
  AddSessions(view, reader, &page);
  page += kFoot;
  return page;
}

std::string SessionPage(const std::vector<SessionRow>& sessions, int64_t now_micros, const PageReader& reader) {
  std::string page(kHead);
  auto out = std::back_inserter(page);
  page += "<p><a href=\"/\">all sessions</a></p>";
  for (const SessionRow& s : sessions) {
    fmt::format_to(out, "<h1>Session <code>{}</code></h1><p class=\"{}\">{}</p><table class=\"facts\"><tbody>",
                   Escaped(s.id), Escaped(s.state), Escaped(s.state));
    const auto fact = [&](std::string_view name, const std::string& value) {
      fmt::format_to(out, "<tr><th>{}</th><td>{}</td></tr>\n", name, Escaped(value));
    };
    fact("user", s.route.user);
    fact("team", s.route.team);
    fact("environment", s.route.environment);
    fact("namespace", s.route.namespace_name);
    if (!s.server_address.empty()) fact("server", s.server_address + " of " + s.server_set);
    fact("since", TimeText(s.created_micros));
    fact("last call", TimeText(s.last_call_micros) + ", " + AgoText(s.last_call_micros, now_micros));
    fact("running calls", std::to_string(s.running));
    page += "</tbody></table>" + EndButton(s, reader);
  }
  page += kFoot;
  return page;
}

std::string PageStyle() {
  return "body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#222}table{border-collapse:collapse;width:100%}\n"
         "th,td{text-align:left;padding:.3em .6em;border-bottom:1px solid #ddd;vertical-align:top}\n"
         "th.n,td.n{text-align:right;white-space:nowrap}td.n{font-variant-numeric:tabular-nums}\n"
         "td{overflow-wrap:anywhere}table.facts{width:auto}form{margin:0}\n"
         "code{font:13px/1.4 ui-monospace,monospace}\n"
         ".unreachable,.lost{color:#a00}.ready,.bound{color:#060}.draining,.retiring,.draft{color:#777}\n";
}

}  // namespace firesteel::gateway
