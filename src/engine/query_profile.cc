#include "engine/query_profile.h"

#include "duckdb/main/client_config.hpp"
#include "duckdb/main/query_profiler.hpp"

namespace firesteel::engine {
namespace {

using duckdb::MetricType;

void Collect(const duckdb::ProfilingNode& node, int64_t parent, std::vector<OperatorProfile>& out) {
  const auto& metrics = node.GetProfilingInfo().metrics;
  auto name = metrics.find(MetricType::OPERATOR_NAME);
  int64_t own = parent;
  // The root stands for the query and has no name.
  if (name != metrics.end() && !name->second.IsNull() && !name->second.ToString().empty()) {
    OperatorProfile profile;
    profile.name = name->second.ToString();
    profile.parent = parent;
    if (auto rows = metrics.find(MetricType::OPERATOR_CARDINALITY); rows != metrics.end()) {
      profile.rows = static_cast<int64_t>(rows->second.GetValue<uint64_t>());
    }
    if (auto time = metrics.find(MetricType::OPERATOR_TIMING); time != metrics.end()) {
      profile.seconds = time->second.GetValue<double>();
    }
    own = static_cast<int64_t>(out.size());
    out.push_back(std::move(profile));
  }
  for (const auto& child : node.children) Collect(*child, own, out);
}

}  // namespace

QueryProfile::QueryProfile(duckdb::ClientContext& context, bool wanted) : context_(context), wanted_(wanted) {
  if (!wanted) return;
  auto& config = duckdb::ClientConfig::GetConfig(context);
  config.enable_profiler = true;
  config.emit_profiler_output = false;  // the engine would print it
  config.profiler_settings = {MetricType::OPERATOR_NAME, MetricType::OPERATOR_CARDINALITY, MetricType::OPERATOR_TIMING};
}

QueryProfile::~QueryProfile() {
  if (wanted_) duckdb::ClientConfig::GetConfig(context_).enable_profiler = false;
}

std::vector<OperatorProfile> QueryProfile::Take() {
  std::vector<OperatorProfile> operators;
  if (!wanted_) return operators;
  duckdb::QueryProfiler::Get(context_).GetRootUnderLock([&](duckdb::optional_ptr<duckdb::ProfilingNode> root) {
    if (root) Collect(*root, -1, operators);
  });
  return operators;
}

}  // namespace firesteel::engine
