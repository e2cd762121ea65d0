#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeLocalRelation(const proto::LocalRelation& local) {
  if (!local.has_data() && !local.has_schema()) ThrowInvalidPlan("SCHEMA_REQUIRED_FOR_LOCAL_RELATION");
  plan::LocalRelation node;
  if (local.has_data()) node.arrow_ipc = std::make_shared<const std::string>(local.data());
  node.schema_text = local.schema();
  return node;
}

RelationNode DecodeCachedLocalRelation(const proto::CachedLocalRelation& cached, const DecodeContext& context) {
  auto bytes = context.find_cached(cached.hash());
  if (bytes == nullptr) ThrowInvalidPlan("CANNOT_FIND_CACHED_LOCAL_RELATION", {{"hash", cached.hash()}});
  // The artifact is a whole LocalRelation message; it is flat, so the parser's own limits do.
  proto::LocalRelation local;
  if (!local.ParseFromString(*bytes)) ThrowInvalidPlan("INPUT_DATA_NO_SCHEMA");
  return DecodeLocalRelation(local);
}

RelationNode DecodeChunkedLocalRelation(const proto::ChunkedCachedLocalRelation& chunked,
                                        const DecodeContext& context) {
  if (chunked.datahashes().empty()) ThrowInvalidPlan("CHUNKED_CACHED_LOCAL_RELATION_WITHOUT_DATA");
  auto require = [&](const std::string& hash) {
    if (context.find_cached(hash) == nullptr) {
      ThrowInvalidPlan("NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION",
                       {{"hash", hash}, {"sessionUUID", context.session_id}});
    }
  };
  plan::CachedLocalRelation node;
  node.data_hashes = DecodeStrings(chunked.datahashes());
  for (const std::string& hash : node.data_hashes) require(hash);
  if (chunked.has_schemahash()) {
    require(chunked.schemahash());
    node.schema_hash = chunked.schemahash();
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
