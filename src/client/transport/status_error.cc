#include "client/transport/status_error.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "client/transport/status_details.h"

namespace firesteel::client {
namespace {

using WireError = proto::FetchErrorDetailsResponse::Error;
using google::protobuf::RepeatedPtrField;

// The longest chain of causes that is followed: a server may send a circle.
constexpr int kMostCauses = 100;

bool Has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

QueryContext ContextOf(const proto::FetchErrorDetailsResponse::QueryContext& context) {
  QueryContext result;
  result.type = context.context_type() == proto::FetchErrorDetailsResponse::QueryContext::DATAFRAME
                    ? QueryContext::Type::kDataFrame
                    : QueryContext::Type::kSql;
  result.object_type = context.object_type();
  result.object_name = context.object_name();
  result.start_index = context.start_index();
  result.stop_index = context.stop_index();
  result.fragment = context.fragment();
  result.call_site = context.call_site();
  result.summary = context.summary();
  return result;
}

Error OneError(const WireError& wire) {
  Error error;
  error.kind = ErrorKind::kExecution;
  error.message = wire.message();
  error.class_hierarchy.assign(wire.error_type_hierarchy().begin(), wire.error_type_hierarchy().end());
  if (wire.has_spark_throwable()) {
    const auto& throwable = wire.spark_throwable();
    error.condition = throwable.error_class();
    error.sql_state = throwable.sql_state();
    error.parameters.insert(throwable.message_parameters().begin(), throwable.message_parameters().end());
    for (const auto& context : throwable.query_contexts()) error.contexts.push_back(ContextOf(context));
  }
  for (const auto& frame : wire.stack_trace()) {
    error.stack_trace.push_back(frame.declaring_class() + "." + frame.method_name() + "(" + frame.file_name() + ":" +
                                std::to_string(frame.line_number()) + ")");
  }
  return error;
}

std::vector<std::string> TextsOf(const std::string& json) {
  std::vector<std::string> texts;
  const nlohmann::json list = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return texts;
  for (const auto& item : list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::map<std::string, std::string> PairsOf(const std::string& json) {
  std::map<std::string, std::string> pairs;
  const nlohmann::json object = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return pairs;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) pairs.emplace(key, value.get<std::string>());
  }
  return pairs;
}

ErrorKind KindOf(const Error& error, grpc::StatusCode code) {
  static const std::set<std::string_view> kSessionConditions = {
      "INVALID_HANDLE.SESSION_CHANGED", "INVALID_HANDLE.SESSION_CLOSED", "INVALID_HANDLE.SESSION_NOT_FOUND"};
  if (kSessionConditions.contains(error.condition)) return ErrorKind::kSessionLost;
  if (error.condition.starts_with("OPERATION_CANCELED") || error.condition == "INVALID_HANDLE.OPERATION_ABANDONED") {
    return ErrorKind::kCanceled;
  }
  for (const std::string& name : error.class_hierarchy) {
    if (name == "org.apache.spark.sql.catalyst.parser.ParseException") return ErrorKind::kParse;
    if (name == "org.apache.spark.sql.AnalysisException") return ErrorKind::kAnalysis;
  }
  switch (code) {
    case grpc::StatusCode::UNIMPLEMENTED:
      return ErrorKind::kUnsupported;
    case grpc::StatusCode::CANCELLED:
      return ErrorKind::kCanceled;
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
      return ErrorKind::kAuthentication;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return ErrorKind::kTimeout;
    case grpc::StatusCode::UNAVAILABLE:
      return ErrorKind::kConnection;
    default:
      return error.condition == "INTERNAL_ERROR" ? ErrorKind::kInternal : ErrorKind::kExecution;
  }
}

/// Why nobody answered, from what gRPC says.
std::string UnreachableText(std::string_view said, const ErrorContext& context) {
  const std::string where = context.target;
  if (Has(said, "Connection refused")) {
    return "Nothing listens at " + where +
           ": the connection was refused. Is the server running, and are host and port right?";
  }
  if (Has(said, "DNS") || Has(said, "Name or service not known") || Has(said, "Domain name not found")) {
    return "The host of " + where + " is not known: its name cannot be resolved.";
  }
  if (Has(said, "CERTIFICATE_VERIFY_FAILED") || Has(said, "certificate verify failed") || Has(said, "Peer name") ||
      Has(said, "peer name")) {
    return "The certificate of " + where +
           " was not accepted: it is of another name, has expired, or no trusted authority signed it. Trust its "
           "authority with tls_roots, or name it with tls_server_name.";
  }
  if (Has(said, "WRONG_VERSION_NUMBER") || Has(said, "wrong version number") || Has(said, "record layer failure")) {
    return "The server at " + where + " does not speak TLS: leave use_ssl away" +
           (context.token_source.empty() ? "." : ", or use a server that does; tokens are sent through TLS only.");
  }
  if (Has(said, "handshake failed") || Has(said, "Handshake failed") || Has(said, "SSL_ERROR") ||
      Has(said, "handshake read failed")) {
    return "TLS with " + where + " failed: " + std::string(said) +
           (context.has_certificate ? "" : " (no certificate was sent: tls_certificate)");
  }
  const bool broken = Has(said, "Socket closed") || Has(said, "Connection reset") || Has(said, "Broken pipe") ||
                      Has(said, "Endpoint read failed");
  if (!context.tls && (broken || Has(said, "http1.x"))) {
    return "The server at " + where + " broke the connection off: " + std::string(said) +
           ". If it speaks TLS, add ;use_ssl=true.";
  }
  if (context.tls && broken) {
    // A server that misses a certificate says so only after the client took the handshake for done.
    return "The server at " + where + " broke the TLS connection off: " + std::string(said) + ". " +
           (context.has_certificate ? "It may not accept the certificate of tls_certificate."
                                    : "If it wants a certificate of its clients, give it with tls_certificate.");
  }
  return "The server at " + where + " cannot be reached: " + std::string(said);
}

std::string RefusedText(const std::string& said, const ErrorContext& context) {
  std::string text = "The server at " + context.target + " refused the credentials";
  text += context.token_source.empty() ? ": no token was sent"
                                       : ": the token of " + context.token_source + " is wrong or has expired";
  return said.empty() ? text + "." : text + " (" + said + ").";
}

/// "4.3" of "4.3.0-SNAPSHOT".
std::string_view Release(std::string_view version) {
  return version.substr(0, version.find('.', std::min(version.find('.'), version.size() - 1) + 1));
}

/// What to say where the server may be of another version than this client; else nothing.
std::string VersionText(const ErrorContext& context) {
  if (context.server_version.empty() || Release(context.server_version) == Release(kProtocolVersion)) return "";
  return " The server has Spark " + context.server_version + ", this client speaks the protocol of " +
         kProtocolVersion + ".";
}

/// Whether a server says this of a message with parts that it does not know.
bool IsOfAnotherVersion(const Error& error) {
  return error.kind == ErrorKind::kUnsupported || error.condition.starts_with("CONNECT_INVALID_PLAN") ||
         Has(error.message, "_NOT_SET") || Has(error.message, "InvalidPlanInput");
}

std::string UnknownCallText(Rpc rpc, const std::string& message, const ErrorContext& context) {
  std::string text = "The server at " + context.target + " does not know " + std::string(NameOf(rpc));
  text += context.server_version.empty() ? ": it is no Spark Connect server, or of another version." : ".";
  if (!context.cluster.empty()) text += " Perhaps there is no server for " + context.cluster + ".";
  return message.empty() ? text : text + " (" + message + ")";
}

std::string TextWithoutInfo(Rpc rpc, const grpc::Status& status, const std::string& message,
                            const ErrorContext& context) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return UnreachableText(message, context);
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
      return RefusedText(message, context);
    case grpc::StatusCode::UNIMPLEMENTED:
      return UnknownCallText(rpc, message, context);
    case grpc::StatusCode::NOT_FOUND:
      if (context.cluster.empty()) break;
      return "The service at " + context.target + " does not know " + context.cluster +
             (message.empty() ? "." : ": " + message);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "The server at " + context.target + " did not answer " + std::string(NameOf(rpc)) + " in time.";
    case grpc::StatusCode::CANCELLED:
      return "The call was canceled.";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "A message is too large, or the server has no room: " + message;
    default:
      break;
  }
  return message.empty() ? "The call " + std::string(NameOf(rpc)) + " failed." : message;
}

}  // namespace

