#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Opens `count` connections to 127.0.0.1:`port`, makes one unary call on each (`path`, the request of `request(i)`
/// with gRPC's prefix) and gives the open sockets once all were answered with grpc-status 0. Throws
/// std::runtime_error, which names what went wrong. Without gRPC, whose channels cost this process 100 KB each.
std::vector<int> OpenIdleSessions(uint16_t port, int count, const std::string& path,
                                  const std::function<std::string(int)>& request);
