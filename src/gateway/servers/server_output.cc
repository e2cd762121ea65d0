#include "gateway/servers/server_output.h"

#include <algorithm>

#include "base/log.h"

namespace firesteel::gateway {
namespace {

constexpr size_t kLastLines = 5;
constexpr size_t kLongestLast = 400;

}  // namespace

void ServerOutput::Add(std::string_view bytes, std::chrono::steady_clock::time_point now) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    line_ += part.substr(0, kLongestLine - std::min(kLongestLine, line_.size()));
    if (end == std::string_view::npos) return;
    EndLine(now);
    bytes.remove_prefix(end + 1);
  }
}

void ServerOutput::Finish(std::chrono::steady_clock::time_point now) {
  if (!line_.empty()) EndLine(now);
  if (left_out_ > 0) log::Info("pool {} process {}: {} lines are left out", pool_, pid_, left_out_);
  left_out_ = 0;
}

void ServerOutput::EndLine(std::chrono::steady_clock::time_point now) {
  if (line_.ends_with('\r')) line_.pop_back();
  if (!line_.empty()) {
    last_.push_back(line_.substr(0, kLongestLast));
    if (last_.size() > kLastLines) last_.pop_front();
  }
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    logged_ = 0;
  }
  if (++logged_ > kLinesPerSecond) {
    ++left_out_;
  } else {
    if (left_out_ > 0) log::Info("pool {} process {}: {} lines are left out", pool_, pid_, left_out_);
    left_out_ = 0;
    log::Info("pool {} process {}: {}", pool_, pid_, line_);
  }
  line_.clear();
}

std::string ServerOutput::LastLines() const {
  std::string text;
  for (const std::string& line : last_) {
    if (!text.empty()) text += " | ";
    text += line;
  }
  return text;
}

}  // namespace firesteel::gateway
