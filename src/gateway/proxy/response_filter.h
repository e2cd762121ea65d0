#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/transport/slice.h"

namespace firesteel::gateway {

/// The response messages of one call on their way to the client, each with some bytes appended to it. Streams: no
/// message is held.
class ResponseFilter {
 public:
  explicit ResponseFilter(std::string appended) : appended_(std::move(appended)) {}

  /// Takes bytes of the response; appends to `out` what goes on. A compressed message passes as it is.
  void Feed(Slice data, std::vector<Slice>* out);

 private:
  void TakePrefix(Slice* data, std::vector<Slice>* out);

  std::string appended_;
  std::string prefix_;
  bool in_message_ = false, compressed_ = false;
  uint32_t left_ = 0;  ///< of the message at hand
};

}  // namespace firesteel::gateway
