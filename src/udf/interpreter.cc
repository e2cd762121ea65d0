#include "udf/interpreter.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace firesteel::udf {
namespace {

constexpr std::string_view kPassedOn[] = {"PATH",       "LANG",       "LANGUAGE",    "TZ",           "LD_LIBRARY_PATH",
                                          "LC_ALL",     "LC_CTYPE",   "LC_NUMERIC",  "LC_TIME",      "LC_COLLATE",
                                          "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "SPARK_HOME"};

void AddFromPath(const char* name, std::vector<std::string>& out) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const size_t end = rest.find(':');
    const std::string_view folder = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (folder.empty()) continue;
    std::string candidate = std::string(folder) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) out.push_back(std::move(candidate));
  }
}

/// Workers run elsewhere: a path is one from here. Names without a folder are looked up in PATH. Links stay: a virtual
/// environment's interpreter is one.
std::string FromHere(const std::string& path) {
  if (path.find('/') == std::string::npos) return path;
  std::error_code ignored;
  const std::filesystem::path absolute = std::filesystem::absolute(path, ignored);
  return ignored ? path : absolute.string();
}

}  // namespace

std::vector<std::string> InterpreterCandidates(const std::string& option) {
  if (!option.empty()) return {FromHere(option)};
  for (const char* name : {"FIRESTEEL_PYTHON", "PYSPARK_PYTHON"}) {
    const char* value = std::getenv(name);
    if (value && *value) return {FromHere(value)};
  }
  std::vector<std::string> candidates;
  for (const char* name : {"python3", "python"}) AddFromPath(name, candidates);
  return candidates;
}

std::vector<std::string> WorkerEnvironment() {
  std::vector<std::string> environment = {
      // As Spark starts its workers: the same hashes of texts in all of them, output at once, a core each.
      "PYTHONHASHSEED=0", "PYTHONUNBUFFERED=YES", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1",
      "PYTHONNOUSERSITE=1", "PYTHONDONTWRITEBYTECODE=1",
      // Older pandas API code asks; nothing of ours does.
      "PYARROW_IGNORE_TIMEZONE=1"};
  for (std::string_view name : kPassedOn) {
    if (const char* value = std::getenv(std::string(name).c_str())) {
      environment.push_back(std::string(name) + "=" + value);
    }
  }
  return environment;
}

}  // namespace firesteel::udf
