#include "idle_sessions.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <nghttp2/nghttp2.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace {

struct Exchange {
  std::string request;
  size_t sent = 0;
  std::string status;  ///< grpc-status
  bool closed = false;
};

nghttp2_nv Header(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) { return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data())); };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

ssize_t ReadRequest(nghttp2_session* /*session*/, int32_t /*stream*/, uint8_t* to, size_t length, uint32_t* flags,
                    nghttp2_data_source* source, void* /*user*/) {
  auto* exchange = static_cast<Exchange*>(source->ptr);
  const size_t count = std::min(length, exchange->request.size() - exchange->sent);
  std::memcpy(to, exchange->request.data() + exchange->sent, count);
  exchange->sent += count;
  if (exchange->sent == exchange->request.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(count);
}

int OnHeader(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/, const uint8_t* name, size_t name_length,
             const uint8_t* value, size_t value_length, uint8_t /*flags*/, void* user) {
  if (std::string_view(reinterpret_cast<const char*>(name), name_length) == "grpc-status") {
    static_cast<Exchange*>(user)->status.assign(reinterpret_cast<const char*>(value), value_length);
  }
  return 0;
}

int OnClose(nghttp2_session* /*session*/, int32_t /*stream*/, uint32_t /*error*/, void* user) {
  static_cast<Exchange*>(user)->closed = true;
  return 0;
}

void WriteAll(int socket, const uint8_t* bytes, size_t length) {
  while (length > 0) {
    const ssize_t written = send(socket, bytes, length, MSG_NOSIGNAL);
    if (written <= 0) throw std::runtime_error(fmt::format("cannot write: {}", std::strerror(errno)));
    bytes += written;
    length -= static_cast<size_t>(written);
  }
}

/// One call on a new connection, from the preface to the trailers.
void Call(int socket, const std::string& authority, const std::string& path, std::string request) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
  Exchange exchange{std::move(request)};
  nghttp2_session* made = nullptr;
  nghttp2_session_client_new(&made, callbacks, &exchange);
  nghttp2_session_callbacks_del(callbacks);
  const std::unique_ptr<nghttp2_session, decltype(&nghttp2_session_del)> session(made, nghttp2_session_del);

  nghttp2_submit_settings(session.get(), NGHTTP2_FLAG_NONE, nullptr, 0);
  const std::array headers = {Header(":method", "POST"),
                              Header(":scheme", "http"),
                              Header(":path", path),
                              Header(":authority", authority),
                              Header("te", "trailers"),
                              Header("content-type", "application/grpc"),
                              Header("user-agent", "spark-connect-bench grpc-c++/1.51")};
  nghttp2_data_provider body{};
  body.source.ptr = &exchange;
  body.read_callback = ReadRequest;
  nghttp2_submit_request(session.get(), nullptr, headers.data(), headers.size(), &body, nullptr);

  const auto flush = [&] {
    const uint8_t* bytes = nullptr;
    for (ssize_t n; (n = nghttp2_session_mem_send(session.get(), &bytes)) > 0;) {
      WriteAll(socket, bytes, static_cast<size_t>(n));
    }
  };
  std::array<uint8_t, 16384> buffer;
  for (flush(); !exchange.closed; flush()) {
    const ssize_t length = recv(socket, buffer.data(), buffer.size(), 0);
    if (length <= 0) throw std::runtime_error("the server closed the connection before it answered");
    if (nghttp2_session_mem_recv(session.get(), buffer.data(), static_cast<size_t>(length)) < 0) {
      throw std::runtime_error("the server sent something else than HTTP/2");
    }
  }
  if (exchange.status != "0") throw std::runtime_error(fmt::format("grpc-status is '{}', not 0", exchange.status));
}

}  // namespace

std::vector<int> OpenIdleSessions(uint16_t port, int count, const std::string& path,
                                  const std::function<std::string(int)>& request) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string authority = fmt::format("127.0.0.1:{}", port);
  std::vector<int> sockets;
  sockets.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (one < 0 || connect(one, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      throw std::runtime_error(fmt::format("connection {} to {}: {}", i, authority, std::strerror(errno)));
    }
    Call(one, authority, path, request(i));
    sockets.push_back(one);
  }
  return sockets;
}
