#pragma once

#include <nghttp2/nghttp2.h>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "gateway/transport/byte_stream.h"
#include "gateway/transport/event_loop.h"
#include "gateway/transport/http2_stream.h"
#include "gateway/transport/slice.h"

namespace firesteel::gateway {

inline constexpr uint32_t kHttp2Cancel = 0x8;
inline constexpr uint32_t kHttp2RefusedStream = 0x7;
inline constexpr uint32_t kHttp2InternalError = 0x2;

/// An HTTP/2 connection, either side's: nghttp2 for the protocol, one socket, streams. For its loop's thread.
///
/// Flow control: a stream's window is 1 MiB and opens only as Consume is called; the connection's own is always open,
/// so that one slow stream holds up no other.
class Http2Connection final : public EventLoop::Handler {
 public:
  enum class Role : uint8_t { kServer, kClient };

  class Owner {
   public:
    virtual ~Owner() = default;
    /// A client's new request, whose headers come next: a listener must be set.
    virtual void OnStream(std::shared_ptr<Http2Stream> stream) = 0;
    /// TLS stands, where there is TLS.
    virtual void OnReady() = 0;
    /// No stream lives any longer. The owner destroys the connection later (EventLoop::AtEndOfRound), not here.
    virtual void OnClosed(const std::string& why) = 0;
    /// The peer takes no new streams (client's side); those that run go on.
    virtual void OnGoAway() = 0;
  };

  Http2Connection(Role role, EventLoop& loop, ByteStream stream, Owner& owner);
  ~Http2Connection() override;
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;

  /// Begins. A client's connection may still be connecting.
  void Start();
  /// A new request, client's side. Null when the connection takes no more.
  std::shared_ptr<Http2Stream> Open(const Headers& headers);
  /// Tells the peer to open no more streams; those that run end in peace.
  void Drain();
  /// Ends it at once, with all streams.
  void Close(const std::string& why);
  /// Called about once a second: closes a connection that dawdles or does not answer. Limits are those of the class.
  void CheckTimes(std::chrono::steady_clock::time_point now);

  size_t stream_count() const { return streams_.size(); }
  bool closed() const { return closed_; }
  const ByteStream& bytes() const { return stream_; }
  /// errno where the connection could not be made; else 0.
  int connect_error() const { return connect_error_; }

  void OnEvents(uint32_t events) override;

 private:
  friend class Http2Stream;
  struct Callbacks;
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Frames that cost us work and the peer nothing, in a leaky bucket.
  class CheapFrames {
   public:
    bool Allow(TimePoint now);
    /// More of them than a client needs.
    bool are_many() const;

   private:
    double level_ = 0;
    TimePoint last_{};
  };

  void Handshake();
  void ReadAll();
  void ScheduleFlush();
  void Flush();
  /// False: the socket takes no more, or failed.
  bool WritePending();
  bool GatherPending();
  void Fail(std::string why);
  void FinishHeaders(Http2Stream& stream, bool trailers, bool end);
  void EndOfPeer(Http2Stream& stream);
  std::shared_ptr<Http2Stream> Find(int32_t id) const;
  nghttp2_data_provider Provider(Http2Stream* stream);

  Role role_;
  EventLoop& loop_;
  ByteStream stream_;
  Owner& owner_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, std::shared_ptr<Http2Stream>> streams_;

  size_t read_size_;  ///< how much is read at a time: little until the peer proves to send much, and of an abuser

  std::deque<Slice> pending_;  ///< to be written, in order
  size_t pending_size_ = 0;
  std::string control_;                ///< frames gathered for the next piece of pending_
  std::shared_ptr<const void> block_;  ///< what is being read: data of it becomes slices

  bool handshaken_ = false, connected_ = false, closed_ = false, flush_scheduled_ = false, reading_again_ = false;
  bool ready_to_write_ = true;
  bool hanging_up_ = false;  ///< the peer sends no more: what is there is read to its end
  bool going_away_ = false;
  int connect_error_ = 0;
  std::string closing_;  ///< why it is being ended on purpose
  TimePoint started_, last_read_;
  TimePoint headers_begun_{};  ///< of the block that is not yet whole; zero: none
  TimePoint ping_sent_{};      ///< zero: none waits for its answer
  bool had_request_ = false;
  CheapFrames cheap_frames_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< for tasks that may run after the end
};

}  // namespace firesteel::gateway
