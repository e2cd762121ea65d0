#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firesteel/error.h"

namespace firesteel::client {

/// A connection string in its parts; nothing but its form is checked.
struct ConnectionString {
  std::string host;  ///< without brackets; never empty
  std::optional<uint16_t> port;
  bool https = false;  ///< written https://, as Databricks does
  std::string tunnel;  ///< "wss://host:port/path" of a gateway whose tunnel leads to the server; else empty
  std::vector<std::pair<std::string, std::string>> parameters;  ///< values decoded; a later one counts over an earlier

  /// The last value of the parameter.
  std::optional<std::string> Find(std::string_view name) const;
};

/// Reads "sc://host:port/;key=value;…", or "wss://host:port/path;key=value;…" for the tunnel of a gateway. `source`
/// begins the error: "the variable SPARK_REMOTE". No error shows the text of a parameter: it may be a token.
Result<ConnectionString> ParseConnectionString(std::string_view text, const std::string& source);

/// The same, and as profiles may have it: "https://host", "host", "host:port".
Result<ConnectionString> ParseEndpoint(std::string_view text, const std::string& source);

}  // namespace firesteel::client
