#include "functions/kernels/crypto/aes.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "misc_funcs";

const Function kRows[] = {
    {.name = "aes_encrypt",
     .aliases = "",
     .since = "3.3.0",
     .signatures = "(binary, binary, string='GCM', string='DEFAULT', binary='', binary='') -> binary",
     .lowering = LowerKernel{&kAesEncrypt},
     .description = "The bytes encrypted by AES.",
     .example = "SELECT hex(aes_encrypt('Spark', '0000111122223333'))",
     .nullability = Nullability::kAlways,
     .volatility = Volatility::kVolatile,
     .group = kGroup},
    {.name = "aes_decrypt",
     .aliases = "",
     .since = "3.3.0",
     .signatures = "(binary, binary, string='GCM', string='DEFAULT', binary='') -> binary",
     .lowering = LowerKernel{&kAesDecrypt},
     .description = "The bytes that AES encrypted.",
     .example = "SELECT aes_decrypt(unhex('83F16B2AA704794132802D248E6BFD4E380078182D1544813898AC97E709B28A94'), "
                "'0000111122223333')",
     .nullability = Nullability::kAlways,
     .group = kGroup},
    {.name = "try_aes_decrypt",
     .aliases = "",
     .since = "3.5.0",
     .signatures = "(binary, binary, string='GCM', string='DEFAULT', binary='') -> binary",
     .lowering = LowerKernel{&kAesDecrypt},
     .description = "The bytes that AES encrypted, or NULL.",
     .example = "SELECT try_aes_decrypt(X'00', '0000111122223333')",
     .nullability = Nullability::kAlways,
     .group = kGroup},
};

}  // namespace

std::span<const Function> CryptoRows() { return kRows; }

}  // namespace firesteel::functions
