#pragma once

#include <cstdint>
#include <map>
#include <string_view>

struct ArrowIpcDictionaryEncodings;

namespace firesteel::arrow {

/// How many field nodes and buffers a batch of a type has in IPC.
struct BatchShape {
  int64_t nodes = 0;
  int64_t buffers = 0;
};

/// The shapes of the values of a schema's dictionaries, by their ids.
using DictionaryShapes = std::map<int64_t, BatchShape>;

/// Throws QueryError when two fields of different types share a dictionary: the IPC library would read the values of
/// the one as those of the other.
DictionaryShapes ShapesOf(const ArrowIpcDictionaryEncodings& encodings);

}  // namespace firesteel::arrow
