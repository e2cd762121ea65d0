// The cells of show(): the plan's first rows with every column turned into text by the engine.
#include <utility>

#include "arrow/ipc_reader.h"
#include "base/error.h"
#include "functions/function.h"
#include "session/engine_query_runner.h"

namespace firesteel::session {
namespace {

// Reads utf8 columns without nulls (32-bit offsets) out of one batch.
void AppendCells(const ArrowArray& batch, CellRows& rows) {
  size_t first = rows.size();
  rows.resize(first + static_cast<size_t>(batch.length));
  for (int64_t c = 0; c < batch.n_children; ++c) {
    const ArrowArray& column = *batch.children[c];
    const auto* offsets = static_cast<const int32_t*>(column.buffers[1]) + column.offset;
    const auto* bytes = static_cast<const char*>(column.buffers[2]);
    for (int64_t r = 0; r < batch.length; ++r) {
      std::string cell;
      if (offsets[r + 1] > offsets[r])
        cell.assign(bytes + offsets[r], static_cast<size_t>(offsets[r + 1] - offsets[r]));
      rows[first + static_cast<size_t>(r)].push_back(std::move(cell));
    }
  }
}

}  // namespace

std::pair<Schema, CellRows> EngineQueryRunner::PrettyRows(const plan::RelationPtr& plan, int64_t limit,
                                                          SessionState& state, const CancelTokenPtr& cancel) {
  bound::SessionSettings settings = state.Settings();
  bound::RelationPtr relation = Analyze(plan, state, settings);
  Schema schema = bound::OutputSchema(*relation);

  bound::Limit limited{relation, limit, 0};
  bound::RelationPtr first = bound::MakeRelation(std::move(limited), relation->output);
  const functions::Function* to_text = functions::Find("to_pretty_string");
  if (!to_text) throw InternalError("the catalogue has no to_pretty_string");
  bound::Project project{first, {}};
  std::vector<bound::Attribute> output;
  bound::AttributeId next = 0;
  for (const bound::Attribute& attribute : relation->output) next = std::max(next, attribute.id);
  for (const bound::Attribute& attribute : relation->output) {
    functions::BindRequest request{
        *to_text, {bound::MakeReference(attribute)}, "to_pretty_string", settings, nullptr, false, nullptr, {}, {}};
    // Ids above every id of the analysis are free.
    bound::Attribute text{(++next) + (int64_t{1} << 40), attribute.name, DataType::String(), false, "", {}};
    project.expressions.push_back({text, functions::Bind(std::move(request))});
    output.push_back(std::move(text));
  }
  bound::RelationPtr texts = bound::MakeRelation(std::move(project), std::move(output));

  const CachedPlan cached = WithCache(texts, state, settings, cancel);
  CellRows rows;
  Run(cached.plan, settings, cancel, [&](engine::ArrowBatch batch) {
    if (schema.empty()) {
      rows.resize(rows.size() + static_cast<size_t>(batch.rows));
      return true;
    }
    std::string ipc;
    for (const auto& slice : batch.slices) ipc += *slice;
    std::unique_ptr<arrow::IpcReader> reader = arrow::IpcReader::Open(Bytes::Of(std::move(ipc)));
    for (auto array = reader->Next(); !array.empty(); array = reader->Next()) AppendCells(*array.get(), rows);
    return true;
  });
  return {std::move(schema), std::move(rows)};
}

}  // namespace firesteel::session
