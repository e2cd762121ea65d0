#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace firesteel::gateway {

/// A program that was started here, in a process group of its own. Not thread-safe.
class ChildProcess {
 public:
  /// Runs `/bin/sh -c command` with `environment` (NAME=value). It has no descriptor but its standard ones: nothing to
  /// read, and a pipe for what it prints on both. The kernel kills it when the calling *thread* ends, so that thread
  /// must outlive it. A shell that cannot run the command is no error here: it ends with status 126 or 127.
  static Result<std::unique_ptr<ChildProcess>> Start(const std::string& command,
                                                     const std::vector<std::string>& environment);
  /// Kills what is left of the group and waits for the process.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }                 ///< also the group's
  int end_descriptor() const { return pidfd_; }      ///< readable once the process has ended
  int output_descriptor() const { return output_; }  ///< does not block; -1 after CloseOutput
  void CloseOutput();
  /// To the whole group. Nothing happens once Reap gave an end.
  void Signal(int signal) const;
  /// How it ended ("exit status 1", "signal 9"), nothing while it runs. Kills what it left behind in its group.
  std::optional<std::string> Reap();

 private:
  ChildProcess(pid_t pid, int pidfd, int output) : pid_(pid), pidfd_(pidfd), output_(output) {}

  pid_t pid_;
  int pidfd_, output_;
  bool ended_ = false;
};

/// The environment (NAME=value) without the variables whose names look as if they held secrets: the gateway's own are
/// no business of the servers, whose users may read their environment.
std::vector<std::string> EnvironmentWithoutSecrets(const char* const* environment);

}  // namespace firesteel::gateway
