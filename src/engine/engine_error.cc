#include "engine/engine_error.h"

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/log.h"

namespace firesteel::engine {
namespace {

using duckdb::ExceptionType;

/// The engine's texts may carry a stack trace; the user gets what stands before it.
std::string FirstParagraph(const std::string& text) { return text.substr(0, text.find("\n\n")); }

bool IsUrl(const std::string& path) { return path.find("://") != std::string::npos; }

/// A Parquet file ends with the length of its footer and PAR1 (PARE when the footer is encrypted).
bool HasParquetFooter(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return true;  // not this file's contents
  const auto size = static_cast<int64_t>(file.tellg());
  if (size < 12) return false;
  std::array<char, 8> end{};
  file.seekg(size - 8);
  file.read(end.data(), end.size());
  if (std::memcmp(end.data() + 4, "PAR1", 4) != 0 && std::memcmp(end.data() + 4, "PARE", 4) != 0) return false;
  uint32_t footer = 0;
  std::memcpy(&footer, end.data(), sizeof footer);
  return footer <= static_cast<uint64_t>(size) - 12;
}

enum class FileState { kGood, kMissing, kNoFooter };

FileState StateOf(const std::string& path) {
  if (IsUrl(path)) return FileState::kGood;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return FileState::kMissing;
  return HasParquetFooter(path) ? FileState::kGood : FileState::kNoFooter;
}

QueryError ReadError(const char* sub_condition, const std::string& path) {
  const std::string url = IsUrl(path) ? path : "file://" + path;
  return QueryError(std::string("FAILED_READ_FILE.") + sub_condition, {{"path", url}}, nullptr, ErrorClass::kSpark);
}

/// The error of the first file that is damaged, or null when all look well.
std::exception_ptr DamagedFile(const std::vector<std::string>& files) {
  for (const std::string& path : files) {
    if (StateOf(path) != FileState::kGood) return std::make_exception_ptr(FileError(path));
  }
  return nullptr;
}

}  // namespace

QueryError FileError(const std::string& path) {
  switch (StateOf(path)) {
    case FileState::kMissing:
      return ReadError("FILE_NOT_EXIST", path);
    case FileState::kNoFooter:
      return ReadError("CANNOT_READ_FILE_FOOTER", path);
    case FileState::kGood:
      break;
  }
  return ReadError("NO_HINT", path);
}

std::exception_ptr MapError(const duckdb::ErrorData& error, Operation& operation,
                            const std::vector<std::string>& files) {
  if (std::exception_ptr raised = operation.Find(error)) return raised;
  const std::string text = FirstParagraph(error.RawMessage());
  switch (error.Type()) {
    case ExceptionType::INTERRUPT:
      return std::make_exception_ptr(QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql));
    case ExceptionType::OUT_OF_MEMORY:
      return std::make_exception_ptr(OutOfMemory(text));
    case ExceptionType::OUT_OF_RANGE:
      // What may overflow is a kernel; this is what remains (sums beyond 128 bits).
      return std::make_exception_ptr(
          QueryError("ARITHMETIC_OVERFLOW",
                     {{"message", "Overflow"}, {"alternative", ""}, {"config", "\"spark.sql.ansi.enabled\""}}, nullptr,
                     ErrorClass::kArithmetic));
    case ExceptionType::IO:
    case ExceptionType::SERIALIZATION:
    case ExceptionType::HTTP:
    case ExceptionType::NETWORK:
    case ExceptionType::PERMISSION:
      if (std::exception_ptr damaged = DamagedFile(files)) return damaged;
      if (!files.empty()) return std::make_exception_ptr(ReadError("NO_HINT", files.front()));
      break;
    default:
      if (std::exception_ptr damaged = DamagedFile(files)) return damaged;
      break;
  }
  return std::make_exception_ptr(
      InternalError(duckdb::Exception::ExceptionTypeToString(error.Type()) + " error of the engine: " + text));
}

void FailQuery(const duckdb::ErrorData& error, Operation& operation, const QuerySpec& query) {
  if (operation.cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
  try {
    std::rethrow_exception(MapError(error, operation, query.files));
  } catch (const InternalError& internal) {
    log::Error("{}\n{}", internal.what(), query.sql);
    throw;
  }
}

}  // namespace firesteel::engine
