#include "connect/command/sql_command.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "connect/decoder.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"
#include "spark/connect/commands.pb.h"

// Clients before 4.0 send the text and its arguments in fields that are deprecated since.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace firesteel::connect {

namespace proto = ::spark::connect;

void SqlCommandRelation(const proto::SqlCommand& command, proto::Relation* relation) {
  if (command.has_input()) {
    *relation = command.input();
    return;
  }
  proto::SQL* sql = relation->mutable_sql();
  sql->set_query(command.sql());
  *sql->mutable_args() = command.args();
  *sql->mutable_pos_args() = command.pos_args();
  *sql->mutable_named_arguments() = command.named_arguments();
  *sql->mutable_pos_arguments() = command.pos_arguments();
}

plan::Command::Node DecodeSqlCommand(const proto::SqlCommand& command, const DecodeContext& context) {
  if (!command.has_input()) {
    proto::Relation relation;
    SqlCommandRelation(command, &relation);
    return plan::SqlCommand{DecodeSql(relation.sql(), context)};
  }
  const proto::Relation& input = command.input();
  switch (input.rel_type_case()) {
    case proto::Relation::kSql:
      return plan::SqlCommand{DecodeSql(input.sql(), context)};
    case proto::Relation::kWithRelations:
      return plan::Query{DecodeRelation(input, context)};
    default: {
      const auto* chosen =
          input.GetReflection()->GetOneofFieldDescriptor(input, proto::Relation::descriptor()->oneof_decl(0));
      std::string name = chosen == nullptr ? "RELTYPE_NOT_SET" : chosen->name();
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
      ThrowInvalidPlan("SQL_COMMAND_EXPECTS_SQL_OR_WITH_RELATIONS", {{"other", name}});
    }
  }
}

}  // namespace firesteel::connect
