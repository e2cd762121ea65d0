#include "shell/terminal/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "shell/output/display_width.h"
#include "shell/terminal/screen.h"

namespace firesteel::shell {
namespace {

constexpr std::chrono::milliseconds kPatience{500};
constexpr std::chrono::milliseconds kBetween{100};
constexpr int kBarWidth = 30;

std::string SizeText(int64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  while (size >= 1000 && unit + 1 < std::size(kUnits)) {
    size /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", size, kUnits[unit]);
  return text;
}

void Print(std::string_view text) { (void)!write(STDERR_FILENO, text.data(), text.size()); }

}  // namespace

std::string ProgressText(const client::Progress& progress, double seconds, int columns) {
  int64_t tasks = 0, completed = 0, bytes = 0;
  for (const client::Progress::Stage& stage : progress.stages) {
    tasks += stage.tasks;
    completed += stage.completed_tasks;
    bytes += stage.bytes_read;
  }
  char time[32];
  std::snprintf(time, sizeof time, "%.1f s", seconds);
  std::string text;
  if (tasks > 0) {
    const int64_t share = std::clamp<int64_t>(completed * 100 / tasks, 0, 100);
    const int filled = static_cast<int>(share * kBarWidth / 100);
    text = "[" + std::string(static_cast<size_t>(filled), '=') + (filled < kBarWidth ? ">" : "");
    text.append(static_cast<size_t>(std::max(0, kBarWidth - filled - 1)), ' ');
    text +=
        "] " + std::to_string(share) + " %  " + std::to_string(completed) + " of " + std::to_string(tasks) + " tasks, ";
    if (bytes > 0) text += SizeText(bytes) + " read, ";
  }
  text += time;
  // Room for the "^C" that the terminal writes behind it.
  const size_t room = static_cast<size_t>(std::max(columns - 4, 1));
  const std::string hint = "  (Ctrl-C cancels)";
  if (DisplayWidth(text) + hint.size() <= room) text += hint;
  return CutToWidth(text, room);
}

ProgressBar::ProgressBar(bool visible) {
  if (visible) drawer_ = std::thread([this] { Draw(); });
}

void ProgressBar::Update(const client::Progress& progress) {
  std::lock_guard lock(mutex_);
  progress_ = progress;
}

void ProgressBar::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (drawer_.joinable()) drawer_.join();
}

void ProgressBar::Draw() {
  std::unique_lock lock(mutex_);
  bool drawn = false;
  for (auto wait = kPatience; !changed_.wait_for(lock, wait, [this] { return stopped_; }); wait = kBetween) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began_;
    Print("\r" + ProgressText(progress_, passed.count(), GetScreenSize().columns) + "\033[K");
    drawn = true;
  }
  if (drawn) Print("\r\033[K");
}

}  // namespace firesteel::shell
