#include "client/transport/status_details.h"

#include <algorithm>
#include <cstdint>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace firesteel::client {

StatusDetails ReadStatusDetails(const grpc::Status& status) {
  StatusDetails details;
  google::rpc::Status message;
  if (status.error_details().empty() || !message.ParseFromString(status.error_details())) return details;
  details.message = message.message();
  for (const google::protobuf::Any& any : message.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::RetryInfo retry;
    if (any.UnpackTo(&info)) {
      details.has_error_info = true;
      details.reason = info.reason();
      details.metadata.insert(info.metadata().begin(), info.metadata().end());
    } else if (any.UnpackTo(&retry)) {
      // A server's number may be anything; a day is as good as forever.
      const int64_t seconds = std::clamp<int64_t>(retry.retry_delay().seconds(), 0, 86'400);
      const int64_t nanos = std::clamp<int64_t>(retry.retry_delay().nanos(), 0, 999'999'999);
      details.retry_delay = std::chrono::milliseconds(seconds * 1000 + nanos / 1'000'000);
    }
  }
  return details;
}

}  // namespace firesteel::client
