#include "session/config/config_table.h"

#include <algorithm>
#include <vector>

#include "session/config/config_rows.h"

namespace firesteel::session {
namespace {

template <class Row>
const Row* Find(std::span<const Row> rows, std::string_view key) {
  auto it = std::lower_bound(rows.begin(), rows.end(), key,
                             [](const Row& row, std::string_view wanted) { return row.key < wanted; });
  return it != rows.end() && it->key == key ? &*it : nullptr;
}

}  // namespace

std::span<const ConfigRow> ConfigRows() {
  static const std::vector<ConfigRow> rows = [] {
    const std::span<const ConfigRow> parts[] = {ConfigRowsAToL(), ConfigRowsMToZ()};
    std::vector<ConfigRow> all;
    for (const std::span<const ConfigRow> part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return rows;
}

const ConfigRow* FindConfigRow(std::string_view key) { return Find(ConfigRows(), key); }
const DeprecatedConfig* FindDeprecatedConfig(std::string_view key) { return Find(DeprecatedConfigs(), key); }
const RemovedConfig* FindRemovedConfig(std::string_view key) { return Find(RemovedConfigs(), key); }

bool IsCoreConfigKey(std::string_view key) {
  auto keys = CoreConfigKeys();
  return std::binary_search(keys.begin(), keys.end(), key);
}

}  // namespace firesteel::session
