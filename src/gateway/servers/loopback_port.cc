#include "gateway/servers/loopback_port.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::gateway {
namespace {

constexpr int kHandshakeMillis = 2;

/// A socket that is closed at the end of the scope.
class ProbeSocket {
 public:
  explicit ProbeSocket(int family) : number_(socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ~ProbeSocket() {
    if (number_ >= 0) close(number_);
  }
  ProbeSocket(const ProbeSocket&) = delete;
  ProbeSocket& operator=(const ProbeSocket&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

template <class Address>
bool Bind(int socket, const Address& address) {
  return bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

template <class Address>
bool NameOf(int socket, Address* address) {
  socklen_t size = sizeof *address;
  return getsockname(socket, reinterpret_cast<sockaddr*>(address), &size) == 0;
}

// The inodes of the sockets that listen on `port`, of one of the tables of /proc/net.
void AddListeners(const char* table, uint16_t port, std::set<uint64_t>& inodes) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    // "  0: 0100007F:3A98 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 12345 …"
    std::array<char, 64> local{};
    unsigned state = 0;
    unsigned long long inode = 0;
    if (std::sscanf(line.c_str(), " %*u: %63s %*s %x %*s %*s %*s %*u %*u %llu", local.data(), &state, &inode) != 3) {
      continue;
    }
    if (state != 0x0A) return;  // the kernel lists those that listen first; there may be 100,000 others
    const std::string_view address(local.data());
    unsigned number = 0;
    const std::string_view digits = address.substr(address.rfind(':') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    if (number == port) inodes.insert(inode);
  }
}

struct ProcessFacts {
  pid_t group = 0;
  unsigned long long started = 0;  // clock ticks since the machine's start
};

// Zeros where there is no such process any more.
ProcessFacts FactsOf(const std::filesystem::path& process) {
  std::ifstream file(process / "stat");
  std::string text;
  std::getline(file, text);
  // "17 (a name) with ) in it) S 1 17 …": behind the last parenthesis state, parent and group; the start is the 20th.
  const size_t end = text.rfind(')');
  ProcessFacts facts;
  if (end == std::string::npos ||
      std::sscanf(text.c_str() + end + 1,
                  " %*c %*d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &facts.group,
                  &facts.started) != 2) {
    return {};
  }
  return facts;
}

bool Holds(const std::filesystem::path& process, const std::set<uint64_t>& inodes) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(process / "fd", error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(it->path(), gone).string();
    unsigned long long inode = 0;
    if (!gone && std::sscanf(target.c_str(), "socket:[%llu]", &inode) == 1 && inodes.contains(inode)) return true;
  }
  return false;
}

}  // namespace

Result<uint16_t> FreeLoopbackPort() {
  // Of all addresses of both families, because servers may listen on all.
  const ProbeSocket six(AF_INET6);
  const int off = 0;
  sockaddr_in6 any6{};
  any6.sin6_family = AF_INET6;
  if (six.get() >= 0 && setsockopt(six.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0 &&
      Bind(six.get(), any6) && NameOf(six.get(), &any6)) {
    return ntohs(any6.sin6_port);
  }
  const ProbeSocket four(AF_INET);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  if (Bind(four.get(), any) && NameOf(four.get(), &any)) return ntohs(any.sin_port);
  return Status::Error(fmt::format("this machine has no free TCP port: {}", std::strerror(errno)));
}

bool IsPortTaken(uint16_t port) {
  const ProbeSocket probe(AF_INET);
  // As servers do: connections that ended lately are no obstacle.
  const int on = 1;
  setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return !Bind(probe.get(), Loopback(port)) && errno == EADDRINUSE;
}

bool AcceptsConnections(uint16_t port) {
  const ProbeSocket probe(AF_INET);
  const sockaddr_in address = Loopback(port);
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EINPROGRESS) return false;
    pollfd ready{probe.get(), POLLOUT, 0};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&ready, 1, kHandshakeMillis) != 1 || getsockopt(probe.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
        error != 0) {
      return false;
    }
  }
  // The kernel may give the probe the very port that it connects to, and connect it with itself.
  sockaddr_in own{};
  return NameOf(probe.get(), &own) && own.sin_port != address.sin_port;
}

PortHolder FindPortHolder(pid_t group, uint16_t port) {
  std::set<uint64_t> inodes;
  AddListeners("/proc/net/tcp", port, inodes);
  AddListeners("/proc/net/tcp6", port, inodes);
  if (inodes.empty()) return PortHolder::kUnknown;
  const ProcessFacts leader = FactsOf("/proc/" + std::to_string(group));
  std::vector<std::filesystem::path> older;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const ProcessFacts facts = FactsOf(it->path());
    if (facts.group == group && Holds(it->path(), inodes)) return PortHolder::kGroup;
    if (facts.group != group && facts.group != 0 && facts.started < leader.started) older.push_back(it->path());
  }
  const bool taken =
      std::any_of(older.begin(), older.end(), [&](const auto& process) { return Holds(process, inodes); });
  return taken ? PortHolder::kOlder : PortHolder::kUnknown;
}

}  // namespace firesteel::gateway
