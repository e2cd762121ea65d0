#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "analyzer/analyzer.h"
#include "base/error.h"
#include "sql/parser.h"

namespace firesteel::analyzer {

/// What tests analyze against: views made from SQL text, no files but one.
class FakeEnvironment : public Environment {
 public:
  void AddView(const std::string& name, const std::string& sql) {
    auto view = std::make_shared<TemporaryView>();
    view->name = name;
    view->query = Parse(sql);
    views_[name] = std::move(view);
  }

  void AddPythonFunction(plan::PythonCode code) {
    const std::string name = code.name;
    functions_[name] = std::make_shared<const plan::PythonCode>(std::move(code));
  }

  static plan::RelationPtr Parse(const std::string& sql) {
    const plan::Command command = sql::ParseStatement(sql, {});
    const auto* query = command.As<plan::Query>();
    if (!query) throw InternalError("not a query: " + sql);
    return query->relation;
  }

  FileSourceInfo ResolveFiles(const std::string& format, const std::vector<std::string>& paths, const plan::Options&,
                              const std::optional<Schema>&, const OriginPtr& origin) override {
    if (paths.size() != 1 || paths[0] != "/data/people") {
      throw QueryError("PATH_NOT_FOUND", {{"path", "file:" + (paths.empty() ? "" : paths[0])}}, origin);
    }
    FileSourceInfo info;
    info.files = {"/data/people/0." + format};
    info.schema = {{"id", DataType::Long(), true, {}}, {"Name", DataType::String(), true, {}}};
    info.column_names = {"id", "Name"};
    return info;
  }
  Schema ArrowSchema(const SharedBytes&) override {
    return {{"_1", DataType::Long(), true, {}}, {"_2", DataType::String(), true, {}}};
  }
  SharedBytes CachedBlock(const std::string&) override { return nullptr; }
  plan::ExpressionPtr ParseExpression(const std::string& text) override { return sql::ParseExpression(text, {}); }
  plan::RelationPtr ParseQuery(const plan::SqlQuery& query) override { return Parse(query.text); }
  DataType ParseDataType(const std::string& text) override { return sql::ParseDataType(text); }
  Schema ParseSchema(const std::string& text) override { return sql::ParseTableSchema(text); }
  std::shared_ptr<const TemporaryView> FindView(const std::string& name) override {
    const auto it = views_.find(name);
    return it == views_.end() ? nullptr : it->second;
  }
  std::shared_ptr<const TemporaryView> FindGlobalView(const std::string&) override { return nullptr; }
  std::vector<std::vector<Value>> RunQuery(const bound::RelationPtr&) override { return {}; }
  plan::PythonCodePtr FindPythonFunction(const std::string& name) override {
    const auto it = functions_.find(name);
    return it == functions_.end() ? nullptr : it->second;
  }
  int64_t NumberSetting(const std::string&) override { return 100; }

 private:
  std::map<std::string, std::shared_ptr<const TemporaryView>> views_;
  std::map<std::string, plan::PythonCodePtr> functions_;
};

}  // namespace firesteel::analyzer
