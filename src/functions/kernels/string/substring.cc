#include <algorithm>
#include <limits>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"

/// Pieces of texts by position, counted in code points (in bytes for binaries).
namespace firesteel::functions {

namespace {

/// UTF8String.substringSQL: positions from 1; 0 counts as 1; a negative one from the end.
std::string_view Piece(std::string_view text, int32_t position, int32_t length, bool by_bytes) {
  int64_t start = position > 0 ? position - 1 : 0;
  int64_t end = start + length;
  if (position < 0) {
    const auto size = static_cast<int64_t>(by_bytes ? text.size() : Utf8Length(text));
    start = size + position;
    end = start + length;
    start = std::max<int64_t>(start, 0);
  }
  if (end <= start) return {};
  const auto begin = static_cast<size_t>(start);
  if (by_bytes) return begin < text.size() ? text.substr(begin, static_cast<size_t>(end - start)) : std::string_view();
  return Utf8Substring(text, begin, static_cast<size_t>(end));
}

std::string_view Substring(Row& row, std::string_view text, int32_t position, int32_t length) {
  return Piece(text, position, length, row.call().argument_types[0].Is(TypeKind::kBinary));
}
std::string_view Left(Row& row, std::string_view text, int32_t length) {
  return Piece(text, 1, length, row.call().argument_types[0].Is(TypeKind::kBinary));
}
std::string_view Right(std::string_view text, int32_t length) {
  if (length <= 0) return {};
  return Piece(text, -length, std::numeric_limits<int32_t>::max(), false);
}

int32_t CharLength(Row& row, std::string_view text) {
  if (row.call().argument_types[0].Is(TypeKind::kBinary)) return static_cast<int32_t>(text.size());
  return static_cast<int32_t>(Utf8Length(text));
}
int32_t OctetLength(std::string_view text) { return static_cast<int32_t>(text.size()); }
int32_t BitLength(std::string_view text) { return static_cast<int32_t>(text.size() * 8); }

/// Index from 1 of the first occurrence at or behind a position, 0 when there is none.
int32_t IndexOf(std::string_view text, std::string_view piece, int32_t from) {
  if (from < 1) return 0;
  if (piece.empty()) return 1;
  for (size_t at = Utf8Offset(text, static_cast<size_t>(from - 1));; ++at) {
    at = text.find(piece, at);
    if (at == std::string_view::npos) return 0;
    const size_t before = Utf8Length(text.substr(0, at));
    // In invalid text the bytes may stand within what counts as one character.
    if (before == at || Utf8Offset(text, before) == at) return static_cast<int32_t>(before) + 1;
  }
}
int32_t Instr(std::string_view text, std::string_view piece) { return IndexOf(text, piece, 1); }
/// The occurrence-th place of a piece at or behind a position from 1; from the end on to the beginning where the
/// position is negative.
std::optional<int32_t> InstrFrom(Row& row, std::string_view text, std::string_view piece, int32_t position,
                                 int32_t occurrence) {
  if (occurrence <= 0) {
    return row.Fail(
        "INVALID_PARAMETER_VALUE.OCCURRENCE",
        {{"parameter", "`occurrence`"}, {"functionName", "`instr`"}, {"actual", std::to_string(occurrence)}},
        ErrorClass::kRuntime, false);
  }
  if (position == 0) return 0;
  if (piece.empty()) return 1;
  const auto length = static_cast<int64_t>(Utf8Length(text));
  const int64_t begin = position > 0 ? position - 1 : length + position;
  if (begin < 0 || begin >= length) return 0;
  size_t at = Utf8Offset(text, static_cast<size_t>(begin));
  for (int32_t left = occurrence;; --left) {
    at = position > 0 ? text.find(piece, at) : text.rfind(piece, at);
    if (at == std::string_view::npos) return 0;
    if (left == 1) return static_cast<int32_t>(Utf8Length(text.substr(0, at))) + 1;
    if (position < 0 && at == 0) return 0;
    at = position > 0 ? at + 1 : at - 1;
  }
}
int32_t Locate(std::string_view piece, std::string_view text, int32_t from) { return IndexOf(text, piece, from); }

/// Up to the count-th delimiter from the left, or from the right for negative counts.
std::string_view SubstringIndex(std::string_view text, std::string_view delimiter, int32_t count) {
  if (delimiter.empty() || count == 0) return {};
  if (count > 0) {
    size_t at = 0;
    for (int32_t i = 0;; ++i) {
      size_t found = text.find(delimiter, at);
      if (found == std::string_view::npos) return text;
      if (i + 1 == count) return text.substr(0, found);
      at = found + 1;
    }
  }
  size_t at = std::string_view::npos;
  for (int32_t i = 0;; --i) {
    size_t found = text.rfind(delimiter, at);
    if (found == std::string_view::npos) return text;
    if (i - 1 == count) return text.substr(found + delimiter.size());
    if (found == 0) return text;
    at = found - 1;
  }
}

void Overlay(TextOut& out, std::string_view text, std::string_view replacement, int32_t position, int32_t length) {
  const auto size = static_cast<int32_t>(Utf8Length(text));
  const int32_t cut = length >= 0 ? length : static_cast<int32_t>(Utf8Length(replacement));
  // Pieces may overlap, where the position is negative.
  char* const room = out.Room(2 * text.size() + replacement.size());
  const int32_t before = position > 0 ? position - 1 : 0;
  char* end = CopyBytes(CopyBytes(room, Piece(text, 1, before, false)), replacement);
  const int64_t rest = static_cast<int64_t>(position) + cut;
  if (rest <= size) {
    const auto from = static_cast<int32_t>(std::max<int64_t>(rest, std::numeric_limits<int32_t>::min()));
    end = CopyBytes(end, Piece(text, from, std::numeric_limits<int32_t>::max(), false));
  }
  out.Commit(static_cast<size_t>(end - room));
}

/// The piece before the n-th delimiter from the beginning (from 1) and behind the one before it; empty beyond.
std::string_view NthPart(std::string_view text, std::string_view delimiter, int64_t n) {
  size_t at = 0;
  for (;; --n) {
    const size_t found = text.find(delimiter, at);
    if (n == 1) return text.substr(at, found == std::string_view::npos ? found : found - at);
    if (found == std::string_view::npos) return {};
    at = found + delimiter.size();
  }
}

std::optional<std::string_view> SplitPart(Row& row, std::string_view text, std::string_view delimiter, int32_t part) {
  if (part == 0) return row.Fail("INVALID_INDEX_OF_ZERO", {}, ErrorClass::kRuntime, false);
  if (delimiter.empty()) return part == 1 || part == -1 ? text : std::string_view();
  if (part > 0) return NthPart(text, delimiter, part);
  if (delimiter.size() == 1) {
    size_t end = text.size();
    for (;; ++part) {
      const size_t found = text.substr(0, end).rfind(delimiter[0]);
      const size_t begin = found == std::string_view::npos ? 0 : found + 1;
      if (part == -1) return text.substr(begin, end - begin);
      if (begin == 0) return std::string_view();
      end = found;
    }
  }
  // From the end; delimiters are found from the beginning, which matters where they overlap.
  int64_t parts = 1;
  for (size_t at = 0; (at = text.find(delimiter, at)) != std::string_view::npos; at += delimiter.size()) ++parts;
  return parts + part < 0 ? std::string_view() : NthPart(text, delimiter, parts + part + 1);
}

bool Contains(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }
bool StartsWith(std::string_view text, std::string_view piece) { return text.starts_with(piece); }
bool EndsWith(std::string_view text, std::string_view piece) { return text.ends_with(piece); }

/// Position in a list of texts parted by commas, 0 when not in it.
int32_t FindInSet(std::string_view text, std::string_view list) {
  if (text.find(',') != std::string_view::npos) return 0;
  int32_t position = 1;
  for (size_t at = 0;; ++position) {
    size_t comma = list.find(',', at);
    if (list.substr(at, comma == std::string_view::npos ? comma : comma - at) == text) return position;
    if (comma == std::string_view::npos) return 0;
    at = comma + 1;
  }
}

}  // namespace

const Kernel kSubstring = SharingKernel<Substring>();
const Kernel kLeft = SharingKernel<Left>();
const Kernel kRight = SharingKernel<Right>();
const Kernel kCharLength = RowKernel<CharLength>();
const Kernel kOctetLength = RowKernel<OctetLength>();
const Kernel kBitLength = RowKernel<BitLength>();
const Kernel kInstr = RowKernel<Instr>();
const Kernel kInstrFrom = RowKernel<InstrFrom>(true);
const Kernel kLocate = RowKernel<Locate>();
const Kernel kSubstringIndex = SharingKernel<SubstringIndex>();
const Kernel kOverlay = RowKernel<Overlay>();
const Kernel kSplitPart = SharingKernel<SplitPart>(true);
const Kernel kContains = RowKernel<Contains>();
const Kernel kStartsWith = RowKernel<StartsWith>();
const Kernel kEndsWith = RowKernel<EndsWith>();
const Kernel kFindInSet = RowKernel<FindInSet>();

}  // namespace firesteel::functions
