#include "sources/partition_folder.h"

namespace firesteel::sources {

std::string EscapePathName(std::string_view text) {
  static constexpr std::string_view kEscaped = "\"#%'*/:=?\\\x7f{[]^";
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string escaped;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // Not 0, which no path can hold.
    if ((byte > 0 && byte < 0x20) || kEscaped.find(c) != std::string_view::npos) {
      escaped += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string PartitionFolder(const std::vector<std::string>& columns,
                            const std::vector<std::optional<std::string>>& values) {
  std::string folder;
  for (size_t i = 0; i < columns.size(); ++i) {
    folder += (i == 0 ? "" : "/") + EscapePathName(columns[i]) + "=";
    const bool is_null = !values.at(i) || values[i]->empty();
    folder += is_null ? "__HIVE_DEFAULT_PARTITION__" : EscapePathName(*values[i]);
  }
  return folder;
}

}  // namespace firesteel::sources
