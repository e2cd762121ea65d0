#include "gateway/tunnel/token_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace firesteel::gateway {
namespace {

constexpr size_t kMostBytes = size_t{16} * 1024;

/// Whether it can stand in a header: the alphabet of RFC 6750 and whatever else is visible.
bool IsToken(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

Result<std::string> TokenSource::Read() const {
  std::string text = token;
  if (!file.empty()) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      return Status::Error(
          fmt::format("the token's file {} cannot be read: {}", file, std::generic_category().message(errno)));
    }
    text.assign(kMostBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(in.gcount()));
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    if (text.empty()) return Status::Error(fmt::format("the token's file {} is empty", file));
  }
  if (text.size() > kMostBytes || !IsToken(text)) {
    return Status::Error(file.empty() ? "the token is not one: it has blanks or control characters, or is too long"
                                      : fmt::format("what stands in the file {} is not a token", file));
  }
  return text;
}

}  // namespace firesteel::gateway
