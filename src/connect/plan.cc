#include <google/protobuf/arena.h>

#include "connect/command/sql_command.h"
#include "connect/compressed_plan.h"
#include "connect/decoder.h"
#include "connect/invalid_plan.h"
#include "connect/wire_scan.h"
#include "spark/connect/base.pb.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

template <class Message>
const Message& ParseInner(const std::string& bytes, google::protobuf::Arena* arena) {
  auto* message = google::protobuf::Arena::CreateMessage<Message>(arena);
  if (WireFault fault = ParseMessage(bytes, message); fault != WireFault::kNone) {
    throw QueryError("CONNECT_INVALID_PLAN.CANNOT_PARSE", {{"errorMsg", DescribeFault(fault)}}, nullptr,
                     ErrorClass::kSql);
  }
  return *message;
}

DecodedPlan DecodeCompressed(const proto::Plan::CompressedOperation& compressed, const DecodeContext& context) {
  if (compressed.compression_codec() != proto::COMPRESSION_CODEC_ZSTD) {
    ThrowInvalidEnumValue(compressed.compression_codec());
  }
  const std::string bytes = DecompressZstd(compressed.data(), context.max_plan_bytes);
  google::protobuf::Arena arena;
  switch (compressed.op_type()) {
    case proto::Plan::CompressedOperation::OP_TYPE_RELATION:
      return DecodeRelation(ParseInner<proto::Relation>(bytes, &arena), context);
    case proto::Plan::CompressedOperation::OP_TYPE_COMMAND:
      return DecodeCommand(ParseInner<proto::Command>(bytes, &arena), context);
    default:
      ThrowInvalidEnumValue(compressed.op_type());
  }
}

}  // namespace

void CompressedSqlCommandRelation(const proto::Plan& plan, const DecodeContext& context, proto::Relation* relation) {
  const auto& compressed = plan.compressed_operation();
  if (compressed.op_type() != proto::Plan::CompressedOperation::OP_TYPE_COMMAND) return;
  const std::string bytes = DecompressZstd(compressed.data(), context.max_plan_bytes);
  google::protobuf::Arena arena;
  const auto& command = ParseInner<proto::Command>(bytes, &arena);
  if (command.has_sql_command()) SqlCommandRelation(command.sql_command(), relation);
}

DecodedPlan DecodePlan(const proto::Plan& plan, const DecodeContext& context) {
  switch (plan.op_type_case()) {
    case proto::Plan::kRoot:
      return DecodeRelation(plan.root(), context);
    case proto::Plan::kCommand:
      return DecodeCommand(plan.command(), context);
    case proto::Plan::kCompressedOperation:
      return DecodeCompressed(plan.compressed_operation(), context);
    case proto::Plan::OP_TYPE_NOT_SET:
      break;
  }
  ThrowOneOfNotSet("spark.connect.Plan", "OPTYPE_NOT_SET");
}

plan::RelationPtr DecodeQuery(const proto::Plan& plan, const DecodeContext& context) {
  // Spark reads only the relation here: without one it complains about the relation, not about the plan.
  if (plan.op_type_case() != proto::Plan::kCompressedOperation) return DecodeRelation(plan.root(), context);
  DecodedPlan decoded = DecodePlan(plan, context);
  if (auto* relation = std::get_if<plan::RelationPtr>(&decoded)) return *relation;
  ThrowOneOfNotSet("spark.connect.Relation", "RELTYPE_NOT_SET");
}

}  // namespace firesteel::connect
