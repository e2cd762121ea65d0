#include "session/write_options.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>

#include "base/ascii_case.h"
#include "base/error.h"
#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

using storage::Codec;

struct ParquetCodecRow {
  const char* name;       // Spark's
  const char* codec;      // the engine's; null: none
  const char* extension;  // parquet-mr's CompressionCodecName
};
constexpr ParquetCodecRow kParquetCodecs[] = {
    {"none", "uncompressed", ""},
    {"uncompressed", "uncompressed", ""},
    {"snappy", "snappy", ".snappy"},
    {"gzip", "gzip", ".gz"},
    {"lzo", nullptr, ".lzo"},
    {"brotli", "brotli", ".br"},
    // Spark's "lz4" is Hadoop's framing of it, which only parquet-mr reads: what is written is the standard's LZ4_RAW.
    {"lz4", "lz4_raw", ".lz4hadoop"},
    {"lz4_raw", "lz4_raw", ".lz4raw"},
    {"zstd", "zstd", ".zstd"},
};

struct LineCodecRow {
  const char* name;       // Spark's
  const char* extension;  // Hadoop's
  Codec codec;
};
constexpr LineCodecRow kLineCodecs[] = {
    {"none", "", Codec::kNone},
    {"uncompressed", "", Codec::kNone},
    {"gzip", ".gz", Codec::kGzip},
    {"org.apache.hadoop.io.compress.gzipcodec", ".gz", Codec::kGzip},
    {"deflate", ".deflate", Codec::kDeflate},
    {"org.apache.hadoop.io.compress.deflatecodec", ".deflate", Codec::kDeflate},
    {"bzip2", ".bz2", Codec::kBzip2},
    {"org.apache.hadoop.io.compress.bzip2codec", ".bz2", Codec::kBzip2},
    {"lz4", ".lz4", Codec::kLz4},
    {"org.apache.hadoop.io.compress.lz4codec", ".lz4", Codec::kLz4},
};

[[noreturn]] void ThrowNoCodec(const std::string& name, const char* available) {
  throw QueryError("CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
                   {{"codecName", name}, {"availableCodecs", available}}, nullptr, ErrorClass::kIllegalArgument);
}

void ReadParquetOptions(const plan::Options& options, const Configuration& configuration, FileWriteOptions& read) {
  std::string name = FindOption(options, "compression");
  if (name.empty()) name = FindOption(options, "parquet.compression");
  if (name.empty()) name = configuration.GetText("spark.sql.parquet.compression.codec");
  name = AsciiLower(std::move(name));
  const auto* row = std::find_if(std::begin(kParquetCodecs), std::end(kParquetCodecs),
                                 [&](const ParquetCodecRow& codec) { return name == codec.name; });
  if (row == std::end(kParquetCodecs)) {
    ThrowNoCodec(name, "brotli, uncompressed, lzo, snappy, lz4_raw, none, zstd, lz4, gzip");
  }
  if (!row->codec) ThrowUnsupported("the compression " + name + " of Parquet");
  read.parquet_codec = row->codec;
  read.extension = std::string(row->extension) + ".parquet";
  if (configuration.GetText("spark.sql.parquet.outputTimestampType") == "TIMESTAMP_MILLIS") {
    // INT96 and microseconds hold the same instants; milliseconds would drop digits.
    ThrowUnsupported("spark.sql.parquet.outputTimestampType = TIMESTAMP_MILLIS");
  }
  if (configuration.GetBoolean("spark.sql.parquet.writeLegacyFormat")) {
    ThrowUnsupported("spark.sql.parquet.writeLegacyFormat");
  }
}

void CheckCsvLineEnd(const std::string& line_end) {
  if (line_end.empty()) {
    throw QueryError("INVALID_LINE_SEPARATOR.EMPTY", {}, nullptr, ErrorClass::kIllegalArgument);
  }
  if (line_end.size() > 2) {
    throw QueryError("INVALID_LINE_SEPARATOR.TOO_LONG", {{"length", std::to_string(line_end.size())}}, nullptr,
                     ErrorClass::kIllegalArgument);
  }
}

