#include "analyzer/file_columns.h"
#include "analyzer/name.h"
#include "analyzer/relation/file_source.h"
#include "analyzer/relation/relations.h"
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
  std::vector<bound::Attribute> output;
  output.reserve(info.schema.size());
  for (const StructField& field : info.schema) {
    output.push_back(analysis.NewAttribute(field.name, field.type, field.nullable, field.metadata));
  }
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

ScopePtr ResolveRelation(Analysis& analysis, const plan::DataSource& node, const plan::Relation& self) {
  if (node.is_streaming) ThrowUnsupported("structured streaming (readStream)", self.origin);
  if (!node.predicates.empty()) ThrowUnsupported("a JDBC source with predicates", self.origin);
  std::optional<Schema> schema;
  if (!node.schema_text.empty()) schema = analysis.environment().ParseSchema(node.schema_text);
  std::vector<std::string> paths = node.paths;
  for (const auto& [key, value] : node.options) {
    if (FoldCase(key) == "path" && paths.empty()) paths.push_back(value);
  }
  const std::string format = FoldCase(node.format.empty() ? analysis.settings().default_source : node.format);
  return ScanFiles(analysis, format, paths, node.options, schema, self.origin);
}

}  // namespace firesteel::analyzer
