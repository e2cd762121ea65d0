#include "shell/completion/names.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/ascii_case.h"
#include "firesteel/profile.h"
#include "shell/backend.h"
#include "sql/lexer/lexer.h"

namespace firesteel::shell {

std::vector<std::string> ServerNames::Ask(const std::string& sql, const std::string& column) {
  std::vector<std::string> texts;
  Result<std::unique_ptr<Answer>> answer = backend_.Run(sql);
  if (!answer) return texts;
  while (true) {
    auto rows = (*answer)->Next();
    if (!rows || !*rows) return texts;
    for (const client::Row& row : **rows) {
      const client::Value* value = column.empty() ? (row.empty() ? nullptr : &row[0]) : row.find(column);
      if (value != nullptr && !value->is_null()) texts.push_back(value->to_string());
    }
  }
}

std::vector<std::string> ServerNames::Functions() {
  if (!functions_) {
    functions_ = Ask("SHOW FUNCTIONS", "");
    // Operators are functions, too.
    const auto is_operator = [](const std::string& name) {
      return name.empty() || (!std::isalpha(static_cast<unsigned char>(name[0])) && name[0] != '_');
    };
    functions_->erase(std::remove_if(functions_->begin(), functions_->end(), is_operator), functions_->end());
  }
  return *functions_;
}

std::vector<std::string> ServerNames::Databases() {
  if (!databases_) databases_ = Ask("SHOW DATABASES", "");
  return *databases_;
}

std::vector<std::string> ServerNames::Tables(const std::string& database) {
  const auto found = tables_.find(database);
  if (found != tables_.end()) return found->second;
  return tables_[database] = Ask(database.empty() ? "SHOW TABLES" : "SHOW TABLES IN " + database, "tableName");
}

std::vector<std::string> ServerNames::Columns(const std::string& table) {
  const auto found = columns_.find(table);
  if (found != columns_.end()) return found->second;
  std::vector<std::string>& names = columns_[table];
  Result<std::unique_ptr<Answer>> answer = backend_.Run("SELECT * FROM " + table + " LIMIT 0");
  if (!answer) return names;
  Result<client::Schema> schema = (*answer)->GetSchema();
  if (schema) names = schema->names();
  return names;
}

std::vector<std::string> ServerNames::Profiles() {
  std::vector<std::string> names;
  const Result<client::ProfileList> list = client::list_profiles();
  if (!list) return names;
  for (const client::Profile& profile : list->profiles) names.push_back(profile.name);
  return names;
}

void ServerNames::Forget(const std::string& statement) {
  const sql::LexedText lexed = sql::Lex(statement);
  switch (lexed.tokens.front().kind) {
    case sql::TokenKind::kSelect:
    case sql::TokenKind::kFrom:
    case sql::TokenKind::kValues:
    case sql::TokenKind::kShow:
    case sql::TokenKind::kDescribe:
    case sql::TokenKind::kDesc:
    case sql::TokenKind::kExplain:
    case sql::TokenKind::kInsert:
      return;
    default:
      functions_.reset();
      databases_.reset();
      tables_.clear();
      columns_.clear();
  }
}

std::string QuotedName(const std::string& name) {
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  const bool digit = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0]));
  if (!name.empty() && !digit && std::all_of(name.begin(), name.end(), plain)) return name;
  std::string quoted = "`";
  for (const char c : name) quoted += c == '`' ? "``" : std::string(1, c);
  return quoted + "`";
}

}  // namespace firesteel::shell
