#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>

#include "connect/wire_scan.h"
#include "server/byte_buffer.h"

namespace firesteel::server {

/// A request that carries plans, parsed from raw bytes under the limits of the wire scanner. The messages live as long
/// as this does. Parsing recurses by nesting: do it on a WorkerPool's thread.
template <class Request>
class ParsedRequest {
 public:
  static std::shared_ptr<ParsedRequest> Parse(const grpc::ByteBuffer& bytes, connect::WireFault* fault) {
    auto parsed = std::make_shared<ParsedRequest>();
    parsed->message_ = google::protobuf::Arena::CreateMessage<Request>(&parsed->arena_);
    const FlatBytes flat(bytes);
    *fault = connect::ParseMessage(flat.view(), parsed->message_);
    return parsed;
  }

  const Request& operator*() const { return *message_; }
  const Request* operator->() const { return message_; }

 private:
  google::protobuf::Arena arena_;
  Request* message_ = nullptr;
};

}  // namespace firesteel::server
