#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/transport/slice.h"

namespace firesteel::gateway {

/// One field of a HEADERS frame: lower-case name, bytes as they came. Order and repetitions are kept.
struct Header {
  std::string name, value;
  bool sensitive = false;  ///< never put into a compression table
};
using Headers = std::vector<Header>;

/// The first field of this name; empty where there is none.
std::string_view FindHeader(const Headers& headers, std::string_view name);

/// How a stream ended.
struct StreamEnd {
  bool complete = false;         ///< both sides sent their end
  bool connection_lost = false;  ///< the connection went away under it
  uint32_t code = 0;             ///< HTTP/2's error code of the reset, either side's
};

/// Told of what the peer sends. Called on the connection's loop; may call the stream's entries, also Reset.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  /// `last`: nothing follows but OnEnd (a gRPC response of trailers only, a request without a body).
  virtual void OnHeaders(Headers headers, bool last) = 0;
  virtual void OnTrailers(Headers trailers) = 0;
  /// Flow control: the peer may send as much again when the bytes are given to Consume.
  virtual void OnData(Slice data) = 0;
  /// The peer sends no more.
  virtual void OnEnd() = 0;
  /// So many of the bytes given to Send went towards the peer.
  virtual void OnSent(size_t bytes) = 0;
  /// The last call. The stream's entries do nothing from now on.
  virtual void OnClosed(const StreamEnd& end) = 0;
};

class Http2Connection;

/// One exchange of a connection: a request and its response. For the connection's thread.
class Http2Stream {
 public:
  Http2Stream(Http2Connection* connection, int32_t id) : connection_(connection), id_(id) {}
  Http2Stream(const Http2Stream&) = delete;
  Http2Stream& operator=(const Http2Stream&) = delete;

  /// Null: nobody listens any longer.
  void SetListener(StreamListener* listener) { listener_ = listener; }

  /// A server's response; with `end` it has neither data nor trailers.
  void SendHeaders(const Headers& headers, bool end);
  void Send(Slice data);
  /// After what was given to Send, with trailers where there are some.
  void End(Headers trailers = {});
  /// Ends the stream at once; OnClosed follows, later.
  void Reset(uint32_t code);
  /// The bytes were dealt with: the peer's window opens by so much.
  void Consume(size_t bytes);

  size_t queued() const { return queued_; }
  bool closed() const { return connection_ == nullptr; }

 private:
  friend class Http2Connection;

  Http2Connection* connection_;  ///< null once closed
  int32_t id_;
  StreamListener* listener_ = nullptr;
  Headers receiving_;  ///< of the block that is coming in
  size_t receiving_size_ = 0;
  bool headers_seen_ = false, remote_ended_ = false;
  std::deque<Slice> queue_;
  size_t queued_ = 0;
  bool ended_ = false, deferred_ = false;
  Headers trailers_;
};

}  // namespace firesteel::gateway
