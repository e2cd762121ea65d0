#pragma once

#include "functions/kernel.h"

/// AES by OpenSSL, in Spark's modes: GCM (a nonce of 12 bytes before, a tag of 16 behind), CBC (an IV of 16 bytes
/// before), ECB.
namespace firesteel::functions {

extern const Kernel kAesEncrypt;  ///< (bytes, key, mode, padding, iv or empty, further authenticated data)
extern const Kernel kAesDecrypt;  ///< (bytes, key, mode, padding, further authenticated data)

}  // namespace firesteel::functions
