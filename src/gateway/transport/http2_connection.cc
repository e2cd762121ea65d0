#include "gateway/transport/http2_connection.h"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <system_error>

#include "gateway/transport/header_block.h"
#include "gateway/transport/http2_callbacks.h"

namespace firesteel::gateway {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr size_t kReadBlock = 128 << 10;
/// Of a new connection: a thousand frames that cost their sender nothing must not hold up the loop in one piece.
constexpr size_t kFirstRead = 8 << 10;
/// So much is read of one connection before others have their turn.
constexpr size_t kReadTurn = 512 << 10;
/// No more is made of frames until the socket took what is there.
constexpr size_t kMostPending = 256 << 10;
constexpr size_t kTlsRecord = 16 << 10;

constexpr auto kSetupTime = seconds(10);  ///< TLS and the client's preface
constexpr auto kFirstRequest = seconds(60);
constexpr auto kHeaderTime = seconds(10);  ///< for one header block
constexpr auto kQuietTime = seconds(60);   ///< without a byte: the peer is asked
constexpr auto kPingAnswer = seconds(20);

/// 1,000 at once and 100 a second after that: gRPC's own pings, settings and resets are far below.
constexpr double kCheapFrameBurst = 1000, kCheapFramesPerSecond = 100, kManyCheapFrames = 50;

}  // namespace

bool Http2Connection::CheapFrames::Allow(TimePoint now) {
  if (last_ != TimePoint{}) {
    level_ = std::max(0.0, level_ - std::chrono::duration<double>(now - last_).count() * kCheapFramesPerSecond);
  }
  last_ = now;
  return ++level_ <= kCheapFrameBurst;
}

bool Http2Connection::CheapFrames::are_many() const { return level_ > kManyCheapFrames; }

Http2Connection::Http2Connection(Role role, EventLoop& loop, ByteStream stream, Owner& owner)
    : role_(role),
      loop_(loop),
      stream_(std::move(stream)),
      owner_(owner),
      read_size_(kFirstRead),
      connected_(role == Role::kServer) {
  started_ = last_read_ = steady_clock::now();
  session_ = Callbacks::NewSession(this, role == Role::kServer);
}

Http2Connection::~Http2Connection() {
  if (!closed_) {
    closed_ = true;
    loop_.Unwatch(stream_.fd());
  }
  *alive_ = false;
  for (const auto& [id, stream] : streams_) stream->connection_ = nullptr;
  nghttp2_session_del(session_);
}

void Http2Connection::Start() {
  loop_.Watch(stream_.fd(), this);
  if (role_ == Role::kServer) Handshake();
}

void Http2Connection::Handshake() {
  switch (stream_.Handshake()) {
    case ByteStream::Status::kOk:
      handshaken_ = true;
      owner_.OnReady();
      ScheduleFlush();
      break;
    case ByteStream::Status::kWouldBlock:
      break;
    default:
      Fail(stream_.error().empty() ? "the peer closed the connection" : stream_.error());
  }
}

