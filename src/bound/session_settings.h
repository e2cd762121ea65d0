#pragma once

#include <cstdint>
#include <string>

namespace firesteel::bound {

/// Cores of the cluster that Spark's notional partitions are laid out for: what a plan gives does not depend on the
/// machine. spark.default.parallelism and spark.sql.leafNodeDefaultParallelism change it.
inline constexpr int32_t kNotionalCores = 4;

/// The session configuration that changes the meaning of a query, as one immutable snapshot taken when an operation
/// starts. Built from the configuration table by the session module. Key names are Spark's.
struct SessionSettings {
  bool ansi = true;                                ///< spark.sql.ansi.enabled
  bool case_sensitive = false;                     ///< spark.sql.caseSensitive
  std::string time_zone = "UTC";                   ///< spark.sql.session.timeZone
  bool allow_precision_loss = true;                ///< spark.sql.decimalOperations.allowPrecisionLoss
  bool timestamp_ntz_default = false;              ///< spark.sql.timestampType = TIMESTAMP_NTZ
  bool timestamp_nanos = false;                    ///< spark.sql.timestampNanosTypes.enabled
  bool group_by_ordinal = true;                    ///< spark.sql.groupByOrdinal
  bool order_by_ordinal = true;                    ///< spark.sql.orderByOrdinal
  bool group_by_aliases = true;                    ///< spark.sql.groupByAliases
  bool lateral_column_alias = true;                ///< spark.sql.lateralColumnAlias.enableImplicitResolution
  bool cross_join_enabled = true;                  ///< spark.sql.crossJoin.enabled
  bool double_quoted_identifiers = false;          ///< spark.sql.ansi.doubleQuotedIdentifiers
  bool escaped_string_literals = false;            ///< spark.sql.parser.escapedStringLiterals
  bool enforce_reserved_keywords = false;          ///< spark.sql.ansi.enforceReservedKeywords
  bool quoted_regex_column_names = false;          ///< spark.sql.parser.quotedRegexColumnNames
  bool store_analyzed_plan_for_view = false;       ///< spark.sql.legacy.storeAnalyzedPlanForView
  bool size_of_null = false;                       ///< spark.sql.legacy.sizeOfNull (and not ANSI)
  bool concat_binary_as_string = false;            ///< spark.sql.function.concatBinaryAsString
  bool elt_output_as_string = false;               ///< spark.sql.function.eltOutputAsString
  std::string map_key_dedup_policy = "EXCEPTION";  ///< spark.sql.mapKeyDedupPolicy
  std::string default_source = "parquet";          ///< spark.sql.sources.default
  std::string time_parser_policy = "CORRECTED";    ///< spark.sql.legacy.timeParserPolicy (default of 4.x)
  int32_t max_to_string_fields = 25;               ///< spark.sql.debug.maxToStringFields
  int32_t default_parallelism = kNotionalCores;    ///< partitions of range and client data
  int32_t pivot_max_values = 10000;                ///< spark.sql.pivotMaxValues
  int32_t transpose_max_values = 500;              ///< spark.sql.transposeMaxValues
  bool case_insensitive() const { return !case_sensitive; }
  std::string current_catalog = "spark_catalog";
  std::string current_database = "default";
  std::string user = "";
  int64_t now_micros = 0;  ///< start of the query: one current_timestamp for all of it
};

}  // namespace firesteel::bound
