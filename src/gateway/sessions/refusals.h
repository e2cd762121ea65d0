#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "gateway/refusal.h"

/// The texts of refusals that the decisions make.
namespace firesteel::gateway {

/// Spark's condition INVALID_HANDLE.`reason` with Spark's text and SQLSTATE. INTERNAL, as Spark sends it, except
/// FORMAT, which is the caller's fault.
Refusal InvalidHandle(std::string_view reason, const std::string& handle);

Refusal Denied(std::string message);
Refusal Exhausted(std::string message);
/// Final: clients do not try again by themselves.
Refusal Impossible(std::string message);
/// Clients try again after this time.
Refusal ComeBack(std::string message, std::chrono::milliseconds after);

}  // namespace firesteel::gateway
