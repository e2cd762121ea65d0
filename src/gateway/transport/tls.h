#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "gateway/config/config.h"

/// OpenSSL contexts. TLS 1.2 and newer; HTTP/2 only (ALPN h2), but for the gateway's HTTP port.
namespace firesteel::gateway {

/// Shared by connections; one that lives keeps the context that it began with.
using TlsContext = std::shared_ptr<SSL_CTX>;

/// Reads certificate and key. An error names the file and what is wrong with it.
Result<TlsContext> ServerContext(const ServerTls& tls);
/// The same for HTTP/1.1 (ALPN http/1.1, which clients need not offer).
Result<TlsContext> HttpServerContext(const ServerTls& tls);
Result<TlsContext> ClientContext(const ClientTls& tls);

/// The text of OpenSSL's newest error on this thread, which is forgotten with the older ones.
std::string TlsErrorText();

/// Common name of the peer's verified certificate; empty where it showed none.
std::string PeerCommonName(const SSL* ssl);

}  // namespace firesteel::gateway
