#include "gateway/servers/pool_process.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "gateway/servers/loopback_port.h"

namespace firesteel::gateway {
namespace {

constexpr Milliseconds kProbeEvery{10};
constexpr Milliseconds kForeignProbeEvery{250};  // looking for the socket's owner costs milliseconds
constexpr Milliseconds kForeignSettle{2000};

}  // namespace

PoolProcess::PoolProcess(LaunchOrder what, uint16_t where, std::unique_ptr<ChildProcess> runs, TimePoint now)
    : order(std::move(what)),
      port(where),
      child(std::move(runs)),
      output(order.pool, child->pid()),
      deadline(now + order.config.start_timeout),
      next_probe(now) {}

bool PoolProcess::IsReady(TimePoint now) {
  next_probe = now + kProbeEvery;
  if (!AcceptsConnections(port)) {
    foreign_since.reset();
    return false;
  }
  const PortHolder holder = FindPortHolder(child->pid(), port);
  if (holder == PortHolder::kGroup) return true;
  next_probe = now + kForeignProbeEvery;
  if (holder == PortHolder::kOlder) {
    foreign_since.reset();
    return false;
  }
  if (!foreign_since) foreign_since = now;
  return now - *foreign_since >= kForeignSettle;
}

void PoolProcess::ReadOutput(size_t most) {
  std::array<char, 16 << 10> bytes;
  while (child->output_descriptor() >= 0 && most > 0) {
    const ssize_t size = read(child->output_descriptor(), bytes.data(), std::min(bytes.size(), most));
    if (size > 0) {
      output.Add({bytes.data(), static_cast<size_t>(size)}, std::chrono::steady_clock::now());
      most -= static_cast<size_t>(size);
      continue;
    }
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    child->CloseOutput();
  }
}

std::string PoolProcess::LastWords() const {
  const std::string lines = output.LastLines();
  return lines.empty() ? "; it printed nothing" : "; its last output: " + lines;
}

}  // namespace firesteel::gateway
