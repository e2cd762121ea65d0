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
constexpr size_t kMostInMemory = 8 << 20;
constexpr size_t kPiece = 1 << 20;  // written to the file at once

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
  buffer_ += bytes;
  size_ += bytes.size();
  if (buffer_.size() >= (file_ < 0 ? kMostInMemory : kPiece)) Spill();
}

void ArrowOutput::Spill() {
  if (file_ < 0) {
    const std::string folder = folder_.empty() ? std::filesystem::temp_directory_path().string() : folder_;
    file_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0) Throw("making a file for the results of Python workers in " + folder);
  }
  for (size_t done = 0; done < buffer_.size();) {
    const ssize_t written = ::write(file_, buffer_.data() + done, buffer_.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) Throw("keeping the results of Python workers on disk");
    done += static_cast<size_t>(written);
  }
  buffer_.clear();
}

SharedBytes ArrowOutput::Take() {
  Append(kEndMark);
  if (file_ < 0) return Bytes::Of(std::move(buffer_));
  Spill();
  // A mapping outlives the descriptor; the file has no name and goes with both.
  return Bytes::MapFile("/proc/self/fd/" + std::to_string(file_));
}

}  // namespace firesteel::session
