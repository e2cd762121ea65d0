#include "functions/kernels/string/case_mapping.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringoptions.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char AsciiUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

std::string UpperText(std::string_view text) {
  std::string result;
  if (IsAscii(text)) {
    result.resize(text.size());
    std::transform(text.begin(), text.end(), result.begin(), AsciiUpper);
    return result;
  }
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&result);
  icu::CaseMap::utf8ToUpper("", 0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr,
                            status);
  return result;
}

std::string LowerText(std::string_view text) {
  std::string result;
  if (IsAscii(text)) {
    result.resize(text.size());
    std::transform(text.begin(), text.end(), result.begin(), AsciiLower);
    return result;
  }
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&result);
  icu::CaseMap::utf8ToLower("", 0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr,
                            status);
  return result;
}

std::string InitcapText(std::string_view text) {
  std::string lower = LowerText(text);
  std::string result;
  bool at_start = true;
  for (size_t i = 0; i < lower.size();) {
    size_t begin = i;
    char32_t c = NextCodePoint(lower, i);
    if (at_start) {
      AppendUtf8(result, static_cast<char32_t>(u_totitle(static_cast<UChar32>(c))));
    } else {
      result.append(lower, begin, i - begin);
    }
    at_start = c == ' ';
  }
  return result;
}

const Kernel kUpper = RowKernel<UpperText>();
const Kernel kLower = RowKernel<LowerText>();
const Kernel kInitcap = RowKernel<InitcapText>();

}  // namespace firesteel::functions
