#pragma once

#include <string>

#include "base/error.h"
#include "base/query_context.h"

/// What the fuzz targets share: which outcomes are a user's and which are findings.
namespace firesteel::fuzz {

/// Runs `body` as a server would that was sent these bytes. True when they were accepted, false when a user's error
/// came out; its texts are made as for the client. Anything else that is thrown leaves the target, which is a finding.
template <class Body>
bool Accepts(const Body& body) {
  try {
    body();
    return true;
  } catch (const QueryError& error) {
    if (FindErrorCondition(error.condition()) == nullptr)
      throw InternalError("no such condition: " + error.condition());
    if (error.origin()) {
      QueryContextFragment(*error.origin());
      QueryContextSummary(*error.origin());
    }
    return false;
  }
}

}  // namespace firesteel::fuzz
