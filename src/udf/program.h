#pragma once

#include <string>
#include <utility>
#include <vector>

namespace firesteel::udf {

/// Our own Python modules (src/udf/python), embedded at build time: name and source.
const std::vector<std::pair<std::string, std::string>>& PythonModules();

/// What the interpreter is given with -c: it reads the modules and the settings, a JSON object, from a descriptor and
/// calls firesteel_zygote.main.
std::string BootstrapProgram(int control, int program);

}  // namespace firesteel::udf
