#pragma once

#include <optional>
#include <string_view>

#include "gateway/auth/identity.h"
#include "gateway/refusal.h"
#include "gateway/sessions/sessions.h"

/// Whether what a call says of itself agrees with what its credentials prove. Pure. Whoever is anonymous proves
/// nothing, so nothing is compared. The refusals are PERMISSION_DENIED and say what to change; what was claimed is not
/// repeated.
namespace firesteel::gateway {

/// A user named by a header, such as `x-user` in metadata or in the first Config.Set. Empty: none named.
std::optional<Refusal> CheckUserHeader(const Identity& identity, std::string_view user);
/// A team named by a header or by the host name that was called. Empty: none named.
std::optional<Refusal> CheckTeam(const Identity& identity, std::string_view team);

/// All that a call names: the headers of its metadata, the team of `:authority` where no header overrides it, and
/// user_context.user_id of its message, which clients fill with the name of the operating system's user by default.
/// Empty: none claimed, or it does not matter.
std::optional<Refusal> CheckClaims(const Identity& identity, const RouteHints& hints, std::string_view claimed_user);

}  // namespace firesteel::gateway
