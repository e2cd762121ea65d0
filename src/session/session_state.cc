#include "session/session_state.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace firesteel::session {
namespace {

/// Who runs this process: current_user() of every session, whatever name a client gives itself, as in Spark.
const std::string& ServerUser() {
  static const std::string name = [] {
    if (const char* given = std::getenv("SPARK_USER"); given && *given) return std::string(given);
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    const int failed = getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found);
    return failed == 0 && found ? std::string(entry.pw_name) : std::to_string(geteuid());
  }();
  return name;
}

}  // namespace

SessionState::SessionState(std::string user_id, std::string session_id,
                           std::shared_ptr<const ConfigMap> server_settings, std::shared_ptr<SharedState> shared)
    : user_id_(std::move(user_id)),
      session_id_(std::move(session_id)),
      configuration_(std::move(server_settings)),
      artifacts_(shared->artifact_folder, session_id_, shared->limits.artifacts, shared->artifact_budget),
      shared_(std::move(shared)) {}

bound::SessionSettings SessionState::Settings() const {
  const Configuration& c = configuration_;
  auto upper = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char ch) { return std::toupper(ch); });
    return text;
  };
  bound::SessionSettings settings;
  settings.ansi = c.GetBoolean("spark.sql.ansi.enabled");
  settings.case_sensitive = c.GetBoolean("spark.sql.caseSensitive");
  settings.time_zone = c.GetText("spark.sql.session.timeZone");
  settings.allow_precision_loss = c.GetBoolean("spark.sql.decimalOperations.allowPrecisionLoss");
  settings.timestamp_ntz_default = upper(c.GetText("spark.sql.timestampType")) == "TIMESTAMP_NTZ";
  settings.timestamp_nanos = c.GetBoolean("spark.sql.timestampNanosTypes.enabled");
  settings.group_by_ordinal = c.GetBoolean("spark.sql.groupByOrdinal");
  settings.order_by_ordinal = c.GetBoolean("spark.sql.orderByOrdinal");
  settings.group_by_aliases = c.GetBoolean("spark.sql.groupByAliases");
  settings.lateral_column_alias = c.GetBoolean("spark.sql.lateralColumnAlias.enableImplicitResolution");
  settings.cross_join_enabled = c.GetBoolean("spark.sql.crossJoin.enabled");
  // These two take effect only together with ANSI mode, as in Spark's SQLConf.
  settings.double_quoted_identifiers = settings.ansi && c.GetBoolean("spark.sql.ansi.doubleQuotedIdentifiers");
  settings.enforce_reserved_keywords = settings.ansi && c.GetBoolean("spark.sql.ansi.enforceReservedKeywords");
  settings.escaped_string_literals = c.GetBoolean("spark.sql.parser.escapedStringLiterals");
  settings.quoted_regex_column_names = c.GetBoolean("spark.sql.parser.quotedRegexColumnNames");
  settings.store_analyzed_plan_for_view = c.GetBoolean("spark.sql.legacy.storeAnalyzedPlanForView");
  settings.size_of_null = !settings.ansi && c.GetBoolean("spark.sql.legacy.sizeOfNull");
  settings.concat_binary_as_string = c.GetBoolean("spark.sql.function.concatBinaryAsString");
  settings.elt_output_as_string = c.GetBoolean("spark.sql.function.eltOutputAsString");
  settings.map_key_dedup_policy = upper(c.GetText("spark.sql.mapKeyDedupPolicy"));
  settings.default_source = c.GetText("spark.sql.sources.default");
  settings.time_parser_policy = upper(c.GetText("spark.sql.legacy.timeParserPolicy"));
  settings.max_to_string_fields = static_cast<int32_t>(c.GetNumber("spark.sql.debug.maxToStringFields"));
  settings.default_parallelism = bound::kNotionalCores;
  for (const char* key : {"spark.default.parallelism", "spark.sql.leafNodeDefaultParallelism"}) {
    if (auto text = c.GetOption(key)) settings.default_parallelism = std::max(1, std::atoi(text->c_str()));
  }
  settings.pivot_max_values = static_cast<int32_t>(c.GetNumber("spark.sql.pivotMaxValues"));
  settings.transpose_max_values = static_cast<int32_t>(c.GetNumber("spark.sql.transposeMaxValues"));
  settings.current_catalog = current_catalog();
  settings.current_database = current_database();
  settings.user = ServerUser();
  settings.now_micros =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  return settings;
}

void SessionState::CopyFrom(const SessionState& other) {
  configuration_.CopyFrom(other.configuration_);
  temp_views_.CopyFrom(other.temp_views_);
  variables_.CopyFrom(other.variables_);
  python_functions_.CopyFrom(other.python_functions_);
  python_table_functions_.CopyFrom(other.python_table_functions_);
  python_data_sources_.CopyFrom(other.python_data_sources_);
  artifacts_.CopyFrom(other.artifacts_);
  SetCurrentCatalog(other.current_catalog());
  SetCurrentDatabase(other.current_database());
}

std::string SessionState::current_catalog() const {
  std::lock_guard lock(mutex_);
  return current_catalog_;
}

std::string SessionState::current_database() const {
  std::lock_guard lock(mutex_);
  return current_database_;
}

void SessionState::SetCurrentCatalog(std::string name) {
  std::lock_guard lock(mutex_);
  current_catalog_ = std::move(name);
}

void SessionState::SetCurrentDatabase(std::string name) {
  std::lock_guard lock(mutex_);
  current_database_ = std::move(name);
}

}  // namespace firesteel::session
