#include <stdexcept>

#include "analyzer/analyzer.h"
#include "arrow/ipc_reader.h"
#include "base/error.h"
#include "engine/engine.h"
#include "lowering/lowering_fixture.h"
#include "optimizer/optimizer.h"
#include "plan/relation.h"
#include "sql/parser.h"

namespace firesteel::lowering::testing_support {
namespace {

engine::Engine& TheEngine() {
  static engine::Engine* engine = engine::Engine::Open({.memory_limit_bytes = 1 << 30, .threads = 2}).release();
  return *engine;
}

class TestEnvironment : public analyzer::Environment {
 public:
  analyzer::FileSourceInfo ResolveFiles(const std::string&, const std::vector<std::string>& paths, const plan::Options&,
                                        const std::optional<Schema>&, const OriginPtr&) override {
    analyzer::FileSourceInfo info;
    info.files = paths;
    info.schema = TheEngine().ParquetSchema(paths);
    for (const StructField& field : info.schema) info.column_names.push_back(field.name);
    return info;
  }
  Schema ArrowSchema(const SharedBytes&) override { throw InternalError("not in tests"); }
  SharedBytes CachedBlock(const std::string&) override { return nullptr; }
  plan::ExpressionPtr ParseExpression(const std::string& text) override { return sql::ParseExpression(text, {}); }
  plan::RelationPtr ParseQuery(const plan::SqlQuery&) override { throw InternalError("not in tests"); }
  DataType ParseDataType(const std::string& text) override { return sql::ParseDataType(text); }
  Schema ParseSchema(const std::string& text) override { return sql::ParseTableSchema(text); }
  std::shared_ptr<const analyzer::TemporaryView> FindView(const std::string&) override { return nullptr; }
  std::vector<std::vector<Value>> RunQuery(const bound::RelationPtr&) override { throw InternalError("not in tests"); }
  int64_t NumberSetting(const std::string&) override { return 100; }
  std::shared_ptr<const analyzer::TemporaryView> FindGlobalView(const std::string&) override { return nullptr; }
};

}  // namespace

bound::RelationPtr Analyze(const std::string& sql, const bound::SessionSettings& settings) {
  const plan::Command command = sql::ParseStatement(sql, {});
  const auto* query = command.As<plan::Query>();
  if (!query) throw InternalError("not a query: " + sql);
  TestEnvironment environment;
  return optimizer::Optimize(analyzer::Analyze(query->relation, environment, settings), settings);
}

LoweredQuery LowerPlan(const plan::RelationPtr& plan, const bound::SessionSettings& settings) {
  TestEnvironment environment;
  return Lower(optimizer::Optimize(analyzer::Analyze(plan, environment, settings), settings), settings);
}

LoweredQuery LowerSql(const std::string& sql, const bound::SessionSettings& settings) {
  return Lower(Analyze(sql, settings), settings);
}

std::string Answer(const std::string& sql, const bound::SessionSettings& settings) {
  try {
    return Answer(LowerSql(sql, settings));
  } catch (const QueryError& error) {
    return error.condition();
  }
}

std::string Answer(const LoweredQuery& query) {
  engine::QuerySpec spec;
  spec.kernels = query.kernels;
  spec.files = query.files;
  std::string items;
  for (size_t i = 0; i < query.schema.size(); ++i) {
    items += (i > 0 ? ", CAST(c" : "CAST(c") + std::to_string(i) + " AS VARCHAR)";
    spec.schema.push_back(StructField{"c" + std::to_string(i), DataType::String()});
  }
  spec.sql = "SELECT " + items + " FROM (" + query.sql + ")";
  for (const LocalTable& table : query.local_tables) {
    spec.tables.push_back({table.table_name, table.arrow_ipc, table.types});
  }
  std::string answer;
  const auto take = [&](engine::ArrowBatch batch) {
    std::string bytes;
    for (const auto& slice : batch.slices) bytes += *slice;
    auto reader = arrow::IpcReader::Open(Bytes::Of(std::move(bytes)));
    for (auto next = reader->Next(); !next.empty(); next = reader->Next()) {
      for (int64_t row = 0; row < next->length; ++row) {
        if (!answer.empty()) answer += '\n';
        for (int64_t i = 0; i < next->n_children; ++i) {
          const ArrowArray& column = *next->children[i];
          const auto* bits = static_cast<const uint8_t*>(column.buffers[0]);
          const auto* offsets = static_cast<const int32_t*>(column.buffers[1]);
          const auto* text = static_cast<const char*>(column.buffers[2]);
          if (i > 0) answer += '|';
          const bool valid = column.null_count == 0 || !bits || ((bits[row / 8] >> (row % 8)) & 1) != 0;
          answer +=
              valid ? std::string(text + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row])) : "NULL";
        }
      }
    }
    return true;
  };
  try {
    TheEngine().Run(spec, nullptr, take);
  } catch (const QueryError& error) {
    return error.condition();
  }
  return answer;
}

}  // namespace firesteel::lowering::testing_support
