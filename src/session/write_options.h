#pragma once

#include <cstdint>
#include <string>

#include "plan/relation.h"
#include "session/config/configuration.h"
#include "storage/output_file.h"

namespace firesteel::session {

/// What the options of a write of files and the session's configuration say beside the format of the lines.
struct FileWriteOptions {
  std::string extension;      ///< of the files' names: ".snappy.parquet", ".csv.gz"
  std::string parquet_codec;  ///< as the engine names it
  storage::Codec line_codec = storage::Codec::kNone;
  std::string line_end = "\n";
  int64_t max_records_per_file = 0;  ///< 0: unlimited
  bool overwrite_partitions = false;
};

/// `format` is parquet, csv, json or text. Throws CODEC_NOT_AVAILABLE…, JavaError for values that Java refuses, and an
/// unsupported-feature error for what cannot be honoured.
FileWriteOptions ReadWriteOptions(const std::string& format, const plan::Options& options,
                                  const Configuration& configuration);

/// The value of an option by its name in any case; empty when it is not given.
std::string FindOption(const plan::Options& options, std::string_view lower_key);

}  // namespace firesteel::session
