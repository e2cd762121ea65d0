#pragma once

#include <string>
#include <vector>

namespace firesteel::udf {

/// Interpreters to try, in order: `option` alone when it is not empty, else those of the server's environment
/// (FIRESTEEL_PYTHON, PYSPARK_PYTHON), else those on PATH. Paths are absolute, names of PATH stay names.
std::vector<std::string> InterpreterCandidates(const std::string& option);

/// The environment of the interpreter and its workers, "NAME=value": of the server's only what names places of
/// programs and modules, language and time zone. Nothing of it is a secret.
std::vector<std::string> WorkerEnvironment();

}  // namespace firesteel::udf
