#include "session/config/configuration.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "session/config/config_table.h"
#include "session/config/config_value.h"

namespace firesteel::session {
namespace {

template <class Body>
std::string ErrorOf(const Body& body) {
  try {
    body();
    return "";
  } catch (const QueryError& error) {
    return error.message();
  }
}

Configuration Fresh() {
  return Configuration(std::make_shared<const ConfigMap>(ConfigMap{{"spark.master", "local[2]"}}));
}

TEST(ConfigTable, IsSortedAndItsDefaultsAreValid) {
  auto rows = ConfigRows();
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.key < b.key; }));
  for (const ConfigRow& row : rows) {
    if (row.default_value != nullptr) {
      EXPECT_EQ(ErrorOf([&] { CheckConfigValue(row, row.default_value); }), "") << row.key;
    }
    if (!row.fallback.empty()) {
      EXPECT_NE(FindConfigRow(row.fallback), nullptr) << row.key;
    }
  }
  auto core = CoreConfigKeys();
  EXPECT_TRUE(std::is_sorted(core.begin(), core.end()));
}

TEST(Configuration, GetsDefaultsSettingsAndNothing) {
  Configuration c = Fresh();
  EXPECT_EQ(c.Get("spark.sql.ansi.enabled"), "true");
  EXPECT_EQ(c.Get("spark.master"), "local[2]");
  EXPECT_EQ(c.Get("spark.sql.extensions"), std::nullopt);
  EXPECT_EQ(c.GetOption("nope"), std::nullopt);
  EXPECT_EQ(ErrorOf([&] { c.Get("nope.x"); }),
            "[SQL_CONF_NOT_FOUND] The SQL config \"nope.x\" cannot be found. Please verify that the config exists. "
            "SQLSTATE: 42K0I");
  EXPECT_NE(ErrorOf([&] { c.Get("spark.executor.memory"); }), "");
}

TEST(Configuration, FallsBackToAnotherKey) {
  Configuration c = Fresh();
  EXPECT_EQ(c.Get("spark.sql.adaptive.advisoryPartitionSizeInBytes"), "67108864b");
  c.Set("spark.sql.adaptive.shuffle.targetPostShuffleInputSize", "1MB");
  EXPECT_EQ(c.Get("spark.sql.adaptive.advisoryPartitionSizeInBytes"), "1MB");
}

TEST(Configuration, DefaultOfTheCaller) {
  Configuration c = Fresh();
  EXPECT_EQ(c.GetWithDefault("spark.sql.sources.default", std::nullopt), std::nullopt);
  EXPECT_EQ(c.GetWithDefault("nope", "d"), "d");
  EXPECT_EQ(c.GetWithDefault("spark.master", "d"), "local[2]");
  EXPECT_NE(ErrorOf([&] { c.GetWithDefault("spark.sql.ansi.enabled", "q"); }), "");
}

TEST(Configuration, ListsWhatIsSet) {
  Configuration c = Fresh();
  c.Set("spark.sql.session.timeZone", "UTC");
  c.Set("other", "1");
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(c.GetAll("spark."), (Pairs{{"master", "local[2]"}, {"sql.session.timeZone", "UTC"}}));
  EXPECT_EQ(c.GetAll().size(), 3u);
}

