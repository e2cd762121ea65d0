#include "session/plan_decoding.h"

#include <exception>

#include "base/error.h"
#include "session/error/java_exception.h"
#include "session/query_environment.h"
#include "session/variable_substitution.h"
#include "sql/parser.h"
#include "types/type_text.h"

namespace firesteel::session {

connect::DecodeContext DecodeContextOf(SessionState& state) {
  const sql::ParserOptions options = ParserOptionsOf(state.Settings());
  connect::DecodeContext context;
  context.parse_identifier = [options, &state](const std::string& text) {
    return sql::ParseMultipartIdentifier(SubstituteVariables(text, state.configuration()), options);
  };
  context.parse_data_type = [options, &state](const std::string& text) {
    return sql::ParseDataType(SubstituteVariables(text, state.configuration()), options);
  };
  context.find_cached = [&state](const std::string& hash) { return state.artifacts().FindCached(hash); };
  context.find_remote_relation = [&state](const std::string& id) { return state.checkpoints().Find(id); };
  context.session_id = state.session_id();
  const Configuration& configuration = state.configuration();
  context.max_plan_bytes = configuration.GetNumber("spark.connect.maxPlanSize");
  context.max_local_relation_bytes = configuration.GetNumber("spark.sql.session.localRelationSizeLimit");
  context.max_local_relation_chunk_bytes = configuration.GetNumber("spark.sql.session.localRelationChunkSizeLimit");
  return context;
}

DataType ParseDdl(const std::string& written, SessionState& state) {
  const std::string text = SubstituteVariables(written, state.configuration());
  const sql::ParserOptions options = ParserOptionsOf(state.Settings());
  // As Spark's DDL parser: a type first, then columns, then the fields of a struct ("a: INT"); the error of the columns
  // is the one that counts.
  try {
    return sql::ParseDataType(text, options);
  } catch (const QueryError&) {
    try {
      return DataType::Struct(sql::ParseTableSchema(text, options));
    } catch (const QueryError&) {
      const auto columns_error = std::current_exception();
      try {
        return sql::ParseDataType("struct<" + text + ">", options);
      } catch (const QueryError&) {
        std::rethrow_exception(columns_error);
      }
    }
  }
}

std::string JsonToDdl(const std::string& json) {
  const DataType type = TypeFromJson(json);
  if (!type.Is(TypeKind::kStruct)) {
    throw JavaError("java.lang.ClassCastException",
                    "The JSON text is the type " + SimpleString(type) + ", not a struct: it has no DDL text.");
  }
  return SchemaToDdl(type.fields());
}

std::string TreeString(const Schema& schema, int level) { return SchemaTreeString(schema, level); }

}  // namespace firesteel::session
