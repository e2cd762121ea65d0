#pragma once

#include <string>
#include <string_view>

#include "gateway/config/table_reader.h"

namespace firesteel::gateway {

/// An error at `key` unless its value is https://host…, or http:// on this machine: what comes from elsewhere without
/// TLS could be anyone's.
void CheckUrl(TableReader& table, std::string_view key, const std::string& url);

}  // namespace firesteel::gateway
