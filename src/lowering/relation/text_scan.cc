// Scans of text formats: tables that the engine reads through our readers.
#include <algorithm>

#include "base/error.h"
#include "functions/kernels/kernels.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {

/// A partition's value, the text of a folder's name, in its type: by Spark's rules, in the session's time zone. A cast
/// kernel is what the engine can compute per file, so that filters still choose files.
std::string Lowerer::PartitionColumn(const std::string& sql, const DataType& type) {
  if (type.IsStringLike()) return sql;
  functions::KernelCall call;
  call.kernel = &functions::kCast;
  call.argument_types = {DataType::String()};
  call.result_type = type;
  call.mode = EvalMode::kLegacy;
  call.time_zone = settings_.time_zone;
  call.constants.resize(1);
  call.function_name = "cast";
  call.now_micros = settings_.now_micros;
  return KernelCallSql(std::move(call), {sql}, false);
}

Select Lowerer::LowerTextScan(const bound::Relation& relation, const bound::Scan& node) {
  const std::string alias = NewTableAlias();
  TextScan scan;
  scan.format = node.format;
  scan.options = node.options;
  scan.schema = node.file_schema;
  scan.files = node.files;
  scan.file_sizes = node.file_sizes;
  scan.partition_values = node.partition_values;
  scan.time_zone = settings_.time_zone;
  scan.now_micros = settings_.now_micros;

  Select select;
  for (size_t i = 0; i < relation.output.size(); ++i) {
    const bound::Attribute& attribute = relation.output[i];
    const std::string& name = node.column_names.at(i);
    const std::string column = alias + ".v" + std::to_string(scan.columns.size());
    const auto partition = std::find(node.partition_columns.begin(), node.partition_columns.end(), name);
    if (partition != node.partition_columns.end()) {
      scan.columns.push_back({true, static_cast<size_t>(partition - node.partition_columns.begin())});
      select.columns.push_back(
          Column{attribute.id, PartitionColumn(column, attribute.type), Column::Form::kReference, 1});
      continue;
    }
    const auto field = std::find_if(scan.schema.begin(), scan.schema.end(),
                                    [&](const StructField& candidate) { return candidate.name == name; });
    if (field == scan.schema.end()) throw InternalError("the scan has no column " + name);
    scan.columns.push_back({false, static_cast<size_t>(field - scan.schema.begin())});
    select.columns.push_back(Column{attribute.id, column, Column::Form::kReference, 1});
  }
  select.from = "fs_scan(" + std::to_string(scans_.size()) + ") AS " + alias;
  for (const std::string& file : node.files) {
    if (std::find(files_.begin(), files_.end(), file) == files_.end()) files_.push_back(file);
  }
  scans_.push_back(std::move(scan));
  return select;
}

}  // namespace firesteel::lowering
