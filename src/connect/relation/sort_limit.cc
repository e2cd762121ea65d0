#include "connect/expression/decode_expression.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

plan::ExpressionPtr IntLiteral(int32_t value) {
  return plan::Make(plan::Literal{TypedValue{DataType::Int(), Value{int64_t{value}}}});
}

}  // namespace

RelationNode DecodeSort(const proto::Sort& sort, const DecodeContext& context) {
  plan::Sort node;
  node.child = DecodeRelation(sort.input(), context);
  node.orders = DecodeSortOrders(sort.order(), context);
  node.is_global = sort.is_global();
  return node;
}

RelationNode DecodeLimit(const proto::Limit& limit, const DecodeContext& context) {
  return plan::Limit{DecodeRelation(limit.input(), context), IntLiteral(limit.limit())};
}

RelationNode DecodeOffset(const proto::Offset& offset, const DecodeContext& context) {
  return plan::Offset{DecodeRelation(offset.input(), context), IntLiteral(offset.offset())};
}

RelationNode DecodeTail(const proto::Tail& tail, const DecodeContext& context) {
  return plan::Tail{DecodeRelation(tail.input(), context), IntLiteral(tail.limit())};
}

}  // namespace firesteel::connect
