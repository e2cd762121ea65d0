#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firesteel/error.h"

namespace firesteel::client {

/// A variable's value; empty ones count as not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The variables of this process.
Environment ProcessEnvironment();

/// The variables of a `.env` file: lines `NAME=value`, `export NAME="value"`, comments from `#`. Errors name `file` and
/// the line, never a value.
Result<std::map<std::string, std::string>> ParseEnvFile(std::string_view text, const std::string& file);

/// A variable and where it was set: "the variable SPARK_REMOTE", "the variable SPARK_REMOTE in .env".
struct Variable {
  std::string value;
  std::string source;
};

/// The environment of one resolution: the process's variables count over those of the files, an earlier file over a
/// later one.
class LayeredEnvironment {
 public:
  static Result<LayeredEnvironment> Make(Environment process, const std::vector<std::string>& env_files);

  std::optional<Variable> Find(const std::string& name) const;

 private:
  Environment process_;
  std::vector<std::pair<std::string, std::map<std::string, std::string>>> files_;
};

/// Without blanks, tabs and ends of lines at either end.
std::string_view Trim(std::string_view text);

/// The whole file; an error says why not. `what` names it in the message: "the file of the token".
Result<std::string> ReadTextFile(const std::string& what, const std::string& path);

}  // namespace firesteel::client
