#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spark/connect/base.pb.h"

/// The calls of Spark Connect as something that can be wrapped: the connection itself, then what adds headers, what
/// logs, what repeats. All transports are thread-safe.
namespace firesteel::client {

namespace proto = ::spark::connect;

enum class Rpc : uint8_t {
  kExecutePlan,
  kReattachExecute,
  kAnalyzePlan,
  kConfig,
  kAddArtifacts,
  kArtifactStatus,
  kInterrupt,
  kReleaseExecute,
  kReleaseSession,
  kFetchErrorDetails,
  kCloneSession,
};

/// As the protocol calls it.
std::string_view NameOf(Rpc rpc);

struct CallOptions {
  std::chrono::milliseconds timeout{0};  ///< 0: none
  std::vector<std::pair<std::string, std::string>> headers;
  bool retry_unreachable = true;  ///< whether a server that cannot be reached is waited for
};

/// The answers to one plan as they arrive on one connection.
class IncomingStream {
 public:
  virtual ~IncomingStream() = default;
  /// False at the end; then Finish tells why.
  virtual bool Read(proto::ExecutePlanResponse& response) = 0;
  virtual grpc::Status Finish() = 0;
  /// From any thread: Read ends.
  virtual void Cancel() = 0;
};

/// Gives the requests of an upload one after another; false: no more.
using UploadRequests = std::function<bool(proto::AddArtifactsRequest&)>;

class Transport {
 public:
  virtual ~Transport() = default;
  /// One request, one response of the type that belongs to `rpc`.
  virtual grpc::Status Call(Rpc rpc, const google::protobuf::Message& request, google::protobuf::Message& response,
                            const CallOptions& options) = 0;
  /// kExecutePlan or kReattachExecute. Failures come out of the stream.
  virtual std::unique_ptr<IncomingStream> Open(Rpc rpc, const google::protobuf::Message& request,
                                               const CallOptions& options) = 0;
  /// `begin` starts the upload anew each time it is called.
  virtual grpc::Status Upload(const std::function<UploadRequests()>& begin, proto::AddArtifactsResponse& response,
                              const CallOptions& options) = 0;
};

using TransportPtr = std::shared_ptr<Transport>;

}  // namespace firesteel::client
