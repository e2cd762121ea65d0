#pragma once

#include <zlib.h>

#include <cstdint>
#include <string_view>

namespace firesteel::server {

/// CRC-32 as java.util.zip.CRC32 computes it, for checking what clients send.
inline uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace firesteel::server
