#include "firesteel/writer.h"

#include <cctype>
#include <utility>

#include "client/api/execution.h"
#include "client/plan/access.h"

namespace firesteel::client {

using internal::Access;
using internal::PlanBuilder;

namespace {

Result<void> Run(const DataFrame& frame, const std::function<void(proto::Command*, PlanBuilder&)>& fill) {
  Result<std::vector<proto::ExecutePlanResponse>> done =
      internal::RunCommand(Access::ExecutorOf(frame), Access::Plan(frame), fill);
  if (!done) return done.error();
  return {};
}

void SetOptions(std::map<std::string, std::string>& options, const Options& more) {
  for (const auto& [name, value] : more) options.insert_or_assign(name, value.text());
}

// Nothing for a mode that does not exist.
std::optional<proto::WriteOperation::SaveMode> SaveMode(std::string_view mode) {
  std::string lower(mode);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower.empty()) return proto::WriteOperation::SAVE_MODE_UNSPECIFIED;
  if (lower == "append") return proto::WriteOperation::SAVE_MODE_APPEND;
  if (lower == "overwrite") return proto::WriteOperation::SAVE_MODE_OVERWRITE;
  if (lower == "error" || lower == "errorifexists" || lower == "default") {
    return proto::WriteOperation::SAVE_MODE_ERROR_IF_EXISTS;
  }
  if (lower == "ignore") return proto::WriteOperation::SAVE_MODE_IGNORE;
  return std::nullopt;
}

}  // namespace

DataFrameWriter DataFrame::write() const { return DataFrameWriter(*this); }
DataFrameWriterV2 DataFrame::write_to(std::string table) const { return DataFrameWriterV2(*this, std::move(table)); }

DataFrameWriter DataFrameWriter::mode(std::string mode) const {
  DataFrameWriter writer = *this;
  writer.mode_ = std::move(mode);
  return writer;
}

DataFrameWriter DataFrameWriter::format(std::string source) const {
  DataFrameWriter writer = *this;
  writer.format_ = std::move(source);
  return writer;
}

DataFrameWriter DataFrameWriter::option(std::string name, const OptionValue& value) const {
  DataFrameWriter writer = *this;
  writer.options_.insert_or_assign(std::move(name), value.text());
  return writer;
}

DataFrameWriter DataFrameWriter::options(const Options& options) const {
  DataFrameWriter writer = *this;
  SetOptions(writer.options_, options);
  return writer;
}

DataFrameWriter DataFrameWriter::partition_by(const std::vector<std::string>& columns) const {
  DataFrameWriter writer = *this;
  writer.partition_columns_ = columns;
  return writer;
}

DataFrameWriter DataFrameWriter::bucket_by(int32_t buckets, const std::vector<std::string>& columns) const {
  DataFrameWriter writer = *this;
  writer.buckets_ = buckets;
  writer.bucket_columns_ = columns;
  return writer;
}

DataFrameWriter DataFrameWriter::sort_by(const std::vector<std::string>& columns) const {
  DataFrameWriter writer = *this;
  writer.sort_columns_ = columns;
  return writer;
}

DataFrameWriter DataFrameWriter::cluster_by(const std::vector<std::string>& columns) const {
  DataFrameWriter writer = *this;
  writer.cluster_columns_ = columns;
  return writer;
}

DataFrameWriter DataFrameWriter::with_schema_evolution() const {
  DataFrameWriter writer = *this;
  writer.schema_evolution_ = true;
  return writer;
}

Result<void> DataFrameWriter::save() const { return run(Target::kPath, std::nullopt); }
Result<void> DataFrameWriter::save(std::string path) const { return run(Target::kPath, std::move(path)); }
Result<void> DataFrameWriter::save_as_table(std::string name) const { return run(Target::kTable, std::move(name)); }

Result<void> DataFrameWriter::insert_into(std::string table, std::optional<bool> overwrite) const {
  if (!overwrite) return run(Target::kInsert, std::move(table));
  return mode(*overwrite ? "overwrite" : "append").run(Target::kInsert, std::move(table));
}

Result<void> DataFrameWriter::jdbc(std::string url, std::string table,
                                   const std::map<std::string, std::string>& properties) const {
  DataFrameWriter writer = format("jdbc");
  for (const auto& [name, value] : properties) writer.options_.insert_or_assign(name, value);
  return writer.option("url", std::move(url)).option("dbtable", std::move(table)).save();
}

