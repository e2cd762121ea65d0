#include <unicode/brkiter.h>

#include <memory>
#include <string>
#include <vector>

#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/text_format.h"

namespace firesteel::functions {

namespace {

icu::UnicodeString FromUtf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

using Words = std::vector<std::string>;

Words WordsOf(icu::BreakIterator& breaks, const icu::UnicodeString& sentence) {
  Words words;
  breaks.setText(sentence);
  int32_t begin = breaks.first();
  for (int32_t end = breaks.next(); end != icu::BreakIterator::DONE; begin = end, end = breaks.next()) {
    const icu::UnicodeString word = sentence.tempSubStringBetween(begin, end);
    if (!u_isalnum(word.char32At(0))) continue;
    words.emplace_back();
    word.toUTF8String(words.back());
  }
  return words;
}

/// The words of each sentence, by the breaks of the locale's language.
void RunSentences(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::string known;
  std::unique_ptr<icu::BreakIterator> sentences;
  std::unique_ptr<icu::BreakIterator> words;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const auto part = [&](size_t i) {
      return arguments[i].IsValid(row) ? std::string(arguments[i].Text(row)) : std::string();
    };
    const std::string language = part(1);
    const std::string country = part(2);
    if (!sentences || known != language + "_" + country) {
      known = language + "_" + country;
      const icu::Locale locale =
          language.empty() ? icu::Locale::getUS() : icu::Locale(language.c_str(), country.c_str());
      UErrorCode status = U_ZERO_ERROR;
      sentences.reset(icu::BreakIterator::createSentenceInstance(locale, status));
      words.reset(icu::BreakIterator::createWordInstance(locale, status));
      if (U_FAILURE(status)) throw InternalError("no text breaks: " + std::string(u_errorName(status)));
    }
    const icu::UnicodeString text = FromUtf8(arguments[0].Text(row));
    std::vector<Words> all;
    sentences->setText(text);
    int32_t begin = sentences->first();
    for (int32_t end = sentences->next(); end != icu::BreakIterator::DONE; begin = end, end = sentences->next()) {
      all.push_back(WordsOf(*words, text.tempSubStringBetween(begin, end)));
    }
    const uint64_t offset = result.AppendList(row, all.size());
    ResultVector& lists = result.Child(0);
    for (size_t i = 0; i < all.size(); ++i) {
      const uint64_t inner = lists.AppendList(offset + i, all[i].size());
      for (size_t k = 0; k < all[i].size(); ++k) lists.Child(0).SetText(inner + k, all[i][k]);
    }
  }
}

}  // namespace

const Kernel kSentences{RunSentences};

}  // namespace firesteel::functions
