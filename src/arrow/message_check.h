#pragma once

#include <cstdint>
#include <string_view>

#include "arrow/dictionary_shapes.h"

namespace firesteel::arrow {

/// Checks, before the structure is verified, that a schema message names every part of it once. A flatbuffer may name a
/// field or a text many times over; verifier and IPC library follow each name, so that a few hundred bytes could stand
/// for any number of fields. Does nothing for other messages. Throws QueryError.
void CheckSchemaSize(std::string_view flatbuffer);

/// Checks the parts of a schema message, whose flatbuffer structure has been verified, that the IPC library takes for
/// granted. Throws QueryError.
void CheckSchemaHeader(std::string_view flatbuffer);

/// What one batch may take in memory when it is decompressed, and again when it is copied into our layout: four times
/// the largest message. A few bytes of a client's can ask for any amount.
inline constexpr int64_t kMaxBatchBytes = int64_t{512} << 20;

/// Rows that need no bytes (nulls, empty structs) are still work: a batch has no more of them, whatever it says.
inline constexpr int64_t kMaxRowsWithoutBytes = int64_t{1} << 20;

/// Checks the numbers in the metadata of a record batch or a dictionary batch whose flatbuffer structure has been
/// verified: lengths are not negative, every buffer lies within the body at a multiple of 8 bytes, what the body holds
/// (decompressed, as its buffers say) is within the limits and stands for the rows. The IPC library adds and allocates
/// without a check. Returns the number of rows; throws QueryError.
int64_t CheckBatchHeader(std::string_view flatbuffer, bool is_dictionary, std::string_view body);

/// Checks that a dictionary batch has the nodes and buffers of its dictionary's type: the IPC library counts them only
/// for record batches, and reads behind their end. Throws QueryError.
void CheckDictionaryShape(std::string_view flatbuffer, const DictionaryShapes& shapes);

}  // namespace firesteel::arrow
