#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "firesteel/error.h"

namespace firesteel::client {

/// A program that runs beside this one and ends with the object, or with this process however that ends.
class ChildProcess {
 public:
  /// Starts it; `variables` ("NAME=value") come on top of this process's. Output goes to lines of ReadLine; errors to
  /// this process's own.
  static Result<std::unique_ptr<ChildProcess>> Start(const std::vector<std::string>& command,
                                                     const std::vector<std::string>& variables = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The next line of its output. An error when it ends, or says nothing for so long.
  Result<std::string> ReadLine(std::chrono::milliseconds longest);

 private:
  ChildProcess(int pid, int input, int output) : pid_(pid), input_(input), output_(output) {}

  const int pid_;
  const int input_;
  const int output_;
  std::string read_;
};

/// The program `firesteel`: `given`, or FIRESTEEL_PROGRAM, or beside this program, or in PATH.
Result<std::string> FindFiresteel(const std::string& given);

/// `firesteel serve` on a free port, and that port.
struct LocalServer {
  std::unique_ptr<ChildProcess> process;
  uint16_t port = 0;
};
Result<LocalServer> StartLocalServer(const std::string& program);

/// `firesteel connect` to the URL of a gateway, and its local port. The token travels in the environment.
Result<LocalServer> StartTunnel(const std::string& program, const std::string& url, const std::string& token);

}  // namespace firesteel::client
