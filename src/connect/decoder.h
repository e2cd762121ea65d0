#pragma once

#include <variant>

#include "connect/decode_context.h"
#include "plan/command.h"
#include "plan/relation.h"

namespace spark::connect {
class Command;
class Plan;
class Relation;
}  // namespace spark::connect

namespace firesteel::connect {

/// The protocol's plan → the neutral plan. Pure but for the context's functions; recursive by nesting: messages come
/// from ParseMessage, which bounds it, and the thread has a large stack. Throws QueryError for plans that Spark
/// refuses.
plan::RelationPtr DecodeRelation(const ::spark::connect::Relation& relation, const DecodeContext& context);

/// What is known but not built comes back as UnsupportedCommand.
plan::Command DecodeCommand(const ::spark::connect::Command& command, const DecodeContext& context);

using DecodedPlan = std::variant<plan::RelationPtr, plan::Command>;

/// A relation or a command, also a compressed one.
DecodedPlan DecodePlan(const ::spark::connect::Plan& plan, const DecodeContext& context);

/// As DecodePlan where only a query makes sense (AnalyzePlan).
plan::RelationPtr DecodeQuery(const ::spark::connect::Plan& plan, const DecodeContext& context);

}  // namespace firesteel::connect
