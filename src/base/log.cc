#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>

namespace firesteel::log {

Status SetLevel(std::string_view name) {
  static const bool kReady = [] {
    auto logger = spdlog::stderr_logger_mt("firesteel");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %L %v");
    spdlog::set_default_logger(std::move(logger));
    return true;
  }();
  (void)kReady;
  if (name == "trace") {
    spdlog::set_level(spdlog::level::trace);
  } else if (name == "debug") {
    spdlog::set_level(spdlog::level::debug);
  } else if (name == "info") {
    spdlog::set_level(spdlog::level::info);
  } else if (name == "warn") {
    spdlog::set_level(spdlog::level::warn);
  } else if (name == "error") {
    spdlog::set_level(spdlog::level::err);
  } else if (name == "off") {
    spdlog::set_level(spdlog::level::off);
  } else {
    return Status::Error("unknown log level \"" + std::string(name) + "\": use trace, debug, info, warn, error or off");
  }
  return Status::Ok();
}

}  // namespace firesteel::log
