#pragma once

#include <poll.h>

#include <atomic>
#include <initializer_list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/tunnel/testing/near_client.h"

namespace firesteel::gateway::testing {

/// An HTTP proxy for one connection at a time: answers CONNECT with `answer`, and after a 200 carries bytes.
class FakeProxy {
 public:
  explicit FakeProxy(std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n") : answer_(std::move(answer)) {
    Result<Socket> listener = Listen("127.0.0.1", 0, false);
    EXPECT_TRUE(listener.ok());
    listener_ = std::move(*listener);
    thread_ = std::thread([this] { Run(); });
  }
  ~FakeProxy() {
    stop_ = true;
    thread_.join();
  }

  uint16_t port() const { return LocalPort(listener_); }
  /// The head of the newest request.
  std::string request() {
    const std::lock_guard lock(mutex_);
    return request_;
  }

 private:
  bool Wait(std::initializer_list<pollfd> list, std::vector<pollfd>* ready) {
    while (!stop_) {
      ready->assign(list);
      if (::poll(ready->data(), ready->size(), 20) > 0) return true;
    }
    return false;
  }

  void Run() {
    std::vector<pollfd> ready;
    while (Wait({{listener_.fd(), POLLIN, 0}}, &ready)) {
      const Socket near(::accept(listener_.fd(), nullptr, nullptr));
      std::string head;
      while (head.find("\r\n\r\n") == std::string::npos) {
        const std::string byte = ReceiveUpTo(near, 1);
        if (byte.empty()) break;
        head += byte;
      }
      {
        const std::lock_guard lock(mutex_);
        request_ = head;
      }
      SendAll(near, answer_);
      if (!answer_.starts_with("HTTP/1.1 200")) continue;
      const size_t colon = head.find(':');
      const Socket far = ConnectTo(static_cast<uint16_t>(std::stoi(head.substr(colon + 1))));
      while (Wait({{near.fd(), POLLIN, 0}, {far.fd(), POLLIN, 0}}, &ready)) {
        if (ready[0].revents && !Pass(near, far)) break;
        if (ready[1].revents && !Pass(far, near)) break;
      }
    }
  }

  static bool Pass(const Socket& from, const Socket& to) {
    char bytes[4096];
    const ssize_t got = ::recv(from.fd(), bytes, sizeof bytes, 0);
    return got > 0 && SendAll(to, {bytes, static_cast<size_t>(got)});
  }

  const std::string answer_;
  Socket listener_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::string request_;
  std::thread thread_;
};

}  // namespace firesteel::gateway::testing