void Http2Connection::OnEvents(uint32_t events) {
  if (closed_) return;
  if (!connected_) {
    if (!(events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) return;
    if (events & (EPOLLERR | EPOLLHUP)) connect_error_ = stream_.SocketError();
    if (connect_error_ != 0) return Fail(std::generic_category().message(connect_error_));
    connected_ = true;
  }
  if (!handshaken_) {
    Handshake();
    if (!handshaken_ || closed_) return;
  }
  // TLS may want to read in order to write, so each event is one for both.
  ready_to_write_ = true;
  hanging_up_ = hanging_up_ || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  ReadAll();
  if (!closed_) ScheduleFlush();
}

void Http2Connection::ReadAll() {
  size_t turn = 0;
  while (!closed_) {
    if (turn >= kReadTurn || (turn > 0 && cheap_frames_.are_many())) {
      if (reading_again_) return;
      reading_again_ = true;
      loop_.Post([this, alive = alive_] {
        if (!*alive || closed_) return;
        reading_again_ = false;
        ReadAll();
      });
      return;
    }
    std::shared_ptr<char[]> block = Callbacks::ReadBlock(kReadBlock);
    const size_t most = read_size_;
    const ByteStream::Outcome read = stream_.Read({block.get(), most});
    if (read.status == ByteStream::Status::kWouldBlock) return;
    if (read.status != ByteStream::Status::kOk) {
      Fail(read.status == ByteStream::Status::kClosed ? "the peer closed the connection" : stream_.error());
      return;
    }
    turn += read.size;
    last_read_ = steady_clock::now();
    block_ = block;
    const auto* bytes = reinterpret_cast<const uint8_t*>(block.get());
    const ssize_t used = nghttp2_session_mem_recv(session_, bytes, read.size);
    block_.reset();
    if (closed_) return;
    if (used < 0) {
      // nghttp2 has put a GOAWAY for the peer into its queue where the fault is the peer's.
      Flush();
      Fail(fmt::format("HTTP/2: {}", nghttp2_strerror(static_cast<int>(used))));
      return;
    }
    ScheduleFlush();
    if (cheap_frames_.are_many()) {
      read_size_ = kFirstRead;
    } else if (read.size == most) {
      read_size_ = std::min(2 * most, kReadBlock);
    }
    // A short read has emptied the socket: what comes later is an event of its own. TLS keeps whole records.
    if (!stream_.encrypted() && read.size < most && !hanging_up_) return;
  }
}

void Http2Connection::ScheduleFlush() {
  if (flush_scheduled_ || closed_) return;
  flush_scheduled_ = true;
  loop_.AtEndOfRound([this, alive = alive_] {
    if (!*alive) return;
    flush_scheduled_ = false;
    if (!closed_) Flush();
  });
}

bool Http2Connection::GatherPending() {
  while (pending_size_ + control_.size() < kMostPending) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) {
      Fail(fmt::format("HTTP/2: {}", nghttp2_strerror(static_cast<int>(size))));
      return false;
    }
    if (size == 0) break;
    control_.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  }
  if (!control_.empty()) {
    pending_size_ += control_.size();
    pending_.push_back(Slice::Of(std::exchange(control_, {})));
  }
  return true;
}

void Http2Connection::Flush() {
  if (!handshaken_) return;
  while (!closed_ && ready_to_write_) {
    if (!GatherPending()) return;
    if (pending_.empty()) break;
    if (!WritePending()) break;
  }
  if (closed_) return;
  const bool done = pending_.empty() && !nghttp2_session_want_read(session_) && !nghttp2_session_want_write(session_);
  if (done) Fail(!closing_.empty() ? closing_ : going_away_ ? "drained" : "HTTP/2: the session is over");
}

bool Http2Connection::WritePending() {
  while (!pending_.empty()) {
    std::array<iovec, 64> pieces;
    size_t count = 0;
    std::string record;
    if (stream_.encrypted() && pending_.front().size() < kTlsRecord) {
      // One record for many small frames.
      for (const Slice& slice : pending_) {
        if (record.size() + slice.size() > kTlsRecord) break;
        record += slice.bytes();
      }
      pieces[count++] = {record.data(), record.size()};
    } else {
      for (const Slice& slice : pending_) {
        if (count == pieces.size()) break;
        pieces[count++] = {const_cast<char*>(slice.bytes().data()), slice.size()};
      }
    }
    const ByteStream::Outcome written = stream_.Write({pieces.data(), count});
    if (written.status == ByteStream::Status::kWouldBlock) {
      ready_to_write_ = false;
      return false;
    }
    if (written.status != ByteStream::Status::kOk) {
      Fail(stream_.error().empty() ? "the peer closed the connection" : stream_.error());
      return false;
    }
    size_t left = written.size;
    pending_size_ -= left;
    while (left > 0) {
      Slice& first = pending_.front();
      if (first.size() > left) {
        first.Take(left);
        break;
      }
      left -= first.size();
      pending_.pop_front();
    }
  }
  return true;
}

