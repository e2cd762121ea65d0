#include "engine/input_function.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "arrow/ipc_reader.h"
#include "base/error.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parser/parsed_data/create_table_function_info.hpp"
#include "engine/arrow_to_vector.h"
#include "engine/operation.h"
#include "engine/physical_type.h"

namespace firesteel::engine {
namespace {

struct InputBinding : duckdb::TableFunctionData {
  duckdb::shared_ptr<Operation> operation;
  const InputTable* table = nullptr;
  int64_t rows = 0;
};

struct InputState : duckdb::GlobalTableFunctionState {
  std::unique_ptr<arrow::IpcReader> reader;
  duckdb::vector<duckdb::column_t> columns;
  SharedBatch batch;
  int64_t next_row = 0;  // of the batch
};

/// Errors in the client's bytes travel like those of kernels.
template <class F>
auto Guarded(Operation& operation, F&& f) {
  std::exception_ptr error;
  try {
    return f();
  } catch (const QueryError&) {
    error = std::current_exception();
  } catch (const InternalError&) {
    error = std::current_exception();
  }
  operation.Raise(std::move(error));
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<duckdb::LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto binding = duckdb::make_uniq<InputBinding>();
  binding->operation = Operation::Of(context);
  binding->table = &binding->operation->table(input.inputs[0].GetValue<int64_t>());
  binding->rows = Guarded(*binding->operation, [&] { return arrow::CountRows(binding->table->arrow_ipc); });
  // The headers lie all over the data, which may be a large file: it is read when its turn comes.
  binding->table->arrow_ipc->ReleasePages();
  for (const DataType& type : binding->table->types) {
    names.push_back("v" + std::to_string(types.size()));
    types.push_back(PhysicalType(type));
  }
  EnsureColumn(types, names);
  return binding;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Init(duckdb::ClientContext&,
                                                          duckdb::TableFunctionInitInput& input) {
  const auto& binding = input.bind_data->Cast<InputBinding>();
  auto state = duckdb::make_uniq<InputState>();
  state->columns = input.column_ids;
  state->reader = Guarded(*binding.operation, [&] { return arrow::IpcReader::Open(binding.table->arrow_ipc); });
  return state;
}

/// The next batch that has rows; false at the end.
bool Advance(InputState& state) {
  while (!state.batch || state.next_row >= (*state.batch)->length) {
    arrow::Owned<ArrowArray> next = state.reader->Next();
    if (next.empty()) return false;
    state.batch = std::make_shared<const arrow::Owned<ArrowArray>>(std::move(next));
    state.next_row = 0;
  }
  return true;
}

void Scan(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  auto& state = input.global_state->Cast<InputState>();
  const auto& binding = input.bind_data->Cast<InputBinding>();
  if (!Guarded(*binding.operation, [&] { return Advance(state); })) {
    // Batches that the engine still holds come back from the file.
    binding.table->arrow_ipc->ReleasePages();
    return;
  }
  const ArrowArray& batch = *state.batch->get();
  const int64_t count = std::min<int64_t>(batch.length - state.next_row, STANDARD_VECTOR_SIZE);
  const ArrowSchema& schema = state.reader->arrow_schema();
  for (size_t i = 0; i < state.columns.size(); ++i) {
    const duckdb::column_t column = state.columns[i];
    if (column >= binding.table->types.size()) {
      // The row's identity, asked for when only rows are counted.
      output.data[i].SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
      duckdb::ConstantVector::SetNull(output.data[i], true);
      continue;
    }
    FillVector(*schema.children[column], *batch.children[column], batch.offset + state.next_row, count,
               binding.table->types[column], state.batch, output.data[i]);
  }
  state.next_row += count;
  output.SetCardinality(static_cast<duckdb::idx_t>(count));
}

duckdb::unique_ptr<duckdb::NodeStatistics> Cardinality(duckdb::ClientContext&, const duckdb::FunctionData* data) {
  const auto rows = static_cast<duckdb::idx_t>(data->Cast<InputBinding>().rows);
  return duckdb::make_uniq<duckdb::NodeStatistics>(rows, rows);
}

}  // namespace

void RegisterInputFunction(duckdb::ClientContext& context) {
  duckdb::TableFunction function("fs_input", {duckdb::LogicalType::BIGINT}, Scan, Bind, Init);
  function.projection_pushdown = true;
  function.cardinality = Cardinality;
  duckdb::CreateTableFunctionInfo info(function);
  duckdb::Catalog::GetSystemCatalog(context).CreateTableFunction(context, info);
}

}  // namespace firesteel::engine
