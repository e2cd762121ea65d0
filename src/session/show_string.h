#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/data_type.h"

/// The text of DataFrame.show() and of the notebook table, after Dataset.showString and htmlString of Spark.
namespace firesteel::session {

/// Cells are what Spark's ToPrettyString gives; nulls are already the text NULL.
using CellRows = std::vector<std::vector<std::string>>;

/// `rows` holds at most `num_rows` + 1 rows; one more than `num_rows` only says that there are more. `truncate` is the
/// longest cell in UTF-16 units (0: no limit, left-aligned).
std::string ShowString(const Schema& schema, CellRows rows, int32_t num_rows, int32_t truncate, bool vertical);
std::string HtmlString(const Schema& schema, CellRows rows, int32_t num_rows, int32_t truncate);

}  // namespace firesteel::session
