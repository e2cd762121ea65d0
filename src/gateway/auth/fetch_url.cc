#include "gateway/auth/fetch_url.h"

#include <httplib.h>

#include <chrono>
#include <optional>
#include <string_view>

namespace firesteel::gateway {
namespace {

constexpr std::chrono::seconds kConnectPatience(5);
constexpr std::chrono::seconds kReadPatience(5);
constexpr std::chrono::seconds kWholePatience(15);

struct Address {
  std::string origin;  // scheme, host and port
  std::string path;    // with the query
};

bool IsThisMachine(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

Result<Address> Split(std::string_view url) {
  const bool is_plain = url.starts_with("http://");
  if (!is_plain && !url.starts_with("https://")) return Status::Error("the address must begin with https://");
  const size_t host_begin = url.find("://") + 3;
  const std::string_view authority = url.substr(host_begin, url.find_first_of("/?#", host_begin) - host_begin);
  if (authority.empty() || authority.find('@') != std::string_view::npos) {
    return Status::Error("the address must have a host, and no user or password");
  }
  const std::string_view host = authority.front() == '[' ? authority.substr(1, authority.find(']') - 1)
                                                         : authority.substr(0, authority.find(':'));
  if (is_plain && !IsThisMachine(host)) {
    return Status::Error("keys are read over https only (plain http only from localhost)");
  }
  Address address;
  address.origin = url.substr(0, host_begin + authority.size());
  address.path = url.substr(address.origin.size());
  if (const size_t fragment = address.path.find('#'); fragment != std::string::npos) address.path.resize(fragment);
  if (!address.path.starts_with('/')) address.path.insert(0, "/");
  return address;
}

std::string SentenceOf(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
      return "nobody answers at the address";
    case httplib::Error::SSLServerVerification:
      return "the server's certificate is for another host, or no authority that this system trusts signed it";
    default:
      return "the request failed: " + httplib::to_string(error);
  }
}

}  // namespace

Result<std::string> FetchUrl(const std::string& url, size_t most_bytes) {
  const auto address = Split(url);
  if (!address) return address.status();
  httplib::Client client(address->origin);
  if (!client.is_valid()) return Status::Error("the address is not valid");
  client.set_connection_timeout(kConnectPatience);
  client.set_read_timeout(kReadPatience);
  client.set_write_timeout(kConnectPatience);
  client.set_follow_location(false);
  const auto deadline = std::chrono::steady_clock::now() + kWholePatience;
  std::string body;
  bool too_large = false;
  bool too_slow = false;
  const auto result = client.Get(address->path, [&](const char* data, size_t size) {
    too_large = body.size() + size > most_bytes;
    too_slow = std::chrono::steady_clock::now() > deadline;
    if (too_large || too_slow) return false;
    body.append(data, size);
    return true;
  });
  if (too_large) return Status::Error("the answer is larger than " + std::to_string(most_bytes) + " bytes");
  if (too_slow) return Status::Error("the answer takes longer than 15 s");
  if (!result) return Status::Error(SentenceOf(result.error()));
  if (result->status != 200) return Status::Error("the answer has HTTP status " + std::to_string(result->status));
  return body;
}

}  // namespace firesteel::gateway
