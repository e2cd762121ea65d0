#include "shell/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "shell/shell.h"
#include "shell/terminal/interrupt.h"

namespace firesteel::shell {
namespace {

using client::DataType;
using client::Row;
using client::Schema;
using client::StructField;

class FixedAnswer : public Answer {
 public:
  FixedAnswer(Schema schema, std::vector<Row> rows) : schema_(std::move(schema)), rows_(std::move(rows)) {}
  Result<Schema> GetSchema() override { return schema_; }
  Result<std::optional<std::vector<Row>>> Next() override {
    if (rows_.empty()) return std::optional<std::vector<Row>>();
    return std::optional(std::exchange(rows_, {}));
  }
  void ExportTo(ArrowArrayStream* stream) override {
    // An Arrow stream of no columns and no rows.
    std::memset(stream, 0, sizeof *stream);
    stream->get_schema = [](ArrowArrayStream*, ArrowSchema* out) {
      std::memset(out, 0, sizeof *out);
      out->format = "+s";
      out->name = "";
      out->release = [](ArrowSchema* schema) { schema->release = nullptr; };
      return 0;
    };
    stream->get_next = [](ArrowArrayStream*, ArrowArray* out) {
      out->release = nullptr;
      return 0;
    };
    stream->get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    stream->release = [](ArrowArrayStream* self) { self->release = nullptr; };
  }

 private:
  const Schema schema_;
  std::vector<Row> rows_;
};

/// Knows "select …", fails on "fail", has no result for others.
class FixedBackend : public Backend {
 public:
  explicit FixedBackend(std::vector<std::string>& log) : log_(log) {}
  Result<std::unique_ptr<Answer>> Run(const std::string& sql) override {
    log_.push_back(sql);
    if (sql == "fail") return Error::Invalid("[NO] it fails");
    if (sql.rfind("select", 0) != 0)
      return std::unique_ptr<Answer>(std::make_unique<FixedAnswer>(Schema(), std::vector<Row>()));
    return std::unique_ptr<Answer>(std::make_unique<FixedAnswer>(Schema({StructField{"a", DataType::integer()}}),
                                                                 std::vector<Row>{Row{1}, Row{2}}));
  }
  void Cancel() override {}
  const std::string& name() const override { return name_; }
  const std::string& address() const override { return name_; }
  Result<std::string> Version() override { return std::string("4.3.0"); }
  std::string TimeZone() override { return "UTC"; }
  void SetProgressHandler(std::function<void(const client::Progress&)>) override {}

 private:
  std::vector<std::string>& log_;
  const std::string name_ = "fixed";
};

class ShellTest : public testing::Test {
 protected:
  ShellTest() : folder_(testing::TempDir() + "firesteel-shell") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    InstallSignalHandlers();
  }
  ~ShellTest() override { std::filesystem::remove_all(folder_); }

