#include <utility>

#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

using Frame = proto::Expression::Window::WindowFrame;

plan::WindowBoundary DecodeBoundary(const Frame::FrameBoundary& boundary, bool is_lower, const DecodeContext& context) {
  using Kind = plan::WindowBoundary::Kind;
  switch (boundary.boundary_case()) {
    case Frame::FrameBoundary::kCurrentRow:
      return {Kind::kCurrentRow, nullptr};
    case Frame::FrameBoundary::kUnbounded:
      return {is_lower ? Kind::kUnboundedPreceding : Kind::kUnboundedFollowing, nullptr};
    case Frame::FrameBoundary::kValue:
      return {Kind::kFollowing, DecodeExpression(boundary.value(), context)};
    case Frame::FrameBoundary::BOUNDARY_NOT_SET:
      break;
  }
  ThrowOneOfNotSet("spark.connect.Expression.Window.WindowFrame.FrameBoundary", "BOUNDARY_NOT_SET");
}

plan::WindowFrame DecodeFrame(const Frame& frame, const DecodeContext& context) {
  plan::WindowFrame result;
  switch (frame.frame_type()) {
    case Frame::FRAME_TYPE_ROW:
      result.is_rows = true;
      break;
    case Frame::FRAME_TYPE_RANGE:
      result.is_rows = false;
      break;
    default:
      ThrowInvalidEnumValue(frame.frame_type());
  }
  if (!frame.has_lower()) ThrowInvalidPlan("LOWER_BOUND_REQUIRED_IN_WINDOW_FRAME");
  result.lower = DecodeBoundary(frame.lower(), true, context);
  if (!frame.has_upper()) ThrowInvalidPlan("UPPER_BOUND_REQUIRED_IN_WINDOW_FRAME");
  result.upper = DecodeBoundary(frame.upper(), false, context);
  return result;
}

}  // namespace

plan::SortOrder DecodeSortOrder(const proto::Expression::SortOrder& order, const DecodeContext& context) {
  // Anything but "ascending" and "nulls first" is their opposite, as in Spark's planner; unspecified values too.
  plan::SortOrder node;
  node.child = DecodeExpression(order.child(), context);
  node.ascending = order.direction() == proto::Expression::SortOrder::SORT_DIRECTION_ASCENDING;
  node.nulls_first = order.null_ordering() == proto::Expression::SortOrder::SORT_NULLS_FIRST;
  return node;
}

std::vector<plan::SortOrder> DecodeSortOrders(
    const google::protobuf::RepeatedPtrField<proto::Expression::SortOrder>& orders, const DecodeContext& context) {
  std::vector<plan::SortOrder> result;
  result.reserve(orders.size());
  for (const auto& order : orders) result.push_back(DecodeSortOrder(order, context));
  return result;
}

plan::Expression::Node DecodeWindow(const proto::Expression::Window& window, const DecodeContext& context) {
  if (!window.has_window_function()) ThrowInvalidPlan("WINDOW_FUNCTION_REQUIRED");
  plan::WindowExpression node;
  node.function = DecodeExpression(window.window_function(), context);
  node.spec.partition_by = DecodeExpressions(window.partition_spec(), context);
  node.spec.order_by = DecodeSortOrders(window.order_spec(), context);
  if (window.has_frame_spec()) node.spec.frame = DecodeFrame(window.frame_spec(), context);
  return node;
}

}  // namespace firesteel::connect
