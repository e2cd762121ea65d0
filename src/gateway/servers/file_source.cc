#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/servers/fault_log.h"
#include "gateway/servers/sources.h"

namespace firesteel::gateway {
namespace {

constexpr Milliseconds kLookEvery{1000};
constexpr Milliseconds kSettle{50};
constexpr size_t kLargest = 4 << 20;

struct WatchedFile {
  std::string path;
  FaultLog faults;
};

Result<std::string> Read(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return Status::Error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  std::string text;
  std::array<char, 16384> piece;
  do {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<size_t>(file.gcount()));
    if (text.size() > kLargest) return Status::Error(fmt::format("{} is larger than {} MiB", path, kLargest >> 20));
  } while (file.good());
  if (file.bad()) return Status::Error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return text;
}

// The whole file is read each time: it is small, and times of change are too coarse to be trusted, and kept by some
// tools. Whoever writes it should rename a new file onto it; for those who write in place, two looks must agree.
Result<std::string> Settled(const std::string& path, SourceThread::Control& control) {
  Result<std::string> before = Read(path);
  while (before.ok() && control.Wait(kSettle)) {
    Result<std::string> after = Read(path);
    if (!after.ok() || *after == *before) return after;
    before = std::move(after);
  }
  return before;
}

void Watch(WatchedFile& watched, SourceThread::Control& control) {
  std::optional<std::string> judged;
  do {
    Result<std::string> text = Read(watched.path);
    if (text.ok() && judged != *text) text = Settled(watched.path, control);
    if (control.stopped()) return;
    if (!text.ok()) {
      watched.faults.Failed(text.error());
      judged.reset();  // when it is back, that is worth a line
      continue;
    }
    if (judged == *text) continue;
    judged = *text;
    Result<std::vector<ServerEndpoint>> endpoints = ParseServerFile(*text);
    if (!endpoints.ok()) {
      watched.faults.Failed(fmt::format("{}, {}", watched.path, endpoints.error()));
      continue;
    }
    watched.faults.Works();
    control.Report(std::move(*endpoints));
  } while (control.Wait(kLookEvery));
}

}  // namespace

Result<std::vector<ServerEndpoint>> ParseServerFile(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  std::vector<ServerEndpoint> endpoints;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    line = line.substr(0, line.find('#'));
    const size_t first = line.find_first_not_of(kBlank);
    if (first == std::string_view::npos) continue;
    line = line.substr(first, line.find_last_not_of(kBlank) - first + 1);
    Result<ServerEndpoint> endpoint = ParseEndpoint(line);
    if (!endpoint.ok()) {
      return Status::Error(fmt::format("line {}: \"{}\" {}", number, line.substr(0, 300), endpoint.error()));
    }
    endpoints.push_back(std::move(*endpoint));
  }
  return endpoints;
}

std::unique_ptr<SourceThread> WatchFile(std::string servers, std::string path, OnEndpoints on_endpoints) {
  auto watched = std::make_shared<WatchedFile>(WatchedFile{std::move(path), FaultLog(std::move(servers))});
  return std::make_unique<SourceThread>(std::move(on_endpoints),
                                        [watched](SourceThread::Control& control) { Watch(*watched, control); });
}

}  // namespace firesteel::gateway
