#include <charconv>

#include "sql/parser/parser.h"

namespace firesteel::sql {

// TABLESAMPLE (n PERCENT | n ROWS | BUCKET x OUT OF y) [REPEATABLE (seed)]
std::optional<Parser::SampleSpec> Parser::SampleClause() {
  const bool named = cursor_.Is(Kind::kBernoulli, 1) || cursor_.Is(Kind::kSystem, 1);
  if (!cursor_.Is(Kind::kTablesample) || !cursor_.Is(Kind::kLeftParen, named ? 2 : 1)) return std::nullopt;
  SampleSpec spec;
  spec.begin = cursor_.position();
  cursor_.Advance();
  if (named) {
    if (cursor_.Is(Kind::kSystem)) ThrowUnsupported("TABLESAMPLE SYSTEM", cursor_.OriginFrom(spec.begin));
    cursor_.Advance();
  }
  cursor_.Advance();
  plan::Sample sample;
  const size_t sign = cursor_.Is(Kind::kMinus) ? 1 : 0;
  const Kind number = cursor_.Kind(sign);
  bool empty = false;
  if (cursor_.Is(Kind::kRightParen)) {
    empty = true;
  } else if ((number == Kind::kIntegerValue || number == Kind::kDecimalValue) &&
             cursor_.Is(Kind::kPercentWord, sign + 1)) {
    if (sign) cursor_.Advance();
    std::string_view text = cursor_.TextOf(cursor_.Peek());
    double percent = 0;
    std::from_chars(text.data(), text.data() + text.size(), percent);
    cursor_.Advance();
    cursor_.Advance();
    sample.upper_bound = (sign ? -percent : percent) / 100;
    spec.sample = std::move(sample);
  } else if (cursor_.Is(Kind::kBucket) && cursor_.Is(Kind::kIntegerValue, 1)) {
    cursor_.Advance();
    const int32_t numerator = IntegerNumber();
    cursor_.Expect(Kind::kOut);
    cursor_.Expect(Kind::kOf);
    const int32_t denominator = IntegerNumber();
    if (cursor_.Accept(Kind::kOn)) {
      QualifiedName();
      const bool function = cursor_.Accept(Kind::kLeftParen);
      if (function) cursor_.Expect(Kind::kRightParen);
      cursor_.Fail("_LEGACY_ERROR_TEMP_0015",
                   {{"msg", function ? "BUCKET x OUT OF y ON function" : "BUCKET x OUT OF y ON colname"}}, spec.begin);
    }
    sample.upper_bound = static_cast<double>(numerator) / denominator;
    spec.sample = std::move(sample);
  } else {
    const size_t at = cursor_.position();
    spec.rows = Expression();
    if (!cursor_.Accept(Kind::kRows)) {
      const std::string bytes(cursor_.TextBetween(at, cursor_.position()));
      cursor_.Expect(Kind::kRightParen);
      if (bytes.find_first_of("bBkKmMgG") != std::string::npos) {
        cursor_.Fail("_LEGACY_ERROR_TEMP_0015", {{"msg", "byteLengthLiteral"}}, spec.begin);
      }
      cursor_.Fail("_LEGACY_ERROR_TEMP_0016", {{"bytesStr", bytes}}, spec.begin);
    }
  }
  cursor_.Expect(Kind::kRightParen);
  if (empty) cursor_.Fail("_LEGACY_ERROR_TEMP_0014", {}, spec.begin);
  if (cursor_.Is(Kind::kRepeatable) && cursor_.Is(Kind::kLeftParen, 1)) {
    cursor_.Advance();
    cursor_.Advance();
    const int32_t seed = IntegerNumber();
    cursor_.Expect(Kind::kRightParen);
    if (spec.sample) spec.sample->seed = seed;
  }
  if (spec.sample && !(spec.sample->upper_bound >= 0 && spec.sample->upper_bound <= 1 + 1e-6)) {
    cursor_.Fail("INVALID_TABLESAMPLE_FRACTION", {{"fraction", JavaDouble(spec.sample->upper_bound)}}, spec.begin);
  }
  return spec;
}

// The shortest text of a fraction, with a point, as Java prints it.
std::string Parser::JavaDouble(double value) {
  char buffer[32];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  std::string text(buffer, end);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

RelationPtr Parser::Sampled(RelationPtr child, const std::optional<SampleSpec>& sample) {
  if (!sample) return child;
  if (sample->rows) return Make(plan::Limit{std::move(child), sample->rows}, sample->begin);
  plan::Sample node = *sample->sample;
  node.child = std::move(child);
  return Make(std::move(node), sample->begin);
}

}  // namespace firesteel::sql
