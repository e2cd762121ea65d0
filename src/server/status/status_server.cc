#include "server/status/status_server.h"

#include <httplib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "base/uuid.h"
#include "server/status/status_page.h"

namespace firesteel::server {
namespace {

using httplib::Request;
using httplib::Response;

constexpr size_t kThreads = 2;
constexpr size_t kMostRequestBytes = 4096;
constexpr int kPatienceSeconds = 5;
constexpr char kHtml[] = "text/html; charset=utf-8";

/// Takes the same time for any guess of the same length.
bool Same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// Empty for what is no base 64.
std::string DecodedBase64(const std::string& text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > kMostRequestBytes) return "";
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return "";
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<size_t>(size) - padding);
  return bytes;
}

int64_t NowMicros() { return SystemClock::Instance().NowMicros(); }

}  // namespace

struct StatusServer::Parts {
  Parts(Options given, StatementLog& statements, std::function<size_t()> count)
      : options(std::move(given)), log(statements), sessions(std::move(count)) {}

  ProcessFigures Figures() const;
  bool MayEnter(const Request& request) const;
  void Route();
  void Show(const Request& request, Response& response) const;
  void Kill(const Request& request, Response& response);

  const Options options;
  StatementLog& log;
  const std::function<size_t()> sessions;
  const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  /// A page of another site cannot know it, so it cannot make a browser interrupt statements.
  const std::string form_token = NewUuid();
  httplib::Server server;
  std::thread thread;
};

ProcessFigures StatusServer::Parts::Figures() const {
  ProcessFigures figures;
  figures.version = options.version;
  figures.uptime_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  figures.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  int64_t total = 0;
  int64_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  figures.resident_bytes = resident * sysconf(_SC_PAGESIZE);
  figures.limit_bytes = options.memory_limit_bytes;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end; it.increment(error)) {
    ++figures.open_files;
  }
  figures.sessions = static_cast<int64_t>(sessions());
  return figures;
}

bool StatusServer::Parts::MayEnter(const Request& request) const {
  if (options.token.empty() || request.path == "/healthz") return true;
  const std::string given = request.get_header_value("Authorization");
  if (Same(given, "Bearer " + options.token)) return true;
  if (!given.starts_with("Basic ")) return false;
  const std::string decoded = DecodedBase64(given.substr(6));
  const size_t colon = decoded.find(':');
  return colon != std::string::npos && Same(decoded.substr(colon + 1), options.token);
}

void StatusServer::Parts::Show(const Request& request, Response& response) const {
  const std::string id = request.matches[1];
  for (const Statement& statement : log.Snapshot()) {
    if (statement.operation_id == id) {
      response.set_content(StatementPage(statement, NowMicros(), form_token), kHtml);
      return;
    }
  }
  response.status = 404;
  response.set_content("There is no such statement, or it ended long ago.\n", "text/plain");
}

void StatusServer::Parts::Kill(const Request& request, Response& response) {
  if (!Same(request.get_param_value("token"), form_token)) {
    response.status = 403;
    response.set_content("The form is not of this server, or of an earlier start: load the page again.\n",
                         "text/plain");
    return;
  }
  // One that has ended meanwhile is as good as killed.
  log.Interrupt(request.matches[1]);
  response.set_redirect("/", 303);
}

void StatusServer::Parts::Route() {
  server.set_pre_routing_handler([this](const Request& request, Response& response) {
    if (MayEnter(request)) return httplib::Server::HandlerResponse::Unhandled;
    response.status = 401;
    response.set_header("WWW-Authenticate", "Basic realm=\"Firesteel\"");
    return httplib::Server::HandlerResponse::Handled;
  });
  server.set_default_headers({{"Cache-Control", "no-store"},
                              {"X-Content-Type-Options", "nosniff"},
                              {"Content-Security-Policy",
                               "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                               "frame-ancestors 'none'"}});
  server.Get("/", [this](const Request&, Response& response) {
    response.set_content(OverviewPage(Figures(), log.Snapshot(), NowMicros(), form_token), kHtml);
  });
  server.Get("/metrics", [this](const Request&, Response& response) {
    response.set_content(MetricsText(Figures(), log.totals()), "text/plain; version=0.0.4");
  });
  server.Get("/healthz", [](const Request&, Response& response) { response.set_content("ok\n", "text/plain"); });
  server.Get(R"(/statements/([0-9a-fA-F-]{36}))",
             [this](const Request& request, Response& response) { Show(request, response); });
  server.Post(R"(/statements/([0-9a-fA-F-]{36})/interrupt)",
              [this](const Request& request, Response& response) { Kill(request, response); });
}

StatusServer::StatusServer(Options options, StatementLog& log, std::function<size_t()> sessions)
    : parts_(std::make_unique<Parts>(std::move(options), log, std::move(sessions))) {}

StatusServer::~StatusServer() { Stop(); }

Result<int> StatusServer::Bind() {
  httplib::Server& server = parts_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  // The library's own options would let two servers share one port silently.
  server.set_socket_options([](int socket) {
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  server.set_payload_max_length(kMostRequestBytes);
  server.set_read_timeout(kPatienceSeconds);
  server.set_write_timeout(kPatienceSeconds);
  server.set_keep_alive_timeout(kPatienceSeconds);
  parts_->Route();
  const Options& options = parts_->options;
  const int port = options.port == 0 ? server.bind_to_any_port(options.host.c_str())
                                     : (server.bind_to_port(options.host.c_str(), options.port) ? options.port : -1);
  if (port <= 0) {
    return Status::Error("cannot listen on " + options.host + ":" + std::to_string(options.port) +
                         " for the status page: the port is taken or the address is not of this machine");
  }
  return port;
}

void StatusServer::Start() {
  parts_->thread = std::thread([&server = parts_->server] { server.listen_after_bind(); });
}

void StatusServer::Stop() {
  parts_->server.stop();
  if (parts_->thread.joinable()) parts_->thread.join();
}

}  // namespace firesteel::server
