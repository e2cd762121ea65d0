#include "udf/process_run.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "base/log.h"
#include "udf/init_message.h"
#include "udf/protocol.h"
#include "udf/worker_error.h"

namespace firesteel::udf {
namespace {

using std::chrono::steady_clock;

constexpr int kGlanceMillis = 50;         // how late a cancellation may be seen
constexpr size_t kMaxQueued = 4 << 20;    // bytes that one worker may leave unread before Write waits
constexpr size_t kMaxParts = 64;          // slices in one system call
constexpr size_t kReceiveTurn = 8 << 20;  // bytes from one worker before the others have their turn
constexpr size_t kPrintedTurn = 256 << 10;

std::string QuerySeconds(int64_t seconds) { return std::to_string(seconds) + (seconds == 1 ? " second" : " seconds"); }

}  // namespace

ProcessRun::ProcessRun(WorkerPool& pool, std::vector<std::shared_ptr<WorkerProcess>> workers, const RunPlan& plan,
                       CancelTokenPtr cancel)
    : pool_(pool),
      cancel_(std::move(cancel)),
      display_name_(plan.display_name),
      begin_(steady_clock::now()),
      begin_millis_(SystemClock::Instance().NowMicros() / 1000),
      seconds_(plan.query_seconds > 0 ? plan.query_seconds : pool.options().limits.query_seconds),
      peers_(workers.size()) {
  for (size_t w = 0; w < workers.size(); ++w) peers_[w].process = std::move(workers[w]);
  const int64_t longest = pool.options().limits.message_bytes;
  Guard([&] {
    for (size_t w = 0; w < peers_.size(); ++w) {
      Peer& peer = peers_[w];
      if (plan.on_message) {
        peer.reader = std::make_unique<OutputReader>(
            longest, [w, give = plan.on_message](std::string_view message) { give(w, message); });
      } else {
        peer.reader = std::make_unique<OutputReader>(longest);
        peer.input_closed = true;
      }
      Enqueue(peer, std::make_shared<const std::string>(plan.init(w, peer.process->files_folder)));
      Send(peer);
    }
  });
}

ProcessRun::~ProcessRun() {
  for (Peer& peer : peers_) GiveBack(peer, false);
}

// Whatever goes wrong, the run is over: its workers are in the middle of something that nobody will read.
template <class Work>
void ProcessRun::Guard(Work&& work) {
  if (failed_) throw InternalError("a Python run is used after its error");
  try {
    work();
  } catch (...) {
    failed_ = true;
    for (Peer& peer : peers_) GiveBack(peer, false);
    throw;
  }
}

void ProcessRun::GiveBack(Peer& peer, bool reusable) {
  if (!peer.process) return;
  if (!peer.printed.empty()) log::Debug("Python worker {} printed: {}", peer.process->id, peer.printed);
  pool_.Return(peer.process, reusable);
  peer.process = nullptr;
  peer.queue.clear();
  peer.queued = 0;
}

void ProcessRun::Enqueue(Peer& peer, std::shared_ptr<const std::string> slice) {
  if (!slice || slice->empty() || peer.refuses_input || !peer.process) return;
  peer.queued += slice->size();
  peer.queue.push_back(std::move(slice));
}

void ProcessRun::Write(size_t w, std::vector<std::shared_ptr<const std::string>> slices) {
  Guard([&] {
    Peer& peer = peers_.at(w);
    if (peer.input_closed) throw InternalError("input of a Python worker behind its end");
    for (auto& slice : slices) Enqueue(peer, std::move(slice));
    CheckTime();
    Pump(0);
    while (peer.queued > kMaxQueued && !peer.reader->done()) Pump(kGlanceMillis);
  });
}

void ProcessRun::CloseInput(size_t w) {
  Guard([&] {
    Peer& peer = peers_.at(w);
    if (peer.input_closed) return;
    peer.input_closed = true;
    std::string end;
    AppendInt(mark::kEndOfStream, end);
    Enqueue(peer, std::make_shared<const std::string>(std::move(end)));
    Pump(0);
  });
}

void ProcessRun::Finish() {
  Guard([&] {
    for (const Peer& peer : peers_) {
      if (!peer.input_closed) throw InternalError("the input of a Python worker has no end");
    }
    while (std::any_of(peers_.begin(), peers_.end(), [](const Peer& peer) { return !peer.reader->done(); })) {
      Pump(kGlanceMillis);
    }
    for (Peer& peer : peers_) {
      if (peer.process) GiveBack(peer, peer.reader->reusable() && peer.queue.empty());
    }
  });
}

void ProcessRun::CheckTime() {
  if (cancel_ && cancel_->cancelled()) throw Canceled();
  if (seconds_ > 0 && steady_clock::now() - begin_ > std::chrono::seconds(seconds_)) {
    throw QueryError("SERVER_LIMIT_EXCEEDED",
                     {{"what", "to run " + (display_name_.empty() ? "Python code" : display_name_) + " any longer"},
                      {"limit", QuerySeconds(seconds_)},
                      {"key", std::string(limit_keys::kQuerySeconds)}},
                     nullptr, ErrorClass::kSpark);
  }
}

void ProcessRun::Pump(int wait_ms) {
  std::vector<pollfd> polled;
  std::vector<Peer*> owners;
  for (Peer& peer : peers_) {
    if (!peer.process || peer.reader->done()) continue;
    const short wanted = peer.queue.empty() ? POLLIN : POLLIN | POLLOUT;
    polled.push_back({peer.process->socket.get(), wanted, 0});
    owners.push_back(&peer);
    // A closed output has number -1, which poll leaves out.
    polled.push_back({peer.process->output.get(), POLLIN, 0});
    owners.push_back(&peer);
  }
  const int ready = ::poll(polled.data(), polled.size(), wait_ms);
  if (ready < 0 && errno != EINTR) throw InternalError(std::string("poll: ") + std::strerror(errno));
  if (ready > 0) {
    for (size_t i = 0; i < polled.size(); i += 2) {
      Peer& peer = *owners[i];
      if (polled[i + 1].revents) ReadPrinted(peer);
      if (polled[i].revents & POLLOUT) Send(peer);
      if (polled[i].revents & (POLLIN | POLLHUP | POLLERR)) Receive(peer);
    }
  }
  CheckTime();
}

void ProcessRun::Send(Peer& peer) {
  while (!peer.queue.empty()) {
    std::array<iovec, kMaxParts> parts;
    size_t count = 0;
    for (const auto& slice : peer.queue) {
      if (count == parts.size()) break;
      const size_t skipped = count == 0 ? peer.first_sent : 0;
      parts[count++] = {const_cast<char*>(slice->data()) + skipped, slice->size() - skipped};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    ssize_t sent = ::sendmsg(peer.process->socket.get(), &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return;
      // It reads no more. Whether that is an end or a crash, its output tells.
      peer.refuses_input = true;
      peer.queue.clear();
      peer.queued = peer.first_sent = 0;
      return;
    }
    peer.report.bytes_sent += sent;
    peer.queued -= static_cast<size_t>(sent);
    while (sent > 0) {
      const size_t rest = peer.queue.front()->size() - peer.first_sent;
      if (static_cast<size_t>(sent) < rest) {
        peer.first_sent += static_cast<size_t>(sent);
        break;
      }
      sent -= static_cast<ssize_t>(rest);
      peer.queue.pop_front();
      peer.first_sent = 0;
    }
  }
}

void ProcessRun::Receive(Peer& peer) {
  for (size_t taken = 0; taken < kReceiveTurn && !peer.reader->done();) {
    auto [room, size] = peer.reader->Room();
    const ssize_t count = ::recv(peer.process->socket.get(), room, size, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) ThrowGone(peer);
    peer.reader->Advance(static_cast<size_t>(count));
    taken += static_cast<size_t>(count);
  }
  if (!peer.reader->done()) return;
  const int64_t sent = peer.report.bytes_sent;
  peer.report = std::move(peer.reader->report());
  peer.report.bytes_sent = sent;
  peer.report.boot_time = peer.process->fresh ? std::max<int64_t>(0, peer.report.boot_time - begin_millis_) : 0;
  if (!peer.reader->reusable()) GiveBack(peer, false);  // it ends without having read all
}

void ProcessRun::ReadPrinted(Peer& peer) {
  const size_t kept = static_cast<size_t>(std::max<int64_t>(0, pool_.options().limits.output_bytes));
  std::array<char, 16 << 10> piece;
  for (size_t taken = 0; taken < kPrintedTurn;) {
    const ssize_t count = ::read(peer.process->output.get(), piece.data(), piece.size());
    if (count < 0) return;
    if (count == 0) return peer.process->output.Close();
    taken += static_cast<size_t>(count);
    peer.printed.append(piece.data(), static_cast<size_t>(count));
    if (peer.printed.size() > 2 * kept) peer.printed.erase(0, peer.printed.size() - kept);
  }
}

void ProcessRun::ThrowGone(Peer& peer) {
  const int status = pool_.WaitExit(*peer.process);
  if (peer.process->output.is_open()) ReadPrinted(peer);
  throw WorkerCrashed(status, peer.printed);
}

}  // namespace firesteel::udf
