// INSERT: the rows of a query as rows of a table.
#include <algorithm>
#include <set>
#include <system_error>

#include "analyzer/analyzer.h"
#include "analyzer/name.h"
#include "base/error.h"
#include "base/log.h"
#include "base/placed_error.h"
#include "functions/binding/binding.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "sources/local_path.h"
#include "sources/partition_folder.h"
#include "types/field_metadata.h"
#include "types/quoting.h"
#include "types/value_text.h"

namespace firesteel::session {
namespace {

using catalog::Table;

/// Ids of columns that are made here: far from those that an analysis gives.
constexpr bound::AttributeId kFirstId = bound::AttributeId{1} << 40;
constexpr bound::AttributeId kNullFolderId = kFirstId + (bound::AttributeId{1} << 32);

std::string JoinQuoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + QuoteIdentifier(name);
  return text;
}

bool IsDefaultWord(const plan::ExpressionPtr& expression) {
  const auto* attribute = expression->As<plan::UnresolvedAttribute>();
  return attribute && attribute->parts.size() == 1 && analyzer::FoldCase(attribute->parts[0]) == "default";
}

bool MentionsDefault(const plan::ExpressionPtr& expression) {
  if (IsDefaultWord(expression)) return true;
  const auto* call = expression->As<plan::UnresolvedFunction>();
  if (call) return std::any_of(call->arguments.begin(), call->arguments.end(), MentionsDefault);
  const auto* cast = expression->As<plan::Cast>();
  return cast && MentionsDefault(cast->child);
}

}  // namespace

void CatalogCommands::Execute(const plan::InsertInto& insert) {
  auto [name, table] = RequireTable(insert.name, insert.name_origin, "INSERT", true);
  InsertRows({std::move(name), std::move(table), insert.query, insert.partition, insert.columns, insert.by_name,
              insert.overwrite, insert.if_not_exists});
}

bound::RelationPtr CatalogCommands::AnalyzeQuery(const plan::RelationPtr& query, std::vector<Names>* read) {
  QueryEnvironment environment(state_, settings_, runner_.engine(), runner_.RowsRunner(state_, settings_));
  bound::RelationPtr bound = analyzer::Analyze(query, environment, settings_);
  if (read) *read = environment.found_tables();
  return bound;
}

bound::ExpressionPtr CatalogCommands::Constant(const plan::ExpressionPtr& value) {
  plan::Project project{nullptr, {value}};
  const bound::RelationPtr bound = AnalyzeQuery(plan::MakeRelation(std::move(project)));
  const auto* analyzed = bound->As<bound::Project>();
  if (!analyzed || analyzed->expressions.size() != 1) ThrowUnsupported("such an expression for a column", origin_);
  return analyzed->expressions[0].expression;
}

bound::ExpressionPtr CatalogCommands::DefaultOf(const StructField& column) {
  const std::optional<std::string> text = MetadataText(column.metadata, "CURRENT_DEFAULT");
  if (!text) return bound::MakeLiteral(column.type, Value{});
  return Constant(sql::ParseExpression(*text, ParserOptionsOf(settings_)));
}

