#pragma once

#include <string>
#include <unordered_map>

#include "bound/relation.h"

namespace firesteel::bound {

/// What a plan computes, in few bytes: two plans of equal digests give the same rows in columns of the same types,
/// whatever their names, attribute ids and origins. Ids are replaced by positions, scans are known by their paths (not
/// by the files found there), client data by its bytes. Random functions without a seed count as equal to themselves.
///
/// Digests of the plan and of every part of it that refers to nothing outside; 32 hexadecimal digits each.
/// Cost: linear in the plan and its client data.
using Digests = std::unordered_map<const Relation*, std::string>;

/// `salt`: what else decides the meaning (the session's time zone).
Digests DigestsOf(const RelationPtr& relation, const std::string& salt);

}  // namespace firesteel::bound
