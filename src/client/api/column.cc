#include "firesteel/column.h"

#include <utility>

#include "client/plan/access.h"
#include "client/plan/expression.h"
#include "client/plan/literal.h"
#include "firesteel/dataframe.h"
#include "firesteel/window.h"

namespace firesteel::client {

using internal::Access;
using internal::ExpressionKind;
using internal::ExpressionNode;
using internal::ExpressionPtr;

namespace {

Column Call(std::string_view name, std::vector<ExpressionPtr> arguments) {
  return Access::Make(internal::Function(name, std::move(arguments)));
}

Column Operation(std::string_view name, const ColumnOrValue& left, const ColumnOrValue& right) {
  return Call(name, {Access::Node(left), Access::Node(right)});
}

Column CastTo(const Column& column, std::optional<DataType> type, std::string text, bool try_cast) {
  auto node = std::make_shared<ExpressionNode>(ExpressionKind::kCast, std::move(text),
                                               std::vector<ExpressionPtr>{Access::Node(column)});
  node->type = std::move(type);
  node->try_cast = try_cast;
  return Access::Make(node);
}

Column Sorted(const Column& column, bool ascending, bool nulls_first) {
  return Access::Make(internal::SortOrderOf(Access::Node(column), ascending, nulls_first));
}

// The cases so far and more of them; an Invalid node when there are none, or an else already.
Column MoreCases(const ExpressionPtr& node, std::string_view call, std::vector<ExpressionPtr> more, bool last) {
  if (node->kind != ExpressionKind::kCaseWhen || node->flag) {
    return Access::Make(internal::InvalidExpression(Error::Invalid(
        std::string(call) + "() can only be called on a column made by when(), and not after otherwise().")));
  }
  std::vector<ExpressionPtr> cases = node->children;
  for (ExpressionPtr& item : more) cases.push_back(std::move(item));
  auto made = std::make_shared<ExpressionNode>(ExpressionKind::kCaseWhen, std::string(), std::move(cases));
  made->flag = last;
  return Access::Make(made);
}

std::shared_ptr<ExpressionNode> AliasNode(const Column& column, std::vector<std::string> names) {
  auto node = std::make_shared<ExpressionNode>(ExpressionKind::kAlias, std::string(),
                                               std::vector<ExpressionPtr>{Access::Node(column)});
  node->names = std::move(names);
  return node;
}

}  // namespace

ColumnOrName::ColumnOrName(std::string_view name) : column_(Access::Make(internal::Attribute(name))), name_(name) {}

Column ColumnOrValue::Literal(const Value& value) { return Access::Make(internal::LiteralOf(value)); }

Column Column::alias(std::string name) const { return Access::Make(AliasNode(*this, {std::move(name)})); }

Column Column::alias(std::string name, std::string metadata_json) const {
  auto node = AliasNode(*this, {std::move(name)});
  node->metadata = std::move(metadata_json);
  return Access::Make(node);
}

Column Column::alias(std::vector<std::string> names) const { return Access::Make(AliasNode(*this, std::move(names))); }

Column Column::cast(const DataType& type) const { return CastTo(*this, type, {}, false); }
Column Column::cast(std::string type) const { return CastTo(*this, std::nullopt, std::move(type), false); }
Column Column::try_cast(const DataType& type) const { return CastTo(*this, type, {}, true); }
Column Column::try_cast(std::string type) const { return CastTo(*this, std::nullopt, std::move(type), true); }

Column Column::eq_null_safe(const ColumnOrValue& other) const { return Operation("<=>", *this, other); }
Column Column::is_null() const { return Call("isNull", {node_}); }
Column Column::is_not_null() const { return Call("isNotNull", {node_}); }
Column Column::is_nan() const { return Call("isNaN", {node_}); }

Column Column::between(const ColumnOrValue& lower, const ColumnOrValue& upper) const {
  return (*this >= lower) && (*this <= upper);
}

Column Column::isin(const std::vector<ColumnOrValue>& values) const {
  std::vector<ExpressionPtr> arguments = {node_};
  for (const ColumnOrValue& value : values) arguments.push_back(Access::Node(value));
  return Call("in", std::move(arguments));
}

Column Column::isin(const DataFrame& subquery) const {
  const bool is_struct = node_->kind == ExpressionKind::kFunction && node_->name == "struct";
  return Access::Make(internal::SubqueryOf(Access::Plan(subquery), internal::SubqueryKind::kIn,
                                           is_struct ? node_->children : std::vector<ExpressionPtr>{node_}));
}

Column Column::when(const Column& condition, const ColumnOrValue& value) const {
  return MoreCases(node_, "when", {condition.node_, Access::Node(value)}, false);
}

Column Column::otherwise(const ColumnOrValue& value) const {
  return MoreCases(node_, "otherwise", {Access::Node(value)}, true);
}

Column Column::contains(const ColumnOrValue& other) const { return Operation("contains", *this, other); }
Column Column::startswith(const ColumnOrValue& other) const { return Operation("startsWith", *this, other); }
Column Column::endswith(const ColumnOrValue& other) const { return Operation("endsWith", *this, other); }
Column Column::like(const ColumnOrValue& pattern) const { return Operation("like", *this, pattern); }
Column Column::ilike(const ColumnOrValue& pattern) const { return Operation("ilike", *this, pattern); }
Column Column::rlike(const ColumnOrValue& pattern) const { return Operation("rlike", *this, pattern); }

Column Column::substr(const ColumnOrValue& start, const ColumnOrValue& length) const {
  return Call("substr", {node_, Access::Node(start), Access::Node(length)});
}

Column Column::bitwise_and(const ColumnOrValue& other) const { return Operation("&", *this, other); }
Column Column::bitwise_or(const ColumnOrValue& other) const { return Operation("|", *this, other); }
Column Column::bitwise_xor(const ColumnOrValue& other) const { return Operation("^", *this, other); }

Column Column::operator[](const ColumnOrValue& key) const {
  return Access::Make(std::make_shared<ExpressionNode>(ExpressionKind::kExtractValue, std::string(),
                                                       std::vector<ExpressionPtr>{node_, Access::Node(key)}));
}

Column Column::get_item(const ColumnOrValue& key) const { return (*this)[key]; }
Column Column::get_field(const ColumnOrValue& name) const { return (*this)[name]; }

Column Column::with_field(std::string name, const Column& value) const {
  return Access::Make(std::make_shared<ExpressionNode>(ExpressionKind::kWithField, std::move(name),
                                                       std::vector<ExpressionPtr>{node_, value.node_}));
}

Column Column::drop_fields(const std::vector<std::string>& names) const {
  if (names.empty()) {
    return Access::Make(internal::InvalidExpression(Error::Invalid("drop_fields() needs the name of a field.")));
  }
  ExpressionPtr node = node_;
  for (const std::string& name : names) {
    node = std::make_shared<ExpressionNode>(ExpressionKind::kDropField, name, std::vector<ExpressionPtr>{node});
  }
  return Access::Make(node);
}

Column Column::asc_nulls_first() const { return Sorted(*this, true, true); }
Column Column::asc_nulls_last() const { return Sorted(*this, true, false); }
Column Column::desc_nulls_first() const { return Sorted(*this, false, true); }
Column Column::desc_nulls_last() const { return Sorted(*this, false, false); }

Column Column::over(const WindowSpec& window) const {
  std::vector<ExpressionPtr> children = {node_};
  for (const Column& key : window.partition_) children.push_back(key.node_);
  for (const Column& order : window.order_) children.push_back(order.node_);
  auto node = std::make_shared<ExpressionNode>(ExpressionKind::kWindow, std::string(), std::move(children));
  node->partition_keys = window.partition_.size();
  if (window.frame_) {
    node->frame = internal::WindowFrame{window.frame_->rows, window.frame_->start, window.frame_->end};
  }
  return Access::Make(node);
}

Column operator==(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("==", left, right); }
Column operator!=(const ColumnOrValue& left, const ColumnOrValue& right) { return !Operation("==", left, right); }
Column operator<(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("<", left, right); }
Column operator<=(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("<=", left, right); }
Column operator>(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation(">", left, right); }
Column operator>=(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation(">=", left, right); }
Column operator+(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("+", left, right); }
Column operator-(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("-", left, right); }
Column operator*(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("*", left, right); }
Column operator/(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("/", left, right); }
Column operator%(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("%", left, right); }
Column operator&&(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("and", left, right); }
Column operator||(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("or", left, right); }
Column operator&(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("and", left, right); }
Column operator|(const ColumnOrValue& left, const ColumnOrValue& right) { return Operation("or", left, right); }
Column Column::operator!() const { return Call("not", {node_}); }
Column Column::operator-() const { return Call("negative", {node_}); }

}  // namespace firesteel::client
