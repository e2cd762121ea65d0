#include "engine/scan_function.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>
#include <utility>

#include "base/error.h"
#include "base/large_values.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parser/parsed_data/create_table_function_info.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "engine/operation.h"
#include "engine/physical_type.h"
#include "engine/result_adapter.h"

namespace firesteel::engine {
namespace {

/// Errors of readers travel like those of kernels.
template <class F>
auto Guarded(Operation& operation, F&& f) {
  std::exception_ptr error;
  try {
    const memory::Watch watch;
    return f();
  } catch (const QueryError&) {
    error = std::current_exception();
  } catch (const InternalError&) {
    error = std::current_exception();
  } catch (const std::bad_alloc&) {
    error = std::current_exception();
  }
  operation.Raise(std::move(error));
}

struct ScanBinding : duckdb::TableFunctionData {
  duckdb::shared_ptr<Operation> operation;
  std::shared_ptr<const ScanTable> table;
  std::vector<bool> skipped;  // files that a filter on partition columns leaves out

  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    auto copy = duckdb::make_uniq<ScanBinding>();
    copy->operation = operation;
    copy->table = table;
    copy->skipped = skipped;
    return copy;
  }
  bool Equals(const duckdb::FunctionData& other) const override {
    const auto& binding = other.Cast<ScanBinding>();
    return binding.table == table && binding.skipped == skipped;
  }

