#include "arrow/record_batch_writer.h"

#include "arrow/message_encoder.h"
#include "arrow/type_mapping.h"
#include "base/error.h"
#include "types/user_type.h"

namespace firesteel::arrow {
namespace {

// Buffers below this size are gathered: a slice of its own costs more than copying them.
constexpr size_t kOwnSliceBytes = 4096;
constexpr size_t kAlignment = 8;

size_t PaddingOf(size_t size) { return (kAlignment - size % kAlignment) % kAlignment; }

/// Turns strings into slices: large ones as they are, small ones together.
class SliceList {
 public:
  explicit SliceList(std::vector<std::shared_ptr<const std::string>>& slices) : slices_(slices) {}

  void Add(std::string buffer) {
    const size_t padding = PaddingOf(buffer.size());
    if (buffer.size() < kOwnSliceBytes) {
      pending_ += buffer;
      pending_.append(padding, '\0');
      return;
    }
    Flush();
    if (buffer.capacity() - buffer.size() >= padding) {
      buffer.append(padding, '\0');
      slices_.push_back(std::make_shared<const std::string>(std::move(buffer)));
    } else {  // appending would move the buffer
      slices_.push_back(std::make_shared<const std::string>(std::move(buffer)));
      pending_.append(padding, '\0');
    }
  }
  void Flush() {
    if (pending_.empty()) return;
    slices_.push_back(std::make_shared<const std::string>(std::move(pending_)));
    pending_ = std::string();
  }

 private:
  std::vector<std::shared_ptr<const std::string>>& slices_;
  std::string pending_;
};

}  // namespace

RecordBatchWriter::RecordBatchWriter(const Schema& schema, std::string_view time_zone, bool as_struct)
    : as_struct_(as_struct) {
  const Schema stored = StorageSchema(schema);
  for (const StructField& field : stored) columns_.emplace_back(field.type);
  const Schema written = as_struct ? Schema{{"struct", DataType::Struct(stored), false, ""}} : stored;
  Owned<ArrowSchema> arrow_schema = SchemaToArrow(written, time_zone);
  schema_message_ = std::make_shared<const std::string>(EncodeSchemaMessage(*arrow_schema.get()));
}

int64_t RecordBatchWriter::ByteSize() const {
  int64_t size = 0;
  for (const ColumnBuilder& column : columns_) size += column.ByteSize();
  return size;
}

EncodedBatch RecordBatchWriter::Finish(int64_t rows) {
  std::vector<ColumnBuilder::Node> nodes;
  std::vector<std::string> buffers;
  if (as_struct_) {
    nodes.push_back({rows, 0});
    buffers.emplace_back();  // without nulls there are no bits
  }
  for (ColumnBuilder& column : columns_) {
    if (column.length() != rows) {
      throw InternalError("record batch of " + std::to_string(rows) + " rows: a column has " +
                          std::to_string(column.length()));
    }
    column.Take(nodes, buffers);
  }
  std::vector<BufferPlace> places;
  places.reserve(buffers.size());
  int64_t body_length = 0;
  for (const std::string& buffer : buffers) {
    places.push_back({body_length, static_cast<int64_t>(buffer.size())});
    body_length += static_cast<int64_t>(buffer.size() + PaddingOf(buffer.size()));
  }
  EncodedBatch batch;
  batch.rows = rows;
  batch.slices.push_back(schema_message_);
  SliceList slices(batch.slices);
  slices.Add(EncodeBatchHeader(rows, nodes, places, body_length));
  for (std::string& buffer : buffers) slices.Add(std::move(buffer));
  slices.Add(EndOfStreamMark());
  slices.Flush();
  return batch;
}

void RecordBatchWriter::Clear() {
  for (ColumnBuilder& column : columns_) column.Clear();
}

}  // namespace firesteel::arrow
