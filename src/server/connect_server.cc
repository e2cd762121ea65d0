#include "server/connect_server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "base/log.h"
#include "server/authentication.h"
#include "server/connect_service.h"
#include "server/services.h"
#include "server/transport_security.h"

namespace firesteel::server {
namespace {

constexpr int kMinPingIntervalMs = 10'000;

/// What the protobuf library says about bad requests goes to our log, and only for those who look for it.
void LogProtobuf(google::protobuf::LogLevel level, const char*, int, const std::string& message) {
  if (level >= google::protobuf::LOGLEVEL_FATAL) {
    log::Error("protobuf: {}", message);
  } else {
    log::Debug("protobuf: {}", message);
  }
}

/// The same for the transport: its errors are about single connections.
void LogTransport(gpr_log_func_args* entry) { log::Debug("grpc: {}", entry->message); }

/// A ':' means IPv6, which addresses write in brackets.
std::string Address(const std::string& host, int port) {
  const bool is_ipv6 = host.find(':') != std::string::npos && host.front() != '[';
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

struct ConnectServer::Parts {
  Parts(const Options& options, std::shared_ptr<session::QueryRunner> query_runner)
      : runner(std::move(query_runner)),
        sessions(options.sessions),
        authentication(options.token),
        planning({.max_running = std::max<size_t>(4, 2 * std::thread::hardware_concurrency())}),
        execution({.max_running = options.max_running_operations,
                   .max_running_per_group = static_cast<size_t>(options.sessions.limits.max_running_operations)}),
        service(Services{sessions, *runner, planning, execution, authentication, statements}) {
    if (!options.status) return;
    statements.KeepPlans();
    StatusServer::Options page = *options.status;
    page.token = options.token;
    status = std::make_unique<StatusServer>(page, statements, [this] { return sessions.size(); });
  }

  // In the order of need: each may use those above it until it is gone.
  std::shared_ptr<session::QueryRunner> runner;
  session::SessionManager sessions;
  const Authentication authentication;
  StatementLog statements;
  session::WorkerPool planning;
  session::WorkerPool execution;
  ConnectService service;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<StatusServer> status;
  int status_port = 0;
};

ConnectServer::ConnectServer(Options options, std::shared_ptr<session::QueryRunner> runner)
    : options_(std::move(options)) {
  Options with_hook = options_;
  if (options_.result_buffer_bytes > 0) {
    with_hook.sessions.operation_limits.budget = std::make_shared<session::BufferBudget>(options_.result_buffer_bytes);
  }
  std::weak_ptr<session::QueryRunner> weak = runner;
  with_hook.sessions.on_close = [weak](session::SessionState& state) {
    if (auto alive = weak.lock()) alive->ReleaseSession(state);
  };
  with_hook.sessions.is_crowded = [this] { return parts_->execution.IsCrowded(); };
  parts_ = std::make_unique<Parts>(with_hook, std::move(runner));
}

ConnectServer::~ConnectServer() {
  if (parts_->server) Stop(std::chrono::seconds(5));
}

Result<int> ConnectServer::Start() {
  google::protobuf::SetLogHandler(&LogProtobuf);
  gpr_set_log_function(&LogTransport);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  auto credentials = MakeServerCredentials(options_.tls_certificate, options_.tls_key);
  if (!credentials.ok()) return Status::Error(credentials.error());
  int port = 0;
  builder.AddListeningPort(Address(options_.host, options_.port), *credentials, &port);
  builder.RegisterService(&parts_->service);
  builder.SetMaxReceiveMessageSize(options_.max_message_bytes);
  builder.SetMaxSendMessageSize(std::max(options_.max_message_bytes, 128 << 20));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, options_.max_metadata_bytes);
  // Two servers on one port would share it silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Clients ping every minute, also without calls; the default would send them away for it.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
  // Notices clients that vanished, so that their operations count as detached.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // Whatever cannot be had is said before the first client is let in.
  if (parts_->status) {
    Result<int> status_port = parts_->status->Bind();
    if (!status_port.ok()) return status_port;
    parts_->status_port = *status_port;
  }
  parts_->server = builder.BuildAndStart();
  if (parts_->server == nullptr || port == 0) {
    parts_->server.reset();
    return Status::Error("cannot listen on " + Address(options_.host, options_.port) +
                         ": the port is taken or the address is not of this machine");
  }
  if (parts_->status) parts_->status->Start();
  parts_->sessions.StartSweeping();
  return port;
}

bool ConnectServer::Stop(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  if (parts_->server == nullptr) return true;
  if (parts_->status) parts_->status->Stop();
  parts_->sessions.InterruptAll();
  auto rest = [&] {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()));
  };
  // Streams end by the interruption; whatever is left is cancelled. Shutdown waits for every call, also for an
  // analysis that does not end, so it gets a thread of its own.
  std::promise<void> done;
  std::future<void> shut_down = done.get_future();
  std::thread([server = parts_->server.get(), patience, done = std::move(done)]() mutable {
    server->Shutdown(std::chrono::system_clock::now() + patience / 4);
    done.set_value();
  }).detach();
  if (shut_down.wait_for(rest()) != std::future_status::ready) return false;
  parts_->sessions.InterruptAll();
  const bool planned = parts_->planning.Stop(rest());
  const bool executed = parts_->execution.Stop(rest());
  if (!planned || !executed) return false;
  parts_->server.reset();
  return true;
}

int ConnectServer::status_port() const { return parts_->status_port; }

session::WorkerPool::Activity ConnectServer::activity() const {
  const auto planning = parts_->planning.activity();
  const auto execution = parts_->execution.activity();
  return {.begun = planning.begun + execution.begun, .unended = planning.unended + execution.unended};
}

session::SessionManager& ConnectServer::sessions() { return parts_->sessions; }

}  // namespace firesteel::server
