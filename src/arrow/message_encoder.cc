#include "arrow/message_encoder.h"

#include <bit>
#include <cstring>

#include "base/error.h"
#include "nanoarrow/nanoarrow_ipc.h"

static_assert(std::endian::native == std::endian::little, "messages are written in the machine's byte order");

namespace firesteel::arrow {
namespace {

constexpr uint32_t kContinuation = 0xFFFFFFFF;
constexpr uint16_t kMetadataVersion5 = 4;
constexpr uint8_t kRecordBatchHeader = 3;

template <class T>
void Put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

struct EncoderGuard {
  ArrowIpcEncoder encoder;
  ~EncoderGuard() { ArrowIpcEncoderReset(&encoder); }
};
struct BufferGuard {
  ArrowBuffer buffer;
  BufferGuard() { ArrowBufferInit(&buffer); }
  ~BufferGuard() { ArrowBufferReset(&buffer); }
};

}  // namespace

std::string EncodeSchemaMessage(const ArrowSchema& schema) {
  EncoderGuard guard;
  BufferGuard out;
  ArrowError error;
  ArrowErrorInit(&error);
  if (ArrowIpcEncoderInit(&guard.encoder) != NANOARROW_OK) throw std::bad_alloc();
  if (ArrowIpcEncoderEncodeSchema(&guard.encoder, &schema, &error) != NANOARROW_OK ||
      ArrowIpcEncoderFinalizeBuffer(&guard.encoder, /*encapsulate=*/1, &out.buffer) != NANOARROW_OK) {
    throw InternalError(std::string("Arrow schema cannot be encoded: ") + error.message);
  }
  return std::string(reinterpret_cast<const char*>(out.buffer.data), static_cast<size_t>(out.buffer.size_bytes));
}

// A flatbuffer written front to back: every position is known beforehand, because the message has only two tables and
// two vectors of structs. Positions below count from the start of the flatbuffer.
std::string EncodeBatchHeader(int64_t rows, const std::vector<ColumnBuilder::Node>& nodes,
                              const std::vector<BufferPlace>& buffers, int64_t body_length) {
  const auto nodes_end = static_cast<uint32_t>(72 + 16 * nodes.size());
  const auto size = static_cast<uint32_t>(nodes_end + 8 + 16 * buffers.size());
  std::string out;
  out.reserve(8 + size);
  Put<uint32_t>(out, kContinuation);
  Put<uint32_t>(out, size);

  Put<uint32_t>(out, 16);  // 0: the root table is at 16
  // 4: the root's field table: its size, the root's size, places of version, header type, header, body length
  for (uint16_t n : {12, 20, 16, 18, 4, 8}) Put<uint16_t>(out, n);
  Put<int32_t>(out, 16 - 4);              // 16: root (Message)
  Put<uint32_t>(out, 48 - 20);            // 20: header is at 48
  Put<int64_t>(out, body_length);         // 24
  Put<uint16_t>(out, kMetadataVersion5);  // 32
  Put<uint8_t>(out, kRecordBatchHeader);  // 34
  Put<uint8_t>(out, 0);                   // 35
  // 36: the header's field table: its size, the header's size, places of length, nodes, buffers
  for (uint16_t n : {10, 20, 8, 4, 16}) Put<uint16_t>(out, n);
  Put<uint16_t>(out, 0);                                    // 46
  Put<int32_t>(out, 48 - 36);                               // 48: header (RecordBatch)
  Put<uint32_t>(out, 68 - 52);                              // 52: nodes are at 68
  Put<int64_t>(out, rows);                                  // 56
  Put<uint32_t>(out, nodes_end + 4 - 64);                   // 64: buffers are behind the nodes
  Put<uint32_t>(out, static_cast<uint32_t>(nodes.size()));  // 68
  for (const ColumnBuilder::Node& node : nodes) {
    Put<int64_t>(out, node.length);
    Put<int64_t>(out, node.null_count);
  }
  Put<uint32_t>(out, 0);
  Put<uint32_t>(out, static_cast<uint32_t>(buffers.size()));
  for (const BufferPlace& buffer : buffers) {
    Put<int64_t>(out, buffer.offset);
    Put<int64_t>(out, buffer.length);
  }
  return out;
}

std::string EndOfStreamMark() {
  std::string out;
  Put<uint32_t>(out, kContinuation);
  Put<uint32_t>(out, 0);
  return out;
}

}  // namespace firesteel::arrow
