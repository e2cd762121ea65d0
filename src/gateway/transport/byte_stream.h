#pragma once

#include <openssl/ssl.h>
#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "gateway/transport/socket.h"
#include "gateway/transport/tls.h"

namespace firesteel::gateway {

/// A connected socket, plain or with TLS; non-blocking. For one thread.
class ByteStream {
 public:
  enum class Status : uint8_t { kOk, kWouldBlock, kClosed, kFailed };
  struct Outcome {
    Status status;
    size_t size = 0;  ///< with kOk
  };

  explicit ByteStream(Socket socket) : socket_(std::move(socket)) {}
  /// TLS as a server, or as a client that expects `host` in the server's certificate.
  static ByteStream TlsServer(Socket socket, const TlsContext& context);
  static ByteStream TlsClient(Socket socket, const TlsContext& context, const std::string& host);

  int fd() const { return socket_.fd(); }
  bool encrypted() const { return ssl_ != nullptr; }
  const SSL* ssl() const { return ssl_.get(); }
  /// errno of the connection attempt; 0 once it stands.
  int SocketError() const { return ConnectError(socket_); }
  /// Why it failed.
  const std::string& error() const { return error_; }

  /// Ends the TLS handshake where there is one; kWouldBlock: to be called again at the next event.
  Status Handshake();
  Outcome Read(std::span<char> into);
  Outcome Write(std::span<const iovec> pieces);
  /// The peer sees the end behind what was written; the descriptor stays.
  void Shutdown() { ::shutdown(fd(), SHUT_RDWR); }

 private:
  Outcome TlsOutcome(int result);

  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  Socket socket_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  TlsContext context_;
  std::string error_;
};

}  // namespace firesteel::gateway
