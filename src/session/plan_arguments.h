#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/command.h"
#include "plan/relation.h"

/// Arguments of statements and catalog calls by name.
namespace firesteel::session {

/// The first one; empty when there is none.
std::string Argument(const plan::ShowStatement& show, const std::string& name);
/// All of that name, in order: the parts of a name.
std::vector<std::string> Parts(const plan::ShowStatement& show, const std::string& name);
/// Nothing when it was not given, or given without a value.
std::optional<std::string> Argument(const plan::CatalogCall& call, const std::string& name);

}  // namespace firesteel::session
