#include "session/plan_decoding.h"

#include "base/error.h"
#include "session/query_environment.h"
#include "sql/parser.h"

namespace firesteel::session {

connect::DecodeContext DecodeContextOf(SessionState& state) {
  const sql::ParserOptions options = ParserOptionsOf(state.Settings());
  connect::DecodeContext context;
  context.parse_identifier = [options](const std::string& text) {
    return sql::ParseMultipartIdentifier(text, options);
  };
  context.parse_data_type = [options](const std::string& text) { return sql::ParseDataType(text, options); };
  context.find_cached = [&state](const std::string& hash) { return state.artifacts().FindCached(hash); };
  context.session_id = state.session_id();
  return context;
}

DataType ParseDdl(const std::string& text, SessionState& state) {
  const sql::ParserOptions options = ParserOptionsOf(state.Settings());
  // As DataType.fromDDL: a type first, then columns; the second error is the one that counts.
  try {
    return sql::ParseDataType(text, options);
  } catch (const QueryError&) {
    return DataType::Struct(sql::ParseTableSchema(text, options));
  }
}

}  // namespace firesteel::session
