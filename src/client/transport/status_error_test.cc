#include "client/transport/status_error.h"

#include <gtest/gtest.h>

#include "client/transport/retry.h"
#include "client/transport/status_details.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace firesteel::client {
namespace {

const ErrorContext kContext{.target = "db:15002", .tls = false, .has_certificate = false, .token_source = ""};

grpc::Status StatusWith(const google::protobuf::Message& detail, const std::string& message = "short") {
  google::rpc::Status status;
  status.set_code(grpc::StatusCode::INTERNAL);
  status.set_message(message);
  status.add_details()->PackFrom(detail);
  return {grpc::StatusCode::INTERNAL, message, status.SerializeAsString()};
}

Error Unreachable(const std::string& said, const ErrorContext& context = kContext) {
  return ErrorOf(Rpc::kConfig, {grpc::StatusCode::UNAVAILABLE, said}, context, nullptr);
}

TEST(ErrorOf, TakesAllThatTheServerKnows) {
  google::rpc::ErrorInfo info;
  (*info.mutable_metadata())["errorId"] = "e1";
  (*info.mutable_metadata())["errorClass"] = "DIVIDE_BY_ZERO";
  proto::FetchErrorDetailsResponse full;
  full.set_root_error_idx(0);
  auto* root = full.add_errors();
  root->add_error_type_hierarchy("org.apache.spark.SparkArithmeticException");
  root->set_message("[DIVIDE_BY_ZERO] whole");
  root->set_cause_idx(1);
  root->mutable_spark_throwable()->set_error_class("DIVIDE_BY_ZERO");
  root->mutable_spark_throwable()->set_sql_state("22012");
  auto* context = root->mutable_spark_throwable()->add_query_contexts();
  context->set_fragment("1/0");
  context->set_start_index(7);
  auto* cause = full.add_errors();
  cause->set_message("deeper");
  cause->set_cause_idx(0);  // a circle
  const Error error = ErrorOf(Rpc::kExecutePlan, StatusWith(info), kContext, [&](const std::string& id) {
    EXPECT_EQ(id, "e1");
    return std::optional(full);
  });
  EXPECT_EQ(error.kind, ErrorKind::kExecution);
  EXPECT_EQ(error.message, "[DIVIDE_BY_ZERO] whole");
  EXPECT_EQ(error.sql_state, "22012");
  ASSERT_EQ(error.contexts.size(), 1U);
  EXPECT_EQ(error.contexts[0].fragment, "1/0");
  EXPECT_EQ(error.contexts[0].start_index, 7);
  EXPECT_EQ(error.causes.size(), 100U);
  EXPECT_EQ(error.causes[0].message, "deeper");
}

TEST(ErrorOf, MakesDoWithTheShortForm) {
  google::rpc::ErrorInfo info;
  (*info.mutable_metadata())["errorId"] = "e1";
  (*info.mutable_metadata())["errorClass"] = "TABLE_OR_VIEW_NOT_FOUND";
  (*info.mutable_metadata())["sqlState"] = "42P01";
  (*info.mutable_metadata())["classes"] = R"(["org.apache.spark.sql.AnalysisException","java.lang.Exception"])";
  (*info.mutable_metadata())["messageParameters"] = R"({"relationName":"`x`"})";
  const Error error =
      ErrorOf(Rpc::kExecutePlan, StatusWith(info), kContext, [](const std::string&) { return std::nullopt; });
  EXPECT_EQ(error.kind, ErrorKind::kAnalysis);
  EXPECT_EQ(error.condition, "TABLE_OR_VIEW_NOT_FOUND");
  EXPECT_EQ(error.sql_state, "42P01");
  EXPECT_EQ(error.parameters.at("relationName"), "`x`");
}

TEST(ErrorOf, SaysWhyNobodyAnswered) {
  EXPECT_EQ(
      Unreachable("Connection refused").message,
      "Nothing listens at db:15002: the connection was refused. Is the server running, and are host and port right?");
  EXPECT_EQ(Unreachable("Connection refused").kind, ErrorKind::kConnection);
  EXPECT_NE(Unreachable("DNS resolution failed for db").message.find("not known"), std::string::npos);
  EXPECT_NE(Unreachable("Ssl handshake failed: CERTIFICATE_VERIFY_FAILED").message.find("tls_roots"),
            std::string::npos);
  EXPECT_NE(Unreachable("Socket closed").message.find("use_ssl=true"), std::string::npos);
  ErrorContext with_token = kContext;
  with_token.token_source = "the variable SPARK_CONNECT_AUTHENTICATE_TOKEN";
  const Error refused = ErrorOf(Rpc::kConfig, {grpc::StatusCode::UNAUTHENTICATED, ""}, with_token, nullptr);
  EXPECT_EQ(refused.kind, ErrorKind::kAuthentication);
  EXPECT_EQ(refused.message,
            "The server at db:15002 refused the credentials: the token of the variable "
            "SPARK_CONNECT_AUTHENTICATE_TOKEN is wrong or has expired.");
  const Error unknown = ErrorOf(Rpc::kCloneSession, {grpc::StatusCode::UNIMPLEMENTED, ""}, kContext, nullptr);
  EXPECT_EQ(unknown.kind, ErrorKind::kUnsupported);
  EXPECT_NE(unknown.message.find("CloneSession"), std::string::npos);
}

TEST(ErrorOf, SaysWhenVersionsDiffer) {
  ErrorContext context = kContext;
  const auto text = [&](Rpc rpc, grpc::StatusCode code, const std::string& said) {
    return ErrorOf(rpc, {code, said}, context, nullptr).message;
  };
  context.server_version = "3.5.1";
  EXPECT_EQ(text(Rpc::kCloneSession, grpc::StatusCode::UNIMPLEMENTED, ""),
            "The server at db:15002 does not know CloneSession. The server has Spark 3.5.1, this client speaks the "
            "protocol of 4.3.0.");
  EXPECT_EQ(text(Rpc::kExecutePlan, grpc::StatusCode::INTERNAL, "RELTYPE_NOT_SET not supported."),
            "RELTYPE_NOT_SET not supported. The server has Spark 3.5.1, this client speaks the protocol of 4.3.0.");
  EXPECT_EQ(text(Rpc::kExecutePlan, grpc::StatusCode::INTERNAL, "other"), "other");
  context.server_version = "4.3.1-SNAPSHOT";
  EXPECT_EQ(text(Rpc::kCloneSession, grpc::StatusCode::UNIMPLEMENTED, ""),
            "The server at db:15002 does not know CloneSession.");
}

TEST(ErrorOf, NamesAClusterThatIsNotThere) {
  ErrorContext context = kContext;
  context.cluster = "the cluster 0001 (from profile 'prod' (p.toml))";
  EXPECT_EQ(ErrorOf(Rpc::kAnalyzePlan, {grpc::StatusCode::NOT_FOUND, "no such cluster"}, context, nullptr).message,
            "The service at db:15002 does not know the cluster 0001 (from profile 'prod' (p.toml)): no such cluster");
  EXPECT_EQ(ErrorOf(Rpc::kAnalyzePlan, {grpc::StatusCode::UNIMPLEMENTED, ""}, context, nullptr).message,
            "The server at db:15002 does not know AnalyzePlan: it is no Spark Connect server, or of another version. "
            "Perhaps there is no server for the cluster 0001 (from profile 'prod' (p.toml)).");
  EXPECT_EQ(ErrorOf(Rpc::kConfig, {grpc::StatusCode::NOT_FOUND, "x"}, kContext, nullptr).message, "x");
}

TEST(ReadStatusDetails, TakesBytesAsTheyCome) {
  EXPECT_FALSE(ReadStatusDetails({grpc::StatusCode::INTERNAL, "m", "\xff\x00garbage"}).has_error_info);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  EXPECT_EQ(ServerDelay(StatusWith(retry)), std::chrono::milliseconds(1500));
  EXPECT_TRUE(IsRetryable(StatusWith(retry)));
  retry.mutable_retry_delay()->set_seconds(INT64_MAX);
  RetryPolicy policy;
  policy.jitter = std::chrono::milliseconds(0);
  EXPECT_EQ(RetryWaits(policy).Next(StatusWith(retry)), policy.max_server_delay);
}

}  // namespace
}  // namespace firesteel::client
