#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "gateway/refusal.h"
#include "gateway/transport/http2_connection.h"

/// gRPC's conventions over HTTP/2 streams.
namespace firesteel::gateway {

inline constexpr char kService[] = "/spark.connect.SparkConnectService/";

/// grpc-status of trailers, or of the headers of a response of trailers only; kUnknown where there is none.
Code StatusOf(const Headers& headers);

/// Answers a call with an error; after response headers in the trailers, else alone.
void Refuse(Http2Stream& stream, bool headers_sent, const Refusal& refusal);
/// Answers a call with one message (with prefix) and status OK.
void Answer(Http2Stream& stream, std::string framed);

struct UnaryOutcome {
  bool answered = false;  ///< a status came; else the connection was lost or the time is over
  Code code = Code::kUnavailable;
  Headers trailers;  ///< those with the status
  std::string body;  ///< the response message without prefix
};

/// A call of the gateway's own. `done` is called once, on the connection's loop, also where the call could not begin.
void CallUnary(Http2Connection& connection, EventLoop& loop, const std::string& method, const std::string& token,
               std::string framed, std::chrono::milliseconds timeout, std::function<void(UnaryOutcome)> done);

}  // namespace firesteel::gateway
