// A request's bytes: the wire scanner, the protocol's parser, the decoder. The bytes are a spark.connect.Plan, the part
// of ExecutePlan and AnalyzePlan requests that is more than a few texts.

#include <google/protobuf/arena.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "connect/command/sql_command.h"
#include "connect/decoder.h"
#include "connect/wire_scan.h"
#include "outcome.h"
#include "spark/connect/base.pb.h"
#include "sql/parser.h"

namespace {

using firesteel::fuzz::Accepts;
namespace connect = firesteel::connect;
namespace sql = firesteel::sql;

/// As session::DecodeContextOf, for a client that has sent the bytes "x" under every hash and knows the relation "r".
connect::DecodeContext ContextOfClient() {
  connect::DecodeContext context;
  context.parse_identifier = [](const std::string& text) { return sql::ParseMultipartIdentifier(text); };
  context.parse_data_type = [](const std::string& text) { return sql::ParseDataType(text); };
  context.find_cached = [](const std::string& hash) { return hash.empty() ? nullptr : firesteel::Bytes::Of("x"); };
  context.find_remote_relation = [](const std::string& id) {
    return id == "r" ? firesteel::plan::MakeRelation(firesteel::plan::LocalRelation{}) : nullptr;
  };
  context.session_id = "00112233-4455-6677-8899-aabbccddeeff";
  // A compressed plan may be large by right; here it only makes the fuzzer slow.
  context.max_plan_bytes = 16 << 20;
  return context;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace proto = ::spark::connect;
  static const connect::DecodeContext kContext = ContextOfClient();
  google::protobuf::Arena arena;
  auto* plan = google::protobuf::Arena::CreateMessage<proto::Plan>(&arena);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const connect::WireFault fault = connect::ParseMessage(bytes, plan);
  if (fault != connect::WireFault::kNone) {
    connect::DescribeFault(fault);
    return 0;
  }
  Accepts([&] { connect::DecodePlan(*plan, kContext); });
  Accepts([&] { connect::DecodeQuery(*plan, kContext); });
  // What the answer to spark.sql() takes from the request.
  Accepts([&] {
    proto::Relation relation;
    if (plan->op_type_case() == proto::Plan::kCommand && plan->command().has_sql_command()) {
      connect::SqlCommandRelation(plan->command().sql_command(), &relation);
    } else if (plan->op_type_case() == proto::Plan::kCompressedOperation) {
      connect::CompressedSqlCommandRelation(*plan, kContext, &relation);
    }
  });
  return 0;
}