  bool IsColumn(duckdb::column_t column) const { return column < table->columns.size(); }
  const DataType& TypeOf(duckdb::column_t column) const {
    static const DataType kText = DataType::String();
    const ScanTable::Column& place = table->columns[column];
    return place.is_partition ? kText : table->scan.schema[place.index].type;
  }
};

struct ScanState : duckdb::GlobalTableFunctionState {
  std::unique_ptr<sources::ScanPlan> plan;
  duckdb::vector<duckdb::column_t> columns;
  std::vector<size_t> data_outputs;  // which of `columns`, in the order of the plan's columns
  std::atomic<size_t> next_part{0};
  duckdb::idx_t MaxThreads() const override { return std::max<size_t>(plan->parts().size(), 1); }
};

struct ScanLocalState : duckdb::LocalTableFunctionState {
  std::unique_ptr<sources::PartReader> reader;
  size_t part = 0;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<duckdb::LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto binding = duckdb::make_uniq<ScanBinding>();
  binding->operation = Operation::Of(context);
  binding->table = binding->operation->scan(input.inputs[0].GetValue<int64_t>());
  binding->skipped.resize(binding->table->scan.files.size());
  for (size_t i = 0; i < binding->table->columns.size(); ++i) {
    names.push_back("v" + std::to_string(i));
    types.push_back(PhysicalType(binding->TypeOf(i)));
  }
  EnsureColumn(types, names);
  return binding;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Init(duckdb::ClientContext&,
                                                          duckdb::TableFunctionInitInput& input) {
  const auto& binding = input.bind_data->Cast<ScanBinding>();
  auto state = duckdb::make_uniq<ScanState>();
  state->columns = input.column_ids;
  std::vector<std::pair<size_t, size_t>> required;  // (column of the schema, output)
  for (size_t i = 0; i < state->columns.size(); ++i) {
    if (!binding.IsColumn(state->columns[i])) continue;
    const ScanTable::Column& place = binding.table->columns[state->columns[i]];
    if (!place.is_partition) required.emplace_back(place.index, i);
  }
  std::sort(required.begin(), required.end());
  std::vector<size_t> indexes;
  for (const auto& [index, output] : required) {
    indexes.push_back(index);
    state->data_outputs.push_back(output);
  }
  state->plan = Guarded(*binding.operation, [&] { return sources::PlanScan(binding.table->scan, indexes); });
  return state;
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> InitLocal(duckdb::ExecutionContext&,
                                                              duckdb::TableFunctionInitInput&,
                                                              duckdb::GlobalTableFunctionState*) {
  return duckdb::make_uniq<ScanLocalState>();
}

/// Goes to the next part that is to be read; false when there is none.
bool NextPart(const ScanBinding& binding, ScanState& state, ScanLocalState& local) {
  while (true) {
    local.part = state.next_part.fetch_add(1);
    if (local.part >= state.plan->parts().size()) return false;
    const sources::FilePart& part = state.plan->parts()[local.part];
    if (binding.skipped[part.file]) continue;
    local.reader = state.plan->Open(part);
    return true;
  }
}

/// Writes the columns that are the same for a whole file.
void FillConstants(const ScanBinding& binding, const ScanState& state, size_t file, duckdb::DataChunk& output) {
  for (size_t i = 0; i < state.columns.size(); ++i) {
    duckdb::Vector& vector = output.data[i];
    const bool is_column = binding.IsColumn(state.columns[i]);
    if (is_column && !binding.table->columns[state.columns[i]].is_partition) continue;
    vector.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
    // What is no column is the row's identity, asked for when only rows are counted.
    const std::optional<std::string>* value =
        is_column ? &binding.table->partition_values[file][binding.table->columns[state.columns[i]].index] : nullptr;
    if (!value || !*value) {
      duckdb::ConstantVector::SetNull(vector, true);
    } else {
      duckdb::ConstantVector::GetData<duckdb::string_t>(vector)[0] =
          duckdb::StringVector::AddStringOrBlob(vector, (*value)->data(), (*value)->size());
    }
  }
}

size_t ReadRows(const ScanBinding& binding, ScanState& state, ScanLocalState& local, duckdb::DataChunk& output) {
  std::vector<std::unique_ptr<ResultAdapter>> adapters;
  std::vector<functions::ResultVector*> columns;
  for (const size_t i : state.data_outputs) {
    adapters.push_back(
        std::make_unique<ResultAdapter>(output.data[i], binding.TypeOf(state.columns[i]), STANDARD_VECTOR_SIZE));
    columns.push_back(adapters.back().get());
  }
  while (true) {
    if (!local.reader && !NextPart(binding, state, local)) return 0;
    const size_t rows = local.reader->Read(columns, STANDARD_VECTOR_SIZE);
    if (rows == 0) {
      local.reader.reset();
      continue;
    }
    for (const auto& adapter : adapters) adapter->Finish(rows);
    return rows;
  }
}

void Scan(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  const auto& binding = input.bind_data->Cast<ScanBinding>();
  auto& state = input.global_state->Cast<ScanState>();
  auto& local = input.local_state->Cast<ScanLocalState>();
  if (binding.operation->cancelled()) throw duckdb::InterruptException();
  const size_t rows = Guarded(*binding.operation, [&] { return ReadRows(binding, state, local, output); });
  if (rows > 0) FillConstants(binding, state, state.plan->parts()[local.part].file, output);
  output.SetCardinality(rows);
}

/// Parts are numbered in the order of their rows, so that the engine can put results in order again.
duckdb::OperatorPartitionData PartitionData(duckdb::ClientContext&, duckdb::TableFunctionGetPartitionInput& input) {
  if (input.partition_info.RequiresPartitionColumns()) {
    throw duckdb::InternalException("fs_scan has no partition columns");
  }
  return duckdb::OperatorPartitionData(input.local_state->Cast<ScanLocalState>().part);
}

/// The value of the partition columns of a file in place of the columns; false when another column is in it.
bool PutPartitionValues(duckdb::unique_ptr<duckdb::Expression>& expression, const ScanBinding& binding,
                        const duckdb::LogicalGet& get, size_t file) {
  if (expression->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    const auto& reference = expression->Cast<duckdb::BoundColumnRefExpression>();
    if (reference.binding.table_index != get.table_index) return false;
    const auto column = get.GetColumnIds()[reference.binding.column_index].GetPrimaryIndex();
    if (!binding.IsColumn(column) || !binding.table->columns[column].is_partition) return false;
    const auto& value = binding.table->partition_values[file][binding.table->columns[column].index];
    duckdb::Value constant = value ? duckdb::Value(*value) : duckdb::Value(duckdb::LogicalType::VARCHAR);
    expression = duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(constant));
    return true;
  }
  bool all = true;
  duckdb::ExpressionIterator::EnumerateChildren(*expression, [&](duckdb::unique_ptr<duckdb::Expression>& child) {
    all = all && PutPartitionValues(child, binding, get, file);
  });
  return all;
}

/// Files whose partition cannot satisfy a filter are not read. The filters stay.
void PruneFiles(duckdb::ClientContext& context, duckdb::LogicalGet& get, duckdb::FunctionData* data,
                duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) {
  auto& binding = data->Cast<ScanBinding>();
  if (binding.table->partition_values.empty()) return;
  for (const auto& filter : filters) {
    if (filter->IsVolatile() || filter->HasSubquery()) continue;
    for (size_t file = 0; file < binding.skipped.size(); ++file) {
      if (binding.skipped[file]) continue;
      auto copy = filter->Copy();
      if (!PutPartitionValues(copy, binding, get, file)) break;
      duckdb::Value result;
      if (!copy->IsFoldable() || !duckdb::ExpressionExecutor::TryEvaluateScalar(context, *copy, result)) continue;
      binding.skipped[file] = result.IsNull() || !result.DefaultCastAs(duckdb::LogicalType::BOOLEAN).GetValue<bool>();
    }
  }
}

duckdb::unique_ptr<duckdb::NodeStatistics> Cardinality(duckdb::ClientContext&, const duckdb::FunctionData* data) {
  const auto& binding = data->Cast<ScanBinding>();
  int64_t bytes = 0;
  for (size_t i = 0; i < binding.skipped.size(); ++i) {
    if (!binding.skipped[i]) bytes += binding.table->scan.files[i].size;
  }
  return duckdb::make_uniq<duckdb::NodeStatistics>(static_cast<duckdb::idx_t>(bytes / 64 + 1));
}

}  // namespace

void RegisterScanFunction(duckdb::ClientContext& context) {
  duckdb::TableFunction function("fs_scan", {duckdb::LogicalType::BIGINT}, Scan, Bind, Init, InitLocal);
  function.projection_pushdown = true;
  function.cardinality = Cardinality;
  function.get_partition_data = PartitionData;
  function.pushdown_complex_filter = PruneFiles;
  duckdb::CreateTableFunctionInfo info(function);
  duckdb::Catalog::GetSystemCatalog(context).CreateTableFunction(context, info);
}

}  // namespace firesteel::engine
