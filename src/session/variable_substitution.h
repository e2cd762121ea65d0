#pragma once

#include <string>

#include "session/config/configuration.h"

namespace firesteel::session {

/// The text with each ${name} replaced by the session's setting of that name, settings in settings included, as Spark
/// does before it parses anything (VariableSubstitution, ConfigReader; spark.sql.variable.substitute). ${spark:name},
/// ${sparkconf:name}, ${hivevar:name} and ${hiveconf:name} are the same; what is not set gives nothing. Unlike Spark's,
/// ${env:…} and ${system:…} stay as they are: the server's environment is not for its users.
///
/// Throws JavaError for a setting that holds itself and for texts that grow beyond all measure; INVALID_CONF_VALUE.*
/// for a name of Spark's that is not set and may not be empty. Thread-safe.
std::string SubstituteVariables(const std::string& text, const Configuration& configuration);

}  // namespace firesteel::session
