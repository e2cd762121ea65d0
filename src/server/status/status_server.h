#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "server/status/statement_log.h"

namespace firesteel::server {

/// The status page and /metrics over HTTP, for people and Prometheus: plain HTML, no scripts. Paths: `/`,
/// `/statements/ID`, POST `/statements/ID/interrupt`, `/metrics`, `/healthz`.
class StatusServer {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    int port = 0;  ///< 0: any free one
    /// With a token every path but /healthz asks for it: as `Bearer`, or as the password of HTTP's basic form.
    std::string token;
    std::string version;
    int64_t memory_limit_bytes = 0;
  };

  /// `log` must outlive it; `sessions` tells how many are open, from any thread.
  StatusServer(Options options, StatementLog& log, std::function<size_t()> sessions);
  ~StatusServer();

  /// Takes the port, and gives it: who connects waits for Start. Fails when the address cannot be bound.
  Result<int> Bind();
  void Start();
  void Stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace firesteel::server
