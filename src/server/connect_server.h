#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "server/status/status_server.h"
#include "session/operation/worker_pool.h"
#include "session/query_runner.h"
#include "session/session_manager.h"

namespace firesteel::server {

/// A Spark Connect server over a QueryRunner. Start once, Stop once.
class ConnectServer {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    int port = 15002;  ///< 0: any free one
    size_t max_running_operations = 4;
    int max_message_bytes = 128 << 20;            ///< of a request; a response may always be 128 MiB
    int max_metadata_bytes = 32 << 10;            ///< large tokens need more than Spark's 1 KiB
    std::string token;                            ///< see Authentication; empty: every call is let in
    std::string tls_certificate;                  ///< PEM file of the certificate chain; empty: no TLS
    std::string tls_key;                          ///< PEM file of its private key
    std::optional<StatusServer::Options> status;  ///< its token is that of the server
    int64_t result_buffer_bytes = 0;  ///< of all operations together, see session::BufferBudget; 0: unbounded
    session::SessionManager::Options sessions;
  };

  ConnectServer(Options options, std::shared_ptr<session::QueryRunner> runner);
  ~ConnectServer();

  /// Listens, and gives the port. Fails when the address cannot be bound.
  Result<int> Start();
  /// The status page's port once started; 0 without one.
  int status_port() const;

  /// Interrupts everything, refuses new calls, and waits at most `patience`. False when some run did not end by then:
  /// the process must leave without running destructors.
  bool Stop(std::chrono::milliseconds patience);

  session::SessionManager& sessions();

  /// Tasks of planning and execution together.
  session::WorkerPool::Activity activity() const;

 private:
  struct Parts;
  const Options options_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace firesteel::server
