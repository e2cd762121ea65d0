#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firesteel/row.h"
#include "firesteel/types.h"
#include "shell/output/text_output.h"

namespace firesteel::shell {

enum class Format : uint8_t { kTable, kVertical, kCsv, kJson, kArrow, kParquet };

/// "table", "vertical", "csv", "json", "arrow", "parquet"; nothing for other names.
std::optional<Format> FormatByName(std::string_view name);
std::string_view FormatName(Format format);
/// Arrow and Parquet: not text, one result a file.
inline bool IsBinary(Format format) { return format == Format::kArrow || format == Format::kParquet; }

/// How text looks.
struct Style {
  bool colours = false;      ///< ANSI colours
  bool boxes = false;        ///< lines of Unicode's box characters instead of Spark's "+-|"
  size_t widest_column = 0;  ///< longer values of a table are cut; 0: never
};

/// Writes the rows of one result as text. Not thread-safe.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  /// Each is false when nobody reads any more. Begin, any number of Rows, End.
  virtual bool Begin(const client::Schema& schema) = 0;
  virtual bool Rows(const std::vector<client::Row>& rows) = 0;
  virtual bool End() = 0;
};

/// A writer of a text format; `output` must outlive it. Memory for a thousand rows at most, whatever their number.
std::unique_ptr<RowWriter> MakeRowWriter(Format format, const Style& style, std::string time_zone, TextOutput& output);

}  // namespace firesteel::shell
