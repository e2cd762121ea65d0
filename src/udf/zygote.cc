#include "udf/zygote.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "udf/interpreter.h"
#include "udf/program.h"
#include "udf/worker_error.h"

namespace firesteel::udf {
namespace {

using nlohmann::json;

constexpr int kChildControl = 3, kChildProgram = 4;  // descriptors in the new process; no others are open there
constexpr size_t kMaxPacket = 64 << 10;
constexpr size_t kMaxPrinted = 8 << 10;
constexpr int kSocketBuffer = 4 << 20;
constexpr auto kGlance = std::chrono::milliseconds(50);

[[noreturn]] void ThrowSystem(const char* what) {
  throw NoInterpreter(std::string(what) + " failed: " + std::strerror(errno));
}

void Unblock(int descriptor) { ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

std::string Dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

// The program and its settings as a file without a name.
Descriptor ProgramFile(const RuntimeOptions& options) {
  json modules = json::object();
  for (const auto& [name, source] : PythonModules()) modules[name] = source;
  const WorkerLimits& limits = options.limits;
  const std::string text = Dump({{"modules", std::move(modules)},
                                 {"settings",
                                  {{"warm_workers", options.warm_workers},
                                   {"isolate_network", options.isolate_network},
                                   {"hidden_folders", options.hidden_folders},
                                   {"environment", json::object()},
                                   {"limits",
                                    {{"memory_bytes", limits.memory_bytes},
                                     {"processes", limits.processes},
                                     {"file_bytes", limits.file_bytes},
                                     {"open_files", limits.open_files}}}}}});
  Descriptor file(::memfd_create("firesteel-python", MFD_CLOEXEC));
  if (!file.is_open()) ThrowSystem("memfd_create");
  for (size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(file.get(), text.data() + at, text.size() - at);
    if (written <= 0) ThrowSystem("write");
    at += static_cast<size_t>(written);
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// The arguments and file actions of posix_spawn, freed at the end of the scope.
struct SpawnPlan {
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    // A session of its own: the terminal's signals are the server's.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

// dup2 onto itself would leave the descriptor closed on exec: out of the way of the numbers that the child gets.
Descriptor Raised(Descriptor descriptor) {
  const int raised = ::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 10);
  if (raised < 0) ThrowSystem("fcntl");
  return Descriptor(raised);
}

}  // namespace

std::pair<Descriptor, Descriptor> OpenPipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) ThrowSystem("pipe");
  Unblock(ends[0]);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Zygote::Zygote(const std::string& interpreter, const RuntimeOptions& options) : wake_(::eventfd(0, EFD_CLOEXEC)) {
  Spawn(interpreter, options);
  listener_ = std::thread([this] { Listen(); });
}

Zygote::~Zygote() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  // Without its last packet socket the process ends by itself, after it has killed the workers.
  ::shutdown(control_.get(), SHUT_RDWR);
  const uint64_t one = 1;
  if (::write(wake_.get(), &one, sizeof one) < 0) log::Warn("cannot wake the listener to Python");
  listener_.join();
}

void Zygote::Spawn(const std::string& interpreter, const RuntimeOptions& options) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) ThrowSystem("socketpair");
  control_ = Descriptor(sockets[0]);
  Unblock(control_.get());
  const Descriptor theirs = Raised(Descriptor(sockets[1]));
  auto [reader, writer] = OpenPipe();
  errors_ = std::move(reader);
  const Descriptor errors = Raised(std::move(writer));
  const Descriptor program = Raised(ProgramFile(options));

  SpawnPlan plan;
  posix_spawn_file_actions_addopen(&plan.actions, 0, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&plan.actions, errors.get(), 1);
  posix_spawn_file_actions_adddup2(&plan.actions, errors.get(), 2);
  posix_spawn_file_actions_adddup2(&plan.actions, theirs.get(), kChildControl);
  posix_spawn_file_actions_adddup2(&plan.actions, program.get(), kChildProgram);
  posix_spawn_file_actions_addclosefrom_np(&plan.actions, kChildProgram + 1);
  posix_spawn_file_actions_addchdir_np(&plan.actions, "/");

  std::string bootstrap = BootstrapProgram(kChildControl, kChildProgram);
  std::string path = interpreter, unbuffered = "-u", no_bytecode = "-B", command = "-c";
  std::array<char*, 6> arguments = {path.data(),    unbuffered.data(), no_bytecode.data(),
                                    command.data(), bootstrap.data(),  nullptr};
  std::vector<std::string> environment = WorkerEnvironment();
  std::vector<char*> variables;
  for (std::string& variable : environment) variables.push_back(variable.data());
  variables.push_back(nullptr);
  const int failed =
      ::posix_spawnp(&pid_, path.c_str(), &plan.actions, &plan.attributes, arguments.data(), variables.data());
  if (failed != 0) {
    pid_ = -1;
    throw NoInterpreter("cannot start " + interpreter + ": " + std::strerror(failed));
  }
  log::Event("python started", {{"pid", int64_t{pid_}}, {"interpreter", interpreter}});
}

void Zygote::Listen() {
  bool open = true;
  while (open) {
    std::array<pollfd, 3> polled{pollfd{control_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0},
                                 pollfd{errors_.get(), POLLIN, 0}};
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) break;
    if (polled[2].revents) ReadErrors();
    if (polled[0].revents) open = ReadEvents();
    if (polled[1].revents) open = false;
  }
  ReadErrors();
  Fail("the interpreter ended");
  // It ends by itself in a moment; one that does not is killed, and its workers, who watch it, with it.
  int status = 0;
  for (int waits = 0; ::waitpid(pid_, &status, WNOHANG) == 0; ++waits) {
    if (waits == 200) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(waits < 200 ? 50 : 5));
  }
}

