#include "warehouse/lake_catalog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/error.h"
#include "base/uuid.h"

namespace firesteel::warehouse {
namespace {

using catalog::DataFile;
using catalog::Table;

class LakeCatalogTest : public ::testing::Test {
 protected:
  ~LakeCatalogTest() override { std::filesystem::remove_all(folder_); }

  Table NewTable(const std::string& name) {
    Table table;
    table.database = "default";
    table.name = name;
    table.provider = "parquet";
    table.schema = {{"a", DataType::Int(), true, R"({"comment":"c"})"}};
    table.field_ids = {1};
    table.next_field_id = 2;
    table.properties = {{"k", "v"}};
    table.comment = "";
    table.location = lake_.DefaultLocation("default", name);
    return table;
  }
  DataFile File(const std::string& name) { return {folder_ + "/t/" + name, 3, 100, 10, {"x", std::nullopt}}; }

  const std::string folder_ = std::filesystem::temp_directory_path().string() + "/lake-" + NewUuid();
  LakeCatalog lake_{"spark_catalog", folder_};
};

TEST_F(LakeCatalogTest, HasOneDatabaseAndNothingOnDiskBeforeTheFirstChange) {
  ASSERT_EQ(lake_.ListDatabases().size(), 1u);
  EXPECT_EQ(lake_.ListDatabases()[0].name, "default");
  EXPECT_EQ(lake_.ListDatabases()[0].location, folder_);
  EXPECT_TRUE(lake_.ListTables("default").empty());
  EXPECT_THROW(lake_.ListTables("other"), QueryError);
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(LakeCatalogTest, GivesBackWhatWasStored) {
  ASSERT_TRUE(lake_.CreateTable(NewTable("t"), {File("1.parquet")}, std::nullopt));
  EXPECT_FALSE(lake_.CreateTable(NewTable("t"), {}, std::nullopt));
  LakeCatalog again("spark_catalog", folder_);
  const auto snapshot = again.Read("default", "t");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->table.schema, NewTable("t").schema);
  EXPECT_EQ(snapshot->table.properties, NewTable("t").properties);
  EXPECT_EQ(snapshot->table.comment, "");
  EXPECT_EQ(snapshot->table.location, folder_ + "/t");
  ASSERT_EQ(snapshot->files.size(), 1u);
  EXPECT_EQ(snapshot->files[0].path, folder_ + "/t/1.parquet");
  EXPECT_EQ(snapshot->files[0].partition_values, File("").partition_values);
}

TEST_F(LakeCatalogTest, ReplacesTheFilesThatAreChosen) {
  ASSERT_TRUE(lake_.CreateTable(NewTable("t"), {File("1"), File("2")}, std::nullopt));
  const int64_t id = lake_.FindTable("default", "t")->id;
  ASSERT_TRUE(lake_.Commit({id, {File("3")}, [&](const DataFile& file) { return file.path.ends_with("1"); }}));
  const auto files = lake_.Read("default", "t")->files;
  ASSERT_EQ(files.size(), 2u);
  EXPECT_TRUE(files[0].path.ends_with("2"));
  EXPECT_TRUE(files[1].path.ends_with("3"));
  ASSERT_TRUE(lake_.DropTable(id));
  EXPECT_FALSE(lake_.Commit({id, {File("4")}, nullptr}));
}

TEST_F(LakeCatalogTest, RefusesToDropADatabaseWithTables) {
  catalog::Database database;
  database.name = "d";
  ASSERT_TRUE(lake_.CreateDatabase(database));
  EXPECT_FALSE(lake_.CreateDatabase(database));
  Table table = NewTable("t");
  table.database = "d";
  ASSERT_TRUE(lake_.CreateTable(table, {}, std::nullopt));
  EXPECT_THROW(lake_.DropDatabase("d", false), QueryError);
  EXPECT_TRUE(lake_.DropDatabase("d", true));
  EXPECT_FALSE(lake_.DropDatabase("d", true));
  EXPECT_FALSE(lake_.FindTable("d", "t"));
}

TEST_F(LakeCatalogTest, TakesCommitsOfManyConnectionsAtOnce) {
  ASSERT_TRUE(lake_.CreateTable(NewTable("t"), {}, std::nullopt));
  const int64_t id = lake_.FindTable("default", "t")->id;
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int k = 0; k < 4; ++k) {
    threads.emplace_back([&, k] {
      LakeCatalog other("spark_catalog", folder_);
      for (int i = 0; i < 25; ++i) {
        done += other.Commit({id, {File(std::to_string(k) + "-" + std::to_string(i))}, nullptr});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 100);
  EXPECT_EQ(lake_.Read("default", "t")->files.size(), 100u);
}

}  // namespace
}  // namespace firesteel::warehouse
