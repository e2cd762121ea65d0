#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "gateway/auth/identity.h"
#include "gateway/refusal.h"

namespace firesteel::gateway {

/// What the audit log keeps of one call: who, what, where, when, outcome. No statement, no value, no secret.
struct AuditEntry {
  int64_t time_micros = 0;  ///< of the call's begin, since 1970
  std::string user;         ///< as verified; empty: nobody
  Identity::Method method = Identity::Method::kAnonymous;
  std::string credential;  ///< Identity::credential
  std::string team, environment;
  std::string rpc;  ///< the last part of the path, as called
  std::string session, operation;
  std::string server;  ///< "host:port", or empty: no server was asked
  Code code = Code::kOk;
  std::string condition;  ///< Spark's error class, or empty
  std::chrono::microseconds duration{0};
  uint64_t bytes_in = 0, bytes_out = 0;  ///< of the client's messages, and of the answers to it
  std::string remote;                    ///< the client's address
  std::string reason;                    ///< of a refusal or a failure: its message, or empty
};

/// One object of JSON and its newline. Every line has every member, in one order. Texts longer than 1 KiB are cut: what
/// clients name must not fill the disk.
std::string AuditLine(const AuditEntry& entry);
/// The line that stands for `count` lines which could not be kept.
std::string DroppedLine(int64_t time_micros, uint64_t count);

}  // namespace firesteel::gateway
