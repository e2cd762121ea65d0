#include "connect/wire_scan.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>

#include <limits>
#include <vector>

namespace firesteel::connect {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

/// At most ten bytes, the rest of a 64-bit number cut as the protocol says.
bool ReadVarint(const char*& at, const char* end, uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (at == end) return false;
    const auto byte = static_cast<uint8_t>(*at++);
    if (shift < 64) *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

/// One open message; `type` is null inside a group, which no message of the protocol has: its fields are unknown.
struct Frame {
  const char* end;
  const Descriptor* type;
  uint32_t group;  ///< field number of an open group, 0 for a message
};

bool Skip(const char*& at, const char* end, uint64_t size) {
  if (size > static_cast<uint64_t>(end - at)) return false;
  at += size;
  return true;
}

}  // namespace

WireFault ScanMessage(std::string_view bytes, const Descriptor& root, const WireLimits& limits) {
  constexpr size_t kRoot = 1;
  std::vector<Frame> open;
  open.push_back({bytes.data() + bytes.size(), &root, 0});
  const char* at = bytes.data();
  int64_t messages = 1;
  while (!open.empty()) {
    const Frame frame = open.back();
    if (at == frame.end) {
      if (frame.group != 0) return WireFault::kMalformed;
      open.pop_back();
      continue;
    }
    uint64_t tag = 0;
    if (!ReadVarint(at, frame.end, &tag) || tag > std::numeric_limits<uint32_t>::max()) return WireFault::kMalformed;
    const auto number = static_cast<uint32_t>(tag >> 3);
    if (number == 0) return WireFault::kMalformed;
    uint64_t size = 0;
    switch (tag & 7) {
      case 0:
        if (!ReadVarint(at, frame.end, &size)) return WireFault::kMalformed;
        break;
      case 1:
        if (!Skip(at, frame.end, 8)) return WireFault::kMalformed;
        break;
      case 5:
        if (!Skip(at, frame.end, 4)) return WireFault::kMalformed;
        break;
      case 2: {
        if (!ReadVarint(at, frame.end, &size) || size > static_cast<uint64_t>(frame.end - at)) {
          return WireFault::kMalformed;
        }
        const FieldDescriptor* field =
            frame.type != nullptr ? frame.type->FindFieldByNumber(static_cast<int>(number)) : nullptr;
        if (field == nullptr || field->type() != FieldDescriptor::TYPE_MESSAGE) {
          // A text of a list takes as little on the wire as a message, and nearly as much in memory.
          const bool is_text = field != nullptr && field->is_repeated() && !field->is_packable();
          if (is_text && ++messages > limits.max_messages) return WireFault::kTooManyMessages;
          at += size;
          break;
        }
        if (open.size() - kRoot >= static_cast<size_t>(limits.max_depth)) return WireFault::kTooDeep;
        if (++messages > limits.max_messages) return WireFault::kTooManyMessages;
        open.push_back({at + size, field->message_type(), 0});
        break;
      }
      case 3:
        if (open.size() - kRoot >= static_cast<size_t>(limits.max_depth)) return WireFault::kTooDeep;
        open.push_back({frame.end, nullptr, number});
        break;
      case 4:
        if (frame.group != number) return WireFault::kMalformed;
        open.pop_back();
        break;
      default:
        return WireFault::kMalformed;
    }
  }
  return WireFault::kNone;
}

WireFault ParseMessage(std::string_view bytes, google::protobuf::Message* message, const WireLimits& limits) {
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return WireFault::kMalformed;
  if (WireFault fault = ScanMessage(bytes, *message->GetDescriptor(), limits); fault != WireFault::kNone) return fault;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(limits.max_depth);
  stream.SetTotalBytesLimit(std::numeric_limits<int>::max());
  // Text that is not UTF-8 fails here.
  const bool parsed = message->ParseFromCodedStream(&stream) && stream.ConsumedEntireMessage();
  return parsed ? WireFault::kNone : WireFault::kMalformed;
}

const char* DescribeFault(WireFault fault) {
  switch (fault) {
    case WireFault::kNone:
      break;
    case WireFault::kMalformed:
      return "The request is not a valid protocol buffer message.";
    case WireFault::kTooDeep:
      return "The request nests more than 1024 messages: split the query, for example with temporary views.";
    case WireFault::kTooManyMessages:
      return "The request holds too many messages: split the query, or send data as a DataFrame.";
  }
  return "";
}

}  // namespace firesteel::connect
