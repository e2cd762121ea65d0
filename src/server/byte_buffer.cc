#include "server/byte_buffer.h"

#include <memory>
#include <vector>

namespace firesteel::server {
namespace {

// Below this a copy into the transport's own memory is cheaper than keeping an owner.
constexpr size_t kCopyBelow = 512;

grpc::Slice ToSlice(const session::ByteSlice& slice) {
  if (slice.bytes.size() < kCopyBelow) return grpc::Slice(slice.bytes.data(), slice.bytes.size());
  auto* owner = new std::shared_ptr<const void>(slice.owner);
  return grpc::Slice(
      const_cast<char*>(slice.bytes.data()), slice.bytes.size(),
      [](void* kept) { delete static_cast<std::shared_ptr<const void>*>(kept); }, owner);
}

}  // namespace

grpc::ByteBuffer ToByteBuffer(const session::ByteSlices& slices) {
  std::vector<grpc::Slice> result;
  result.reserve(slices.size());
  for (const session::ByteSlice& slice : slices) {
    if (!slice.bytes.empty()) result.push_back(ToSlice(slice));
  }
  return grpc::ByteBuffer(result.data(), result.size());
}

grpc::ByteBuffer ToByteBuffer(const google::protobuf::MessageLite& message) {
  grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

FlatBytes::FlatBytes(const grpc::ByteBuffer& buffer) {
  if (!buffer.TrySingleSlice(&slice_).ok()) buffer.DumpToSingleSlice(&slice_);
}

}  // namespace firesteel::server
