#include "gateway/transport/http2_stream.h"

#include <algorithm>

#include "gateway/transport/header_block.h"
#include "gateway/transport/http2_connection.h"

namespace firesteel::gateway {

std::string_view FindHeader(const Headers& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const Header& h) { return h.name == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

void Http2Stream::SendHeaders(const Headers& headers, bool end) {
  if (!connection_) return;
  const HeaderBlock block(headers);
  ended_ = ended_ || end;
  deferred_ = !end;
  const nghttp2_data_provider provider = connection_->Provider(this);
  nghttp2_submit_response(connection_->session_, id_, block.data(), block.size(), end ? nullptr : &provider);
  connection_->ScheduleFlush();
}

void Http2Stream::Send(Slice data) {
  if (!connection_ || data.empty()) return;
  queued_ += data.size();
  queue_.push_back(std::move(data));
  if (deferred_) {
    deferred_ = false;
    nghttp2_session_resume_data(connection_->session_, id_);
  }
  connection_->ScheduleFlush();
}

void Http2Stream::End(Headers trailers) {
  if (!connection_ || ended_) return;
  ended_ = true;
  trailers_ = std::move(trailers);
  if (deferred_) {
    deferred_ = false;
    nghttp2_session_resume_data(connection_->session_, id_);
  }
  connection_->ScheduleFlush();
}

void Http2Stream::Reset(uint32_t code) {
  if (!connection_) return;
  nghttp2_submit_rst_stream(connection_->session_, NGHTTP2_FLAG_NONE, id_, code);
  connection_->ScheduleFlush();
}

void Http2Stream::Consume(size_t bytes) {
  if (!connection_ || bytes == 0) return;
  nghttp2_session_consume_stream(connection_->session_, id_, bytes);
  connection_->ScheduleFlush();
}

}  // namespace firesteel::gateway
