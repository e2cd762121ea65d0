#include "server/execute_stream.h"

#include <utility>

#include "server/byte_buffer.h"
#include "server/error_status.h"

namespace firesteel::server {

ExecuteStream::ExecuteStream() : core_(std::make_shared<Core>(this)) {}
ExecuteStream::~ExecuteStream() = default;

void ExecuteStream::OnWriteDone(bool ok) { core_->WriteDone(ok); }
void ExecuteStream::OnCancel() { core_->Cancelled(); }
void ExecuteStream::OnDone() { delete this; }

void ExecuteStream::Core::Start(session::SessionPtr session, session::OperationPtr operation,
                                const std::string& after) {
  std::weak_ptr<Core> weak = weak_from_this();
  session::Operation::Attachment attachment = operation->Attach(after, [weak] {
    if (auto core = weak.lock()) core->Pump();
  });
  bool cancelled = false;
  {
    std::lock_guard lock(mutex_);
    session_ = std::move(session);
    operation_ = std::move(operation);
    attachment_ = attachment;
    cancelled = cancelled_;
  }
  if (cancelled) {
    // The client left before the stream began.
    LeaveOperation();
    Finish(grpc::Status::CANCELLED);
    return;
  }
  Pump();
}

void ExecuteStream::Core::Refuse(grpc::Status status) { Finish(std::move(status)); }

void ExecuteStream::Core::Finish(grpc::Status status) {
  ExecuteStream* reactor = nullptr;
  {
    std::lock_guard lock(mutex_);
    reactor = std::exchange(reactor_, nullptr);
  }
  if (reactor != nullptr) reactor->Finish(std::move(status));
}

void ExecuteStream::Core::LeaveOperation() {
  session::SessionPtr session;
  session::OperationPtr operation;
  session::Operation::Attachment attachment;
  {
    std::lock_guard lock(mutex_);
    session = std::move(session_);
    operation = std::move(operation_);
    attachment = attachment_;
  }
  if (operation == nullptr) return;
  operation->Detach(attachment);
  if (!operation->reattachable()) session->CloseOperation(operation->id());
}

void ExecuteStream::Core::Pump() {
  using Kind = session::Operation::Step::Kind;
  auto self = shared_from_this();
  session::SessionPtr session;
  session::OperationPtr operation;
  session::Operation::Attachment attachment;
  {
    std::lock_guard lock(mutex_);
    if (reactor_ == nullptr || operation_ == nullptr) return;
    if (busy_) {
      again_ = true;
      return;
    }
    busy_ = true;
    session = session_;
    operation = operation_;
    attachment = attachment_;
  }
  while (true) {
    session::Operation::Step step = operation->Next(attachment);
    if (step.kind == Kind::kResponse) {
      ExecuteStream* reactor = nullptr;
      {
        std::lock_guard lock(mutex_);
        if (cancelled_) return;  // Cancelled() saw busy_ without a write and has finished the stream
        buffer_ = ToByteBuffer(step.response->bytes);
        writing_ = !step.is_last;
        reactor = step.is_last ? std::exchange(reactor_, nullptr) : reactor_;
      }
      if (step.is_last) {
        // The end travels with the last response, which spares the client a wake. Stays busy: nothing comes any more.
        LeaveOperation();
        if (reactor != nullptr) reactor->StartWriteAndFinish(&buffer_, grpc::WriteOptions(), grpc::Status::OK);
        return;
      }
      // Stays busy until the write is done; the reactor lives until Finish, which waits for that.
      reactor->StartWrite(&buffer_);
      return;
    }
    if (step.kind == Kind::kWait) {
      std::lock_guard lock(mutex_);
      if (std::exchange(again_, false)) continue;
      busy_ = false;
      return;
    }
    LeaveOperation();
    Finish(step.kind == Kind::kError ? StatusOf(step.error, session.get()) : grpc::Status::OK);
    return;
  }
}

void ExecuteStream::Core::WriteDone(bool ok) {
  bool cancelled = false;
  {
    std::lock_guard lock(mutex_);
    busy_ = false;
    writing_ = false;
    again_ = false;
    buffer_.Clear();
    cancelled = cancelled_;
  }
  if (ok && !cancelled) {
    Pump();
    return;
  }
  LeaveOperation();
  Finish(grpc::Status::CANCELLED);
}

void ExecuteStream::Core::Cancelled() {
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    // With a write under way WriteDone ends the stream; before Start, Start does.
    if (writing_ || operation_ == nullptr) return;
  }
  LeaveOperation();
  Finish(grpc::Status::CANCELLED);
}

}  // namespace firesteel::server
