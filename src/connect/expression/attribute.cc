#include <string_view>

#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

plan::Expression::Node DecodeAttribute(const proto::Expression::UnresolvedAttribute& attribute,
                                       const OriginPtr& origin) {
  plan::UnresolvedAttribute node;
  node.parts = plan::ParseAttributeName(attribute.unparsed_identifier(), origin);
  if (attribute.has_plan_id()) node.plan_id = attribute.plan_id();
  node.is_metadata_column = attribute.is_metadata_column();
  return node;
}

plan::Expression::Node DecodeStar(const proto::Expression::UnresolvedStar& star, const OriginPtr& origin) {
  plan::UnresolvedStar node;
  if (star.has_plan_id()) node.plan_id = star.plan_id();
  if (!star.has_unparsed_target()) return node;
  if (star.has_plan_id()) ThrowInvalidPlan("UNRESOLVED_STAR_WITH_BOTH_TARGET_AND_PLAN_ID");
  const std::string& target = star.unparsed_target();
  if (!std::string_view(target).ends_with(".*")) {
    ThrowInvalidPlan("UNRESOLVED_STAR_TARGET_INVALID", {{"target", target}});
  }
  node.target = plan::ParseAttributeName(target.substr(0, target.size() - 2), origin);
  return node;
}

plan::Expression::Node DecodeRegex(const proto::Expression::UnresolvedRegex& regex, const OriginPtr& origin) {
  // Spark's two patterns: `regex`, and table.`regex` (any one character before the first backquote of the last part).
  const std::string_view name = regex.col_name();
  std::optional<int64_t> plan_id;
  if (regex.has_plan_id()) plan_id = regex.plan_id();
  if (name.size() > 2 && name.front() == '`' && name.back() == '`') {
    return plan::UnresolvedRegex{std::string(name.substr(1, name.size() - 2)), {}, plan_id};
  }
  if (!name.empty() && name.back() == '`') {
    const std::string_view head = name.substr(0, name.size() - 1);
    const size_t open = head.rfind('`');
    if (open != std::string_view::npos && open >= 2 && open + 1 < head.size()) {
      return plan::UnresolvedRegex{
          std::string(head.substr(open + 1)), {std::string(head.substr(0, open - 1))}, plan_id};
    }
  }
  plan::UnresolvedAttribute node;
  node.parts = plan::ParseAttributeName(regex.col_name(), origin);
  node.plan_id = plan_id;
  return node;
}

}  // namespace firesteel::connect
