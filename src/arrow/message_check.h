#pragma once

#include <cstdint>
#include <string_view>

namespace firesteel::arrow {

/// Checks the parts of a schema message, whose flatbuffer structure has been verified, that the IPC library takes for
/// granted. Throws QueryError.
void CheckSchemaHeader(std::string_view flatbuffer);

/// Checks the numbers in the metadata of a record batch or a dictionary batch whose flatbuffer structure has been
/// verified: lengths are not negative, and every buffer lies within the body at a multiple of 8 bytes. The IPC library
/// adds these numbers without a check. Returns the number of rows; throws QueryError.
int64_t CheckBatchHeader(std::string_view flatbuffer, bool is_dictionary, int64_t body_bytes);

}  // namespace firesteel::arrow
