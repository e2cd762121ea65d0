#include "gateway/transport/http2_callbacks.h"

#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <utility>

#include "gateway/transport/header_block.h"

namespace firesteel::gateway {
namespace {

constexpr int32_t kStreamWindow = 1 << 20;
constexpr int32_t kConnectionWindow = 1 << 30;
constexpr uint32_t kMostStreams = 1000;
constexpr uint32_t kMostHeaders = 64 << 10;  ///< bytes of one block; gRPC's tokens may be large
constexpr uint32_t kFrameSize = 256 << 10;
/// A smaller piece of data is copied, lest it hold a whole block in memory.
constexpr size_t kSharedPiece = 16 << 10;

Http2Connection* Of(void* user) { return static_cast<Http2Connection*>(user); }

}  // namespace

std::shared_ptr<char[]> Http2Connection::Callbacks::ReadBlock(size_t size) {
  thread_local std::shared_ptr<char[]> last;
  if (!last || last.use_count() > 1) last = std::shared_ptr<char[]>(new char[size]);
  return last;
}

nghttp2_session* Http2Connection::Callbacks::NewSession(Http2Connection* connection, bool server) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* option = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&option) != 0) throw std::bad_alloc();
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, BeginHeaders);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, OneHeader);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, FrameReceived);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, DataChunk);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, StreamClosed);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, SendData);
  nghttp2_session_callbacks_set_data_source_read_length_callback(callbacks, DataLength);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_peer_max_concurrent_streams(option, UINT32_MAX);

  nghttp2_session* session = nullptr;
  const int made = server ? nghttp2_session_server_new2(&session, callbacks, connection, option)
                          : nghttp2_session_client_new2(&session, callbacks, connection, option);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_option_del(option);
  if (made != 0) throw std::bad_alloc();

  const std::array<nghttp2_settings_entry, 4> settings{
      {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
       {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, kFrameSize},
       {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMostHeaders},
       server ? nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMostStreams}
              : nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  return session;
}

int Http2Connection::Callbacks::BeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Connection* self = Of(user);
  self->headers_begun_ = self->last_read_;
  if (self->role_ == Role::kServer && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    self->streams_.emplace(frame->hd.stream_id, std::make_shared<Http2Stream>(self, frame->hd.stream_id));
  }
  return 0;
}

int Http2Connection::Callbacks::OneHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                                          size_t name_size, const uint8_t* value, size_t value_size, uint8_t flags,
                                          void* user) {
  const std::shared_ptr<Http2Stream> stream = Of(user)->Find(frame->hd.stream_id);
  if (!stream) return 0;
  stream->receiving_size_ += name_size + value_size + 32;  // as HTTP/2 counts them
  if (stream->receiving_size_ > kMostHeaders) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  stream->receiving_.push_back({std::string(reinterpret_cast<const char*>(name), name_size),
                                std::string(reinterpret_cast<const char*>(value), value_size),
                                (flags & NGHTTP2_NV_FLAG_NO_INDEX) != 0});
  return 0;
}

int Http2Connection::Callbacks::FrameReceived(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  Http2Connection* self = Of(user);
  const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  bool cheap = false;
  switch (frame->hd.type) {
    case NGHTTP2_HEADERS: {
      const std::shared_ptr<Http2Stream> stream = self->Find(frame->hd.stream_id);
      if (!stream) break;
      if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        self->had_request_ = true;
        self->owner_.OnStream(stream);
        self->FinishHeaders(*stream, false, end);
        break;
      }
      const std::string_view status = FindHeader(stream->receiving_, ":status");
      if (!status.empty() && status.front() == '1') {  // informational: the response's own headers follow
        stream->receiving_.clear();
        self->headers_begun_ = {};
        break;
      }
      self->FinishHeaders(*stream, std::exchange(stream->headers_seen_, true) || self->role_ == Role::kServer, end);
      break;
    }
    case NGHTTP2_DATA:
      cheap = frame->hd.length == 0 && !end;
      if (end) {
        if (const std::shared_ptr<Http2Stream> stream = self->Find(frame->hd.stream_id)) self->EndOfPeer(*stream);
      }
      break;
    case NGHTTP2_GOAWAY:
      self->going_away_ = true;
      self->owner_.OnGoAway();
      break;
    case NGHTTP2_WINDOW_UPDATE:
      break;
    default:
      cheap = true;
  }
  if (cheap && self->role_ == Role::kServer && !self->cheap_frames_.Allow(self->last_read_)) {
    nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM);
  }
  return 0;
}

