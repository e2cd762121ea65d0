#pragma once

#include "connect/decode_context.h"
#include "plan/command.h"

namespace spark::connect {
class Plan;
class Relation;
class SqlCommand;
}  // namespace spark::connect

namespace firesteel::connect {

/// spark.sql(text, args). With DataFrames as arguments (`spark.sql("… {df}", df=df)`) it is a query over them.
plan::Command::Node DecodeSqlCommand(const ::spark::connect::SqlCommand& command, const DecodeContext& context);

/// The relation that stands for the query in the command's result: the client's own, or one made of the fields that
/// clients before 4.0 fill.
void SqlCommandRelation(const ::spark::connect::SqlCommand& command, ::spark::connect::Relation* relation);

/// The same for a plan whose command is compressed; nothing for other plans. Throws as DecodePlan.
void CompressedSqlCommandRelation(const ::spark::connect::Plan& plan, const DecodeContext& context,
                                  ::spark::connect::Relation* relation);

}  // namespace firesteel::connect
