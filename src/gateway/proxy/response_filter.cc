#include "gateway/proxy/response_filter.h"

#include <algorithm>

#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {

void ResponseFilter::Feed(Slice data, std::vector<Slice>* out) {
  while (!data.empty()) {
    if (!in_message_) {
      TakePrefix(&data, out);
    } else {
      const Slice piece = data.Take(std::min<size_t>(left_, data.size()));
      left_ -= static_cast<uint32_t>(piece.size());
      out->push_back(piece);
    }
    if (!in_message_ || left_ > 0) continue;
    if (!compressed_) out->push_back(Slice::Of(appended_));
    in_message_ = false;
  }
}

void ResponseFilter::TakePrefix(Slice* data, std::vector<Slice>* out) {
  prefix_ += data->Take(std::min(kMessagePrefix - prefix_.size(), data->size())).bytes();
  if (prefix_.size() < kMessagePrefix) return;
  compressed_ = prefix_[0] != 0;
  left_ = 0;
  for (size_t i = 1; i < kMessagePrefix; ++i) left_ = left_ << 8 | static_cast<uint8_t>(prefix_[i]);
  const uint32_t length = compressed_ ? left_ : left_ + static_cast<uint32_t>(appended_.size());
  for (size_t i = 1; i < kMessagePrefix; ++i) prefix_[i] = static_cast<char>(length >> 8 * (kMessagePrefix - 1 - i));
  out->push_back(Slice::Of(std::exchange(prefix_, {})));
  in_message_ = true;
}

}  // namespace firesteel::gateway
