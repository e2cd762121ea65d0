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

namespace {

/// One character as a word begins with it; "ß" becomes two.
std::string TitleText(std::string_view character) {
  std::string result;
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&result);
  icu::CaseMap::utf8ToTitle("", U_TITLECASE_NO_BREAK_ADJUSTMENT, nullptr,
                            icu::StringPiece(character.data(), static_cast<int32_t>(character.size())), sink, nullptr,
                            status);
  return U_SUCCESS(status) ? result : UpperText(character);
}

}  // namespace

std::string InitcapText(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      result += text[i++];
      continue;
    }
    const size_t end = std::min(text.find(' ', i), text.size());
    size_t second = i;
    NextCodePoint(text, second);
    const std::string_view first = text.substr(i, second - i);
    // The whole word in lower case, whose letters depend on their neighbours, behind its first letter in title case.
    const std::string lower = LowerText(text.substr(i, end - i));
    result += TitleText(first) + lower.substr(LowerText(first).size());
    i = end;
  }
  return result;
}

const Kernel kUpper = RowKernel<UpperText>();
const Kernel kLower = RowKernel<LowerText>();
const Kernel kInitcap = RowKernel<InitcapText>();

}  // namespace firesteel::functions
