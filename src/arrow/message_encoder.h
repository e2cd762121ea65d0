#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/c_data.h"
#include "arrow/column_builder.h"

namespace firesteel::arrow {

/// Where a buffer lies in the body of a record batch.
struct BufferPlace {
  int64_t offset;
  int64_t length;
};

/// The encapsulated message (length prefix, metadata, padding) of a schema. Throws InternalError when it cannot be
/// encoded.
std::string EncodeSchemaMessage(const ArrowSchema& schema);

/// The encapsulated header of a record batch whose body of `body_length` bytes follows.
std::string EncodeBatchHeader(int64_t rows, const std::vector<ColumnBuilder::Node>& nodes,
                              const std::vector<BufferPlace>& buffers, int64_t body_length);

/// The mark at the end of a stream.
std::string EndOfStreamMark();

}  // namespace firesteel::arrow
