#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firesteel/error.h"
#include "spark/connect/base.pb.h"
#include "spark/connect/commands.pb.h"

/// The border between what builds plans (DataFrame, Column, reader, writer, catalog) and what carries them (session,
/// transport). Plans are messages of the protocol here, never in the public headers.
namespace firesteel::client {

namespace proto = ::spark::connect;

/// The answers to one plan, one after another. Reattaching and retrying are done below. Not thread-safe, but Cancel()
/// may come from any thread.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;
  /// The next response; nothing at the end. After an error there is nothing more to read.
  virtual Result<std::optional<proto::ExecutePlanResponse>> Next() = 0;
  /// Ends the operation on the server; Next() then fails with kCanceled.
  virtual void Cancel() = 0;
  virtual const std::string& operation_id() const = 0;
};

/// A session as plans see it: the ids of the session and the user, tags and the server's version are its own business.
/// Thread-safe; shared by everything that a Session made.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Ids for Relation.common.plan_id, in the order of creation, from 0: as PySpark counts them, once for a process.
  virtual int64_t NextPlanId() = 0;
  /// Sends the plan; nothing is read yet.
  virtual Result<std::unique_ptr<ResponseStream>> Execute(proto::Plan plan) = 0;
  /// `request` needs only its `analyze` part.
  virtual Result<proto::AnalyzePlanResponse> Analyze(proto::AnalyzePlanRequest request) = 0;
  virtual Result<proto::ConfigResponse> Config(proto::ConfigRequest::Operation operation) = 0;
  /// The session's time zone, from its configuration (asked once and again after a change made here).
  virtual Result<std::string> TimeZone() = 0;

  /// Waits for the end of a command and gives what it answered, responses without content left out.
  virtual Result<std::vector<proto::ExecutePlanResponse>> Run(proto::Command command) = 0;
};

using ExecutorPtr = std::shared_ptr<Executor>;

}  // namespace firesteel::client
