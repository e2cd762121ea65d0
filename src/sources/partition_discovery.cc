#include "sources/partition_discovery.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <regex>
#include <utility>

#include "base/ascii_case.h"
#include "base/error.h"
#include "types/coercion.h"
#include "types/datetime_text.h"
#include "types/time_zone.h"

namespace firesteel::sources {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

struct PartitionColumn {
  std::string name;
  std::optional<std::string> value;
};

// What one folder says, and where its partition folders begin.
struct FolderInfo {
  std::vector<PartitionColumn> columns;
  std::string base;
};

// ExternalCatalogUtils.unescapePathName: %41 → A.
std::string Unescape(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      result += static_cast<char>(value);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::optional<PartitionColumn> ParseFolderName(const std::string& name) {
  size_t equals = name.find('=');
  if (equals == std::string::npos) return std::nullopt;
  std::string column = Unescape(std::string_view(name).substr(0, equals));
  std::string raw = name.substr(equals + 1);
  if (column.empty() || raw.empty()) {
    throw QueryError("_LEGACY_ERROR_TEMP_3053", {});
  }
  if (raw == kNullPartition) return PartitionColumn{column, std::nullopt};
  return PartitionColumn{column, Unescape(raw)};
}

// PartitioningUtils.parsePartition: climbs from a folder with data until a base path or a folder of another kind.
std::optional<FolderInfo> ParseFolder(const std::string& folder, const std::set<std::string>& base_paths) {
  FolderInfo info;
  fs::path current = folder;
  while (true) {
    if (AsciiLower(current.filename().string()) == "_temporary") return std::nullopt;
    if (base_paths.contains(current.string()) || !current.has_relative_path()) break;
    std::optional<PartitionColumn> column = ParseFolderName(current.filename().string());
    if (column) info.columns.push_back(std::move(*column));
    if (!column && !info.columns.empty()) break;
    current = current.parent_path();
  }
  std::reverse(info.columns.begin(), info.columns.end());
  info.base = info.columns.empty() ? folder : current.string();
  return info;
}

// PartitioningUtils.inferPartitionColumnValue.
DataType InferType(const std::string& text, const TimeZone& zone) {
  static const std::regex integral("[+-]?[0-9]+");
  static const std::regex number("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  static const std::regex java_double("[+-]?(NaN|Infinity|([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?)[dDfF]?");
  static const std::regex date("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  static const std::regex timestamp("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?");
  if (std::regex_match(text, integral)) {
    int64_t value = 0;
    const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
    if (std::from_chars(begin, text.data() + text.size(), value).ec == std::errc()) {
      return value >= INT32_MIN && value <= INT32_MAX ? DataType::Int() : DataType::Long();
    }
  }
  std::smatch parts;
  if (std::regex_match(text, parts, number)) {
    // As BigDecimal reads it: only whole numbers of at most 38 digits become decimals.
    std::string mantissa = parts[1];
    std::string exponent_text = parts[2];
    size_t point = mantissa.find('.');
    int64_t scale = point == std::string::npos ? 0 : static_cast<int64_t>(mantissa.size() - point - 1);
    int64_t exponent = 0;
    if (!exponent_text.empty()) {
      const char* begin = exponent_text.data() + (exponent_text[1] == '+' ? 2 : 1);
      if (std::from_chars(begin, exponent_text.data() + exponent_text.size(), exponent).ec != std::errc()) exponent = 0;
    }
    std::erase(mantissa, '.');
    mantissa.erase(0, std::min(mantissa.find_first_not_of('0'), mantissa.size() - 1));
    scale -= exponent;
    int64_t precision = static_cast<int64_t>(mantissa.size()) - scale;
    if (scale <= 0 && precision <= 38) return DataType::Decimal(static_cast<int>(precision), 0);
  }
  if (std::regex_match(text, java_double)) return DataType::Double();
  if (std::regex_match(text, timestamp) && ParseTimestamp(text, zone, 0)) return DataType::Timestamp();
  if (std::regex_match(text, date) && ParseDate(text)) return DataType::Date();
  return DataType::String();
}

DataType Widen(const DataType& a, const DataType& b) {
  auto loses = [](const DataType& x, const DataType& y) {
    return x.Is(TypeKind::kDouble) && (y.Is(TypeKind::kDecimal) || y.Is(TypeKind::kLong));
  };
  if (loses(a, b) || loses(b, a)) return DataType::String();
  return WiderType(a, b, false).value_or(DataType::String());
}

std::string NamesOf(const std::vector<PartitionColumn>& columns, bool case_sensitive) {
  std::string names;
  for (const PartitionColumn& column : columns) {
    names += (names.empty() ? "" : ", ") + (case_sensitive ? column.name : AsciiLower(column.name));
  }
  return names;
}

void CheckOneBase(const std::map<std::string, FolderInfo>& folders) {
  std::vector<std::string> bases;
  for (const auto& [folder, info] : folders) {
    if (std::find(bases.begin(), bases.end(), info.base) == bases.end()) bases.push_back(info.base);
  }
  if (bases.size() <= 1) return;
  std::string text;
  for (const std::string& base : bases) text += "\n\t" + DisplayPath(base);
  throw QueryError("CONFLICTING_DIRECTORY_STRUCTURES", {{"discoveredBasePaths", text + "\n"}}, nullptr,
                   ErrorClass::kRuntime);
}

void CheckOneColumnList(const std::map<std::string, FolderInfo>& folders, bool case_sensitive) {
  std::map<std::string, std::vector<std::string>> folders_by_names;
  std::map<std::string, std::string> spelling;
  for (const auto& [folder, info] : folders) {
    if (info.columns.empty()) continue;
    std::string names = NamesOf(info.columns, case_sensitive);
    folders_by_names[names].push_back(folder);
    spelling.emplace(names, NamesOf(info.columns, true));
  }
  if (folders_by_names.size() <= 1) return;
  std::vector<std::pair<std::string, std::vector<std::string>>> lists(folders_by_names.begin(), folders_by_names.end());
  std::stable_sort(lists.begin(), lists.end(),
                   [](const auto& a, const auto& b) { return a.first.size() < b.first.size(); });
  std::string names;
  std::string paths;
  for (size_t i = 0; i < lists.size(); ++i) {
    names += "\n\tPartition column name list #" + std::to_string(i) + ": " + spelling[lists[i].first];
    for (const std::string& folder : lists[i].second) paths += "\n\t" + DisplayPath(folder);
  }
  throw QueryError("CONFLICTING_PARTITION_COLUMN_NAMES",
                   {{"distinctPartColLists", names + "\n"}, {"suspiciousPaths", paths}}, nullptr, ErrorClass::kRuntime);
}

}  // namespace

bool DiscoverPartitions(FileListing& listing, const std::set<std::string>& base_paths, const ListOptions& options) {
  std::map<std::string, FolderInfo> folders;
  bool any = false;
  std::vector<std::string> paths = listing.left_out;
  for (const FileEntry& file : listing.files) paths.push_back(file.path);
  for (const std::string& path : paths) {
    std::string folder = fs::path(path).parent_path().string();
    if (folders.contains(folder)) continue;
    std::optional<FolderInfo> info = ParseFolder(folder, base_paths);
    if (!info) continue;
    any |= !info->columns.empty();
    folders.emplace(folder, std::move(*info));
  }
  if (!any) return false;
  CheckOneBase(folders);
  CheckOneColumnList(folders, options.case_sensitive);

  TimeZonePtr zone = TimeZone::Find(options.time_zone);
  std::vector<DataType> types;
  for (const auto& [folder, info] : folders) {
    for (size_t i = 0; i < info.columns.size(); ++i) {
      if (i == types.size()) {
        types.push_back(DataType::Null());
        listing.partition_columns.push_back({info.columns[i].name, DataType::String(), true, ""});
      }
      const std::optional<std::string>& value = info.columns[i].value;
      if (!value || !options.infer_types) continue;
      DataType type = InferType(*value, *zone);
      types[i] = types[i].Is(TypeKind::kNull) ? type : Widen(types[i], type);
    }
  }
  for (size_t i = 0; i < types.size(); ++i) {
    if (!types[i].Is(TypeKind::kNull)) listing.partition_columns[i].type = types[i];
  }
  for (FileEntry& file : listing.files) {
    auto it = folders.find(fs::path(file.path).parent_path().string());
    if (it == folders.end()) continue;
    for (const PartitionColumn& column : it->second.columns) file.partition_values.push_back(column.value);
  }
  // Files that lie above the partition folders have no values and are no data of the table.
  std::erase_if(listing.files, [&](const FileEntry& file) { return file.partition_values.size() != types.size(); });
  return true;
}

bool IsPartitionValue(const std::string& text, const DataType& type, const std::string& time_zone) {
  static const std::regex number("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  static const std::regex java_double("[+-]?(NaN|Infinity|([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?)[dDfF]?");
  const auto integral = [&](int64_t least, int64_t most) {
    int64_t value = 0;
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto read = std::from_chars(begin, text.data() + text.size(), value);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() && value >= least && value <= most;
  };
  switch (type.kind()) {
    case TypeKind::kByte:
      return integral(INT8_MIN, INT8_MAX);
    case TypeKind::kShort:
      return integral(INT16_MIN, INT16_MAX);
    case TypeKind::kInt:
      return integral(INT32_MIN, INT32_MAX);
    case TypeKind::kLong:
      return integral(INT64_MIN, INT64_MAX);
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return std::regex_match(text, java_double);
    case TypeKind::kDecimal:
      return std::regex_match(text, number);
    case TypeKind::kDate:
      return ParseDate(text).has_value();
    case TypeKind::kTimestamp:
      return ParseTimestamp(text, *TimeZone::Find(time_zone), 0).has_value();
    default:
      return true;
  }
}

}  // namespace firesteel::sources
