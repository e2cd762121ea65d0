#include "connect/compressed_plan.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

#include "connect/invalid_plan.h"

namespace firesteel::connect {
namespace {

[[noreturn]] void CannotParse(const std::string& why) {
  throw QueryError("CONNECT_INVALID_PLAN.CANNOT_PARSE", {{"errorMsg", why}}, nullptr, ErrorClass::kSql);
}

}  // namespace

namespace {

/// Gives the data piece by piece to `take`.
template <class Take>
void Decompress(std::string_view data, const Take& take) {
  std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(), ZSTD_freeDStream);
  std::string chunk(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{data.data(), data.size(), 0};
  while (true) {
    ZSTD_outBuffer out{chunk.data(), chunk.size(), 0};
    const size_t hint = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(hint)) CannotParse(ZSTD_getErrorName(hint));
    take(std::string_view(chunk.data(), out.pos));
    // 0: a frame is whole and nothing of it is left inside; another one may follow.
    if (in.pos == in.size && hint == 0) return;
    if (in.pos == in.size && out.pos < chunk.size()) CannotParse("the data ends too early");
  }
}

}  // namespace

std::string DecompressZstd(std::string_view data, int64_t max_bytes) {
  // Twice, so that what is too large costs no memory; what a frame tells of its size may be missing or wrong.
  int64_t size = 0;
  Decompress(data, [&](std::string_view piece) {
    size += static_cast<int64_t>(piece.size());
    if (size > max_bytes) {
      ThrowInvalidPlan("PLAN_SIZE_LARGER_THAN_MAX",
                       {{"planSize", std::to_string(size)}, {"maxPlanSize", std::to_string(max_bytes)}});
    }
  });
  std::string result;
  result.reserve(static_cast<size_t>(size));
  Decompress(data, [&](std::string_view piece) { result.append(piece); });
  return result;
}

}  // namespace firesteel::connect