// The columns that the rows of an INSERT fill, in the table's order, as expressions over the query's columns.
bound::RelationPtr CatalogCommands::RowsFor(const Insert& insert) {
  const Schema& columns = insert.table.schema;
  auto find = [&](const std::string& name) -> std::optional<size_t> {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (analyzer::SameName(columns[i].name, name, settings_.case_sensitive)) return i;
    }
    return std::nullopt;
  };
  std::vector<std::string> all_names;
  for (const StructField& column : columns) all_names.push_back(column.name);

  // Columns whose value is said by PARTITION (…).
  std::vector<plan::ExpressionPtr> fixed(columns.size());
  std::vector<std::string> unknown;
  std::vector<std::string> fixed_names;
  for (const auto& [name, value] : insert.partition) {
    const std::optional<size_t> index = find(name);
    const auto& partitions = insert.table.partition_columns;
    if (!index || std::find(partitions.begin(), partitions.end(), columns[*index].name) == partitions.end()) {
      unknown.push_back(name);
    } else if (value) {
      fixed[*index] = value;
      fixed_names.push_back(columns[*index].name);
    }
  }
  if (!unknown.empty()) {
    throw QueryError("PARTITIONS_NOT_FOUND",
                     {{"partitionList", JoinQuoted(unknown)}, {"tableName", insert.name.Quoted()}});
  }

  // Columns with a value come before those whose values come with the rows.
  size_t said = 0;
  for (const std::string& name : insert.table.partition_columns) {
    const std::optional<size_t> index = find(name);
    if (!index || !fixed[*index]) break;
    ++said;
  }
  if (said < fixed_names.size()) {
    std::string list;
    for (const std::string& name : insert.table.partition_columns) list += (list.empty() ? "" : ",") + name;
    throw QueryError("_LEGACY_ERROR_TEMP_1147", {{"partColumns", "[" + list + "]"}});
  }

  // Columns that the query's columns are meant for.
  std::vector<size_t> targets;
  std::set<size_t> seen;
  for (const std::string& name : insert.columns) {
    const std::optional<size_t> index = find(name);
    if (!index) {
      throw QueryError("UNRESOLVED_COLUMN.WITH_SUGGESTION",
                       {{"objectName", QuoteIdentifier(name)}, {"proposal", JoinQuoted(all_names)}}, origin_);
    }
    if (!seen.insert(*index).second) {
      throw QueryError("COLUMN_ALREADY_EXISTS", {{"columnName", QuoteIdentifier(columns[*index].name)}});
    }
    targets.push_back(*index);
  }
  if (insert.columns.empty() && !insert.by_name) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!fixed[i]) targets.push_back(i);
    }
  }

  std::vector<Names> read;
  const bound::RelationPtr query = AnalyzeQuery(WithDefaults(insert, targets), &read);
  if (insert.overwrite && std::find(read.begin(), read.end(), insert.name.parts()) != read.end()) {
    throw QueryError("UNSUPPORTED_OVERWRITE.TABLE", {{"table", insert.name.Quoted()}});
  }
  std::vector<std::string> given;
  for (const bound::Attribute& attribute : query->output) given.push_back(attribute.name);

  std::vector<bound::ExpressionPtr> values(columns.size());
  if (insert.by_name) {
    std::vector<std::string> extra;
    for (const bound::Attribute& attribute : query->output) {
      const std::optional<size_t> index = find(attribute.name);
      if (!index || fixed[*index]) {
        extra.push_back(attribute.name);
      } else if (values[*index]) {
        throw QueryError("INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME",
                         {{"tableName", insert.name.Quoted()}, {"colName", QuoteIdentifier(columns[*index].name)}});
      } else {
        values[*index] = bound::MakeReference(attribute);
      }
    }
    if (!extra.empty()) {
      throw QueryError("INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS",
                       {{"tableName", insert.name.Quoted()}, {"extraColumns", JoinQuoted(extra)}});
    }
  } else {
    if (given.size() != targets.size()) {
      std::vector<std::string> wanted;
      for (size_t index : targets) wanted.push_back(columns[index].name);
      if (!fixed_names.empty()) {
        throw QueryError("INSERT_PARTITION_COLUMN_ARITY_MISMATCH", {{"tableName", insert.name.Quoted()},
                                                                    {"tableColumns", JoinQuoted(all_names)},
                                                                    {"staticPartCols", JoinQuoted(fixed_names)},
                                                                    {"dataColumns", JoinQuoted(given)}});
      }
      throw QueryError(given.size() < targets.size() ? "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"
                                                     : "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
                       {{"tableName", insert.name.Quoted()},
                        {"tableColumns", JoinQuoted(insert.columns.empty() ? all_names : wanted)},
                        {"dataColumns", JoinQuoted(given)}});
    }
    for (size_t i = 0; i < targets.size(); ++i) values[targets[i]] = bound::MakeReference(query->output[i]);
  }

  bound::Project project{query, {}};
  std::vector<bound::Attribute> output;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (fixed[i]) {
      // A partition's value is a constant that is cast, whatever its type; Spark places its errors at the whole head.
      const bound::ExpressionPtr cast = bound::MakeCast(Constant(fixed[i]), columns[i].type, EvalMode::kAnsi, false);
      values[i] =
          std::make_shared<const bound::Expression>(bound::Expression{cast->node, cast->type, cast->nullable, origin_});
    } else {
      if (!values[i]) values[i] = DefaultOf(columns[i]);
      values[i] = Assign(std::move(values[i]), columns[i], {columns[i].name}, insert.by_name, insert);
    }
    bound::Attribute column{
        kFirstId + static_cast<bound::AttributeId>(i), columns[i].name, columns[i].type, true, "", {}};
    output.push_back(column);
    project.expressions.push_back({std::move(column), values[i]});
  }
  return bound::MakeRelation(std::move(project), std::move(output));
}

