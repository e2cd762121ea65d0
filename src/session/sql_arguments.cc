#include <set>

#include "analyzer/suggestion.h"
#include "base/error.h"
#include "session/query_environment.h"
#include "session/variable_substitution.h"

namespace firesteel::session {
sql::ParserOptions ParserOptionsOf(const bound::SessionSettings& settings) {
  sql::ParserOptions options;
  options.ansi = settings.ansi;
  options.double_quoted_identifiers = settings.double_quoted_identifiers;
  options.escaped_string_literals = settings.escaped_string_literals;
  options.enforce_reserved_keywords = settings.enforce_reserved_keywords;
  options.quoted_regex_column_names = settings.quoted_regex_column_names;
  options.session_time_zone = settings.time_zone;
  options.timestamp_ntz_default = settings.timestamp_ntz_default;
  options.timestamp_nanos = settings.timestamp_nanos;
  return options;
}

plan::Command ParseWithArguments(const plan::SqlQuery& query, const bound::SessionSettings& settings,
                                 const Configuration& configuration, const std::string& object_type) {
  sql::ParserOptions options = ParserOptionsOf(settings);
  options.object_type = object_type;
  bool has_named = !query.named_arguments.empty();
  bool has_positional = !query.positional_arguments.empty();
  bool mixed = false;
  bool seen_named = false;
  bool seen_positional = false;
  options.bind_parameter = [&](const plan::ParameterMarker& marker, const OriginPtr& origin) -> plan::ExpressionPtr {
    (marker.name.empty() ? seen_positional : seen_named) = true;
    if ((seen_named && seen_positional) || (seen_positional && has_named) || (seen_named && has_positional)) {
      mixed = true;
    }
    if (!marker.name.empty()) {
      for (const auto& [name, value] : query.named_arguments) {
        if (name == marker.name) return value;
      }
    } else if (static_cast<size_t>(marker.position) < query.positional_arguments.size()) {
      return query.positional_arguments[static_cast<size_t>(marker.position)];
    }
    if (mixed) return plan::Make(marker, origin);  // refused below, with the better message
    analyzer::ThrowUnboundParameter(marker, origin);
  };
  plan::Command command = sql::ParseStatement(SubstituteVariables(query.text, configuration), options);
  if (mixed) throw QueryError("INVALID_QUERY_MIXED_QUERY_PARAMETERS", {}, nullptr);
  return command;
}

}  // namespace firesteel::session
