#include "session/python/arrow_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace firesteel::session {
namespace {

constexpr std::string_view kEndMark("\xff\xff\xff\xff\0\0\0\0", 8);
constexpr size_t kPiece = 1 << 20;  // at least so much is written to the file at once

[[noreturn]] void Throw(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

BatchParts PartsOf(const std::vector<std::shared_ptr<const std::string>>& slices) {
  if (slices.size() < 2 || !std::string_view(*slices.back()).ends_with(kEndMark)) {
    throw InternalError("a batch of the engine is no stream of one record batch");
  }
  BatchParts parts{slices.front(), {slices.begin() + 1, slices.end() - 1}};
  const std::string& last = *slices.back();
  parts.record_batch.push_back(std::make_shared<const std::string>(last, 0, last.size() - kEndMark.size()));
  return parts;
}

std::shared_ptr<const std::string> EndOfStream() {
  static const auto kMark = std::make_shared<const std::string>(kEndMark);
  return kMark;
}

ArrowOutput::~ArrowOutput() {
  if (file_ >= 0) ::close(file_);
}

void ArrowOutput::AddBatch(const std::vector<std::shared_ptr<const std::string>>& slices) {
  const BatchParts parts = PartsOf(slices);
  if (empty()) Append(*parts.schema);
  for (const auto& slice : parts.record_batch) Append(*slice);
}

void ArrowOutput::AddMessage(std::string_view message) { Append(message); }

void ArrowOutput::Append(std::string_view bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (file_ < 0) {
    size_t& left = *place_.memory_left;
    if (bytes.size() <= left && kept_.Append(bytes, kept_.size() + left)) {
      left -= bytes.size();
      return;
    }
    left += kept_.size();
    Spill();
  }
  if (bytes.size() >= kPiece || !kept_.Append(bytes, 2 * kPiece)) {
    Spill();
    Write(bytes);
    return;
  }
  if (kept_.size() >= kPiece) Spill();
}

void ArrowOutput::Spill() {
  if (file_ < 0) {
    const std::string folder = place_.folder.empty() ? std::filesystem::temp_directory_path().string() : place_.folder;
    file_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0) Throw("making a file for the results of Python workers in " + folder);
  }
  Write(kept_.view());
  kept_.Clear(2 * kPiece);
}

void ArrowOutput::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) Throw("keeping the results of Python workers on disk");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

SharedBytes ArrowOutput::Take() {
  Append(kEndMark);
  if (file_ < 0) return kept_.Take();
  Spill();
  // A mapping outlives the descriptor; the file has no name and goes with both.
  return Bytes::MapFile("/proc/self/fd/" + std::to_string(file_));
}

}  // namespace firesteel::session
