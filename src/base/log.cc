#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <string>

namespace firesteel::log {
namespace {

// The formatter runs on the thread that logs.
thread_local Fields scope_fields;
thread_local const Fields* event_fields = nullptr;

class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(Format format) : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    spdlog::memory_buf_t time;
    time_.format(message, time);
    static const Fields kNone;
    std::string line;
    const auto level = spdlog::level::to_string_view(message.level);
    const std::string_view letter(spdlog::level::to_short_c_str(message.level));
    AppendLine(format_, {time.data(), time.size()}, letter.front(), {level.data(), level.size()},
               {message.payload.data(), message.payload.size()}, scope_fields,
               event_fields != nullptr ? *event_fields : kNone, line);
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LineFormatter>(format_); }

 private:
  const Format format_;
  spdlog::pattern_formatter time_{"%Y-%m-%dT%H:%M:%S.%e%z", spdlog::pattern_time_type::local, ""};
};

void UseOwnLogger() {
  static const bool kReady = [] {
    auto logger = spdlog::stderr_logger_mt("firesteel");
    logger->set_formatter(std::make_unique<LineFormatter>(Format::kText));
    spdlog::set_default_logger(std::move(logger));
    return true;
  }();
  (void)kReady;
}

void Write(spdlog::level::level_enum level, std::string_view message, const Fields& fields) {
  if (!spdlog::should_log(level)) return;
  event_fields = &fields;
  spdlog::log(level, message);
  event_fields = nullptr;
}

}  // namespace

Scope::Scope(Fields fields) : before_(scope_fields.size()) {
  for (Field& field : fields) scope_fields.push_back(std::move(field));
}

Scope::~Scope() { scope_fields.erase(scope_fields.begin() + static_cast<std::ptrdiff_t>(before_), scope_fields.end()); }

void Event(std::string_view message, const Fields& fields) { Write(spdlog::level::info, message, fields); }
void DebugEvent(std::string_view message, const Fields& fields) { Write(spdlog::level::debug, message, fields); }

Status SetFormat(std::string_view name) {
  UseOwnLogger();
  if (name != "text" && name != "json") {
    return Status::Error("unknown log format \"" + std::string(name) + "\": use text or json");
  }
  const Format format = name == "json" ? Format::kJson : Format::kText;
  spdlog::default_logger()->set_formatter(std::make_unique<LineFormatter>(format));
  return Status::Ok();
}

Status SetLevel(std::string_view name) {
  UseOwnLogger();
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
