#include "session/python/python_files.h"

#include <filesystem>
#include <system_error>

#include "base/temporary_folder.h"
#include "storage/file_system.h"

namespace firesteel::session {
namespace {

namespace fs = std::filesystem;

/// Workers are other users: what they may see is readable for all who can reach the folder.
void MakeReadable(const fs::path& path) {
  const bool is_folder = fs::is_directory(path);
  fs::perms perms = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
  if (is_folder) perms |= fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  fs::permissions(path, perms, fs::perm_options::add);
  if (!is_folder) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (!entry.is_symlink()) MakeReadable(entry.path());
  }
}

/// Copies what is not there yet from a folder, if there is one: what was sent under a name never changes.
void CopyNew(const fs::path& from, const fs::path& to) {
  if (!fs::is_directory(from)) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    const fs::path target = to / entry.path().filename();
    if (fs::is_directory(target) && entry.is_directory()) {
      CopyNew(entry.path(), target);
      continue;
    }
    if (fs::exists(fs::symlink_status(target))) continue;
    fs::copy(entry.path(), target, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    if (!entry.is_symlink()) MakeReadable(target);
  }
}

}  // namespace

PythonFiles::~PythonFiles() {
  if (!folder_.empty()) storage::RemoveTree(folder_);
}

PythonFiles::State PythonFiles::Update(const ArtifactStore& artifacts, const std::string& parent) {
  std::lock_guard lock(mutex_);
  State state;
  const int64_t version = artifacts.version();
  if (version == 0) return state;
  if (folder_.empty()) folder_ = MakeTemporaryFolder(parent, "files-");
  if (version != version_) {
    const fs::path stored = artifacts.stored_folder();
    CopyNew(stored / "files", folder_);
    CopyNew(stored / "pyfiles", folder_);
    CopyNew(artifacts.unpacked_folder(), folder_);
    version_ = version;
    state.has_changed = true;
  }
  state.folder = folder_;
  for (const std::string& path : artifacts.python_files()) {
    state.includes.push_back(fs::relative(path, artifacts.stored_folder() + "/pyfiles").string());
  }
  return state;
}

}  // namespace firesteel::session
