#pragma once

#include <memory>
#include <string>

#include "shell/output/row_writer.h"

namespace firesteel::shell {

/// A table with aligned columns, numbers to the right. Widths are those of the first rows, about a thousand; wider
/// values behind them push their line out.
std::unique_ptr<RowWriter> MakeTableWriter(const Style& style, std::string time_zone, TextOutput& output);

/// One line for each value, as `\x` shows it.
std::unique_ptr<RowWriter> MakeVerticalWriter(const Style& style, std::string time_zone, TextOutput& output);

}  // namespace firesteel::shell
