#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>

#include "gateway/transport/http2_connection.h"

namespace firesteel::gateway {

/// What nghttp2 calls: static functions whose user data is the connection.
struct Http2Connection::Callbacks {
  static nghttp2_session* NewSession(Http2Connection* connection, bool server);
  /// A block to read into: this thread's last one again when nothing names it any longer.
  static std::shared_ptr<char[]> ReadBlock(size_t size);

  static int BeginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void* user);
  static int OneHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                       const uint8_t* value, size_t value_size, uint8_t flags, void* user);
  static int FrameReceived(nghttp2_session* session, const nghttp2_frame* frame, void* user);
  static int DataChunk(nghttp2_session* session, uint8_t flags, int32_t id, const uint8_t* bytes, size_t size,
                       void* user);
  static int StreamClosed(nghttp2_session* session, int32_t id, uint32_t code, void* user);
  static int SendData(nghttp2_session* session, nghttp2_frame* frame, const uint8_t* header, size_t size,
                      nghttp2_data_source* source, void* user);
  static ssize_t ReadData(nghttp2_session* session, int32_t id, uint8_t* buffer, size_t size, uint32_t* flags,
                          nghttp2_data_source* source, void* user);
  static ssize_t DataLength(nghttp2_session* session, uint8_t frame_type, int32_t id, int32_t connection_window,
                            int32_t stream_window, uint32_t most_of_frame, void* user);
};

}  // namespace firesteel::gateway
