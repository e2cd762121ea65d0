#include "gateway/wire/method_layout.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {
namespace {

constexpr std::string_view kService = "/spark.connect.SparkConnectService/";

// In the order of Method.
constexpr std::array<MethodLayout, static_cast<size_t>(Method::kOther) + 1> kLayouts = {{
    {.name = "ExecutePlan",
     .observed_session = 8,
     .operation_id = 6,
     .client_type = 4,
     .response_session_id = 1,
     .server_side_session_id = 15},
    {.name = "AnalyzePlan",
     .observed_session = 17,
     .client_type = 3,
     .response_session_id = 1,
     .server_side_session_id = 15},
    {.name = "Config", .observed_session = 8, .client_type = 4, .response_session_id = 1, .server_side_session_id = 4},
    {.name = "AddArtifacts",
     .observed_session = 7,
     .client_type = 6,
     .response_session_id = 2,
     .server_side_session_id = 3},
    {.name = "ArtifactStatus",
     .observed_session = 5,
     .client_type = 3,
     .response_session_id = 2,
     .server_side_session_id = 3},
    {.name = "Interrupt",
     .observed_session = 7,
     .client_type = 3,
     .response_session_id = 1,
     .server_side_session_id = 3},
    {.name = "ReattachExecute",
     .observed_session = 6,
     .operation_id = 3,
     .client_type = 4,
     .response_session_id = 1,
     .server_side_session_id = 15},
    {.name = "ReleaseExecute",
     .observed_session = 7,
     .operation_id = 3,
     .client_type = 4,
     .response_session_id = 1,
     .server_side_session_id = 3},
    {.name = "ReleaseSession", .client_type = 3, .response_session_id = 1, .server_side_session_id = 2},
    {.name = "FetchErrorDetails",
     .observed_session = 5,
     .client_type = 4,
     .response_session_id = 4,
     .server_side_session_id = 3},
    {.name = "CloneSession",
     .observed_session = 5,
     .client_type = 3,
     .response_session_id = 1,
     .server_side_session_id = 2},
    {.name = "GetStatus",
     .observed_session = 4,
     .client_type = 3,
     .response_session_id = 1,
     .server_side_session_id = 2},
    {},
}};

}  // namespace

const MethodLayout& LayoutOf(Method method) { return kLayouts[static_cast<size_t>(method)]; }

Method MethodOf(std::string_view path) {
  if (!path.starts_with(kService)) return Method::kOther;
  const std::string_view name = path.substr(kService.size());
  if (name.empty()) return Method::kOther;
  const auto* found =
      std::find_if(kLayouts.begin(), kLayouts.end(), [&](const MethodLayout& layout) { return layout.name == name; });
  return found == kLayouts.end() ? Method::kOther : static_cast<Method>(found - kLayouts.begin());
}

}  // namespace firesteel::gateway
