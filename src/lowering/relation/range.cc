#include "base/error.h"
#include "base/int128.h"
#include "lowering/lowerer.h"

namespace firesteel::lowering {

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::Range& node) {
  // Counted exactly: start, end and their distance may lie anywhere within 64 bits.
  const int128_t distance = static_cast<int128_t>(node.end) - node.start;
  const int128_t step = node.step;
  int128_t count = 0;
  if (step != 0 && (distance > 0) == (step > 0) && distance != 0) {
    count = (distance + step + (step > 0 ? -1 : 1)) / step;
  }
  if (count > INT64_MAX) ThrowUnsupported("a range of more than 2^63 rows", relation.origin);
  const std::string alias = NewTableAlias();
  const int128_t last = node.start + step * count;  // the first value behind the range
  Select select;
  std::string value = alias + ".i";
  if (count > 0 && last >= INT64_MIN && last <= INT64_MAX) {
    select.from = "range(CAST(" + std::to_string(node.start) + " AS BIGINT), CAST(" +
                  std::to_string(static_cast<int64_t>(last)) + " AS BIGINT), CAST(" + std::to_string(node.step) +
                  " AS BIGINT)) AS " + alias + "(i)";
  } else {
    select.from = "range(" + std::to_string(static_cast<int64_t>(count)) + ") AS " + alias + "(i)";
    value = "CAST(CAST(" + std::to_string(node.start) + " AS HUGEINT) + CAST(" + value + " AS HUGEINT) * CAST(" +
            std::to_string(node.step) + " AS HUGEINT) AS BIGINT)";
  }
  const bool is_plain = value == alias + ".i";
  select.columns.push_back(Column{relation.output.at(0).id, value,
                                  is_plain ? Column::Form::kReference : Column::Form::kComputed, is_plain ? 1 : 4});
  return select;
}

}  // namespace firesteel::lowering
