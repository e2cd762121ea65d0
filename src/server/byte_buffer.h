#pragma once

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <string_view>

#include "session/byte_slice.h"

namespace firesteel::server {

/// Slices → the transport's buffer, sharing the bytes: each slice keeps its owner until it was sent.
grpc::ByteBuffer ToByteBuffer(const session::ByteSlices& slices);

/// A message → the transport's buffer.
grpc::ByteBuffer ToByteBuffer(const google::protobuf::MessageLite& message);

/// The bytes of a request in one piece; shared when they already are.
class FlatBytes {
 public:
  explicit FlatBytes(const grpc::ByteBuffer& buffer);
  std::string_view view() const { return {reinterpret_cast<const char*>(slice_.begin()), slice_.size()}; }

 private:
  grpc::Slice slice_;
};

}  // namespace firesteel::server
