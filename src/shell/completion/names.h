#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firesteel::shell {

class Backend;

/// What can be completed besides keywords.
class Names {
 public:
  virtual ~Names() = default;
  virtual std::vector<std::string> Functions() = 0;
  virtual std::vector<std::string> Databases() = 0;
  /// Tables and views of the database, or of the current one.
  virtual std::vector<std::string> Tables(const std::string& database) = 0;
  /// Columns of the table, as it is written in the statement.
  virtual std::vector<std::string> Columns(const std::string& table) = 0;
  virtual std::vector<std::string> Profiles() = 0;
};

/// The names that a server has: asked when they are needed, kept until a statement may have changed them. Errors count
/// as no names. Not thread-safe.
class ServerNames : public Names {
 public:
  explicit ServerNames(Backend& backend) : backend_(backend) {}

  std::vector<std::string> Functions() override;
  std::vector<std::string> Databases() override;
  std::vector<std::string> Tables(const std::string& database) override;
  std::vector<std::string> Columns(const std::string& table) override;
  std::vector<std::string> Profiles() override;
  /// To be told of each statement that ran: all but queries may change names.
  void Forget(const std::string& statement);

 private:
  /// The texts of a column of the answer.
  std::vector<std::string> Ask(const std::string& sql, const std::string& column);

  Backend& backend_;
  std::optional<std::vector<std::string>> functions_, databases_;
  std::map<std::string, std::vector<std::string>> tables_, columns_;
};

/// The name as SQL has it: in backquotes unless it is letters, digits and underscores.
std::string QuotedName(const std::string& name);

}  // namespace firesteel::shell