std::shared_ptr<Http2Stream> Http2Connection::Open(const Headers& headers) {
  if (closed_ || going_away_ || !nghttp2_session_check_request_allowed(session_)) return nullptr;
  // Identifiers are used up after 2^30 requests: the owner opens another connection long before.
  const HeaderBlock block(headers);
  auto stream = std::make_shared<Http2Stream>(this, 0);
  stream->deferred_ = true;
  const nghttp2_data_provider provider = Provider(stream.get());
  const int32_t id = nghttp2_submit_request(session_, nullptr, block.data(), block.size(), &provider, nullptr);
  if (id < 0) return nullptr;
  stream->id_ = id;
  streams_[id] = stream;
  ScheduleFlush();
  return stream;
}

void Http2Connection::Drain() {
  if (closed_ || going_away_) return;
  going_away_ = true;
  nghttp2_submit_shutdown_notice(session_);
  ScheduleFlush();
  // The second GOAWAY, with the last stream that counts, after what was on its way has come.
  loop_.After(std::chrono::milliseconds(500), [this, alive = alive_] {
    if (!*alive || closed_) return;
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
                          NGHTTP2_NO_ERROR, nullptr, 0);
    ScheduleFlush();
  });
}

void Http2Connection::Close(const std::string& why) {
  if (closed_) return;
  closing_ = why;
  nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
  Flush();
  Fail(why);
}

void Http2Connection::Fail(std::string why) {
  if (closed_) return;
  closed_ = true;
  loop_.Unwatch(stream_.fd());
  stream_.Shutdown();
  // Listeners may open and end others meanwhile: none of this connection, which is closed.
  auto streams = std::exchange(streams_, {});
  for (const auto& [id, stream] : streams) {
    stream->connection_ = nullptr;
    if (StreamListener* listener = std::exchange(stream->listener_, nullptr)) listener->OnClosed({false, true, 0});
  }
  owner_.OnClosed(why);
}

void Http2Connection::CheckTimes(TimePoint now) {
  if (closed_) return;
  if (!handshaken_ && now - started_ > kSetupTime) return Fail("the connection was not set up in time");
  if (headers_begun_ != TimePoint{} && now - headers_begun_ > kHeaderTime) {
    return Close("the headers of a request did not come in time");
  }
  if (role_ == Role::kServer && !had_request_ && now - started_ > kFirstRequest) return Close("no request came");
  if (ping_sent_ != TimePoint{}) {
    if (last_read_ > ping_sent_) {
      ping_sent_ = {};
    } else if (now - ping_sent_ > kPingAnswer) {
      Fail("the peer does not answer");
    }
    return;
  }
  // Servers of gRPC end connections that ask more often than they like: there the kernel asks (BeginConnect).
  if (role_ == Role::kServer && handshaken_ && now - last_read_ > kQuietTime) {
    ping_sent_ = now;
    nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
    ScheduleFlush();
  }
}

std::shared_ptr<Http2Stream> Http2Connection::Find(int32_t id) const {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second;
}

void Http2Connection::FinishHeaders(Http2Stream& stream, bool trailers, bool end) {
  headers_begun_ = {};
  Headers headers = std::exchange(stream.receiving_, {});
  stream.receiving_size_ = 0;
  if (StreamListener* listener = stream.listener_) {
    if (trailers) {
      listener->OnTrailers(std::move(headers));
    } else {
      listener->OnHeaders(std::move(headers), end);
    }
  }
  if (end) EndOfPeer(stream);
}

void Http2Connection::EndOfPeer(Http2Stream& stream) {
  if (std::exchange(stream.remote_ended_, true)) return;
  if (stream.listener_) stream.listener_->OnEnd();
}

}  // namespace firesteel::gateway