TEST(Configuration, RefusesAsSpark) {
  Configuration c = Fresh();
  auto set = [&](const char* key, const char* value) { return ErrorOf([&] { c.Set(key, value); }); };
  EXPECT_EQ(set("spark.sql.warehouse.dir", "/x"),
            "[CANNOT_MODIFY_STATIC_CONFIG] Cannot modify the value of the static Spark config: "
            "\"spark.sql.warehouse.dir\". SQLSTATE: 46110");
  EXPECT_TRUE(set("spark.executor.memory", "1g").starts_with("[CANNOT_MODIFY_CONFIG]"));
  EXPECT_EQ(set("spark.sql.ansi.enabled", "maybe"),
            "[INVALID_CONF_VALUE.TYPE_MISMATCH] The value 'maybe' in the config \"spark.sql.ansi.enabled\" is invalid. "
            "It should be a/an 'boolean' value. SQLSTATE: 22022");
  EXPECT_EQ(set("spark.sql.shuffle.partitions", "-1"),
            "[INVALID_CONF_VALUE.REQUIREMENT] The value '-1' in the config \"spark.sql.shuffle.partitions\" is "
            "invalid. The value of spark.sql.shuffle.partitions must be positive SQLSTATE: 22022");
  EXPECT_EQ(set("spark.sql.timestampType", "X"),
            "[INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS] The value 'X' in the config \"spark.sql.timestampType\" is "
            "invalid. It should be one of 'TIMESTAMP_NTZ, TIMESTAMP_LTZ'. SQLSTATE: 22022");
  EXPECT_TRUE(set("spark.sql.session.timeZone", "Mars").starts_with("[INVALID_CONF_VALUE.TIME_ZONE]"));
  EXPECT_EQ(set("spark.sql.optimizer.planChangeLog.level", "x"),
            "The SQL config 'spark.sql.optimizer.planChangeLog.level' was removed in the version 3.1.0. Please use "
            "`spark.sql.planChangeLog.level` instead.");
  EXPECT_EQ(set("spark.sql.fromJsonForceNullableSchema", "true"), "");
  EXPECT_EQ(set("spark.sql.timestampType", "timestamp_ntz"), "");
  EXPECT_EQ(set("spark.sql.shuffle.partitions", " 7 "), "");
  EXPECT_EQ(c.Get("spark.sql.shuffle.partitions"), " 7 ");
  EXPECT_EQ(c.GetNumber("spark.sql.shuffle.partitions"), 7);
  EXPECT_EQ(set("foo", "bar"), "");
}

TEST(Configuration, UnsetAndReset) {
  Configuration c = Fresh();
  c.Set("spark.sql.ansi.enabled", "false");
  c.Unset("spark.sql.ansi.enabled");
  EXPECT_TRUE(c.GetBoolean("spark.sql.ansi.enabled"));
  c.Unset("never.set");
  EXPECT_NE(ErrorOf([&] { c.Unset("spark.sql.warehouse.dir"); }), "");
  c.Set("x", "1");
  c.Unset("spark.app.name");
  c.ResetAll();
  EXPECT_EQ(c.GetOption("x"), std::nullopt);
  EXPECT_EQ(c.Get("spark.master"), "local[2]");
}

TEST(Configuration, ModifiableAndWarnings) {
  Configuration c = Fresh();
  EXPECT_TRUE(c.IsModifiable("spark.sql.ansi.enabled"));
  EXPECT_FALSE(c.IsModifiable("spark.sql.warehouse.dir"));
  EXPECT_FALSE(c.IsModifiable("nope"));
  EXPECT_TRUE(Configuration::Warnings("spark.sql.ansi.enabled").empty());
  EXPECT_EQ(Configuration::Warnings("spark.sql.execution.arrow.enabled"),
            std::vector<std::string>{"The SQL config 'spark.sql.execution.arrow.enabled' is NOT supported in Spark "
                                     "Connect"});
  EXPECT_EQ(Configuration::Warnings("spark.sql.optimizer.metadataOnly").size(), 1u);
}

TEST(ConfigValue, ReadsSizesAndTimes) {
  int64_t value = 0;
  EXPECT_TRUE(ParseConfigNumber(ConfigType::kBytes, "64MB", &value));
  EXPECT_EQ(value, 64 << 20);
  EXPECT_TRUE(ParseConfigNumber(ConfigType::kMilliseconds, "2m", &value));
  EXPECT_EQ(value, 120'000);
  EXPECT_TRUE(ParseConfigNumber(ConfigType::kSeconds, "60000ms", &value));
  EXPECT_EQ(value, 60);
  for (const char* bad : {"10 mb", "1.5m", "", "mb", "10x", "99999999999999999999", "9223372036854775807k"}) {
    EXPECT_FALSE(ParseConfigNumber(ConfigType::kBytes, bad, &value)) << bad;
  }
  EXPECT_FALSE(ParseConfigNumber(ConfigType::kInt, "2147483648", &value));
}

TEST(ConfigValue, KnowsJavasTimeZones) {
  for (const char* good : {"UTC", "Z", "GMT", "UTC+3", "+1:00", "PST", "GMT+01:30", "EST", "+01:02:03", "+18:00",
                           "America/Los_Angeles", "Europe/Berlin", "Etc/GMT+5"}) {
    EXPECT_TRUE(IsKnownTimeZone(good)) << good;
  }
  for (const char* bad : {"Mars", "europe/berlin", "+19", "+18:01", "", "+1:60", "UTC+", "+01:2:3x", "Etc/Unknown"}) {
    EXPECT_FALSE(IsKnownTimeZone(bad)) << bad;
  }
}

}  // namespace
}  // namespace firesteel::session
