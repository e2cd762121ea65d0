#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "functions/formats/format_options.h"
#include "functions/kernel.h"
#include "sources/line_reader.h"
#include "types/data_type.h"

/// Reading files of text formats: what a query reads of which files, and the readers of their parts.
namespace firesteel::sources {

struct ScannedFile {
  std::string path;  ///< absolute, local
  int64_t size = 0;
};

/// What a scan is, before it is known which columns a query needs. Immutable.
struct FileScan {
  std::string format;  ///< "csv", "json", "text", "binaryfile"
  functions::FormatOptions options;
  Schema schema;  ///< data columns as the files have them (CSV: in their order)
  std::vector<ScannedFile> files;
  std::string time_zone;
  std::string corrupt_record_column;  ///< spark.sql.columnNameOfCorruptRecord
  int64_t now_micros = 0;
  bool ignore_corrupt_files = false;
  bool ignore_missing_files = false;
};

/// Rows of one part of a file. Not thread-safe.
class PartReader {
 public:
  virtual ~PartReader() = default;
  /// Writes up to `most` rows from row 0 on, column i into `columns[i]` (which have room); 0 at the end.
  virtual size_t Read(std::span<functions::ResultVector* const> columns, size_t most) = 0;
};

/// A scan of some of the columns, prepared. Immutable, thread-safe.
class ScanPlan {
 public:
  virtual ~ScanPlan() = default;
  virtual std::unique_ptr<PartReader> Open(const FilePart& part) const = 0;
  const std::vector<FilePart>& parts() const { return parts_; }

 protected:
  std::vector<FilePart> parts_;
};

/// Plans the scan of the columns `required` (indexes into the schema, ascending). Throws QueryError for bad options and
/// for a query of the column of corrupt records alone.
std::unique_ptr<ScanPlan> PlanScan(const FileScan& scan, const std::vector<size_t>& required);

// By format.
std::unique_ptr<ScanPlan> PlanCsvScan(const FileScan& scan, const std::vector<size_t>& required);
std::unique_ptr<ScanPlan> PlanJsonScan(const FileScan& scan, const std::vector<size_t>& required);
std::unique_ptr<ScanPlan> PlanTextScan(const FileScan& scan, const std::vector<size_t>& required);
std::unique_ptr<ScanPlan> PlanBinaryScan(const FileScan& scan, const std::vector<size_t>& required);

/// The files cut into parts of about 8 MiB where they can be cut.
std::vector<FilePart> SplitFiles(const std::vector<ScannedFile>& files, std::string_view encoding, bool may_cut);

/// Where the column of corrupt records stands among the required ones; -1 when it is not there. Throws
/// UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN when there is no other.
int FindCorruptColumn(const Schema& schema, const std::vector<size_t>& required, const std::string& name);

/// The text, repaired if it is not valid UTF-8; `buffer` holds what was repaired.
std::string_view ValidText(std::string_view text, std::string& buffer);

}  // namespace firesteel::sources
