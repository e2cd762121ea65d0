#include "server/answer.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

// Java's mark of a frame without a file; Python's client shows both.
constexpr const char* kNative = "native";
constexpr int kNativeLine = -2;

void FillContext(const session::ErrorContext& from, proto::FetchErrorDetailsResponse::QueryContext* to) {
  using Context = proto::FetchErrorDetailsResponse::QueryContext;
  to->set_context_type(from.is_dataframe ? Context::DATAFRAME : Context::SQL);
  to->set_object_type(from.object_type);
  to->set_object_name(from.object_name);
  to->set_start_index(from.start_index);
  to->set_stop_index(from.stop_index);
  to->set_fragment(from.fragment);
  to->set_call_site(from.call_site);
  to->set_summary(from.summary);
}

void FillError(const session::ErrorRecord& from, proto::FetchErrorDetailsResponse::Error* to) {
  for (const std::string& name : from.class_hierarchy) to->add_error_type_hierarchy(name);
  to->set_message(from.message);
  for (const session::StackFrame& frame : from.stack) {
    auto* element = to->add_stack_trace();
    element->set_declaring_class(frame.declaring_class);
    element->set_method_name(frame.method);
    element->set_file_name(kNative);
    element->set_line_number(kNativeLine);
  }
  if (from.condition.empty()) return;
  auto* throwable = to->mutable_spark_throwable();
  throwable->set_error_class(from.condition);
  for (const auto& [name, value] : from.parameters) (*throwable->mutable_message_parameters())[name] = value;
  for (const session::ErrorContext& context : from.contexts) FillContext(context, throwable->add_query_contexts());
  if (!from.sql_state.empty()) throwable->set_sql_state(from.sql_state);
}

}  // namespace

grpc::Status FetchErrorDetails(Services& services, const proto::FetchErrorDetailsRequest& request,
                               proto::FetchErrorDetailsResponse* response) {
  return Answer([&](session::SessionPtr& session) {
    session = OpenSession(services, request);
    session::ErrorRecordPtr error = session->errors().Take(request.error_id());
    // Spark answers with nothing at all when it does not know the error (any more).
    if (error == nullptr) return;
    response->set_root_error_idx(0);
    for (; error != nullptr; error = error->cause) {
      proto::FetchErrorDetailsResponse::Error* told = response->add_errors();
      FillError(*error, told);
      if (error->cause) told->set_cause_idx(response->errors_size());
    }
  });
}

}  // namespace firesteel::server
