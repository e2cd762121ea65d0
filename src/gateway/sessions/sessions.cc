#include "gateway/sessions/sessions.h"

#include <utility>

#include "gateway/sessions/state.h"

namespace firesteel::gateway {

Sessions::Sessions(std::shared_ptr<const GatewayConfig> config, const Clock& clock, uint64_t seed)
    : state_(std::make_unique<State>(std::move(config), clock, seed)) {}
Sessions::~Sessions() = default;

void Sessions::RestoreServer(ServerId server, const std::string& servers) { state_->RestoreServer(server, servers); }
void Sessions::RestoreSession(const SavedSession& saved) { state_->RestoreSession(saved); }
Decision Sessions::OnCall(const Call& call) { return state_->OnCall(call); }
void Sessions::ReplayDone(uint64_t ticket, const std::string& server_session, std::vector<std::string> warnings) {
  state_->ReplayDone(ticket, server_session, std::move(warnings));
}
void Sessions::CallEnded(uint64_t ticket, CallEnd end, bool accepted) { state_->CallEnded(ticket, end, accepted); }
void Sessions::ServerReady(ServerId server, const std::string& servers, const std::string& owner) {
  state_->ServerReady(server, servers, owner);
}
void Sessions::ServerUnreachable(ServerId server) { state_->ServerUnreachable(server); }
void Sessions::ServerLost(ServerId server) { state_->ServerLost(server); }
void Sessions::Drain(ServerId server, bool drain) { state_->Drain(server, drain); }
void Sessions::LaunchFailed(const std::string& servers, const std::string& message, const std::string& owner) {
  state_->LaunchFailed(servers, message, owner);
}
bool Sessions::EndSession(const std::string& user, const std::string& session_id) {
  return state_->EndSession(user, session_id);
}
void Sessions::Configure(std::shared_ptr<const GatewayConfig> config) { state_->Configure(std::move(config)); }
void Sessions::Tick() { state_->Tick(); }
std::vector<Effect> Sessions::TakeEffects() { return state_->TakeEffects(); }
std::set<ServerId> Sessions::Retiring() const { return state_->Retiring(); }
std::vector<SessionView> Sessions::List() const { return state_->List(); }

}  // namespace firesteel::gateway
