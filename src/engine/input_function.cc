#include "engine/input_function.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

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

/// A stream of batches and how far it has been read.
struct Cursor {
  std::unique_ptr<arrow::IpcReader> reader;
  SharedBatch batch;
  int64_t next_row = 0;  // of the batch

  size_t columns() const { return static_cast<size_t>(reader->arrow_schema().n_children); }
  int64_t rows_left() const { return (*batch)->length - next_row; }
};

struct InputState : duckdb::GlobalTableFunctionState {
  std::vector<Cursor> streams;  // one, or two whose columns stand side by side
  duckdb::vector<duckdb::column_t> columns;
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

void ReleasePages(const InputTable& table) {
  table.arrow_ipc->ReleasePages();
  if (table.more_columns) table.more_columns->ReleasePages();
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<duckdb::LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto binding = duckdb::make_uniq<InputBinding>();
  binding->operation = Operation::Of(context);
  binding->table = &binding->operation->table(input.inputs[0].GetValue<int64_t>());
  binding->rows = Guarded(*binding->operation, [&] { return arrow::CountRows(binding->table->arrow_ipc); });
  // The headers lie all over the data, which may be a large file: it is read when its turn comes.
  ReleasePages(*binding->table);
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
  for (const SharedBytes& bytes : {binding.table->arrow_ipc, binding.table->more_columns}) {
    if (!bytes) continue;
    Cursor cursor;
    cursor.reader = Guarded(*binding.operation, [&] { return arrow::IpcReader::Open(bytes); });
    state->streams.push_back(std::move(cursor));
  }
  return state;
}

/// The next batch that has rows; false at the end.
bool Advance(Cursor& cursor) {
  while (!cursor.batch || cursor.rows_left() <= 0) {
    arrow::Owned<ArrowArray> next = cursor.reader->Next();
    if (next.empty()) return false;
    cursor.batch = std::make_shared<const arrow::Owned<ArrowArray>>(std::move(next));
    cursor.next_row = 0;
  }
  return true;
}

/// How many rows come next: of the batch in which a stream is least far from the end. 0 at the end of all.
int64_t NextRows(InputState& state) {
  int64_t count = STANDARD_VECTOR_SIZE;
  size_t ended = 0;
  for (Cursor& cursor : state.streams) {
    if (!Advance(cursor)) {
      ++ended;
    } else {
      count = std::min(count, cursor.rows_left());
    }
  }
  if (ended == 0) return count;
  if (ended < state.streams.size()) throw InternalError("two streams of columns have different numbers of rows");
  return 0;
}

void Scan(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  auto& state = input.global_state->Cast<InputState>();
  const auto& binding = input.bind_data->Cast<InputBinding>();
  const int64_t count = Guarded(*binding.operation, [&] { return NextRows(state); });
  if (count == 0) {
    // Batches that the engine still holds come back from the file.
    ReleasePages(*binding.table);
    return;
  }
  for (size_t i = 0; i < state.columns.size(); ++i) {
    const duckdb::column_t column = state.columns[i];
    if (column >= binding.table->types.size()) {
      // The row's identity, asked for when only rows are counted.
      output.data[i].SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
      duckdb::ConstantVector::SetNull(output.data[i], true);
      continue;
    }
    const bool is_second = column >= state.streams[0].columns();
    Cursor& cursor = state.streams[is_second ? 1 : 0];
    const size_t place = is_second ? column - state.streams[0].columns() : column;
    const ArrowArray& batch = *cursor.batch->get();
    FillVector(*cursor.reader->arrow_schema().children[place], *batch.children[place], batch.offset + cursor.next_row,
               count, binding.table->types[column], cursor.batch, output.data[i]);
  }
  for (Cursor& cursor : state.streams) cursor.next_row += count;
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
