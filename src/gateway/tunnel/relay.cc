#include "gateway/tunnel/relay.h"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/websocket/error.hpp>

namespace firesteel::gateway {
namespace {

using std::chrono::steady_clock;

std::unique_ptr<char[]> Chunk() { return std::make_unique_for_overwrite<char[]>(kTunnelMessage); }

}  // namespace

Relay::Relay(std::unique_ptr<WebSocket> remote, LocalSocket local, TunnelTimes times, Ended ended)
    : remote_(std::move(remote)),
      local_(std::move(local)),
      times_(times),
      on_end_(std::move(ended)),
      timer_(remote_->Executor()) {}

void Relay::Start() {
  heard_ = steady_clock::now();
  // Read runs only while this lives: it holds this.
  remote_->OnControl([this] { heard_ = steady_clock::now(); });
  const auto spawn = [&](asio::awaitable<void> (Relay::*part)()) {
    asio::co_spawn(
        remote_->Executor(),
        [self = shared_from_this(), part]() -> asio::awaitable<void> { co_await ((*self).*part)(); }, asio::detached);
  };
  spawn(&Relay::Send);
  spawn(&Relay::Receive);
  spawn(&Relay::StayAlive);
}

asio::awaitable<void> Relay::Send() {
  const auto chunk = Chunk();
  while (!ended_) {
    error_code error;
    const size_t size = co_await local_.async_read_some(asio::buffer(chunk.get(), kTunnelMessage), Into(error));
    if (ended_) co_return;
    if (error && error != asio::error::eof) {
      co_return End(fmt::format("the connection at the other end broke ({})", error.message()));
    }
    const bool last = error == asio::error::eof;
    const error_code failed = co_await remote_->Write(asio::buffer(chunk.get(), last ? 0 : size));
    if (ended_) co_return;
    if (failed) co_return RemoteBroke(failed);
    sent_ += size;
    if (!last) continue;
    sent_all_ = true;
    co_return EndInPeaceWhenDone();
  }
}

asio::awaitable<void> Relay::Receive() {
  const auto chunk = Chunk();
  while (!ended_) {
    heard_ = steady_clock::now();
    listening_ = true;
    const WebSocket::Received got = co_await remote_->Read(asio::buffer(chunk.get(), kTunnelMessage));
    listening_ = false;
    if (ended_) co_return;
    if (got.error) co_return RemoteBroke(got.error);
    if (received_all_) co_return End("bytes came after their end");
    if (got.end) {
      received_all_ = true;
      error_code ignored;
      local_.shutdown(LocalSocket::shutdown_send, ignored);
      EndInPeaceWhenDone();
      continue;
    }
    error_code failed;
    co_await asio::async_write(local_, asio::buffer(chunk.get(), got.size), Into(failed));
    if (ended_) co_return;
    if (failed) co_return End(fmt::format("the connection at the other end broke ({})", failed.message()));
    received_ += got.size;
  }
}

asio::awaitable<void> Relay::StayAlive() {
  while (!ended_) {
    error_code ignored;
    timer_.expires_after(times_.beat);
    co_await timer_.async_wait(Into(ignored));
    if (ended_) co_return;
    // Both ends beat, whether they read or not: one that is slow is heard.
    if (listening_ && steady_clock::now() - heard_ > times_.silence) {
      co_return End(fmt::format("nothing came for {} s", times_.silence.count() / 1000.0));
    }
    if (beating_) continue;  // it waits behind a message that the other end does not take yet
    beating_ = true;
    asio::co_spawn(
        remote_->Executor(), [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->Beat(); },
        asio::detached);
  }
}

asio::awaitable<void> Relay::Beat() {
  co_await remote_->Beat();
  beating_ = false;
}

void Relay::EndInPeaceWhenDone() {
  if (sent_all_ && received_all_) End({}, CloseCode::kNormal);
}

void Relay::RemoteBroke(const error_code& error) {
  // The other end was the first to see that both had sent everything.
  if (error == boost::beast::websocket::error::closed && sent_all_ && received_all_) {
    return End({}, CloseCode::kNormal);
  }
  const std::string reason = error == boost::beast::websocket::error::closed ? remote_->PeerReason() : std::string();
  End(reason.empty() ? fmt::format("the tunnel broke ({})", error.message()) : reason);
}

void Relay::End(const std::string& why, CloseCode code) {
  if (std::exchange(ended_, true)) return;
  const auto self = shared_from_this();
  error_code ignored;
  timer_.cancel(ignored);
  // A reset instead of an end: bytes may be missing.
  if (!why.empty()) local_.set_option(asio::socket_base::linger(true, 0), ignored);
  local_.close(ignored);
  asio::co_spawn(
      remote_->Executor(), [self, code, why]() -> asio::awaitable<void> { co_await self->SayFarewell(code, why); },
      asio::detached);
  if (on_end_) std::exchange(on_end_, nullptr)(why);
}

asio::awaitable<void> Relay::SayFarewell(CloseCode code, std::string reason) {
  timer_.expires_after(times_.farewell);
  timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled) self->remote_->Drop();
  });
  co_await remote_->Close(code, std::move(reason));
  error_code ignored;
  timer_.cancel(ignored);
  remote_->Drop();
}

}  // namespace firesteel::gateway
