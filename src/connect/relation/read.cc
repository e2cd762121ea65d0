#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeRead(const proto::Read& read, const DecodeContext& context) {
  switch (read.read_type_case()) {
    case proto::Read::kNamedTable: {
      plan::NamedTable node;
      node.parts = context.parse_identifier(read.named_table().unparsed_identifier());
      node.options = DecodeOptions(read.named_table().options());
      node.is_streaming = read.is_streaming();
      return node;
    }
    case proto::Read::kDataSource: {
      const auto& source = read.data_source();
      plan::DataSource node;
      node.format = source.format();
      node.schema_text = source.schema();
      node.options = DecodeOptions(source.options());
      node.paths = DecodeStrings(source.paths());
      node.predicates = DecodeStrings(source.predicates());
      node.is_streaming = read.is_streaming();
      if (node.is_streaming && node.paths.size() > 1) {
        ThrowInvalidPlan("MULTIPLE_PATHS_NOT_SUPPORTED_FOR_STREAMING_SOURCE");
      }
      if (!node.predicates.empty() && node.format != "jdbc") {
        ThrowInvalidPlan("PREDICATES_NOT_SUPPORTED_FOR_DATA_SOURCE", {{"format", node.format}});
      }
      return node;
    }
    case proto::Read::READ_TYPE_NOT_SET:
      break;
  }
  ThrowOneOfNotSet("spark.connect.Read", "READTYPE_NOT_SET");
}

RelationNode DecodeRange(const proto::Range& range) {
  plan::Range node;
  node.start = range.start();
  node.end = range.end();
  node.step = range.step();
  if (range.has_num_partitions()) node.num_partitions = range.num_partitions();
  return node;
}

RelationNode DecodeTableFunction(const proto::UnresolvedTableValuedFunction& function, const DecodeContext& context) {
  return plan::TableFunction{context.parse_identifier(function.function_name()),
                             DecodeExpressions(function.arguments(), context)};
}

}  // namespace firesteel::connect
