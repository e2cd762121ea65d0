#include "functions/formats/csv/csv_options.h"

#include <algorithm>
#include <array>

#include "base/ascii_case.h"
#include "base/error.h"
#include "base/utf8.h"
#include "functions/formats/csv/csv_writer.h"

namespace firesteel::functions {
namespace {

/// A character of the syntax: one byte, since records are scanned by bytes.
char SyntaxCharacter(const FormatOptions& options, std::string_view key, char otherwise) {
  const char32_t character = options.Character(key, static_cast<unsigned char>(otherwise));
  if (character >= 0x80) ThrowUnsupported("the option " + std::string(key) + " of CSV beyond ASCII");
  return static_cast<char>(character);
}

UnescapedQuotes UnescapedQuotesOf(const FormatOptions& options) {
  const std::string name = AsciiLower(options.Text("unescapedQuoteHandling", "stop_at_delimiter"));
  if (name == "stop_at_closing_quote") return UnescapedQuotes::kStopAtClosingQuote;
  if (name == "back_to_delimiter") return UnescapedQuotes::kBackToDelimiter;
  if (name == "stop_at_delimiter") return UnescapedQuotes::kStopAtDelimiter;
  if (name == "skip_value") return UnescapedQuotes::kSkipValue;
  if (name == "raise_error") return UnescapedQuotes::kRaiseError;
  ThrowUnsupported("unescapedQuoteHandling " + name);
}

}  // namespace

ParseMode ParseModeOf(const FormatOptions& options) {
  const std::string mode = AsciiLower(options.Text("mode", "permissive"));
  if (mode == "dropmalformed") return ParseMode::kDropMalformed;
  if (mode == "failfast") return ParseMode::kFailFast;
  return ParseMode::kPermissive;
}

std::string EncodingOf(const FormatOptions& options, std::string_view class_name) {
  const std::string given = options.Text("encoding", options.Text("charset", "utf-8"));
  static constexpr std::array<std::string_view, 7> kKnown = {"iso-8859-1", "us-ascii", "utf-16", "utf-16be",
                                                             "utf-16le",   "utf-32",   "utf-8"};
  const std::string name = AsciiLower(given);
  if (std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end()) return name;
  throw QueryError("INVALID_PARAMETER_VALUE.CHARSET",
                   {{"functionName", "`" + std::string(class_name) + "`"},
                    {"parameter", "`charset`"},
                    {"charset", given},
                    {"charsets", "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8"}},
                   nullptr, ErrorClass::kIllegalArgument);
}

void CheckLocale(const FormatOptions& options) {
  const std::string locale = AsciiLower(options.Text("locale", "en-us"));
  if (locale != "en-us" && locale != "en") ThrowUnsupported("the locale " + locale);
}

CsvOptions::CsvOptions(const FormatOptions& options, std::string_view default_corrupt_record_column)
    : separator(SeparatorOfOption(options.Text("sep", options.Text("delimiter", ",")))),
      quote(SyntaxCharacter(options, "quote", '"')),
      escape(SyntaxCharacter(options, "escape", '\\')),
      comment(SyntaxCharacter(options, "comment", 0)),
      header(options.Flag("header", false)),
      infer_schema(options.Flag("inferSchema", false)),
      enforce_schema(options.Flag("enforceSchema", true)),
      trim_leading(options.Flag("ignoreLeadingWhiteSpace", false)),
      trim_trailing(options.Flag("ignoreTrailingWhiteSpace", false)),
      multi_line(options.Flag("multiLine", false)),
      prefer_date(options.Flag("preferDate", true)),
      is_single_variant(options.Has("singleVariantColumn")),
      null_value(options.Text("nullValue", "")),
      empty_value(options.Text("emptyValue", "")),
      nan_value(options.Text("nanValue", "NaN")),
      positive_infinity(options.Text("positiveInf", "Inf")),
      negative_infinity(options.Text("negativeInf", "-Inf")),
      corrupt_record_column(options.Text("columnNameOfCorruptRecord", default_corrupt_record_column)),
      encoding(EncodingOf(options, "CSVOptions")),
      max_columns(options.Integer("maxColumns", 20480)),
      max_characters(options.Integer("maxCharsPerColumn", -1)),
      sampling_ratio(options.Real("samplingRatio", 1.0)),
      mode(ParseModeOf(options)),
      unescaped_quotes(UnescapedQuotesOf(options)) {
  CheckLocale(options);
  options.Flag("quoteAll", false);
  options.Flag("escapeQuotes", true);
  escape_escape = options.Text("charToEscapeQuoteEscaping", "").empty()
                      ? (escape == quote ? '\0' : escape)
                      : SyntaxCharacter(options, "charToEscapeQuoteEscaping", 0);
  if (const std::string* given = options.Find("lineSep")) {
    if (given->empty()) throw QueryError("INVALID_LINE_SEPARATOR.EMPTY", {}, nullptr, ErrorClass::kIllegalArgument);
    if (Utf16Length(*given) > 2) {
      throw QueryError("INVALID_LINE_SEPARATOR.TOO_LONG", {{"length", std::to_string(Utf16Length(*given))}}, nullptr,
                       ErrorClass::kIllegalArgument);
    }
    line_separator = *given;
  }
}

}  // namespace firesteel::functions
