#include "session/python/arrow_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/large_values.h"

namespace firesteel::session {
namespace {

constexpr std::string_view kEndMark("\xff\xff\xff\xff\0\0\0\0", 8);
constexpr size_t kPiece = 1 << 20;  // at least so much is written to the file at once
constexpr size_t kFirstRoom = 1 << 12;

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

bool ArrowOutput::Keep(std::string_view bytes) {
  if (capacity_ - kept_ < bytes.size()) {
    const size_t capacity = std::max({kept_ + bytes.size(), capacity_ * 2, kFirstRoom});
    try {
      if (capacity >= memory::kLargeBytes) memory::Require(capacity - capacity_);
    } catch (const memory::Exhausted&) {
      return false;
    }
    // Large blocks are moved by the system, page by page, not copied.
    char* grown = static_cast<char*>(std::realloc(buffer_.get(), capacity));
    if (grown == nullptr) return false;
    static_cast<void>(buffer_.release());
    buffer_.reset(grown);
    capacity_ = capacity;
  }
  std::memcpy(buffer_.get() + kept_, bytes.data(), bytes.size());
  kept_ += bytes.size();
  return true;
}

void ArrowOutput::Append(std::string_view bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (file_ < 0) {
    size_t& left = *place_.memory_left;
    if (bytes.size() <= left && Keep(bytes)) {
      left -= bytes.size();
      return;
    }
    left += kept_;
    Spill();
  }
  if (bytes.size() >= kPiece || !Keep(bytes)) {
    Spill();
    Write(bytes);
    return;
  }
  if (kept_ >= kPiece) Spill();
}

void ArrowOutput::Spill() {
  if (file_ < 0) {
    const std::string folder = place_.folder.empty() ? std::filesystem::temp_directory_path().string() : place_.folder;
    file_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0) Throw("making a file for the results of Python workers in " + folder);
  }
  Write({buffer_.get(), kept_});
  kept_ = 0;
  if (capacity_ <= 2 * kPiece) return;
  buffer_.reset();
  capacity_ = 0;
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
  if (file_ < 0) {
    const std::string_view all(buffer_.get(), kept_);
    return std::make_shared<const Bytes>(std::shared_ptr<const void>(std::move(buffer_)), all, false);
  }
  Spill();
  // A mapping outlives the descriptor; the file has no name and goes with both.
  return Bytes::MapFile("/proc/self/fd/" + std::to_string(file_));
}

}  // namespace firesteel::session
