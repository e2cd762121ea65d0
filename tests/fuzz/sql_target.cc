// The texts that clients send: statements, expressions (F.expr), types and schemas as DDL or JSON, names.

#include <cstdint>
#include <string>
#include <string_view>

#include "outcome.h"
#include "sql/parser.h"
#include "types/type_text.h"

namespace {

using firesteel::fuzz::Accepts;
namespace sql = firesteel::sql;

/// Every setting away from its default.
sql::ParserOptions OtherOptions() {
  sql::ParserOptions options;
  options.ansi = false;
  options.double_quoted_identifiers = true;
  options.escaped_string_literals = true;
  options.enforce_reserved_keywords = true;
  options.quoted_regex_column_names = true;
  options.session_time_zone = "America/Los_Angeles";
  options.timestamp_ntz_default = true;
  options.legacy_set_ops_precedence = true;
  options.exponent_literal_as_decimal = true;
  options.object_type = "VIEW";
  options.object_name = "v";
  return options;
}

/// `print` parses a text and prints the plan; what it prints is parsed again. That both plans are the same holds for
/// what people write (sql/parser_test.cc checks it for all golden cases), not for every text: only tests print plans.
template <class Print>
bool CheckPrinted(const std::string& text, const Print& print) {
  std::string printed;
  // Also false where a plan has no SQL.
  if (!Accepts([&] { printed = print(text); })) return false;
  Accepts([&] { print(printed); });
  return true;
}

void CheckType(const std::string& text) {
  Accepts([&] {
    const firesteel::DataType type = sql::ParseDataType(text);
    firesteel::SimpleString(type);
    firesteel::CatalogString(type);
  });
  Accepts([&] { firesteel::SchemaToDdl(sql::ParseTableSchema(text)); });
  // Errors are slow, and what does not begin like JSON is an early one.
  if (text.find_first_of("{[\"") != 0) return;
  Accepts([&] {
    const firesteel::DataType type = firesteel::TypeFromJson(text);
    if (type.Is(firesteel::TypeKind::kStruct)) firesteel::SchemaToDdl(type.fields());
    firesteel::SimpleString(type);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const sql::ParserOptions kOther = OtherOptions();
  const std::string text(reinterpret_cast<const char*>(data), size);
  Accepts([&] { sql::ParseStatement(text, kOther); });
  // A text is hardly ever a statement and something else.
  if (CheckPrinted(text, [](const std::string& sql) { return sql::PrintStatement(sql::ParseStatement(sql, {})); })) {
    return 0;
  }
  if (CheckPrinted(text, [](const std::string& sql) { return sql::PrintExpression(*sql::ParseExpression(sql, {})); })) {
    Accepts([&] { sql::ParseExpression(text, kOther); });
  }
  Accepts([&] { sql::ParseMultipartIdentifier(text); });
  CheckType(text);
  return 0;
}