void Zygote::ReadErrors() {
  std::array<char, 4096> piece;
  ssize_t count = 0;
  while ((count = ::read(errors_.get(), piece.data(), piece.size())) > 0) {
    std::lock_guard lock(mutex_);
    printed_.append(piece.data(), static_cast<size_t>(count));
    if (printed_.size() > kMaxPrinted) printed_.erase(0, printed_.size() - kMaxPrinted);
  }
  if (count == 0) errors_.Close();
}

bool Zygote::ReadEvents() {
  std::string packet(kMaxPacket, '\0');
  const ssize_t count = ::recv(control_.get(), packet.data(), packet.size(), 0);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return false;
  packet.resize(static_cast<size_t>(count));
  const json event = json::parse(packet, nullptr, false);
  if (!event.is_object()) return true;
  const std::string name = event.value("event", "");
  if (name == "failed") {
    Fail(event.value("error", ""));
    return true;
  }
  std::lock_guard lock(mutex_);
  if (name == "ready") {
    python_version_ = event.value("python", "");
    state_ = State::kReady;
    log::Event("python ready",
               {{"pid", int64_t{pid_}}, {"python", python_version_}, {"pyspark", event.value("pyspark", "")}});
  } else if (name == "exited") {
    auto it = workers_.find(event.value("id", int64_t{-1}));
    if (it != workers_.end()) it->second.status = event.value("status", -1);
    if (it != workers_.end() && it->second.dropped) workers_.erase(it);
  }
  changed_.notify_all();
  return true;
}

void Zygote::Fail(const std::string& reason) {
  std::lock_guard lock(mutex_);
  if (state_ != State::kFailed) {
    state_ = State::kFailed;
    failure_ = reason;
    if (!printed_.empty() && !stopping_) failure_ += "; it printed: " + printed_;
  }
  for (auto& [id, known] : workers_) {
    if (!known.status) known.status = -1;
  }
  changed_.notify_all();
}

std::string Zygote::WaitReady(const CancelTokenPtr& cancel) {
  std::unique_lock lock(mutex_);
  while (state_ == State::kStarting) {
    if (cancel && cancel->cancelled()) throw Canceled();
    changed_.wait_for(lock, kGlance);
  }
  return state_ == State::kReady ? std::string() : failure_.empty() ? std::string("it ended") : failure_;
}

bool Zygote::alive() const {
  std::lock_guard lock(mutex_);
  return state_ != State::kFailed;
}

void Zygote::Send(const std::string& packet, const int* descriptors, size_t count) {
  iovec part{const_cast<char*>(packet.data()), packet.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> space{};
  if (count > 0) {
    message.msg_control = space.data();
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    std::memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
  }
  std::lock_guard lock(sending_);
  while (::sendmsg(control_.get(), &message, MSG_NOSIGNAL) < 0) {
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return;  // it is gone, as its listener will see
    pollfd room{control_.get(), POLLOUT, 0};
    ::poll(&room, 1, 100);
  }
}

std::shared_ptr<WorkerProcess> Zygote::Start(const std::string& session, const std::string& files_folder,
                                             uint32_t user) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) ThrowSystem("socketpair");
  auto worker = std::make_shared<WorkerProcess>();
  worker->socket = Descriptor(sockets[0]);
  const Descriptor theirs(sockets[1]);
  for (int end : sockets) {
    if (::setsockopt(end, SOL_SOCKET, SO_SNDBUFFORCE, &kSocketBuffer, sizeof kSocketBuffer) != 0) {
      ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
    }
  }
  Unblock(worker->socket.get());
  auto [reader, writer] = OpenPipe();
  worker->output = std::move(reader);
  worker->session = session;
  worker->files_folder = files_folder;
  {
    std::lock_guard lock(mutex_);
    worker->id = next_id_++;
    workers_[worker->id].status = state_ == State::kFailed ? std::optional<int>(-1) : std::nullopt;
  }
  const std::array<int, 2> given{theirs.get(), writer.get()};
  Send(Dump({{"op", "start"}, {"id", worker->id}, {"user", user}, {"folder", files_folder}}), given.data(),
       given.size());
  return worker;
}

void Zygote::Kill(const WorkerProcess& worker) {
  if (!HasExited(worker)) Send(Dump({{"op", "kill"}, {"id", worker.id}}));
}

void Zygote::Drop(const WorkerProcess& worker) {
  Kill(worker);
  std::lock_guard lock(mutex_);
  auto it = workers_.find(worker.id);
  if (it == workers_.end()) return;
  it->second.dropped = true;
  if (it->second.status) workers_.erase(it);
}

void Zygote::Purge(uint32_t user) { Send(Dump({{"op", "purge"}, {"user", user}})); }

bool Zygote::HasExited(const WorkerProcess& worker) const {
  std::lock_guard lock(mutex_);
  auto it = workers_.find(worker.id);
  return it == workers_.end() || it->second.status.has_value();
}

int Zygote::WaitExit(const WorkerProcess& worker, std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [&] {
    auto it = workers_.find(worker.id);
    return it == workers_.end() || it->second.status.has_value();
  });
  auto it = workers_.find(worker.id);
  return it == workers_.end() ? -1 : it->second.status.value_or(-1);
}

}  // namespace firesteel::udf
