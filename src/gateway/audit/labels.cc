#include "gateway/audit/labels.h"

#include <array>
#include <cstddef>

namespace firesteel::gateway {
namespace {

constexpr std::array<std::string_view, 13> kRpcs = {
    "ExecutePlan",  "AnalyzePlan",     "Config",         "AddArtifacts",   "ArtifactStatus",
    "Interrupt",    "ReattachExecute", "ReleaseExecute", "ReleaseSession", "FetchErrorDetails",
    "CloneSession", "GetStatus",       "other"};
static_assert(kRpcs.size() == static_cast<size_t>(Method::kOther) + 1);

constexpr std::array<std::string_view, 17> kCodes = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};
static_assert(kCodes.size() == static_cast<size_t>(Code::kUnauthenticated) + 1);

}  // namespace

std::string_view RpcLabel(Method method) {
  const auto index = static_cast<size_t>(method);
  return index < kRpcs.size() ? kRpcs[index] : kRpcs.back();
}

std::string_view CodeLabel(Code code) {
  // A server may send any number.
  const auto index = static_cast<size_t>(code);
  return kCodes[index < kCodes.size() ? index : static_cast<size_t>(Code::kUnknown)];
}

std::string_view IdentityLabel(Identity::Method method) {
  switch (method) {
    case Identity::Method::kToken:
      return "token";
    case Identity::Method::kJwt:
      return "jwt";
    case Identity::Method::kCertificate:
      return "certificate";
    case Identity::Method::kAnonymous:
      break;
  }
  return "anonymous";
}

}  // namespace firesteel::gateway
