// Relations whose rows Python functions give: mapInPandas and the like, table functions.
#include "base/error.h"
#include "connect/data_type.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeMapPartitions(const proto::MapPartitions& map, const DecodeContext& context) {
  plan::MapPartitions node;
  node.child = DecodeRelation(map.input(), context);
  node.function = DecodePythonFunction(map.func(), context);
  node.is_barrier = map.is_barrier();
  return node;
}

RelationNode DecodeGroupMap(const proto::GroupMap& map, const DecodeContext& context) {
  if (map.has_transform_with_state_info()) ThrowUnsupported("transformWithState (structured streaming)");
  if (map.has_state_schema() || map.has_initial_input() || map.has_is_map_groups_with_state()) {
    ThrowUnsupported("a function of groups with state");
  }
  plan::GroupMap node;
  node.child = DecodeRelation(map.input(), context);
  node.grouping = DecodeExpressions(map.grouping_expressions(), context);
  node.function = DecodePythonFunction(map.func(), context);
  return node;
}

RelationNode DecodeCoGroupMap(const proto::CoGroupMap& map, const DecodeContext& context) {
  plan::CoGroupMap node;
  node.left = DecodeRelation(map.input(), context);
  node.left_grouping = DecodeExpressions(map.input_grouping_expressions(), context);
  node.right = DecodeRelation(map.other(), context);
  node.right_grouping = DecodeExpressions(map.other_grouping_expressions(), context);
  node.function = DecodePythonFunction(map.func(), context);
  return node;
}

plan::PythonCodePtr DecodePythonTableCode(const proto::CommonInlineUserDefinedTableFunction& function,
                                          const DecodeContext& context) {
  if (!function.has_python_udtf()) {
    ThrowOneOfNotSet("spark.connect.CommonInlineUserDefinedTableFunction", "FUNCTION_NOT_SET");
  }
  const auto& udtf = function.python_udtf();
  plan::PythonCode code;
  code.name = function.function_name();
  code.deterministic = function.deterministic();
  if (udtf.has_return_type() && udtf.return_type().has_unparsed()) {
    code.output_type_text = udtf.return_type().unparsed().data_type_string();
  } else if (udtf.has_return_type()) {
    code.output_type = DecodeDataType(udtf.return_type(), context);
  }
  code.eval_type = udtf.eval_type();
  code.command = udtf.command();
  code.python_version = udtf.python_ver();
  return std::make_shared<const plan::PythonCode>(std::move(code));
}

RelationNode DecodePythonTableFunction(const proto::CommonInlineUserDefinedTableFunction& function,
                                       const DecodeContext& context) {
  return plan::PythonTableFunction{DecodePythonTableCode(function, context),
                                   DecodeExpressions(function.arguments(), context)};
}

}  // namespace firesteel::connect
