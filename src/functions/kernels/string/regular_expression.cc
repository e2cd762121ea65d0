#include "functions/kernels/string/regular_expression.h"

namespace firesteel::functions {

namespace {

constexpr int32_t kTimeLimit = 100'000;  // steps of ICU's engine, roughly milliseconds each thousand
constexpr int32_t kStackLimit = 8 * 1024 * 1024;

icu::UnicodeString FromUtf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

}  // namespace

std::unique_ptr<RegularExpression> RegularExpression::Compile(std::string_view pattern) {
  UErrorCode status = U_ZERO_ERROR;
  auto expression = std::make_unique<RegularExpression>();
  expression->matcher_ = std::make_unique<icu::RegexMatcher>(FromUtf8(pattern), 0, status);
  if (U_FAILURE(status)) return nullptr;
  expression->matcher_->setTimeLimit(kTimeLimit, status);
  expression->matcher_->setStackLimit(kStackLimit, status);
  return expression;
}

void RegularExpression::Reset(std::string_view text) {
  text_ = FromUtf8(text);
  matcher_->reset(text_);
}

bool RegularExpression::Find() {
  UErrorCode status = U_ZERO_ERROR;
  return matcher_->find(status) && U_SUCCESS(status);
}

bool RegularExpression::FindFrom(int32_t index) {
  UErrorCode status = U_ZERO_ERROR;
  return matcher_->find(index, status) && U_SUCCESS(status);
}

int32_t RegularExpression::start() const {
  UErrorCode status = U_ZERO_ERROR;
  return matcher_->start(status);
}

int32_t RegularExpression::end() const {
  UErrorCode status = U_ZERO_ERROR;
  return matcher_->end(status);
}

std::string RegularExpression::Group(int32_t group) const {
  UErrorCode status = U_ZERO_ERROR;
  std::string text;
  matcher_->group(group, status).toUTF8String(text);
  return text;
}

std::string RegularExpression::Piece(int32_t begin, int32_t end) const {
  std::string text;
  text_.tempSubStringBetween(begin, end).toUTF8String(text);
  return text;
}

bool RegularExpression::AppendReplacement(const icu::UnicodeString& replacement, icu::UnicodeString& result) {
  UErrorCode status = U_ZERO_ERROR;
  matcher_->appendReplacement(result, replacement, status);
  return U_SUCCESS(status);
}

}  // namespace firesteel::functions