int Http2Connection::Callbacks::DataChunk(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* bytes,
                                          size_t size, void* user) {
  Http2Connection* self = Of(user);
  nghttp2_session_consume_connection(session, size);
  const std::shared_ptr<Http2Stream> stream = self->Find(id);
  if (!stream || !stream->listener_) {
    nghttp2_session_consume_stream(session, id, size);
    return 0;
  }
  const std::string_view piece(reinterpret_cast<const char*>(bytes), size);
  stream->listener_->OnData(size < kSharedPiece ? Slice::Of(std::string(piece)) : Slice(self->block_, piece));
  return 0;
}

int Http2Connection::Callbacks::StreamClosed(nghttp2_session*, int32_t id, uint32_t code, void* user) {
  Http2Connection* self = Of(user);
  const auto found = self->streams_.find(id);
  if (found == self->streams_.end()) return 0;
  const std::shared_ptr<Http2Stream> stream = found->second;
  self->streams_.erase(found);
  stream->connection_ = nullptr;
  const bool complete = code == NGHTTP2_NO_ERROR && stream->remote_ended_;
  if (StreamListener* listener = std::exchange(stream->listener_, nullptr)) listener->OnClosed({complete, false, code});
  return 0;
}

nghttp2_data_provider Http2Connection::Provider(Http2Stream* stream) {
  nghttp2_data_provider provider;
  provider.source.ptr = stream;
  provider.read_callback = Callbacks::ReadData;
  return provider;
}

ssize_t Http2Connection::Callbacks::DataLength(nghttp2_session*, uint8_t, int32_t, int32_t connection_window,
                                               int32_t stream_window, uint32_t most_of_frame, void*) {
  return std::min<int64_t>({connection_window, stream_window, most_of_frame, kFrameSize});
}

ssize_t Http2Connection::Callbacks::ReadData(nghttp2_session* session, int32_t id, uint8_t*, size_t size,
                                             uint32_t* flags, nghttp2_data_source* source, void*) {
  auto* stream = static_cast<Http2Stream*>(source->ptr);
  if (stream->queued_ == 0 && !stream->ended_) {
    stream->deferred_ = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  const size_t length = std::min(size, stream->queued_);
  if (stream->ended_ && length == stream->queued_) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!stream->trailers_.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const HeaderBlock block(stream->trailers_);
      nghttp2_submit_trailer(session, id, block.data(), block.size());
    }
  }
  return static_cast<ssize_t>(length);
}

int Http2Connection::Callbacks::SendData(nghttp2_session*, nghttp2_frame* frame, const uint8_t* header, size_t,
                                         nghttp2_data_source* source, void* user) {
  Http2Connection* self = Of(user);
  auto* stream = static_cast<Http2Stream*>(source->ptr);
  self->control_.append(reinterpret_cast<const char*>(header), 9);  // no padding is ever asked for
  size_t left = frame->hd.length;
  const size_t sent = left;
  while (left > 0) {
    Slice& first = stream->queue_.front();
    const Slice piece = first.Take(std::min(left, first.size()));
    if (first.empty()) stream->queue_.pop_front();
    left -= piece.size();
    if (piece.size() < 4096) {  // cheaper to copy than a piece of its own
      self->control_ += piece.bytes();
      continue;
    }
    self->pending_size_ += self->control_.size() + piece.size();
    self->pending_.push_back(Slice::Of(std::exchange(self->control_, {})));
    self->pending_.push_back(piece);
  }
  stream->queued_ -= sent;
  if (stream->listener_ && sent > 0) stream->listener_->OnSent(sent);
  return 0;
}

}  // namespace firesteel::gateway
