#include <algorithm>

#include "connect/expression/decode_expression.h"
#include "connect/relation/decode_relation.h"

// Clients before 4.0 send arguments in fields that are deprecated since.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace firesteel::connect {

namespace proto = ::spark::connect;

plan::SqlQuery DecodeSql(const proto::SQL& sql, const DecodeContext& context) {
  plan::SqlQuery node;
  node.text = sql.query();
  for (const auto& [name, value] : sql.named_arguments()) {
    node.named_arguments.emplace_back(name, DecodeExpression(value, context));
  }
  for (const auto& [name, value] : sql.args()) {
    node.named_arguments.emplace_back(name, DecodeLiteralExpression(value, context));
  }
  std::sort(node.named_arguments.begin(), node.named_arguments.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  node.positional_arguments = DecodeExpressions(sql.pos_arguments(), context);
  for (const auto& value : sql.pos_args()) {
    node.positional_arguments.push_back(DecodeLiteralExpression(value, context));
  }
  return node;
}

RelationNode DecodeWithRelations(const proto::WithRelations& with, const DecodeContext& context) {
  plan::WithRelations node;
  node.root = DecodeRelation(with.root(), context);
  for (const auto& reference : with.references()) node.references.push_back(DecodeRelation(reference, context));
  return node;
}

}  // namespace firesteel::connect
