// Runs a fuzz target over files without libFuzzer, for every compiler and `make test`:
//
//   fuzz_sql FILE_OR_FOLDER...
//
// One line a file; what a file did wrong stands behind its name (a crash ends the program there). The last line is
// `N passed, N failed`.

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// As the server's plan threads.
constexpr size_t kStackBytes = size_t{64} << 20;
// A file that takes longer is a finding.
constexpr std::chrono::seconds kLongest{10};

std::vector<std::filesystem::path> FilesOf(int count, char** arguments) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < count; ++i) {
    const std::filesystem::path path = arguments[i];
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Run {
  std::vector<std::filesystem::path> files;
  size_t failed = 0;
};

void* Replay(void* argument) {
  auto& run = *static_cast<Run*>(argument);
  for (const std::filesystem::path& path : run.files) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    // Named before it may crash; a file that passes takes its line back.
    std::fprintf(stderr, "%s", path.c_str());
    const auto began = std::chrono::steady_clock::now();
    try {
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
      if (!file || std::chrono::steady_clock::now() - began > kLongest) {
        ++run.failed;
        std::fprintf(stderr, ": %s\n", file ? "takes too long" : "cannot be read");
      } else {
        std::fprintf(stderr, "\n");
      }
    } catch (const std::exception& error) {
      ++run.failed;
      std::fprintf(stderr, ": %s\n", error.what());
    }
  }
  return nullptr;
}

}  // namespace

int main(int count, char** arguments) {
  Run run{.files = FilesOf(count, arguments)};
  pthread_attr_t attributes;
  pthread_t thread;
  if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstacksize(&attributes, kStackBytes) != 0 ||
      pthread_create(&thread, &attributes, Replay, &run) != 0) {
    std::perror("replay: no thread");
    return 1;
  }
  pthread_join(thread, nullptr);
  std::printf("%zu passed, %zu failed\n", run.files.size() - run.failed, run.failed);
  return run.failed == 0 ? 0 : 1;
}
