#include "functions/kernels/string/case_mapping.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringoptions.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"

namespace firesteel::functions {

namespace {

/// A text that takes what is written as TextOut does.
class TextBuffer {
 public:
  char* Room(size_t most) {
    text.resize(most);
    return text.data();
  }
  void Commit(size_t length) { text.resize(length); }

  std::string text;
};

constexpr size_t kSlack = 8;  // words are written whole

/// Writes `fold(word)` for the words of a text (and up to kSlack bytes behind); false when it is not all ASCII.
template <class Fold>
bool FoldAscii(std::string_view text, char* out, const Fold& fold) {
  uint64_t seen = 0;
  EachWord(text, [&](uint64_t word, size_t at) {
    seen |= word;
    StoreWord(out + at, fold(word));
  });
  return (seen & kHighBits) == 0;
}

/// Writes what ICU makes of a text: `map(bytes, size, room, size of the room, status)`, as icu::CaseMap's functions.
/// Invalid pieces are replaced first.
template <class Out, class Map>
void MapByIcu(Out& out, std::string_view text, const Map& map) {
  if (!IsValidUtf8(text)) return MapByIcu(out, std::string_view(MakeValidUtf8(text)), map);
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t most = size;;) {
    UErrorCode status = U_ZERO_ERROR;
    const int32_t length = map(text.data(), size, out.Room(static_cast<size_t>(most)), most, status);
    if (status != U_BUFFER_OVERFLOW_ERROR) return out.Commit(U_SUCCESS(status) ? static_cast<size_t>(length) : 0);
    most = length;
  }
}

constexpr char32_t kFirstOfThreeBytes = 0x800;
using IcuMap = int32_t (*)(const char*, uint32_t, const char*, int32_t, char*, int32_t, icu::Edits*, UErrorCode&);

/// Case of texts with other characters than ASCII, as long as each becomes one of as many bytes: by a table for those
/// of two bytes; those of more stay as they are.
class SameLengthFold {
 public:
  /// `context`: a character that depends on those beside it. `changes`: the property of those that change.
  SameLengthFold(IcuMap map, char32_t context, UProperty changes) : changes_(changes) {
    for (char32_t c = 0x80; c < kFirstOfThreeBytes; ++c) {
      const char bytes[2] = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
      char mapped[16];
      UErrorCode status = U_ZERO_ERROR;
      const int32_t length = map("", 0, bytes, 2, mapped, sizeof mapped, nullptr, status);
      if (U_SUCCESS(status) && length == 2 && c != context) pairs_[c] = {mapped[0], mapped[1]};
    }
  }

  /// Writes as many bytes as the text has (and up to kSlack behind); false where the text needs ICU or is invalid.
  template <class Fold>
  bool Apply(std::string_view text, char* out, const Fold& fold) const {
    for (size_t i = 0; i < text.size();) {
      if (text.size() - i >= 8) {
        if (const uint64_t word = LoadWord(text.data() + i); (word & kHighBits) == 0) {
          StoreWord(out + i, fold(word));
          i += 8;
          continue;
        }
      }
      const auto lead = static_cast<uint8_t>(text[i]);
      if (lead < 0x80) {
        out[i++] = static_cast<char>(fold(lead));
        continue;
      }
      const size_t begin = i;
      const char32_t c = NextCodePoint(text, i);
      if (c == kReplacement) return false;
      if (c >= kFirstOfThreeBytes) {
        if (u_hasBinaryProperty(static_cast<UChar32>(c), changes_)) return false;
        CopyBytes(out + begin, text.substr(begin, i - begin));
        continue;
      }
      if (pairs_[c][0] == 0) return false;
      std::memcpy(out + begin, pairs_[c].data(), 2);
    }
    return true;
  }

