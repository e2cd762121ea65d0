#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeSetOperation(const proto::SetOperation& operation, const DecodeContext& context) {
  if (!operation.has_left_input() || !operation.has_right_input()) {
    ThrowInvalidPlan("SET_OPERATION_MUST_HAVE_TWO_INPUTS");
  }
  plan::SetOperation node;
  switch (operation.set_op_type()) {
    case proto::SetOperation::SET_OP_TYPE_EXCEPT:
      if (operation.by_name()) ThrowInvalidPlan("EXCEPT_DOES_NOT_SUPPORT_UNION_BY_NAME");
      node.kind = plan::SetOperation::Kind::kExcept;
      break;
    case proto::SetOperation::SET_OP_TYPE_INTERSECT:
      if (operation.by_name()) ThrowInvalidPlan("INTERSECT_DOES_NOT_SUPPORT_UNION_BY_NAME");
      node.kind = plan::SetOperation::Kind::kIntersect;
      break;
    case proto::SetOperation::SET_OP_TYPE_UNION:
      if (!operation.by_name() && operation.allow_missing_columns()) {
        ThrowInvalidPlan("UNION_BY_NAME_ALLOW_MISSING_COL_REQUIRES_BY_NAME");
      }
      node.kind = plan::SetOperation::Kind::kUnion;
      break;
    default:
      ThrowInvalidEnumValue(operation.set_op_type());
  }
  node.all = operation.is_all();
  node.by_name = operation.by_name();
  node.allow_missing_columns = operation.allow_missing_columns();
  node.inputs = {DecodeRelation(operation.left_input(), context), DecodeRelation(operation.right_input(), context)};
  return node;
}

}  // namespace firesteel::connect
