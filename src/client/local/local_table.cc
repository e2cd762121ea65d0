#include "client/local/local_table.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "client/session/artifact_upload.h"
#include "client/types/server_types.h"

namespace firesteel::client {
namespace {

// Smaller data goes with the plan, whatever the limits are: they are not worth asking for.
constexpr int64_t kSmallBytes = 64 * 1024;

Result<int64_t> NumberOf(const proto::KeyValue& pair) {
  int64_t number = 0;
  const std::string& text = pair.value();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return Error::Invalid("The configuration " + pair.key() + " is no number.");
}

std::string JoinSlices(const arrow::EncodedBatch& batch) {
  size_t size = 0;
  for (const auto& slice : batch.slices) size += slice->size();
  std::string bytes;
  bytes.reserve(size);
  for (const auto& slice : batch.slices) bytes += *slice;
  return bytes;
}

}  // namespace

LocalTable::LocalTable(SessionState& state, const Schema& schema)
    : state_(state), schema_(schema), writer_(ToServerSchema(schema), "UTC") {}

Result<void> LocalTable::ReadLimits() {
  LocalRelationLimits limits;
  const std::pair<const char*, int64_t*> keys[] = {
      {"spark.sql.session.localRelationCacheThreshold", &limits.cache_threshold},
      {"spark.sql.session.localRelationSizeLimit", &limits.size_limit},
      {"spark.sql.session.localRelationChunkSizeRows", &limits.chunk_rows},
      {"spark.sql.session.localRelationChunkSizeBytes", &limits.chunk_bytes},
      {"spark.sql.session.localRelationBatchOfChunksSizeBytes", &limits.upload_bytes},
  };
  proto::ConfigRequest::Operation operation;
  for (const auto& [key, target] : keys) operation.mutable_get()->add_keys(key);
  Result<proto::ConfigResponse> response = state_.Config(std::move(operation));
  if (!response) return response.error();
  for (int i = 0; i < response->pairs_size() && i < static_cast<int>(std::size(keys)); ++i) {
    Result<int64_t> number = NumberOf(response->pairs(i));
    if (!number) return number.error();
    *keys[i].second = *number;
  }
  limits_ = limits;
  return {};
}

Result<void> LocalTable::AddRows(int64_t rows) {
  rows_ += rows;
  const int64_t bytes = writer_.ByteSize();
  if (bytes < kSmallBytes) return {};
  if (!limits_) {
    Result<void> read = ReadLimits();
    if (!read) return read;
  }
  if (!cached_ && bytes < limits_->cache_threshold) return {};
  cached_ = true;
  const int64_t most_bytes = std::min(limits_->chunk_bytes, limits_->upload_bytes);
  if (rows_ < limits_->chunk_rows && bytes < most_bytes) return {};
  return FinishChunk();
}

Result<void> LocalTable::FinishChunk() {
  SharedBytes chunk = Bytes::Of(JoinSlices(writer_.Finish(std::exchange(rows_, 0))));
  const auto size = static_cast<int64_t>(chunk->size());
  total_bytes_ += size;
  if (total_bytes_ > limits_->size_limit) {
    Error error;
    error.kind = ErrorKind::kAnalysis;
    error.condition = "LOCAL_RELATION_SIZE_LIMIT_EXCEEDED";
    error.parameters = {{"actualSize", std::to_string(total_bytes_)},
                        {"sizeLimit", std::to_string(limits_->size_limit)}};
    error.sql_state = "54000";
    error.message = "[LOCAL_RELATION_SIZE_LIMIT_EXCEEDED] Local relation size (" + std::to_string(total_bytes_) +
                    " bytes) exceeds the limit (" + std::to_string(limits_->size_limit) + " bytes).";
    return error;
  }
  if (waiting_bytes_ + size > limits_->upload_bytes) {
    Result<void> uploaded = UploadChunks();
    if (!uploaded) return uploaded;
  }
  waiting_.push_back(std::move(chunk));
  waiting_bytes_ += size;
  return {};
}

Result<void> LocalTable::UploadChunks() {
  if (waiting_.empty()) return {};
  Result<std::vector<std::string>> hashes = CacheBlobs(state_, waiting_);
  if (!hashes) return hashes.error();
  hashes_.insert(hashes_.end(), hashes->begin(), hashes->end());
  waiting_.clear();
  waiting_bytes_ = 0;
  return {};
}

Result<std::function<void(proto::Relation*)>> LocalTable::Finish(bool with_schema) {
  const std::string schema = with_schema ? schema_.json() : "";
  if (!cached_) {
    auto data = std::make_shared<const std::string>(JoinSlices(writer_.Finish(std::exchange(rows_, 0))));
    return std::function<void(proto::Relation*)>([data, schema](proto::Relation* out) {
      out->mutable_local_relation()->set_data(*data);
      if (!schema.empty()) out->mutable_local_relation()->set_schema(schema);
    });
  }
  if (rows_ > 0) {
    Result<void> finished = FinishChunk();
    if (!finished) return finished.error();
  }
  Result<void> uploaded = UploadChunks();
  if (!uploaded) return uploaded.error();
  std::string schema_hash;
  if (with_schema) {
    Result<std::vector<std::string>> hash = CacheBlobs(state_, {Bytes::Of(schema)});
    if (!hash) return hash.error();
    schema_hash = hash->front();
  }
  return std::function<void(proto::Relation*)>([hashes = hashes_, schema_hash](proto::Relation* out) {
    proto::ChunkedCachedLocalRelation* relation = out->mutable_chunked_cached_local_relation();
    for (const std::string& hash : hashes) relation->add_datahashes(hash);
    if (!schema_hash.empty()) relation->set_schemahash(schema_hash);
  });
}

}  // namespace firesteel::client
