#include "gateway/servers/process_launcher.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

#include "base/log.h"
#include "gateway/routing/templates.h"
#include "gateway/servers/child_process.h"
#include "gateway/servers/loopback_port.h"
#include "gateway/servers/pool_process.h"

namespace firesteel::gateway {
namespace {

/// What the shell runs. One program takes the shell's place, so that its end is seen at once and it ends with the
/// gateway; a command of several steps keeps the shell.
std::string ShellCommand(const std::string& command) {
  const bool several = command.find_first_of(";&|\n") != std::string::npos;
  return several ? command : "exec env " + command;
}

using std::chrono::steady_clock;
using TimePoint = steady_clock::time_point;

constexpr size_t kReadAtOnce = 64 << 10;  // of one process: a noisy one does not keep the others waiting
constexpr size_t kReadAtEnd = 256 << 10;
constexpr int kPortTries = 20;
constexpr Milliseconds kIdle{60'000};

}  // namespace

/// The thread that starts processes, which must live as long as they do, waits for all that happens to them.
class ProcessLauncher::Loop {
 public:
  Loop(ListenerQueue& listener, NextId next_id, PickPort pick_port)
      : listener_(listener),
        next_id_(std::move(next_id)),
        pick_port_(std::move(pick_port)),
        environment_(EnvironmentWithoutSecrets(environ)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0) throw std::runtime_error(fmt::format("cannot make an eventfd: {}", std::strerror(errno)));
    thread_ = std::thread([this] { Run(); });
  }

  ~Loop() {
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
      orders_.clear();
      for (PoolProcess& process : processes_) End(process);
    }
    Wake();
    thread_.join();
    close(wake_);
  }

  void Launch(LaunchOrder order) {
    std::lock_guard lock(mutex_);
    const size_t running = Count(order.pool, /*with_ending=*/false) + Waiting(order.pool);
    if (running >= Most(order)) {
      Fail(order, fmt::format("it has {} processes already, and pool.most is {}", running, order.config.most));
      return;
    }
    orders_.push_back(std::move(order));
    Wake();
  }

  bool Stop(ServerId id) {
    std::lock_guard lock(mutex_);
    for (PoolProcess& process : processes_) {
      if (process.state != PoolProcess::State::kReady || process.id != id) continue;
      End(process);
      Wake();
      return true;
    }
    return false;
  }

  void SetListed(const std::string& pool, bool listed) {
    std::lock_guard lock(mutex_);
    if (listed == !unlisted_.contains(pool)) return;
    if (listed) {
      unlisted_.erase(pool);
    } else {
      unlisted_.insert(pool);
      std::erase_if(orders_, [&](const LaunchOrder& order) { return order.pool == pool && Removed(order); });
    }
    for (PoolProcess& process : processes_) {
      if (process.order.pool != pool) continue;
      if (process.state == PoolProcess::State::kReady) {
        Tell(process, listed);
      } else if (process.state == PoolProcess::State::kStarting && !listed) {
        Removed(process.order);
        End(process);
      }
    }
    Wake();
  }

