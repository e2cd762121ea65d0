#include <string_view>

#include "server/answer.h"
#include "server/rpc/rpc.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

grpc::Status ArtifactStatus(Services& services, const proto::ArtifactStatusesRequest& request,
                            proto::ArtifactStatusesResponse* response) {
  constexpr std::string_view kCache = "cache/";
  return Answer([&](session::SessionPtr& session) {
    session = OpenSession(services, request);
    Identify(*session, response);
    for (const std::string& name : request.names()) {
      // As in Spark, only the cache can be asked about.
      const bool exists =
          name.starts_with(kCache) && session->state().artifacts().HasCached(name.substr(kCache.size()));
      (*response->mutable_statuses())[name].set_exists(exists);
    }
  });
}

}  // namespace firesteel::server
