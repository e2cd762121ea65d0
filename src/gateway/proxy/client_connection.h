#pragma once

#include <memory>
#include <string>

#include "gateway/proxy/proxy_call.h"
#include "gateway/transport/http2_connection.h"

namespace firesteel::gateway {

/// A client's connection: makes a call of every stream. For its loop's thread.
class ClientConnection final : public Http2Connection::Owner {
 public:
  /// `tls`: null for plaintext.
  ClientConnection(CallHome& home, Services& services, Socket socket, Peer peer, const TlsContext& tls,
                   std::function<void(ClientConnection*)> ended);

  void Start() { connection_.Start(); }
  Http2Connection& http2() { return connection_; }

  void OnStream(std::shared_ptr<Http2Stream> stream) override;
  void OnReady() override;
  void OnClosed(const std::string& why) override;
  void OnGoAway() override {}

 private:
  CallHome& home_;
  Services& services_;
  std::shared_ptr<Peer> peer_;
  std::function<void(ClientConnection*)> ended_;
  Http2Connection connection_;
};

}  // namespace firesteel::gateway
