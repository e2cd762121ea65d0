#include "connect/expression/decode_expression.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeUnpivot(const proto::Unpivot& unpivot, const DecodeContext& context) {
  plan::Unpivot node;
  node.child = DecodeRelation(unpivot.input(), context);
  node.ids = DecodeExpressions(unpivot.ids(), context);
  if (unpivot.has_values()) {
    std::vector<std::vector<plan::ExpressionPtr>> values;
    for (const auto& value : unpivot.values().values()) values.push_back({DecodeExpression(value, context)});
    node.values = std::move(values);
  }
  node.variable_column_name = unpivot.variable_column_name();
  node.value_column_names = {unpivot.value_column_name()};
  return node;
}

RelationNode DecodeTranspose(const proto::Transpose& transpose, const DecodeContext& context) {
  return plan::Transpose{DecodeRelation(transpose.input(), context),
                         DecodeExpressions(transpose.index_columns(), context)};
}

}  // namespace firesteel::connect
