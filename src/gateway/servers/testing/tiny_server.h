#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace firesteel::gateway {

/// A program that stands for the servers of a pool: `Command("…")` gives its command template. Modes: "well";
/// "stubborn" ignores SIGTERM; "late" begins to listen after 300 ms; "deaf" never does; "lost" prints and exits 3;
/// "forked" listens in a child; "apart" in one of another process group, which ends when its parent does.
class TinyServer {
 public:
  TinyServer() : folder_(std::filesystem::temp_directory_path() / ("firesteel-tiny-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "server.py") << R"python(
import os, signal, socket, sys, time
port, mode = int(sys.argv[1]), sys.argv[2]
print("mode", mode, flush=True)
if mode == "lost":
    print("no such catalog", file=sys.stderr, flush=True)
    sys.exit(3)
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "deaf":
    time.sleep(1000)
if mode == "late":
    time.sleep(0.3)
if mode == "forked" and os.fork() != 0:
    time.sleep(1000)
if mode == "apart":
    parent = os.getpid()
    if os.fork() != 0:
        time.sleep(1000)
    os.setsid()
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", port))
server.listen(16)
server.settimeout(0.05)
while mode != "apart" or os.getppid() == parent:
    try:
        server.accept()[0].close()
    except socket.timeout:
        pass
)python";
  }
  ~TinyServer() { std::filesystem::remove_all(folder_); }
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;

  std::string Command(const std::string& mode) const {
    return "python3 -S -E " + (folder_ / "server.py").string() + " {port} " + mode;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace firesteel::gateway