  int Run(const std::string& text, ShellOptions options = {}) {
    const Connector connect = [this](const client::RequestedSettings& settings) -> Result<std::unique_ptr<Backend>> {
      connections_.push_back(settings);
      if (settings.profile == "nope") return Error::Invalid("there is no profile 'nope'");
      return std::unique_ptr<Backend>(std::make_unique<FixedBackend>(log_));
    };
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = RunSql(std::move(options), connect, {{text, "q.sql"}});
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return code;
  }
  static std::string TextOf(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  const std::string folder_;
  std::vector<std::string> log_;
  std::vector<client::RequestedSettings> connections_;
  std::string out_, err_;
};

TEST_F(ShellTest, WritesBareDataIntoPipes) {
  ShellOptions options;
  options.format = Format::kCsv;
  EXPECT_EQ(Run("create table t; select 1; select 2", options), 0);
  EXPECT_EQ(out_, "a\n1\n2\na\n1\n2\n");
  EXPECT_EQ(err_, "");
  EXPECT_THAT(log_, testing::ElementsAre("create table t", "select 1", "select 2"));
}

TEST_F(ShellTest, StopsAtAnErrorAndSaysWhere) {
  EXPECT_EQ(Run("select 1;\nfail;\nselect 2;"), 1);
  EXPECT_EQ(err_, "q.sql, line 2: error: [NO] it fails\n");
  EXPECT_EQ(log_.size(), 2u);
  log_.clear();
  ShellOptions options;
  options.keep_going = true;
  EXPECT_EQ(Run("fail; select 2;", options), 1);
  EXPECT_EQ(log_.size(), 2u);
}

TEST_F(ShellTest, CommandsWorkInPipes) {
  EXPECT_EQ(Run("\\f json\nselect 1;\n\\x\n\\f table\nselect 1;\n\\d t\n\\q\nselect 3;"), 0);
  EXPECT_EQ(out_, "{\"a\":1}\n{\"a\":2}\n-[ row 1 ]---\na | 1\n-[ row 2 ]---\na | 2\n");
  EXPECT_EQ(log_.back(), "DESCRIBE TABLE t");
  EXPECT_EQ(Run("\\nope"), 1);
  EXPECT_THAT(err_, testing::HasSubstr("q.sql, line 1: error: there is no command \\nope"));
  EXPECT_EQ(Run("select 1;\n\\explain formatted"), 0);
  EXPECT_EQ(log_.back(), "EXPLAIN formatted select 1");
}

TEST_F(ShellTest, ConnectsToAnotherServer) {
  ShellOptions options;
  options.connection.token = "t";
  EXPECT_EQ(Run("\\c prod\n\\c sc://h\n\\c local", options), 0);
  ASSERT_EQ(connections_.size(), 4u);
  EXPECT_EQ(connections_[1].profile, "prod");
  EXPECT_FALSE(connections_[1].token) << "a token is for the server that it was given for";
  EXPECT_EQ(connections_[2].remote, "sc://h");
  EXPECT_TRUE(connections_[3].force_local);
  EXPECT_EQ(Run("\\c nope"), 1);
  EXPECT_THAT(err_, testing::HasSubstr("Still connected to fixed"));
}

TEST_F(ShellTest, WritesFiles) {
  const std::string text = folder_ + "/a.csv", binary = folder_ + "/a.arrow";
  EXPECT_EQ(Run("\\f csv\n\\o " + text + "\nselect 1; select 1;\n\\o\nselect 2;"), 0);
  EXPECT_EQ(TextOf(text), "a\n1\n2\na\n1\n2\n");
  EXPECT_EQ(out_, "a\n1\n2\n");
  ShellOptions options;
  options.format = Format::kArrow;
  options.output = binary;
  EXPECT_EQ(Run("select 1", options), 0);
  EXPECT_EQ(TextOf(binary).substr(0, 6), "ARROW1");
  EXPECT_EQ(Run("select 1; select 2", options), 1);
  EXPECT_THAT(err_, testing::HasSubstr("holds one result already"));
  options.output = folder_ + "/missing/a.csv";
  options.format = Format::kCsv;
  EXPECT_EQ(Run("select 1", options), 1);
  EXPECT_THAT(err_, testing::HasSubstr("cannot be written: No such file"));
  options.output.clear();
  options.format = Format::kParquet;
  EXPECT_EQ(Run("select 1", options), 1);
  EXPECT_THAT(err_, testing::HasSubstr("name a file with --output"));
}

TEST_F(ShellTest, RunsFilesOfFiles) {
  std::ofstream(folder_ + "/inner.sql") << "select 1;\nfail;";
  EXPECT_EQ(Run("\\f csv\n\\i " + folder_ + "/inner.sql\n"), 1);
  EXPECT_THAT(err_, testing::HasSubstr("inner.sql, line 2: error: [NO]"));
  std::ofstream(folder_ + "/loop.sql") << "\\i " << folder_ << "/loop.sql\n";
  EXPECT_EQ(Run("\\i " + folder_ + "/loop.sql"), 1);
  EXPECT_THAT(err_, testing::HasSubstr("16 deep"));
}

}  // namespace
}  // namespace firesteel::shell