void CheckCharset(const std::string& format, const plan::Options& options) {
  static constexpr const char* kCharsets[] = {"iso-8859-1", "us-ascii", "utf-16", "utf-16be",
                                              "utf-16le",   "utf-32",   "utf-8"};
  std::string given = FindOption(options, "encoding");
  if (given.empty()) given = FindOption(options, "charset");
  const std::string charset = AsciiLower(given);
  if (charset.empty() || charset == "utf-8" || charset == "utf8") return;
  if (std::find(std::begin(kCharsets), std::end(kCharsets), charset) == std::end(kCharsets)) {
    throw QueryError("INVALID_PARAMETER_VALUE.CHARSET",
                     {{"functionName", format == "csv" ? "`CSVOptions`" : "`JSONOptions`"},
                      {"parameter", "`charset`"},
                      {"charset", given},
                      {"charsets", "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8"}},
                     nullptr, ErrorClass::kIllegalArgument);
  }
  ThrowUnsupported("writing " + format + " files in the encoding " + charset);
}

void ReadLineOptions(const std::string& format, const plan::Options& options, FileWriteOptions& read) {
  std::string given = FindOption(options, "compression");
  if (given.empty() && format == "csv") given = FindOption(options, "codec");
  const std::string name = AsciiLower(given.empty() ? "none" : given);
  if (name == "snappy" || name == "org.apache.hadoop.io.compress.snappycodec") {
    ThrowUnsupported("the compression snappy of " + format + " files");
  }
  const auto* row = std::find_if(std::begin(kLineCodecs), std::end(kLineCodecs),
                                 [&](const LineCodecRow& codec) { return name == codec.name; });
  if (row == std::end(kLineCodecs)) {
    ThrowNoCodec(given, "bzip2, deflate, uncompressed, snappy, none, lz4, gzip");
  }
  read.line_codec = row->codec;
  read.extension = (format == "text" ? ".txt" : "." + format) + row->extension;
  for (const auto& [key, value] : options) {
    if (AsciiLower(key) != "linesep") continue;
    if (value.empty() && format != "csv") {
      throw JavaError("java.lang.IllegalArgumentException", "requirement failed: 'lineSep' cannot be an empty string.");
    }
    if (format == "csv") CheckCsvLineEnd(value);
    read.line_end = value;
  }
  if (format != "text") CheckCharset(format, options);  // lines of text files take no notice of it
}

}  // namespace

std::string FindOption(const plan::Options& options, std::string_view lower_key) {
  for (const auto& [key, value] : options) {
    if (AsciiLower(key) == lower_key) return value;
  }
  return "";
}

FileWriteOptions ReadWriteOptions(const std::string& format, const plan::Options& options,
                                  const Configuration& configuration) {
  FileWriteOptions read;
  if (format == "parquet") {
    ReadParquetOptions(options, configuration, read);
  } else {
    ReadLineOptions(format, options, read);
  }
  const std::string most = FindOption(options, "maxrecordsperfile");
  if (most.empty()) {
    read.max_records_per_file = configuration.GetNumber("spark.sql.files.maxRecordsPerFile");
  } else if (const auto end = most.data() + most.size();
             std::from_chars(most.data(), end, read.max_records_per_file).ptr != end) {
    throw JavaError("java.lang.NumberFormatException", "For input string: \"" + most + "\"");
  }
  read.max_records_per_file = std::max<int64_t>(0, read.max_records_per_file);
  std::string overwrite = FindOption(options, "partitionoverwritemode");
  if (overwrite.empty()) overwrite = configuration.GetText("spark.sql.sources.partitionOverwriteMode");
  overwrite = AsciiLower(std::move(overwrite));
  if (overwrite != "static" && overwrite != "dynamic") {
    std::transform(overwrite.begin(), overwrite.end(), overwrite.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    throw JavaError("java.util.NoSuchElementException", "No value found for '" + overwrite + "'");
  }
  read.overwrite_partitions = overwrite == "dynamic";
  return read;
}

}  // namespace firesteel::session
