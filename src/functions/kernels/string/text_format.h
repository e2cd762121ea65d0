#pragma once

#include "functions/kernel.h"

/// Kernels of texts that kernels.h does not name, by the file that holds them.
namespace firesteel::functions {

// number_text.cc: patterns of NumberPattern
extern const Kernel kToCharNumber;  ///< (decimal, pattern) → text
extern const Kernel kToNumber;      ///< (text, pattern) → decimal
// printf.cc
extern const Kernel kFormatString;  ///< (format, any…)
// mask.cc
extern const Kernel kMask;  ///< (text, upper, lower, digit, other): NULL keeps the characters
extern const Kernel kQuote;
extern const Kernel kLuhnCheck;
// likeness.cc
extern const Kernel kJaroWinkler;
extern const Kernel kLevenshteinBounded;  ///< (text, text, most): −1 beyond
// utf8_check.cc
extern const Kernel kIsValidUtf8;
extern const Kernel kMakeValidUtf8;
extern const Kernel kValidateUtf8;
extern const Kernel kTryValidateUtf8;
// sentences.cc
extern const Kernel kSentences;  ///< (text, language, country)
// text_map.cc
extern const Kernel kStrToMap;  ///< (text, pattern between entries, pattern between key and value)
extern const Kernel kStrToMapLastWins;
// url.cc
extern const Kernel kUrlEncode;
extern const Kernel kUrlDecode;
extern const Kernel kParseUrl;  ///< (url, part [, key])
// base_text.cc
extern const Kernel kToBase32;
extern const Kernel kFromBase32;
extern const Kernel kToBinary;  ///< (text, format): hex, base64, utf-8
extern const Kernel kOverlayBinary;
// ../hash/hmac.cc
extern const Kernel kHmac;  ///< (key, message, algorithm)
// shaping.cc
extern const Kernel kPadBinaryLeft;  ///< (binary, length, binary)
extern const Kernel kPadBinaryRight;
extern const Kernel kTrimBinary;  ///< (binary, bytes to trim)

}  // namespace firesteel::functions
