#pragma once

#include <string>

#include "spark/connect/base.pb.h"

namespace firesteel::server {

/// A line for people about what a plan asks: the SQL text as sent, else the plan's nodes from the last to the first
/// ("limit ← filter ← read"), at most 4 KiB.
std::string StatementText(const ::spark::connect::Plan& plan);

}  // namespace firesteel::server
