#include "base/bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace firesteel {
namespace {

[[noreturn]] void Throw(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

struct OpenFile {
  explicit OpenFile(const std::string& path) : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor < 0) Throw("opening " + path);
  }
  ~OpenFile() { ::close(descriptor); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  const int descriptor;
};

struct Mapping {
  Mapping(const std::string& path, int descriptor, size_t bytes)
      : address(::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, descriptor, 0)), size(bytes) {
    if (address == MAP_FAILED) Throw("mapping " + path);
  }
  ~Mapping() { ::munmap(address, size); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  void* const address;
  const size_t size;
};

}  // namespace

void Bytes::ReleasePages() const {
  if (!is_mapped_ || view_.empty()) return;
  // Pages shared with a neighbouring part go, too: they come back from the file as well.
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<uintptr_t>(view_.data());
  const size_t before = begin % page;
  ::madvise(const_cast<char*>(view_.data()) - before, view_.size() + before, MADV_DONTNEED);
}

SharedBytes Bytes::Of(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  const std::string_view view = *owner;
  return std::make_shared<const Bytes>(std::move(owner), view, false);
}

SharedBytes Bytes::Part(const SharedBytes& whole, std::string_view part) {
  return std::make_shared<const Bytes>(whole, part, whole->is_mapped_);
}

SharedBytes Bytes::MapFile(const std::string& path, size_t begin) {
  const OpenFile file(path);
  struct stat info {};
  if (::fstat(file.descriptor, &info) != 0) Throw("reading " + path);
  const auto size = static_cast<size_t>(info.st_size);
  if (size <= begin) return Of("");  // nothing cannot be mapped
  auto mapping = std::make_shared<const Mapping>(path, file.descriptor, size);
  const std::string_view all(static_cast<const char*>(mapping->address), size);
  return std::make_shared<const Bytes>(std::move(mapping), all.substr(begin), true);
}

}  // namespace firesteel
