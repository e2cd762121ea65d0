#include "session/query_environment.h"

#include <utility>

#include "arrow/ipc_reader.h"
#include "base/error.h"
#include "session/variable_substitution.h"
#include "types/type_text.h"

namespace firesteel::session {

std::string QueryEnvironment::Substituted(const std::string& text) const {
  return SubstituteVariables(text, state_.configuration());
}

plan::ExpressionPtr QueryEnvironment::ParseExpression(const std::string& text) {
  return sql::ParseExpression(Substituted(text), ParserOptionsOf(settings_));
}

plan::RelationPtr QueryEnvironment::ParseQuery(const plan::SqlQuery& query) {
  plan::Command command = ParseWithArguments(query, settings_, state_.configuration());
  if (const auto* execute = command.As<plan::ExecuteImmediate>(); execute && execute->into.empty()) {
    command = ParseImmediate(*execute);
  }
  if (const auto* parsed = command.As<plan::Query>()) return parsed->relation;
  ThrowUnsupported("a SQL command inside a DataFrame (only queries can be read from)", command.origin);
}

DataType QueryEnvironment::ParseDataType(const std::string& text) {
  return sql::ParseDataType(Substituted(text), ParserOptionsOf(settings_));
}

Schema QueryEnvironment::ParseSchema(const std::string& text) {
  // Clients send either JSON ({"type":"struct",…}) or DDL; DDL never begins with a brace or a quote.
  size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (text[first] == '{' || text[first] == '"')) {
    DataType type = TypeFromJson(text);
    if (type.Is(TypeKind::kStruct)) return type.fields();
    return {StructField{"value", type, true, ""}};
  }
  return sql::ParseTableSchema(Substituted(text), ParserOptionsOf(settings_));
}

Schema QueryEnvironment::ArrowSchema(const SharedBytes& arrow_ipc) {
  return arrow::IpcReader::Open(arrow_ipc)->schema();
}

SharedBytes QueryEnvironment::CachedBlock(const std::string& hash) {
  SharedBytes block = state_.artifacts().FindCached(hash);
  // It was there when the plan was decoded; the session may have been released since.
  if (block == nullptr) {
    throw QueryError("CONNECT_INVALID_PLAN.NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION",
                     {{"hash", hash}, {"sessionUUID", state_.session_id()}});
  }
  return block;
}

std::shared_ptr<const analyzer::TemporaryView> QueryEnvironment::FindView(const std::string& name) {
  TempViewPtr view = state_.temp_views().Find(name, settings_.case_sensitive);
  if (!view) return nullptr;
  auto found = std::static_pointer_cast<const analyzer::TemporaryView>(view->analyzed);
  found_views_[name] = found;
  return found;
}

std::shared_ptr<const analyzer::TemporaryView> QueryEnvironment::FindGlobalView(const std::string& name) {
  TempViewPtr view = state_.global_temp_views().Find(name, settings_.case_sensitive);
  return view ? std::static_pointer_cast<const analyzer::TemporaryView>(view->analyzed) : nullptr;
}

}  // namespace firesteel::session
