#include "client/config/connection_string.h"

#include <charconv>

#include "base/hex_text.h"

namespace firesteel::client {
namespace {

constexpr std::string_view kForm = "\"sc://host:port/;key=value;key=value\"";

/// As Python's urllib.parse.unquote: what is no escape stays.
std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 && HexValue(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

/// "host", "host:port", "[::1]:port" into the connection; the text of what is wrong, or nothing.
std::string ReadAuthority(std::string_view authority, ConnectionString& connection) {
  std::string_view port;
  if (!authority.empty() && authority[0] == '[') {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return "the address in brackets does not end";
    connection.host = authority.substr(1, end - 1);
    const std::string_view rest = authority.substr(end + 1);
    if (!rest.empty() && rest[0] != ':') return "something stands between the address in brackets and the port";
    if (!rest.empty()) port = rest.substr(1);
    if (!rest.empty() && port.empty()) return "the port is missing behind ':'";
  } else {
    const size_t colon = authority.find(':');
    connection.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) {
      port = authority.substr(colon + 1);
      if (port.find(':') != std::string_view::npos) return "an IPv6 address stands in brackets: [::1]:15002";
      if (port.empty()) return "the port is missing behind ':'";
    }
  }
  if (connection.host.empty()) return "the host is missing";
  if (port.empty()) return "";
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535) {
    return "the port must be a number from 1 to 65535";
  }
  connection.port = static_cast<uint16_t>(number);
  return "";
}

Error Wrong(const std::string& source, const std::string& why) {
  Error error = Error::Invalid(source + " cannot be understood: " + why);
  error.condition = "INVALID_CONNECT_URL";
  error.parameters["detail"] = why;
  return error;
}

/// What follows the first ';'.
Result<void> ReadParameters(std::string_view text, const std::string& source, ConnectionString& connection) {
  size_t begin = 0;
  for (int number = 1; begin <= text.size(); ++number) {
    const size_t end = std::min(text.find(';', begin), text.size());
    const std::string_view parameter = text.substr(begin, end - begin);
    begin = end + 1;
    if (parameter.empty() && begin > text.size()) break;  // a ';' at the end
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return Wrong(source,
                   "parameter " + std::to_string(number) + " must be key=value; the form is " + std::string(kForm));
    }
    if (parameter.find('=', equals + 1) != std::string_view::npos) {
      return Wrong(source, "the value of the parameter '" + std::string(parameter.substr(0, equals)) +
                               "' has a '=': write it as %3D");
    }
    connection.parameters.emplace_back(parameter.substr(0, equals), PercentDecoded(parameter.substr(equals + 1)));
  }
  return {};
}

/// The part behind "scheme://".
Result<ConnectionString> ParseRest(std::string_view rest, const std::string& source) {
  ConnectionString connection;
  const size_t parameters = rest.find(';');
  std::string_view place = rest.substr(0, parameters);
  // What is behind '?' or '#' belongs to the path as far as the message goes, and is not shown.
  const size_t path = place.find_first_of("/?#");
  const std::string_view authority = place.substr(0, path);
  if (authority.find('@') != std::string_view::npos) {
    return Wrong(source, "a user or password before '@' is not understood: write ;user_id=… and ;token=…");
  }
  if (std::string why = ReadAuthority(authority, connection); !why.empty()) {
    return Wrong(source, why + "; the form is " + std::string(kForm));
  }
  if (path != std::string_view::npos && place.substr(path) != "/") {
    const std::string_view shown = place.substr(path, place.find_first_of("?#", path) - path);
    const bool query = place.find_first_of("?#", path) != std::string_view::npos;
    std::string why = shown.size() > 1 ? "the path '" + std::string(shown) + "' must be empty"
                                       : std::string("'?' and '#' have no meaning there");
    if (query && shown.size() > 1) why += ", and so must be what follows '?'";
    why += ". A session is named with ;session_id=<UUID>, a token with ;token=…: \"sc://" + std::string(authority) +
           "/;session_id=…;token=…\"";
    return Wrong(source, why);
  }
  if (parameters != std::string_view::npos) {
    Result<void> read = ReadParameters(rest.substr(parameters + 1), source, connection);
    if (!read) return std::move(read).error();
  }
  return connection;
}

bool IsTunnel(std::string_view text) { return text.starts_with("wss://") || text.starts_with("ws://"); }

/// Of a gateway: its address may have a path, which its administrator chose.
Result<ConnectionString> ParseTunnel(std::string_view text, const std::string& source) {
  ConnectionString connection;
  const size_t parameters = std::min(text.find(';'), text.size());
  connection.tunnel = text.substr(0, parameters);
  const std::string_view rest = text.substr(text.find("://") + 3, parameters - text.find("://") - 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.find_first_of("?#@") != std::string_view::npos) {
    return Wrong(source, "'@', '?' and '#' have no place in the address of a gateway's tunnel");
  }
  if (std::string why = ReadAuthority(authority, connection); !why.empty()) {
    return Wrong(source, why + "; the form is \"wss://host:port/path;key=value\"");
  }
  if (parameters < text.size()) {
    Result<void> read = ReadParameters(text.substr(parameters + 1), source, connection);
    if (!read) return std::move(read).error();
  }
  return connection;
}

}  // namespace

std::optional<std::string> ConnectionString::Find(std::string_view name) const {
  for (auto it = parameters.rbegin(); it != parameters.rend(); ++it) {
    if (it->first == name) return it->second;
  }
  return std::nullopt;
}

Result<ConnectionString> ParseConnectionString(std::string_view text, const std::string& source) {
  if (IsTunnel(text)) return ParseTunnel(text, source);
  if (text.substr(0, 5) != "sc://") return Wrong(source, "it must begin with sc://, as in " + std::string(kForm));
  return ParseRest(text.substr(5), source);
}

Result<ConnectionString> ParseEndpoint(std::string_view text, const std::string& source) {
  if (IsTunnel(text)) return ParseTunnel(text, source);
  const size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return ParseRest(text, source);
  if (text.substr(0, scheme) == "sc") return ParseRest(text.substr(5), source);
  if (text.substr(0, scheme) != "https") {
    return Wrong(source, "it must begin with sc://, https:// or wss://, as in " + std::string(kForm));
  }
  Result<ConnectionString> connection = ParseRest(text.substr(scheme + 3), source);
  if (connection) connection->https = true;
  return connection;
}

}  // namespace firesteel::client
