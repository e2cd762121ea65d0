#include "gateway/transport/byte_stream.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

namespace firesteel::gateway {

ByteStream ByteStream::TlsServer(Socket socket, const TlsContext& context) {
  ByteStream stream(std::move(socket));
  stream.context_ = context;
  stream.ssl_.reset(SSL_new(context.get()));
  SSL_set_fd(stream.ssl_.get(), stream.fd());
  SSL_set_accept_state(stream.ssl_.get());
  return stream;
}

ByteStream ByteStream::TlsClient(Socket socket, const TlsContext& context, const std::string& host) {
  ByteStream stream = TlsServer(std::move(socket), context);
  SSL_set_connect_state(stream.ssl_.get());
  in6_addr address{};
  const bool numeric =
      ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
  if (numeric) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream.ssl_.get()), host.c_str());
  } else {
    SSL_set_tlsext_host_name(stream.ssl_.get(), host.c_str());
    SSL_set1_host(stream.ssl_.get(), host.c_str());
  }
  return stream;
}

ByteStream::Outcome ByteStream::TlsOutcome(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {Status::kWouldBlock};
    case SSL_ERROR_ZERO_RETURN:
      return {Status::kClosed};
    case SSL_ERROR_SYSCALL:
      ERR_clear_error();
      error_ = errno ? std::generic_category().message(errno) : "the peer closed the connection";
      return {Status::kFailed};
    default: {
      const long verified = SSL_get_verify_result(ssl_.get());  // NOLINT: OpenSSL's type
      error_ = "TLS: " + TlsErrorText();
      if (verified != X509_V_OK) error_ += std::string(" (") + X509_verify_cert_error_string(verified) + ")";
      return {Status::kFailed};
    }
  }
}

ByteStream::Status ByteStream::Handshake() {
  if (!ssl_ || SSL_is_init_finished(ssl_.get())) return Status::kOk;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? Status::kOk : TlsOutcome(result).status;
}

ByteStream::Outcome ByteStream::Read(std::span<char> into) {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    const int got = SSL_read(ssl_.get(), into.data(), static_cast<int>(std::min<size_t>(into.size(), INT_MAX)));
    return got > 0 ? Outcome{Status::kOk, static_cast<size_t>(got)} : TlsOutcome(got);
  }
  const ssize_t got = ::read(fd(), into.data(), into.size());
  if (got > 0) return {Status::kOk, static_cast<size_t>(got)};
  if (got == 0) return {Status::kClosed};
  if (errno == EAGAIN || errno == EINTR) return {Status::kWouldBlock};
  error_ = std::generic_category().message(errno);
  return {Status::kFailed};
}

ByteStream::Outcome ByteStream::Write(std::span<const iovec> pieces) {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    const int put =
        SSL_write(ssl_.get(), pieces[0].iov_base, static_cast<int>(std::min<size_t>(pieces[0].iov_len, INT_MAX)));
    return put > 0 ? Outcome{Status::kOk, static_cast<size_t>(put)} : TlsOutcome(put);
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  const ssize_t put = ::sendmsg(fd(), &message, MSG_NOSIGNAL);
  if (put >= 0) return {Status::kOk, static_cast<size_t>(put)};
  if (errno == EAGAIN || errno == EINTR) return {Status::kWouldBlock};
  error_ = std::generic_category().message(errno);
  return {Status::kFailed};
}

}  // namespace firesteel::gateway