// DEFAULT in a VALUES row or in a select list stands for the default of the column that it fills.
plan::RelationPtr CatalogCommands::WithDefaults(const Insert& insert, const std::vector<size_t>& targets) {
  auto replace = [&](std::vector<plan::ExpressionPtr>& values) {
    bool changed = false;
    for (size_t i = 0; i < values.size(); ++i) {
      if (!MentionsDefault(values[i])) continue;
      if (!IsDefaultWord(values[i])) throw QueryError("DEFAULT_PLACEMENT_INVALID", {});
      if (i >= targets.size()) continue;
      const StructField& column = insert.table.schema[targets[i]];
      const std::optional<std::string> text = MetadataText(column.metadata, "CURRENT_DEFAULT");
      values[i] = text ? sql::ParseExpression(*text, ParserOptionsOf(settings_))
                       : plan::Make(plan::Literal{TypedValue{DataType::Null(), Value{}}});
      changed = true;
    }
    return changed;
  };
  if (const auto* table = insert.query->As<plan::InlineTable>()) {
    plan::InlineTable copy = *table;
    bool changed = false;
    for (std::vector<plan::ExpressionPtr>& row : copy.rows) changed |= replace(row);
    if (changed) return plan::MakeRelation(std::move(copy), insert.query->origin);
  } else if (const auto* project = insert.query->As<plan::Project>()) {
    plan::Project copy = *project;
    if (replace(copy.expressions)) return plan::MakeRelation(std::move(copy), insert.query->origin);
  }
  return insert.query;
}

namespace {

// A partition has no folder for an empty text, nor one for the name of the folder of null: both are null.
bound::RelationPtr WithNullFolders(const Table& table, const bound::RelationPtr& rows,
                                   const bound::SessionSettings& settings) {
  bound::Project project{rows, {}};
  std::vector<bound::Attribute> output;
  bool changed = false;
  for (size_t i = 0; i < rows->output.size(); ++i) {
    bound::Attribute column = rows->output[i];
    bound::ExpressionPtr value = bound::MakeReference(column);
    const auto& partitions = table.partition_columns;
    if (i < table.schema.size() && column.type.Is(TypeKind::kString) &&
        std::find(partitions.begin(), partitions.end(), table.schema[i].name) != partitions.end()) {
      for (const char* text : {"", "__HIVE_DEFAULT_PARTITION__"}) {
        const bound::ExpressionPtr literal = bound::MakeLiteral(DataType::String(), Value{std::string(text)});
        value = functions::BindByName("nullif", {value, literal}, settings, nullptr);
      }
      column.id = kNullFolderId + static_cast<bound::AttributeId>(i);
      column.nullable = true;
      changed = true;
    }
    project.expressions.push_back({column, std::move(value)});
    output.push_back(std::move(column));
  }
  return changed ? bound::MakeRelation(std::move(project), std::move(output)) : rows;
}

}  // namespace

std::vector<catalog::DataFile> CatalogCommands::WriteFiles(const Table& table, const bound::RelationPtr& rows) {
  engine::ParquetWrite write;
  // A managed table's files never change: what is cached of it may be read while it is overwritten.
  const EngineQueryRunner::CachedPlan cached =
      runner_.WithCache(WithNullFolders(table, rows, settings_), state_, settings_, cancel_);
  write.query = runner_.Spec(cached.plan, settings_);
  write.names = FileColumnNames(table);
  write.field_ids = table.field_ids;
  for (const std::string& partition : table.partition_columns) {
    for (size_t i = 0; i < table.schema.size(); ++i) {
      if (table.schema[i].name == partition) write.partition_columns.push_back(i);
    }
  }
  write.folder = table.location;
  std::vector<catalog::DataFile> files;
  try {
    for (engine::WrittenFile& file : runner_.engine().WriteParquet(write, cancel_)) {
      files.push_back(
          {std::move(file.path), file.rows, file.bytes, file.footer_bytes, std::move(file.partition_values)});
    }
  } catch (const std::system_error& failure) {
    log::Warn("writing to {} failed: {}", table.location, failure.what());
    throw QueryError("TASK_WRITE_FAILED", {{"path", sources::DisplayPath(table.location)}}, nullptr, ErrorClass::kSpark)
        .CausedByIo(failure.what());
  }
  return files;
}

void CatalogCommands::WriteExternal(const Table& table, const bound::RelationPtr& rows, plan::WriteOperation::Mode mode,
                                    const std::vector<std::string>& replaced, bool only_folders) {
  plan::WriteOperation write;
  write.path = table.location;
  write.mode = mode;
  write.partitioning_columns = table.partition_columns;
  write.options.assign(table.options.begin(), table.options.end());
  write.options.emplace_back("partitionOverwriteMode", only_folders ? "dynamic" : "static");
  bound::Project project{rows, {}};
  std::vector<bound::Attribute> output;
  for (size_t i = 0; i < table.schema.size(); ++i) {
    output.push_back(rows->output.at(i));
    output.back().name = table.schema[i].name;
    project.expressions.push_back({output.back(), bound::MakeReference(rows->output[i])});
  }
  const bound::RelationPtr written = bound::MakeRelation(std::move(project), std::move(output));
  runner_.WriteFiles(runner_.WithoutPython(written, state_, settings_, cancel_), analyzer::FoldCase(table.provider),
                     write, state_, cancel_, replaced);
}

