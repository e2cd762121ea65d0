#include "connect/data_type.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeShowString(const proto::ShowString& show, const DecodeContext& context) {
  return plan::ShowString{DecodeRelation(show.input(), context), show.num_rows(), show.truncate(), show.vertical()};
}

RelationNode DecodeHtmlString(const proto::HtmlString& html, const DecodeContext& context) {
  return plan::HtmlString{DecodeRelation(html.input(), context), html.num_rows(), html.truncate()};
}

RelationNode DecodeCollectMetrics(const proto::CollectMetrics& collect, const DecodeContext& context) {
  return plan::CollectMetrics{DecodeRelation(collect.input(), context), collect.name(),
                              DecodeExpressions(collect.metrics(), context)};
}

RelationNode DecodeParse(const proto::Parse& parse, const DecodeContext& context) {
  plan::Parse node;
  node.child = DecodeRelation(parse.input(), context);
  switch (parse.format()) {
    case proto::Parse::PARSE_FORMAT_CSV:
      node.format = "csv";
      break;
    case proto::Parse::PARSE_FORMAT_JSON:
      node.format = "json";
      break;
    case proto::Parse::PARSE_FORMAT_XML:
      node.format = "xml";
      break;
    default:
      ThrowInvalidEnumValue(parse.format());
  }
  if (parse.has_schema()) node.schema = DecodeDataType(parse.schema(), context);
  node.options = DecodeOptions(parse.options());
  return node;
}

}  // namespace firesteel::connect
