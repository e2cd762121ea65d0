#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

/// A LocalRelation message whose data, perhaps a gigabyte, stays where it lies. Nothing when the bytes are no such
/// message.
std::optional<plan::LocalRelation> ReadLocalRelation(const SharedBytes& message) {
  const std::string_view bytes = message->view();
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return std::nullopt;  // as the parser
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  constexpr uint32_t kDataTag = proto::LocalRelation::kDataFieldNumber << 3 | 2;  // 2: a length, then so many bytes
  constexpr uint32_t kSchemaTag = proto::LocalRelation::kSchemaFieldNumber << 3 | 2;
  plan::LocalRelation node;
  std::optional<std::string> schema;
  while (const uint32_t tag = in.ReadTag()) {
    int size = 0;
    if (tag == kDataTag) {
      if (!in.ReadVarintSizeAsInt(&size)) return std::nullopt;
      const auto begin = static_cast<size_t>(in.CurrentPosition());
      if (!in.Skip(size)) return std::nullopt;
      node.arrow_ipc = Bytes::Part(message, bytes.substr(begin, static_cast<size_t>(size)));
    } else if (tag == kSchemaTag) {
      std::string text;
      if (!in.ReadVarintSizeAsInt(&size) || !in.ReadString(&text, size) || !IsValidUtf8(text)) return std::nullopt;
      schema = std::move(text);
    } else {
      return std::nullopt;  // the message has no other fields
    }
  }
  if (!in.ConsumedEntireMessage()) return std::nullopt;
  if (!node.arrow_ipc && !schema) ThrowInvalidPlan("SCHEMA_REQUIRED_FOR_LOCAL_RELATION");
  node.schema_text = schema.value_or("");
  return node;
}

}  // namespace

RelationNode DecodeLocalRelation(const proto::LocalRelation& local) {
  if (!local.has_data() && !local.has_schema()) ThrowInvalidPlan("SCHEMA_REQUIRED_FOR_LOCAL_RELATION");
  plan::LocalRelation node;
  if (local.has_data()) node.arrow_ipc = Bytes::Of(local.data());
  node.schema_text = local.schema();
  return node;
}

RelationNode DecodeCachedLocalRelation(const proto::CachedLocalRelation& cached, const DecodeContext& context) {
  const SharedBytes bytes = context.find_cached(cached.hash());
  if (bytes == nullptr) ThrowInvalidPlan("CANNOT_FIND_CACHED_LOCAL_RELATION", {{"hash", cached.hash()}});
  // The artifact is a whole LocalRelation message.
  std::optional<plan::LocalRelation> local = ReadLocalRelation(bytes);
  if (!local) ThrowInvalidPlan("INPUT_DATA_NO_SCHEMA");
  return *std::move(local);
}

RelationNode DecodeChunkedLocalRelation(const proto::ChunkedCachedLocalRelation& chunked,
                                        const DecodeContext& context) {
  if (chunked.datahashes().empty()) ThrowInvalidPlan("CHUNKED_CACHED_LOCAL_RELATION_WITHOUT_DATA");
  int64_t total = 0;
  int64_t largest = 0;
  auto require = [&](const std::string& hash) {
    const SharedBytes bytes = context.find_cached(hash);
    if (bytes == nullptr) {
      ThrowInvalidPlan("NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION",
                       {{"hash", hash}, {"sessionUUID", context.session_id}});
    }
    total += static_cast<int64_t>(bytes->view().size());
    largest = std::max(largest, static_cast<int64_t>(bytes->view().size()));
  };
  plan::CachedLocalRelation node;
  node.data_hashes = DecodeStrings(chunked.datahashes());
  for (const std::string& hash : node.data_hashes) require(hash);
  if (chunked.has_schemahash()) {
    require(chunked.schemahash());
    node.schema_hash = chunked.schemahash();
  }
  if (total > context.max_local_relation_bytes) {
    ThrowInvalidPlan(
        "LOCAL_RELATION_SIZE_LIMIT_EXCEEDED",
        {{"actualSize", std::to_string(total)}, {"limit", std::to_string(context.max_local_relation_bytes)}});
  }
  if (largest > context.max_local_relation_chunk_bytes) {
    ThrowInvalidPlan("LOCAL_RELATION_CHUNK_SIZE_LIMIT_EXCEEDED",
                     {{"limit", std::to_string(context.max_local_relation_chunk_bytes)}});
  }
  return node;
}

RelationNode DecodeCachedRemoteRelation(const proto::CachedRemoteRelation& relation, const DecodeContext& context) {
  const plan::RelationPtr found = context.find_remote_relation(relation.relation_id());
  if (found == nullptr) {
    ThrowInvalidPlan("DATAFRAME_NOT_FOUND", {{"dfId", relation.relation_id()}, {"sessionId", context.session_id}});
  }
  return found->node;
}

}  // namespace firesteel::connect
