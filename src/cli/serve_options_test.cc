#include "cli/serve_options.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace firesteel::cli {
namespace {

ServeOptions Parse(const std::string& line) {
  ServeOptions options;
  CLI::App app;
  DeclareServeOptions(app, options);
  app.parse(line);
  ApplyConfigFile(app, options);
  return options;
}

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) : path_(testing::TempDir() + "firesteel-options.toml") {
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  std::string option() const { return "--config " + path_; }

 private:
  std::string path_;
};

std::string ErrorOf(const std::string& line) {
  try {
    Parse(line);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(ServeOptions, Defaults) {
  ServeOptions options = Parse("");
  EXPECT_EQ(options.host, "127.0.0.1");
  EXPECT_EQ(options.port, 15002);
  EXPECT_EQ(options.memory_limit_bytes, 0);
}

TEST(ServeOptions, ReadsEveryOption) {
  ServeOptions options =
      Parse("--host 0.0.0.0 --port 0 --warehouse /w --memory-limit 2GB --temp-dir /t --threads 3 --log-level debug");
  EXPECT_EQ(options.host, "0.0.0.0");
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.warehouse, "/w");
  EXPECT_EQ(options.memory_limit_bytes, int64_t{2} << 30);
  EXPECT_EQ(options.temp_dir, "/t");
  EXPECT_EQ(options.threads, 3);
  EXPECT_EQ(options.log.level, "debug");
}

TEST(ServeOptions, NearerSourcesWin) {
  ConfigFile file("port = 4\nhost = \"1.1.1.1\"\nthreads = 7\n");
  setenv("FIRESTEEL_PORT", "5", 1);
  setenv("FIRESTEEL_HOST", "2.2.2.2", 1);
  ServeOptions options = Parse("--host 3.3.3.3 " + file.option());
  unsetenv("FIRESTEEL_PORT");
  unsetenv("FIRESTEEL_HOST");
  EXPECT_EQ(options.host, "3.3.3.3");
  EXPECT_EQ(options.port, 5);
  EXPECT_EQ(options.threads, 7);
}

TEST(ServeOptions, SaysWhatIsWrong) {
  EXPECT_NE(ErrorOf("--memory-limit lots").find("'lots' is no size"), std::string::npos);
  EXPECT_NE(ErrorOf("--port 99999").find("--port"), std::string::npos);
  EXPECT_NE(ErrorOf("--log-level loud").find("--log-level"), std::string::npos);
  EXPECT_NE(ErrorOf("--config /no/such/file.toml").find("/no/such/file.toml"), std::string::npos);
  ConfigFile unknown("prot = 1\n");
  EXPECT_NE(ErrorOf(unknown.option()).find("line 1: there is no option 'prot'"), std::string::npos);
  ConfigFile wrong("port = true\n");
  EXPECT_NE(ErrorOf(wrong.option()).find("must be a string or a whole number"), std::string::npos);
}

}  // namespace
}  // namespace firesteel::cli
