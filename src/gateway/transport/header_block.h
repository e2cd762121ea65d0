#pragma once

#include <nghttp2/nghttp2.h>

#include <vector>

#include "gateway/transport/http2_stream.h"

namespace firesteel::gateway {

/// Headers as nghttp2 takes them. Names the headers' bytes, which must outlive it.
class HeaderBlock {
 public:
  explicit HeaderBlock(const Headers& headers) {
    block_.reserve(headers.size());
    for (const Header& h : headers) {
      block_.push_back({Bytes(h.name), Bytes(h.value), h.name.size(), h.value.size(),
                        static_cast<uint8_t>(h.sensitive ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE)});
    }
  }

  const nghttp2_nv* data() const { return block_.data(); }
  size_t size() const { return block_.size(); }

 private:
  static uint8_t* Bytes(const std::string& text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));  // nghttp2 only reads
  }

  std::vector<nghttp2_nv> block_;
};

}  // namespace firesteel::gateway
