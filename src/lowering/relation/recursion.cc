#include "base/error.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

// (level of the row, rows of the levels before and its own): the level, unless a limit is passed. The limits are
// constants: arguments 2 and 3.
void CheckLimits(functions::KernelContext& context, std::span<const functions::VectorView> arguments, size_t rows,
                 functions::ResultVector& result) {
  int64_t* out = result.Data<int64_t>();
  for (size_t row = 0; row < rows; ++row) {
    const int64_t level = arguments[0].Get<int64_t>(row);
    const int64_t total = arguments[1].Get<int64_t>(row);
    const int64_t max_level = arguments[2].Get<int64_t>(row);
    const int64_t max_rows = arguments[3].Get<int64_t>(row);
    out[row] = level;
    if (max_level >= 0 && level > max_level) {
      context.Fail(row, "RECURSION_LEVEL_LIMIT_EXCEEDED", {{"levelLimit", std::to_string(max_level)}},
                   ErrorClass::kSpark, false);
      return;
    }
    if (max_rows >= 0 && total > max_rows) {
      context.Fail(row, "RECURSION_ROW_LIMIT_EXCEEDED", {{"rowLimit", std::to_string(max_rows)}}, ErrorClass::kSpark,
                   false);
      return;
    }
  }
}

constexpr functions::Kernel kCheckLimits{CheckLimits, nullptr, true};

}  // namespace

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::Recursion& node) {
  const std::string name = "r" + std::to_string(node.cte_id);
  std::vector<std::string> names;
  std::vector<std::string> casts;
  for (const bound::Attribute& attribute : relation.output) {
    names.push_back(Alias(attribute.id));
    casts.push_back(TypeSql(attribute.type));
  }
  const auto text = [&](const bound::Relation& input) {
    // The text stands inside of WITH RECURSIVE: it may name the recursion, which an entry at the top cannot.
    const Scope nothing;
    Select select = LowerSubquery(input, nothing);
    if (!select.set_operation.empty()) Wrap(select);
    std::vector<bound::AttributeId> ids;
    for (const bound::Attribute& attribute : input.output) ids.push_back(attribute.id);
    return SelectText(select, ids, names, casts);
  };
  const auto level = [&](const std::string& number, const std::string& total) {
    functions::KernelCall check;
    check.kernel = &kCheckLimits;
    check.argument_types.assign(4, DataType::Long());
    check.result_type = DataType::Long();
    check.constants.resize(4);
    const std::string limits[] = {std::to_string(node.max_level), std::to_string(node.max_rows)};
    return KernelCallSql(std::move(check),
                         {number, total, "CAST(" + limits[0] + " AS BIGINT)", "CAST(" + limits[1] + " AS BIGINT)"},
                         true);
  };
  const std::string anchor = text(*node.anchor);
  ctes_[node.cte_id] = CteEntry{name, 0};
  const std::string step = text(*node.step);

  // Beside the columns every row carries its level and how many rows there are up to it.
  const std::string columns = names.empty() ? "" : JoinTexts(names, ", ") + ", ";
  const auto with_level = [&](const std::string& rows, const std::string& before) {
    const std::string number = before.empty() ? "CAST(1 AS BIGINT)" : "b.level + 1";
    const std::string total = before.empty() ? "count(*) OVER ()" : "b.total + count(*) OVER ()";
    return "SELECT " + columns + level(number, total) + " AS level, " + total + " AS total FROM (" + rows + ") AS s" +
           (before.empty() ? "" : ", (" + before + ") AS b");
  };
  const std::string before = "SELECT max(level) AS level, max(total) AS total FROM " + name;
  const std::string alias = NewTableAlias();
  Select select;
  select.from = "(WITH RECURSIVE " + name + "(" + columns + "level, total) AS (" + with_level(anchor, "") +
                " UNION ALL " + with_level(step, before) + ") SELECT " + columns + "level FROM " + name + ") AS " +
                alias;
  select.nesting = 2;
  select.has_filter_below = true;
  for (const bound::Attribute& attribute : relation.output) {
    select.columns.push_back(Column{attribute.id, alias + "." + Alias(attribute.id), Column::Form::kReference, 1});
  }
  return select;
}

}  // namespace firesteel::lowering
