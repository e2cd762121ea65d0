#include "optimizer/pad_char_comparisons.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/utf8.h"
#include "functions/binding/binding.h"
#include "optimizer/rebuild.h"
#include "types/field_metadata.h"

namespace firesteel::optimizer {
namespace {

using bound::ExpressionPtr;
using bound::RelationPtr;

constexpr std::string_view kTypeKey = "__CHAR_VARCHAR_TYPE_STRING";

/// n of char(n), or nothing.
std::optional<size_t> CharLength(const bound::Attribute& column) {
  constexpr std::string_view kHead = "char(";
  if (column.metadata.empty() || !column.type.Is(TypeKind::kString)) return std::nullopt;
  const std::optional<std::string> declared = MetadataText(column.metadata, kTypeKey);
  if (!declared || !declared->starts_with(kHead)) return std::nullopt;
  size_t length = 0;
  const char* end = declared->data() + declared->size();
  const auto [stop, error] = std::from_chars(declared->data() + kHead.size(), end, length);
  if (error != std::errc() || stop == end || *stop != ')') return std::nullopt;
  return length;
}

class Padding {
 public:
  explicit Padding(const bound::SessionSettings& settings) : settings_(settings) {}

  void Collect(const bound::Relation& relation) {
    for (const bound::Attribute& column : relation.output) {
      if (const std::optional<size_t> length = CharLength(column)) lengths_.emplace(column.id, *length);
    }
    for (const ExpressionPtr& expression : bound::Expressions(relation)) {
      bound::AnyOf(expression, [&](const bound::Expression& node) {
        if (const RelationPtr* query = SubqueryOf(node)) Collect(**query);
        return false;
      });
    }
    for (const RelationPtr& child : bound::Children(relation)) Collect(*child);
  }

  bool Concerns() const { return !lengths_.empty(); }

  RelationPtr Rewrite(const RelationPtr& relation) {
    const RelationPtr over = MapChildren(relation, [&](const RelationPtr& child) { return Rewrite(child); });
    return MapExpressions(over, [&](const ExpressionPtr& expression) {
      return expression ? bound::TransformUp(expression, [&](const ExpressionPtr& node) { return Replace(node); })
                        : expression;
    });
  }

 private:
  ExpressionPtr Replace(const ExpressionPtr& expression) {
    if (const RelationPtr* query = SubqueryOf(*expression)) {
      RelationPtr rewritten = Rewrite(*query);
      return rewritten == *query ? nullptr : WithSubquery(*expression, std::move(rewritten));
    }
    const auto* call = expression->As<bound::Call>();
    if (!call) return nullptr;
    const std::string_view name = call->function->name;
    const bool two = name == "=" || name == "<=>" || name == "<" || name == "<=" || name == ">" || name == ">=";
    if (two || name == "in") return Padded(expression, call->arguments);
    return nullptr;
  }

  /// One side is a column of char; the others are columns of char, too (where two are compared), or texts.
  ExpressionPtr Padded(const ExpressionPtr& expression, std::vector<ExpressionPtr> sides) {
    std::vector<std::optional<size_t>> lengths;
    size_t longest = 0;
    bool any_column = false;
    for (const ExpressionPtr& side : sides) {
      std::optional<size_t> length = ColumnLength(*side);
      any_column |= length.has_value();
      if (const auto* literal = side->As<bound::Literal>(); literal && IsText(*side)) {
        if (!literal->value.is_null()) length = Utf8Length(literal->value.text());
      } else if (!length) {
        return nullptr;
      }
      lengths.push_back(length);
      if (length) longest = std::max(longest, *length);
    }
    if (!any_column) return nullptr;
    bool changed = false;
    for (size_t i = 0; i < sides.size(); ++i) {
      if (!lengths[i] || *lengths[i] >= longest) continue;
      sides[i] = Filled(sides[i], *lengths[i], longest);
      changed = true;
    }
    return changed ? bound::WithChildren(expression, std::move(sides)) : nullptr;
  }

  static bool IsText(const bound::Expression& side) { return side.type.Is(TypeKind::kString); }

  std::optional<size_t> ColumnLength(const bound::Expression& side) const {
    std::optional<bound::AttributeId> id;
    if (const auto* column = side.As<bound::AttributeRef>()) id = column->id;
    if (const auto* column = side.As<bound::OuterRef>()) id = column->id;
    const auto found = id ? lengths_.find(*id) : lengths_.end();
    return found == lengths_.end() ? std::nullopt : std::optional<size_t>(found->second);
  }

  ExpressionPtr Filled(const ExpressionPtr& side, size_t from, size_t to) const {
    if (const auto* literal = side->As<bound::Literal>()) {
      return bound::MakeLiteral(side->type, Value{std::string(literal->value.text()) + std::string(to - from, ' ')},
                                side->origin);
    }
    return functions::BindByName("rpad",
                                 {side, bound::MakeLiteral(DataType::Int(), Value{static_cast<int64_t>(to)}),
                                  bound::MakeLiteral(DataType::String(), Value{std::string(" ")})},
                                 settings_, side->origin);
  }

  const bound::SessionSettings& settings_;
  std::map<bound::AttributeId, size_t> lengths_;
};

}  // namespace

RelationPtr PadCharComparisons(const RelationPtr& relation, const bound::SessionSettings& settings) {
  Padding padding(settings);
  padding.Collect(*relation);
  return padding.Concerns() ? padding.Rewrite(relation) : relation;
}

}  // namespace firesteel::optimizer