  std::vector<ServerAddress> List() const {
    std::lock_guard lock(mutex_);
    std::vector<ServerAddress> ready;
    for (const PoolProcess& process : processes_) {
      if (process.state == PoolProcess::State::kReady && !unlisted_.contains(process.order.pool))
        ready.push_back(process.Address());
    }
    return ready;
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      StartOrders();
      if (ending_ && processes_.empty()) return;
      std::vector<pollfd> files{{wake_, POLLIN, 0}};
      for (const PoolProcess& process : processes_) {
        files.push_back({process.child->end_descriptor(), POLLIN, 0});
        files.push_back({process.child->output_descriptor(), POLLIN, 0});
      }
      const int wait = MillisToWait(steady_clock::now());
      lock.unlock();
      poll(files.data(), files.size(), wait);
      lock.lock();
      uint64_t count = 0;
      if (files.front().revents != 0 && read(wake_, &count, sizeof count) < 0) count = 0;
      // This thread alone adds and removes processes, so they stand as they stood.
      size_t at = 1;
      for (auto it = processes_.begin(); it != processes_.end(); at += 2) {
        const auto process = it++;
        if (files[at + 1].revents != 0) process->ReadOutput(kReadAtOnce);
        if (files[at].revents != 0 && Ended(*process)) processes_.erase(process);
      }
      for (PoolProcess& process : processes_) CheckTime(process, steady_clock::now());
    }
  }

  int MillisToWait(TimePoint now) const {
    TimePoint next = now + kIdle;
    for (const PoolProcess& process : processes_) {
      if (process.state != PoolProcess::State::kReady) next = std::min(next, process.deadline);
      if (process.state == PoolProcess::State::kStarting) next = std::min(next, process.next_probe);
    }
    const auto wait = std::chrono::ceil<Milliseconds>(next - now);
    return static_cast<int>(std::max(wait, Milliseconds(0)).count());
  }

  void StartOrders() {
    for (auto it = orders_.begin(); it != orders_.end();) {
      const auto order = it++;
      // Room comes with the end of a process that is being ended.
      if (Count(order->pool, /*with_ending=*/true) >= Most(*order)) continue;
      Start(std::move(*order));
      orders_.erase(order);
    }
  }

  void Start(LaunchOrder order) {
    const Result<uint16_t> port = PickFreePort();
    if (!port.ok()) return Fail(order, port.error());
    const std::string command = ExpandCommand(order.config.command, {order.owner, order.pool, kPoolHost, port.value()});
    // The system would take what is before it for the command.
    if (command.find('\0') != std::string::npos) return Fail(order, "a value of its command has a NUL character");
    Result<std::unique_ptr<ChildProcess>> child = ChildProcess::Start(ShellCommand(command), environment_);
    if (!child.ok()) return Fail(order, child.error());
    const pid_t pid = child.value()->pid();
    log::Info("pool {}: started process {} for port {}", order.pool, pid, port.value());
    processes_.emplace_back(std::move(order), port.value(), std::move(child.value()), steady_clock::now());
  }

  // One that none of our own processes, which may not listen yet, was given.
  Result<uint16_t> PickFreePort() const {
    for (int i = 0; i < kPortTries; ++i) {
      Result<uint16_t> port = pick_port_();
      if (!port.ok()) return port;
      const bool given = std::any_of(processes_.begin(), processes_.end(),
                                     [&](const PoolProcess& process) { return process.port == port.value(); });
      if (!given) return port;
    }
    return Status::Error("no free TCP port was found");
  }

  // False: it has not ended after all.
  bool Ended(PoolProcess& process) {
    const std::optional<std::string> why = process.child->Reap();
    if (!why) return false;
    // Told first: clients wait for it.
    if (process.state == PoolProcess::State::kReady) {
      listener_.Post([id = process.id, why = *why](DirectoryListener& listener) { listener.ServerDied(id, why); });
    }
    process.ReadOutput(kReadAtEnd);
    process.output.Finish(steady_clock::now());
    log::Info("pool {}: process {} ended: {}", process.order.pool, process.child->pid(), *why);
    if (process.state != PoolProcess::State::kStarting) return true;
    if (!process.order.retried && IsPortTaken(process.port)) {
      log::Warn("pool {}: port {} was taken by another program; trying another port", process.order.pool, process.port);
      LaunchOrder again = process.order;
      again.retried = true;
      orders_.push_front(std::move(again));
    } else {
      Fail(process.order, fmt::format("its process ended ({}) before it accepted connections on port {}{}", *why,
                                      process.port, process.LastWords()));
    }
    return true;
  }

  void CheckTime(PoolProcess& process, TimePoint now) {
    if (process.state == PoolProcess::State::kEnding && now >= process.deadline) {
      log::Warn("pool {}: process {} is killed: it has not ended in time", process.order.pool, process.child->pid());
      process.child->Signal(SIGKILL);
      process.deadline = TimePoint::max();
    }
    if (process.state != PoolProcess::State::kStarting) return;
    if (now >= process.next_probe && process.IsReady(now)) {
      process.state = PoolProcess::State::kReady;
      process.id = next_id_();
      log::Info("pool {}: process {} accepts connections on port {}", process.order.pool, process.child->pid(),
                process.port);
      Tell(process, true);
    } else if (now >= process.deadline) {
      Fail(process.order, fmt::format("its process did not accept connections on {}:{} within {} ms{}", kPoolHost,
                                      process.port, process.order.config.start_timeout.count(), process.LastWords()));
      process.state = PoolProcess::State::kEnding;
      process.child->Signal(SIGKILL);
      process.deadline = TimePoint::max();
    }
  }

  void End(PoolProcess& process) {
    if (process.state == PoolProcess::State::kEnding) return;
    process.state = PoolProcess::State::kEnding;
    process.deadline = steady_clock::now() + process.order.config.stop_grace;
    process.child->Signal(SIGTERM);
  }

  void Tell(const PoolProcess& process, bool listed) {
    if (listed) {
      listener_.Post([address = process.Address()](DirectoryListener& listener) { listener.ServerAppeared(address); });
    } else {
      listener_.Post([id = process.id](DirectoryListener& listener) { listener.ServerUnlisted(id); });
    }
  }

  void Fail(const LaunchOrder& order, const std::string& reason) {
    if (ending_) return;
    const std::string message = fmt::format("pool {}: cannot start a server: {}", order.pool, reason);
    log::Warn("{}", message);
    listener_.Post([order, message](DirectoryListener& l) { l.LaunchFailed(order.pool, message, order.owner.user); });
  }

  bool Removed(const LaunchOrder& order) {
    Fail(order, "it is no longer in the configuration");
    return true;
  }

  static size_t Most(const LaunchOrder& order) { return static_cast<size_t>(std::max(order.config.most, 0)); }

  size_t Count(const std::string& pool, bool with_ending) const {
    return static_cast<size_t>(std::count_if(processes_.begin(), processes_.end(), [&](const PoolProcess& process) {
      return process.order.pool == pool && (with_ending || process.state != PoolProcess::State::kEnding);
    }));
  }

  size_t Waiting(const std::string& pool) const {
    return static_cast<size_t>(
        std::count_if(orders_.begin(), orders_.end(), [&](const LaunchOrder& order) { return order.pool == pool; }));
  }

  void Wake() {
    const uint64_t one = 1;
    // It fails only where 2^64 calls were not answered: then the thread is awake.
    [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
  }

  ListenerQueue& listener_;
  const NextId next_id_;
  const PickPort pick_port_;
  const std::vector<std::string> environment_;
  const int wake_;
  mutable std::mutex mutex_;
  std::list<LaunchOrder> orders_;
  std::list<PoolProcess> processes_;
  std::set<std::string> unlisted_;  ///< pools that are no longer configured
  bool ending_ = false;
  std::thread thread_;
};

ProcessLauncher::ProcessLauncher(ListenerQueue& listener, NextId next_id)
    : ProcessLauncher(listener, std::move(next_id), FreeLoopbackPort) {}
ProcessLauncher::ProcessLauncher(ListenerQueue& listener, NextId next_id, PickPort pick_port)
    : loop_(std::make_unique<Loop>(listener, std::move(next_id), std::move(pick_port))) {}
ProcessLauncher::~ProcessLauncher() = default;

void ProcessLauncher::Launch(const std::string& pool, const PoolConfig& config, const Route& owner) {
  loop_->Launch({pool, config, owner});
}
bool ProcessLauncher::Stop(ServerId id) { return loop_->Stop(id); }
void ProcessLauncher::SetListed(const std::string& pool, bool listed) { loop_->SetListed(pool, listed); }
std::vector<ServerAddress> ProcessLauncher::List() const { return loop_->List(); }

}  // namespace firesteel::gateway
