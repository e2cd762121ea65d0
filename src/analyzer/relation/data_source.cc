#include <nlohmann/json.hpp>
#include <utility>

#include "analyzer/file_columns.h"
#include "analyzer/name.h"
#include "analyzer/python_planner.h"
#include "analyzer/relation/file_source.h"
#include "analyzer/relation/relations.h"
#include "bound/python_eval_type.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

ScopePtr ScanFiles(Analysis& analysis, const std::string& format, const std::vector<std::string>& paths,
                   const plan::Options& options, const std::optional<Schema>& schema, const OriginPtr& origin) {
  std::string display_name;
  for (const std::string& path : paths) display_name += (display_name.empty() ? "" : ",") + path;
  return MakeScan(analysis, format, analysis.environment().ResolveFiles(format, paths, options, schema, origin),
                  options, std::move(display_name), origin);
}

ScopePtr MakeScan(Analysis& analysis, const std::string& format, FileSourceInfo info, const plan::Options& options,
                  std::string display_name, const OriginPtr& origin) {
  std::vector<bound::Attribute> output = analysis.NewAttributes(info.schema);
  bound::Scan scan;
  scan.format = info.format.empty() ? format : info.format;
  scan.files = std::move(info.files);
  scan.column_names = std::move(info.column_names);
  scan.partition_columns = std::move(info.partition_columns);
  scan.partition_values = std::move(info.partition_values);
  scan.options = info.format.empty() ? options : std::move(info.options);
  scan.file_schema = std::move(info.file_schema);
  scan.file_sizes = std::move(info.file_sizes);
  scan.file_times = std::move(info.file_times);
  scan.missing_values = std::move(info.missing_values);
  scan.field_ids = std::move(info.field_ids);
  scan.display_name = std::move(display_name);
  std::vector<bound::Attribute> hidden = FileColumns(analysis, scan.format);
  auto scope = MakeScope(bound::MakeRelation(std::move(scan), std::move(output), origin), {}, Reach::kFiles);
  scope->hidden = std::move(hidden);
  return scope;
}

namespace {

// A function in Python gives the rows of each partition, which the source has planned already.
ScopePtr ReadPythonSource(Analysis& analysis, const plan::PythonCode& source, const plan::Options& options,
                          const std::optional<Schema>& schema, const OriginPtr& origin) {
  PythonPlanner* planner = analysis.environment().python_planner();
  if (!planner) ThrowUnsupported("the Python data source " + source.name + " here", origin);
  DataSourceRead read = planner->PlanRead(source, options, schema);
  const bound::Attribute number = analysis.NewAttribute("number", DataType::Int(), false);
  const bound::Attribute partition = analysis.NewAttribute("partition", DataType::Binary(), true);
  bound::LocalData partitions;
  for (std::string& pickled : read.partitions) {
    const auto next = static_cast<int64_t>(partitions.rows.size());
    partitions.rows.push_back({Value{next}, Value{BinaryValue{std::move(pickled)}}});
  }
  bound::PythonFunction function;
  function.name = source.name;
  function.eval_type = bound::kArrowMap;
  function.command = std::move(read.function);
  function.python_version = source.python_version;
  function.includes = source.includes;
  bound::PythonCall call;
  call.function = std::make_shared<const bound::PythonFunction>(std::move(function));
  call.arguments = {bound::MakeReference(partition)};
  call.result_id = analysis.NextId();
  bound::PythonStage stage;
  stage.kind = bound::PythonStage::Kind::kMap;
  stage.inputs = {bound::MakeRelation(std::move(partitions), {number, partition}, origin)};
  stage.keys = {{number.id}};
  stage.source = std::move(read.source);
  const DataType type = DataType::Struct(read.schema);
  stage.calls.push_back(
      {analysis.NewAttribute(source.name, type, true), bound::Make(std::move(call), type, true, origin)});
  return MakeScope(bound::MakeRelation(std::move(stage), analysis.NewAttributes(read.schema), origin));
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::DataSource& node, const plan::Relation& self) {
  if (node.is_streaming) ThrowUnsupported("structured streaming (readStream)", self.origin);
  if (!node.predicates.empty()) ThrowUnsupported("a JDBC source with predicates", self.origin);
  std::optional<Schema> schema;
  if (!node.schema_text.empty()) schema = analysis.environment().ParseSchema(node.schema_text);
  std::vector<std::string> paths = node.paths;
  for (const auto& [key, value] : node.options) {
    if (FoldCase(key) == "path" && paths.empty()) paths.push_back(value);
  }
  if (plan::PythonCodePtr source = analysis.environment().FindPythonDataSource(node.format)) {
    plan::Options options = node.options;
    // As Spark hands paths over; the key is compared without case.
    if (node.paths.size() == 1) {
      std::erase_if(options, [](const auto& option) { return FoldCase(option.first) == "path"; });
      options.emplace_back("path", node.paths[0]);
    } else if (node.paths.size() > 1) {
      options.emplace_back("paths", nlohmann::json(node.paths).dump());
    }
    return ReadPythonSource(analysis, *source, options, schema, self.origin);
  }
  const std::string format = FoldCase(node.format.empty() ? analysis.settings().default_source : node.format);
  return ScanFiles(analysis, format, paths, node.options, schema, self.origin);
}

}  // namespace firesteel::analyzer