std::vector<std::pair<size_t, std::optional<std::string>>> CatalogCommands::FixedPartitions(
    const Table& table, const plan::PartitionSpec& spec) {
  std::vector<std::pair<size_t, std::optional<std::string>>> fixed;
  for (const auto& [name, value] : spec) {
    const auto* literal = value ? value->As<plan::Literal>() : nullptr;
    if (!literal) continue;
    for (size_t i = 0; i < table.partition_columns.size(); ++i) {
      if (!analyzer::SameName(table.partition_columns[i], name, settings_.case_sensitive)) continue;
      std::optional<std::string> folder;
      if (!literal->value.value.is_null()) {
        folder = CastText(literal->value.type, literal->value.value, settings_.time_zone);
      }
      if (folder == "") folder.reset();
      fixed.emplace_back(i, std::move(folder));
    }
  }
  return fixed;
}

// INSERT … PARTITION (a = 1, b = 2) IF NOT EXISTS: does the partition have rows?
bool CatalogCommands::HasPartition(const Insert& insert) {
  const auto fixed = FixedPartitions(insert.table, insert.partition);
  for (const auto& values : PartitionsOf(insert.name, insert.table)) {
    if (std::all_of(fixed.begin(), fixed.end(), [&](const auto& part) {
          return part.first < values.size() && values[part.first] == part.second;
        })) {
      return true;
    }
  }
  return false;
}

void CatalogCommands::InsertRows(const Insert& insert) {
  const bound::RelationPtr rows = RowsFor(insert);
  if (insert.if_not_exists && HasPartition(insert)) return;
  Commit(insert, rows);
  state_.cache().InvalidateFiles(analyzer::DottedName(insert.name.parts()));
}

void CatalogCommands::Commit(const Insert& insert, const bound::RelationPtr& rows) {
  const bool dynamic =
      insert.overwrite && !insert.table.partition_columns.empty() &&
      analyzer::FoldCase(state_.configuration().GetText("spark.sql.sources.partitionOverwriteMode")) == "dynamic";
  const auto fixed = FixedPartitions(insert.table, insert.partition);
  std::vector<catalog::DataFile> files;
  try {
    if (insert.table.kind == catalog::TableKind::kExternal) {
      using Mode = plan::WriteOperation::Mode;
      // The values that are said come first: their folder is replaced whole.
      std::vector<std::string> replaced;
      if (insert.overwrite && !dynamic && !fixed.empty()) {
        std::vector<std::string> columns(insert.table.partition_columns.begin(),
                                         insert.table.partition_columns.begin() + static_cast<long>(fixed.size()));
        std::vector<std::optional<std::string>> values(columns.size());
        for (const auto& [index, value] : fixed) values.at(index) = value;
        replaced.push_back(sources::PartitionFolder(columns, values));
      }
      return WriteExternal(insert.table, rows, insert.overwrite ? Mode::kOverwrite : Mode::kAppend, replaced,
                           dynamic || !replaced.empty());
    }
    files = WriteFiles(insert.table, rows);
  } catch (const PlacedError& error) {
    const auto column = assigned_.find(error.place().get());
    const bool overflow = error.condition() == "CAST_OVERFLOW" || error.condition() == "NUMERIC_VALUE_OUT_OF_RANGE" ||
                          error.condition().starts_with("NUMERIC_VALUE_OUT_OF_RANGE.");
    if (column == assigned_.end() || !overflow) throw;
    throw QueryError("CAST_OVERFLOW_IN_TABLE_INSERT",
                     {{"sourceType", QuoteType(column->second.from)},
                      {"targetType", QuoteType(column->second.to)},
                      {"columnName", QuoteIdentifier(column->second.name)}},
                     nullptr, ErrorClass::kArithmetic);
  }
  catalog::Catalog::Change change;
  change.table_id = insert.table.id;
  change.added = std::move(files);
  if (insert.overwrite) {
    std::set<std::vector<std::optional<std::string>>> written;
    for (const catalog::DataFile& file : change.added) written.insert(file.partition_values);
    change.replaces = [=](const catalog::DataFile& file) {
      if (dynamic && !written.contains(file.partition_values)) return false;
      return std::all_of(fixed.begin(), fixed.end(), [&](const auto& part) {
        return part.first < file.partition_values.size() && file.partition_values[part.first] == part.second;
      });
    };
  }
  if (!CatalogOf(insert.name.catalog)->Commit(change)) ThrowNotFound(insert.name.parts(), nullptr, true);
}

}  // namespace firesteel::session
