#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <mutex>
#include <string>

#include "session/session.h"

namespace firesteel::server {

/// One response stream of ExecutePlan or ReattachExecute: takes the operation's responses one by one and writes the
/// next when the last one is done, so a slow client slows the run and nothing else. Deletes itself when the transport
/// is done with it.
///
/// Threads: the transport's callbacks and the operation's wake calls meet in Core, under its mutex; the transport is
/// never called with the mutex held, because it may call back at once.
class ExecuteStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  class Core;

  ExecuteStream();
  ~ExecuteStream() override;

  /// Begins or refuses the stream; may be used on any thread, also after the client went away.
  const std::shared_ptr<Core>& core() const { return core_; }

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  const std::shared_ptr<Core> core_;
};

class ExecuteStream::Core : public std::enable_shared_from_this<Core> {
 public:
  explicit Core(ExecuteStream* reactor) : reactor_(reactor) {}

  /// Attaches to the operation behind the response `after` (empty: from the start). Throws as Operation::Attach.
  void Start(session::SessionPtr session, session::OperationPtr operation, const std::string& after);
  /// Ends the stream with this status. Used instead of Start.
  void Refuse(grpc::Status status);

 private:
  friend class ExecuteStream;

  void Pump();
  void WriteDone(bool ok);
  void Cancelled();
  void Finish(grpc::Status status);
  /// The stream is over: a reattachable operation stays for the next one, any other goes.
  void LeaveOperation();

  std::mutex mutex_;
  // Everything below is guarded by mutex_.
  ExecuteStream* reactor_;  // null once its end was asked for
  session::SessionPtr session_;
  session::OperationPtr operation_;
  session::Operation::Attachment attachment_;
  bool busy_ = false;   // a write is under way, or a Pump is choosing the next step
  bool again_ = false;  // a wake came while busy
  bool writing_ = false;
  bool cancelled_ = false;
  grpc::ByteBuffer buffer_;
};

}  // namespace firesteel::server
