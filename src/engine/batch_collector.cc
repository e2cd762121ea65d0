#include "engine/batch_collector.h"

#include <algorithm>
#include <utility>

#include "engine/chunk_writer.h"

namespace firesteel::engine {
namespace {

/// Text in one piece of a chunk: far from the 2 GiB that a batch's offsets can hold. For smaller batches a quarter of
/// them, down to this.
constexpr int64_t kMaxPieceBytes = 64 << 20;
constexpr int64_t kMinPieceBytes = 256 << 10;
/// First rows of groups that are sent together.
constexpr int64_t kBesideRows = 10'000;

size_t GroupColumns(const QuerySpec& query) { return query.has_groups ? 1 : 0; }

size_t BesideFrom(const QuerySpec& query) {
  return query.beside_from.value_or(query.schema.size() - GroupColumns(query));
}

Schema Columns(const QuerySpec& query, size_t begin, size_t end) {
  return {query.schema.begin() + static_cast<ptrdiff_t>(begin), query.schema.begin() + static_cast<ptrdiff_t>(end)};
}

}  // namespace

BatchCollector::BatchCollector(const QuerySpec& query, const std::function<bool(ArrowBatch)>& sink)
    : query_(query),
      sink_(sink),
      schema_(Columns(query, 0, BesideFrom(query))),
      beside_schema_(Columns(query, BesideFrom(query), query.schema.size() - GroupColumns(query))),
      writer_(schema_, query.time_zone, query.as_struct) {
  if (query.beside_from) beside_.emplace(beside_schema_, query.time_zone);
}

bool BatchCollector::Add(duckdb::DataChunk& chunk) {
  if (!query_.has_groups) return Append(chunk, 0, chunk.size());
  duckdb::UnifiedVectorFormat format;
  chunk.data[query_.schema.size() - 1].ToUnifiedFormat(chunk.size(), format);
  const auto* groups = duckdb::UnifiedVectorFormat::GetData<int32_t>(format);
  const auto group_of = [&](size_t row) { return groups[format.sel->get_index(row)]; };
  for (size_t begin = 0; begin < chunk.size();) {
    const int32_t group = group_of(begin);
    size_t end = begin + 1;
    while (end < chunk.size() && group_of(end) == group) ++end;
    if (!AddOfGroup(chunk, begin, end - begin, group)) return false;
    begin = end;
  }
  return true;
}

bool BatchCollector::AddOfGroup(duckdb::DataChunk& chunk, size_t begin, size_t count, int32_t group) {
  if (group_ != group) {
    if (rows_ > 0 && !Flush()) return false;
    group_ = group;
    if (beside_ && query_.beside == QuerySpec::Beside::kFirstOfGroup) {
      AppendRows(chunk, begin, 1, beside_schema_, beside_->columns(), schema_.size());
      ++beside_rows_;
    }
  }
  return Append(chunk, begin, count);
}

bool BatchCollector::Append(duckdb::DataChunk& chunk, size_t begin, size_t count) {
  const int64_t most = std::clamp(query_.max_batch_bytes / 4, kMinPieceBytes, kMaxPieceBytes);
  const size_t pieces = TextBytes(chunk) / static_cast<uint64_t>(most) + 1;
  const size_t piece = std::max<size_t>(1, chunk.size() / pieces);
  const bool has_beside = beside_ && query_.beside == QuerySpec::Beside::kEveryRow;
  for (const size_t end = begin + count; begin < end;) {
    size_t rows = std::min(piece, end - begin);
    if (query_.max_batch_rows > 0) rows = std::min(rows, static_cast<size_t>(query_.max_batch_rows - rows_));
    AppendRows(chunk, begin, rows, schema_, writer_.columns());
    if (has_beside) AppendRows(chunk, begin, rows, beside_schema_, beside_->columns(), schema_.size());
    rows_ += static_cast<int64_t>(rows);
    begin += rows;
    if (has_beside) beside_rows_ = rows_;
    const bool is_full = writer_.ByteSize() >= query_.max_batch_bytes ||
                         (has_beside && beside_->ByteSize() >= query_.max_batch_bytes) ||
                         (query_.max_batch_rows > 0 && rows_ >= query_.max_batch_rows);
    if (is_full && !Flush()) return false;
  }
  return true;
}

bool BatchCollector::IsBesideFull() const {
  if (query_.beside == QuerySpec::Beside::kEveryRow || is_last_) return true;
  return beside_rows_ >= kBesideRows || beside_->ByteSize() >= query_.max_batch_bytes;
}

bool BatchCollector::Flush() {
  ArrowBatch result;
  arrow::EncodedBatch batch = writer_.Finish(rows_);
  result.rows = batch.rows;
  result.slices = std::move(batch.slices);
  result.group = group_.value_or(0);
  if (beside_ && IsBesideFull()) {
    arrow::EncodedBatch beside = beside_->Finish(beside_rows_);
    result.beside_rows = beside.rows;
    result.beside = std::move(beside.slices);
    beside_rows_ = 0;
  }
  rows_ = 0;
  has_sent_ = true;
  return sink_(std::move(result));
}

void BatchCollector::Finish() {
  is_last_ = true;
  if (rows_ > 0 || beside_rows_ > 0 || !has_sent_) Flush();
}

}  // namespace firesteel::engine