 private:
  static constexpr char32_t kReplacement = 0xFFFD;  // also for invalid bytes
  const UProperty changes_;
  std::array<std::array<char, 2>, kFirstOfThreeBytes> pairs_{};  ///< zeros: not of two bytes
};

uint64_t UpperWord(uint64_t word) { return word ^ (AsciiBetween(word, 'a', 'z') >> 2); }
uint64_t LowerWord(uint64_t word) { return word ^ (AsciiBetween(word, 'A', 'Z') >> 2); }

constexpr char32_t kCapitalSigma = 0x3A3;  // another small letter at the end of a word

template <class Out>
void WriteUpper(Out& out, std::string_view text) {
  static const SameLengthFold kFold(icu::CaseMap::utf8ToUpper, 0, UCHAR_CHANGES_WHEN_UPPERCASED);
  char* const room = out.Room(text.size() + kSlack);
  if (FoldAscii(text, room, UpperWord) || kFold.Apply(text, room, UpperWord)) return out.Commit(text.size());
  MapByIcu(out, text, [](const char* bytes, int32_t size, char* room, int32_t most, UErrorCode& status) {
    return icu::CaseMap::utf8ToUpper("", 0, bytes, size, room, most, nullptr, status);
  });
}

template <class Out>
void WriteLower(Out& out, std::string_view text) {
  static const SameLengthFold kFold(icu::CaseMap::utf8ToLower, kCapitalSigma, UCHAR_CHANGES_WHEN_LOWERCASED);
  char* const room = out.Room(text.size() + kSlack);
  if (FoldAscii(text, room, LowerWord) || kFold.Apply(text, room, LowerWord)) return out.Commit(text.size());
  MapByIcu(out, text, [](const char* bytes, int32_t size, char* room, int32_t most, UErrorCode& status) {
    return icu::CaseMap::utf8ToLower("", 0, bytes, size, room, most, nullptr, status);
  });
}

}  // namespace

std::string UpperText(std::string_view text) {
  TextBuffer buffer;
  WriteUpper(buffer, text);
  return std::move(buffer.text);
}

std::string LowerText(std::string_view text) {
  TextBuffer buffer;
  WriteLower(buffer, text);
  return std::move(buffer.text);
}

namespace {

/// One character as a word begins with it; "ß" becomes two.
std::string TitleText(std::string_view character) {
  std::string result;
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&result);
  // As a whole: ICU looks for the words of a text otherwise, which costs it microseconds to prepare.
  icu::CaseMap::utf8ToTitle("", U_TITLECASE_WHOLE_STRING | U_TITLECASE_NO_BREAK_ADJUSTMENT, nullptr,
                            icu::StringPiece(character.data(), static_cast<int32_t>(character.size())), sink, nullptr,
                            status);
  return U_SUCCESS(status) ? result : UpperText(character);
}

/// Lower case, but upper case behind a blank and at the beginning. Like FoldAscii.
bool InitcapAscii(std::string_view text, char* out) {
  uint64_t before = ' ';
  return FoldAscii(text, out, [&](uint64_t word) {
    const uint64_t letters = AsciiBetween(word | EachByte(0x20), 'a', 'z') >> 2;
    const uint64_t first = AsciiEqual(word << 8 | before, ' ') >> 2;
    before = word >> 56;
    return (word | letters) & ~(letters & first);
  });
}

void AppendInitcapWord(std::string_view word, std::string& result) {
  size_t second = 0;
  NextCodePoint(word, second);
  const std::string_view first = word.substr(0, second);
  // The whole word in lower case, whose letters depend on their neighbours, behind its first letter in title case.
  result += TitleText(first);
  result += std::string_view(LowerText(word)).substr(LowerText(first).size());
}

/// The first letter of each word (parted by blanks) in title case, the others in lower case.
void Initcap(TextOut& out, std::string_view text) {
  if (InitcapAscii(text, out.Room(text.size() + kSlack))) return out.Commit(text.size());
  if (!IsValidUtf8(text)) return Initcap(out, MakeValidUtf8(text));
  std::string result;
  result.reserve(text.size() + kSlack);
  for (size_t i = 0; i < text.size();) {
    const size_t end = std::min(text.find(' ', i), text.size());
    const std::string_view word = text.substr(i, end - i);
    const size_t written = result.size();
    result.resize(written + word.size() + kSlack);
    const bool is_ascii = InitcapAscii(word, result.data() + written);
    result.resize(written + (is_ascii ? word.size() : 0));
    if (!is_ascii) AppendInitcapWord(word, result);
    if (end < text.size()) result += ' ';
    i = end + 1;
  }
  out.Set(result);
}

}  // namespace

const Kernel kUpper = RowKernel<WriteUpper<TextOut>>();
const Kernel kLower = RowKernel<WriteLower<TextOut>>();
const Kernel kInitcap = RowKernel<Initcap>();

}  // namespace firesteel::functions
