#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bound/relation.h"

namespace firesteel::lowering {

/// A column that a SELECT computes, as SQL over its FROM.
struct Column {
  /// What may be done with the text: references stay null on the null side of an outer join and cost nothing;
  /// constants cost nothing; anything else is to be computed once.
  enum class Form : uint8_t { kReference, kConstant, kComputed };
  bound::AttributeId id = 0;
  std::string sql;
  Form form = Form::kComputed;
  int depth = 1;
  bool can_fail = false;
  bool is_volatile = false;
};

/// One SELECT under construction. Column aliases are c<attribute id>, table aliases are unique in the query, and every
/// reference is qualified: text moves freely into nested queries.
struct Select {
  std::vector<Column> columns;
  std::string from;                ///< empty: no FROM clause
  std::vector<std::string> where;  ///< conjuncts, in the order of evaluation
  std::vector<std::string> order_by;
  std::optional<int64_t> limit;
  int64_t offset = 0;
  bool distinct = false;
  /// GROUP BY, DISTINCT ON, window functions, set operations: only columns may be dropped or renamed in place.
  bool is_closed = false;
  std::string group_by;           ///< whole clause after GROUP BY
  std::string distinct_on;        ///< columns of DISTINCT ON
  std::string set_operation;      ///< whole query text; its columns are named c<id>
  int nesting = 0;                ///< depth of SELECTs in `from`
  bool has_filter_below = false;  ///< a filter stands in `from`

  bool has_limit() const { return limit.has_value() || offset != 0; }
  /// Nothing but FROM and WHERE so far.
  bool is_open() const { return !is_closed && !distinct && !has_limit() && order_by.empty(); }
};

/// The columns of a SELECT by attribute id, for the expressions above it.
class Scope {
 public:
  Scope() = default;
  explicit Scope(const std::vector<Column>& columns) { Add(columns); }
  void Add(const std::vector<Column>& columns) {
    for (const Column& column : columns) by_id_.emplace(column.id, &column);
  }
  const Column* Find(bound::AttributeId id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<bound::AttributeId, const Column*> by_id_;
};

std::string Alias(bound::AttributeId id);  ///< c12
std::string JoinTexts(const std::vector<std::string>& texts, std::string_view separator);

/// The query with these items between SELECT and FROM; never without one.
std::string SelectTextOf(const Select& select, const std::string& items);
/// The query with its columns named c<id>, each id once; never without a column.
std::string SelectText(const Select& select);
/// The query with these columns, in this order, named by `names`; `casts[i]`, when not empty, is a type to cast to.
std::string SelectText(const Select& select, const std::vector<bound::AttributeId>& ids,
                       const std::vector<std::string>& names, const std::vector<std::string>& casts = {});

}  // namespace firesteel::lowering
