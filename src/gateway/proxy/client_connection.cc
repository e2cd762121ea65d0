#include "gateway/proxy/client_connection.h"

#include <utility>

#include "base/log.h"

namespace firesteel::gateway {
namespace {

ByteStream StreamOf(Socket socket, const TlsContext& tls) {
  return tls ? ByteStream::TlsServer(std::move(socket), tls) : ByteStream(std::move(socket));
}

}  // namespace

ClientConnection::ClientConnection(CallHome& home, Services& services, Socket socket, Peer peer, const TlsContext& tls,
                                   std::function<void(ClientConnection*)> ended)
    : home_(home),
      services_(services),
      peer_(std::make_shared<Peer>(std::move(peer))),
      ended_(std::move(ended)),
      connection_(Http2Connection::Role::kServer, home.loop(), StreamOf(std::move(socket), tls), *this) {}

void ClientConnection::OnReady() {
  if (const SSL* ssl = connection_.bytes().ssl()) peer_->certificate_name = PeerCommonName(ssl);
}

void ClientConnection::OnStream(std::shared_ptr<Http2Stream> stream) {
  std::make_shared<ProxyCall>(home_, services_, peer_, std::move(stream))->Begin();
}

void ClientConnection::OnClosed(const std::string& why) {
  log::Debug("connection of {} ended: {}", peer_->address, why);
  ended_(this);
}

}  // namespace firesteel::gateway
