#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "client/config/connection_settings.h"
#include "firesteel/error.h"

namespace firesteel::client {

/// A program that runs beside this one and ends with the object, or with this process however that ends.
class ChildProcess {
 public:
  /// Starts it; `variables` ("NAME=value") come on top of this process's, an empty value takes one away. Its output
  /// goes to lines of ReadLine; what it says on standard error is kept for Complaint until PassErrorsOn.
  static Result<std::unique_ptr<ChildProcess>> Start(const std::vector<std::string>& command,
                                                     const std::vector<std::string>& variables = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The next line of its output. An error when it ends, or says nothing for so long.
  Result<std::string> ReadLine(std::chrono::milliseconds longest);
  /// From now on its standard error is this process's own; what it said before comes first.
  void PassErrorsOn();
  /// Ends the program; gives the last that it said on standard error, on one line, without its name before it.
  std::string Complaint();

 private:
  ChildProcess(int pid, int input, int output, int errors, int stop_reader, int reader_stopped);
  void End();
  /// Until the other end is closed, or `stop`.
  void ReadErrors(int errors, int stop);

  const int pid_;
  int input_;
  const int output_;
  int stop_reader_;
  std::string read_;

  std::mutex mutex_;
  bool pass_on_ = false;
  std::string said_;  ///< on standard error
  std::thread reader_;
};

/// The program `firesteel`: `given`, or FIRESTEEL_PROGRAM, or beside this program, or in PATH.
Result<std::string> FindFiresteel(const std::string& given);

/// A port of 127.0.0.1 that leads to a server, while the process lives.
struct LocalServer {
  std::unique_ptr<ChildProcess> process;
  uint16_t port = 0;
  std::string token;  ///< that its calls need, so that other users of the machine cannot use it; empty: none
};

/// `firesteel serve` on a free port, with a token of its own.
Result<LocalServer> StartLocalServer(const std::string& program);

/// `firesteel connect` to the URL of a gateway, on a free port. The token travels in the environment, or in its file,
/// which is read anew for each connection. Only the authority of `tls` counts.
Result<LocalServer> StartTunnel(const std::string& program, const std::string& url, const TlsFiles& tls,
                                const TokenSource& token);

}  // namespace firesteel::client
