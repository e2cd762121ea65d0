#include "arrow/bitmap.h"

#include <bit>

namespace firesteel::arrow {
namespace {

size_t BytesFor(int64_t bits) { return static_cast<size_t>((bits + 7) / 8); }

// Adds the low `count` (1..64) bits of `word` at bit `length`. The bitmap has room and zeros there.
void PutWord(std::string& bitmap, int64_t length, uint64_t word, int64_t count) {
  if (count < 64) word &= (uint64_t{1} << count) - 1;
  auto byte = static_cast<size_t>(length / 8);
  const int shift = static_cast<int>(length % 8);
  bitmap[byte] = static_cast<char>(static_cast<uint8_t>(bitmap[byte]) | static_cast<uint8_t>(word << shift));
  int64_t done = 8 - shift;
  for (++byte; done < count; done += 8, ++byte) bitmap[byte] = static_cast<char>(word >> done);
}

}  // namespace

int64_t AppendBits(std::string& bitmap, int64_t length, const uint64_t* bits, int64_t count) {
  bitmap.resize(BytesFor(length + count));
  int64_t ones = 0;
  for (int64_t done = 0; done < count; done += 64) {
    const int64_t part = count - done < 64 ? count - done : 64;
    uint64_t word = bits[done / 64];
    if (part < 64) word &= (uint64_t{1} << part) - 1;
    ones += std::popcount(word);
    PutWord(bitmap, length + done, word, part);
  }
  return count - ones;
}

void AppendEqualBits(std::string& bitmap, int64_t length, bool bit, int64_t count) {
  bitmap.resize(BytesFor(length + count));
  if (!bit) return;
  int64_t done = 0;
  // Up to the next whole byte, then whole bytes.
  for (; done < count && (length + done) % 8 != 0; ++done) PutWord(bitmap, length + done, 1, 1);
  for (; count - done >= 8; done += 8) bitmap[static_cast<size_t>((length + done) / 8)] = static_cast<char>(0xFF);
  for (; done < count; ++done) PutWord(bitmap, length + done, 1, 1);
}

}  // namespace firesteel::arrow