Result<void> DataFrameWriter::run(Target target, const std::optional<std::string>& name) const {
  const std::optional<proto::WriteOperation::SaveMode> mode = SaveMode(mode_);
  if (!mode) {
    return Error::Invalid("The mode '" + mode_ + "' is not one of append, overwrite, ignore, error.");
  }
  return Run(frame_, [&](proto::Command* command, PlanBuilder& builder) {
    proto::WriteOperation* write = command->mutable_write_operation();
    builder.Add(Access::Plan(frame_), write->mutable_input());
    if (!format_.empty()) write->set_source(format_);
    for (const std::string& column : sort_columns_) write->add_sort_column_names(column);
    for (const std::string& column : partition_columns_) write->add_partitioning_columns(column);
    for (const std::string& column : cluster_columns_) write->add_clustering_columns(column);
    write->set_with_schema_evolution(schema_evolution_);
    if (buckets_ > 0) {
      for (const std::string& column : bucket_columns_) write->mutable_bucket_by()->add_bucket_column_names(column);
      write->mutable_bucket_by()->set_num_buckets(buckets_);
    }
    write->mutable_options()->insert(options_.begin(), options_.end());
    write->set_mode(*mode);
    using SaveTable = proto::WriteOperation::SaveTable;
    if (target == Target::kPath) {
      if (name) write->set_path(*name);
      return;
    }
    write->mutable_table()->set_table_name(*name);
    write->mutable_table()->set_save_method(target == Target::kTable ? SaveTable::TABLE_SAVE_METHOD_SAVE_AS_TABLE
                                                                     : SaveTable::TABLE_SAVE_METHOD_INSERT_INTO);
  });
}

DataFrameWriterV2 DataFrameWriterV2::using_(std::string provider) const {
  DataFrameWriterV2 writer = *this;
  writer.provider_ = std::move(provider);
  return writer;
}

DataFrameWriterV2 DataFrameWriterV2::option(std::string name, const OptionValue& value) const {
  DataFrameWriterV2 writer = *this;
  writer.options_.insert_or_assign(std::move(name), value.text());
  return writer;
}

DataFrameWriterV2 DataFrameWriterV2::options(const Options& options) const {
  DataFrameWriterV2 writer = *this;
  SetOptions(writer.options_, options);
  return writer;
}

DataFrameWriterV2 DataFrameWriterV2::table_property(std::string name, std::string value) const {
  DataFrameWriterV2 writer = *this;
  writer.properties_.insert_or_assign(std::move(name), std::move(value));
  return writer;
}

DataFrameWriterV2 DataFrameWriterV2::partitioned_by(const std::vector<ColumnOrName>& columns) const {
  DataFrameWriterV2 writer = *this;
  writer.partition_columns_.clear();
  for (const ColumnOrName& column : columns) writer.partition_columns_.push_back(column.column());
  return writer;
}

DataFrameWriterV2 DataFrameWriterV2::cluster_by(const std::vector<std::string>& columns) const {
  DataFrameWriterV2 writer = *this;
  writer.cluster_columns_ = columns;
  return writer;
}

DataFrameWriterV2 DataFrameWriterV2::with_schema_evolution() const {
  DataFrameWriterV2 writer = *this;
  writer.schema_evolution_ = true;
  return writer;
}

Result<void> DataFrameWriterV2::create() const { return run(proto::WriteOperationV2::MODE_CREATE); }
Result<void> DataFrameWriterV2::replace() const { return run(proto::WriteOperationV2::MODE_REPLACE); }
Result<void> DataFrameWriterV2::append() const { return run(proto::WriteOperationV2::MODE_APPEND); }

Result<void> DataFrameWriterV2::create_or_replace() const {
  return run(proto::WriteOperationV2::MODE_CREATE_OR_REPLACE);
}

Result<void> DataFrameWriterV2::overwrite(const ColumnOrName& condition) const {
  return run(proto::WriteOperationV2::MODE_OVERWRITE, condition.column());
}

Result<void> DataFrameWriterV2::overwrite_partitions() const {
  return run(proto::WriteOperationV2::MODE_OVERWRITE_PARTITIONS);
}

Result<void> DataFrameWriterV2::run(int mode, const std::optional<Column>& condition) const {
  return Run(frame_, [&](proto::Command* command, PlanBuilder& builder) {
    proto::WriteOperationV2* write = command->mutable_write_operation_v2();
    builder.Add(Access::Plan(frame_), write->mutable_input());
    write->set_table_name(table_);
    if (provider_) write->set_provider(*provider_);
    for (const Column& column : partition_columns_)
      builder.Add(Access::Node(column), write->add_partitioning_columns());
    for (const std::string& column : cluster_columns_) write->add_clustering_columns(column);
    write->set_with_schema_evolution(schema_evolution_);
    write->mutable_options()->insert(options_.begin(), options_.end());
    write->mutable_table_properties()->insert(properties_.begin(), properties_.end());
    write->set_mode(static_cast<proto::WriteOperationV2::Mode>(mode));
    if (condition) builder.Add(Access::Node(*condition), write->mutable_overwrite_condition());
  });
}

}  // namespace firesteel::client
