#include "lowering/select.h"

#include <unordered_set>

#include "base/error.h"

namespace firesteel::lowering {
namespace {

std::string Tail(const Select& select) {
  std::string text;
  if (!select.from.empty()) text += " FROM " + select.from;
  if (!select.where.empty()) text += " WHERE " + JoinTexts(select.where, " AND ");
  if (!select.group_by.empty()) text += " GROUP BY " + select.group_by;
  if (!select.order_by.empty()) text += " ORDER BY " + JoinTexts(select.order_by, ", ");
  if (select.limit) text += " LIMIT " + std::to_string(*select.limit);
  if (select.offset != 0) text += " OFFSET " + std::to_string(select.offset);
  return text;
}

std::string Head(const Select& select) {
  if (!select.distinct_on.empty()) return "SELECT DISTINCT ON (" + select.distinct_on + ") ";
  return select.distinct ? "SELECT DISTINCT " : "SELECT ";
}

}  // namespace

std::string Alias(bound::AttributeId id) { return "c" + std::to_string(id); }

std::string JoinTexts(const std::vector<std::string>& texts, std::string_view separator) {
  std::string joined;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += texts[i];
  }
  return joined;
}

std::string SelectTextOf(const Select& select, const std::string& items) {
  return Head(select) + (items.empty() ? "NULL AS no_column" : items) + Tail(select);
}

std::string SelectText(const Select& select) {
  if (!select.set_operation.empty()) return select.set_operation;
  std::unordered_set<bound::AttributeId> seen;
  std::string items;
  for (const Column& column : select.columns) {
    if (!seen.insert(column.id).second) continue;
    if (!items.empty()) items += ", ";
    items += column.sql + " AS " + Alias(column.id);
  }
  return SelectTextOf(select, items);
}

std::string SelectText(const Select& select, const std::vector<bound::AttributeId>& ids,
                       const std::vector<std::string>& names, const std::vector<std::string>& casts) {
  if (!select.set_operation.empty()) throw InternalError("a set operation must be wrapped first");
  const Scope scope(select.columns);
  std::string items;
  for (size_t i = 0; i < ids.size(); ++i) {
    const Column* column = scope.Find(ids[i]);
    if (!column) throw InternalError("no column has the id " + std::to_string(ids[i]));
    if (i > 0) items += ", ";
    const bool has_cast = i < casts.size() && !casts[i].empty();
    items += (has_cast ? "CAST(" + column->sql + " AS " + casts[i] + ")" : column->sql) + " AS " + names[i];
  }
  return SelectTextOf(select, items);
}

}  // namespace firesteel::lowering
