#pragma once

#include <cstdint>
#include <string_view>

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace firesteel::connect {

/// Bounds of a message before it is built. A nested message takes as little as two bytes on the wire and a hundred in
/// memory, and the parser recurses: both are checked on the raw bytes first.
struct WireLimits {
  int max_depth = 1024;              ///< nested messages, as spark.connect.grpc.marshallerRecursionLimit
  int64_t max_messages = 4'000'000;  ///< messages and texts of lists in all
};

enum class WireFault : uint8_t { kNone, kMalformed, kTooDeep, kTooManyMessages };

/// Walks the bytes as a message of type `root` without building or recursing. Pure, thread-safe, linear in the bytes.
WireFault ScanMessage(std::string_view bytes, const google::protobuf::Descriptor& root, const WireLimits& limits = {});

/// Scans, then parses into `message` with the recursion limit of `limits`. The caller's thread must have stack for it
/// (64 MiB is plenty). On a fault the message's contents are unspecified.
WireFault ParseMessage(std::string_view bytes, google::protobuf::Message* message, const WireLimits& limits = {});

/// One sentence for the status message.
const char* DescribeFault(WireFault fault);

}  // namespace firesteel::connect