Error ErrorOf(const RepeatedPtrField<WireError>& errors, int root) {
  if (root < 0 || root >= errors.size()) {
    Error error;
    error.kind = ErrorKind::kProtocol;
    error.message = "The server sent an error without saying which.";
    return error;
  }
  Error error = OneError(errors[root]);
  error.kind = KindOf(error, grpc::StatusCode::INTERNAL);
  int place = root;
  for (int depth = 0; depth < kMostCauses && errors[place].has_cause_idx(); ++depth) {
    place = errors[place].cause_idx();
    if (place < 0 || place >= errors.size()) break;
    Error cause = OneError(errors[place]);
    cause.kind = KindOf(cause, grpc::StatusCode::INTERNAL);
    error.causes.push_back(std::move(cause));
  }
  return error;
}

Error ErrorOf(Rpc rpc, const grpc::Status& status, const ErrorContext& context, const FetchDetails& fetch) {
  const StatusDetails details = ReadStatusDetails(status);
  const std::string message = details.message.empty() ? status.error_message() : details.message;
  Error error;
  if (details.has_error_info) {
    const std::string id = details.Find("errorId");
    std::optional<proto::FetchErrorDetailsResponse> full;
    if (!id.empty() && fetch) full = fetch(id);
    if (full && full->has_root_error_idx() && full->root_error_idx() >= 0 &&
        full->root_error_idx() < full->errors_size()) {
      error = ErrorOf(full->errors(), full->root_error_idx());
    } else {
      error.message = message;
      error.parameters = PairsOf(details.Find("messageParameters"));
    }
    if (error.condition.empty()) error.condition = details.Find("errorClass");
    if (error.sql_state.empty()) error.sql_state = details.Find("sqlState");
    if (error.class_hierarchy.empty()) error.class_hierarchy = TextsOf(details.Find("classes"));
    if (error.class_hierarchy.empty() && !details.reason.empty()) error.class_hierarchy = {details.reason};
  } else {
    error.message = TextWithoutInfo(rpc, status, message, context);
  }
  error.grpc_code = status.error_code();
  error.kind = KindOf(error, status.error_code());
  if (IsOfAnotherVersion(error)) error.message += VersionText(context);
  return error;
}

}  // namespace firesteel::client
