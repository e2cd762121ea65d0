#include "functions/binding/collection.h"
#include "functions/kernels/kernels.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "hash_funcs";

const Function kRows[] = {
    {.name = "hash",
     .aliases = "",
     .since = "2.0.0",
     .signatures = "(any, any...) -> int",
     .lowering = LowerKernel{&kMurmur3},
     .description = "A 32-bit Murmur3 hash of the values.",
     .example = "SELECT hash(1, 'a')",
     .nullability = Nullability::kNever,
     .bind = BindHash,
     .group = kGroup},
    {.name = "xxhash64",
     .aliases = "",
     .since = "3.0.0",
     .signatures = "(any, any...) -> long",
     .lowering = LowerKernel{&kXxHash64},
     .description = "A 64-bit xxHash of the values.",
     .example = "SELECT xxhash64(1, 'a')",
     .nullability = Nullability::kNever,
     .bind = BindHash,
     .group = kGroup},
    {.name = "md5",
     .aliases = "",
     .since = "1.5.0",
     .signatures = "(binary) -> string",
     .lowering = LowerKernel{&kMd5},
     .description = "The MD5 digest as hexadecimal text.",
     .example = "SELECT md5('a')",
     .group = kGroup},
    {.name = "sha",
     .aliases = "sha1",
     .since = "1.5.0",
     .signatures = "(binary) -> string",
     .lowering = LowerKernel{&kSha1},
     .description = "The SHA-1 digest as hexadecimal text.",
     .example = "SELECT sha('a')",
     .display_name = "*",
     .group = kGroup},
    {.name = "sha2",
     .aliases = "",
     .since = "1.5.0",
     .signatures = "(binary, int) -> string",
     .lowering = LowerKernel{&kSha2},
     .description = "A SHA-2 digest of 224, 256, 384 or 512 bits as hexadecimal text.",
     .example = "SELECT sha2('a', 256)",
     .nullability = Nullability::kAlways,
     .group = kGroup},
    {.name = "crc32",
     .aliases = "",
     .since = "1.5.0",
     .signatures = "(binary) -> long",
     .lowering = LowerKernel{&kCrc32},
     .description = "The CRC-32 checksum.",
     .example = "SELECT crc32('a')",
     .group = kGroup},
};

}  // namespace

std::span<const Function> HashRows() { return kRows; }

}  // namespace firesteel::functions
