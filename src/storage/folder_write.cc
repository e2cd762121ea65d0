#include "storage/folder_write.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/log.h"
#include "storage/publication_journal.h"

namespace firesteel::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuccess = "_SUCCESS";
constexpr const char* kStaging = ".firesteel-staging";

std::string Resolved(const std::string& path) {
  std::error_code error;
  const fs::path resolved = fs::weakly_canonical(path, error);
  return (error ? fs::path(path) : resolved).string();
}

bool Exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

/// Whether the folder can be exchanged with another beside it: it is no mount point, and its parent may be changed.
bool CanBeReplaced(const std::string& target, const std::string& parent) {
  struct stat inner {};
  struct stat outer {};
  if (::stat(target.c_str(), &inner) != 0) return true;
  return ::stat(parent.c_str(), &outer) == 0 && inner.st_dev == outer.st_dev && ::access(parent.c_str(), W_OK) == 0;
}

void CreateEmpty(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  if (!file.is_open()) throw std::system_error(errno, std::generic_category(), "making " + path);
}

void CopyPermissions(const std::string& from, const std::string& to) {
  struct stat info {};
  if (::stat(from.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return;
  // The owner can only be kept by who may give files away.
  if (::chown(to.c_str(), info.st_uid, info.st_gid) != 0) log::Debug("{} has another owner now", to);
  if (::chmod(to.c_str(), info.st_mode & 07777) != 0) log::Debug("{} has other permissions now", to);
}

}  // namespace

FolderWrite::FolderWrite(const std::string& target, Limits limits)
    : target_(Resolved(target)), parent_(fs::path(target_).parent_path().string()), limits_(limits) {
  Recover(target_);
  made_parents_ = MakeFolders(parent_);
  staging_ = std::make_unique<StagingFolder>(CanBeReplaced(target_, parent_) ? parent_ : target_);
  new_ = staging_->path() + "/new";
  if (::mkdir(new_.c_str(), 0777) != 0) throw std::system_error(errno, std::generic_category(), "making " + new_);
}

FolderWrite::~FolderWrite() {
  staging_.reset();
  if (committed_) return;
  for (auto made = made_parents_.rbegin(); made != made_parents_.rend(); ++made) {
    if (::rmdir(made->c_str()) != 0) break;  // others use it by now
  }
}

void FolderWrite::Recover(const std::string& target) noexcept {
  try {
    const std::string resolved = Resolved(target);
    StagingFolder::Recover(fs::path(resolved).parent_path().string());
    StagingFolder::Recover(resolved);
  } catch (const std::exception& error) {
    log::Warn("nothing was recovered for {}: {}", target, error.what());
  }
}

std::string FolderWrite::NewFile(const std::string& relative) {
  const std::string folder = fs::path(relative).parent_path().string();
  if (folders_.insert(folder).second) fs::create_directories(new_ + "/" + folder);
  files_.push_back(relative);
  return new_ + "/" + relative;
}

bool FolderWrite::Commit(Mode mode) {
  SyncTree(new_, Below::kFoldersAndFiles);
  // Publications into one folder follow each other, those of other processes, too.
  const Descriptor lock = OpenFolder(parent_);
  if (!lock.is_open()) throw std::system_error(ENOENT, std::generic_category(), "the folder above " + target_);
  LockFolder(lock);
  if (Exists(target_) || !PublishNew()) {
    if (mode == Mode::kCreate) return false;
    PublishInto(mode);
  }
  committed_ = true;
  return true;
}

// One rename makes all of it appear.
bool FolderWrite::PublishNew() {
  CreateEmpty(new_ + "/" + kSuccess);
  Sync(new_);
  if (!RenameNew(new_, target_)) return false;
  Sync(parent_);
  return true;
}

void FolderWrite::PublishInto(Mode mode) {
  if (mode == Mode::kAppend && files_.size() <= 1) {
    for (const std::string& file : files_) {
      const std::string to = target_ + "/" + file;
      MakeFolders(fs::path(to).parent_path().string());
      if (!RenameNew(new_ + "/" + file, to)) throw std::system_error(EEXIST, std::generic_category(), to);
      Sync(fs::path(to).parent_path().string());
    }
    CreateEmpty(target_ + "/" + kSuccess);
    return;
  }
  if (PublishByExchange(mode)) return;
  PublishByJournal(mode);
}

bool FolderWrite::IsReplaced(const std::string& relative) const {
  // What is in a replaced folder goes with it; the target itself is never one here.
  for (std::string at = relative; !at.empty(); at = fs::path(at).parent_path().string()) {
    if (folders_.contains(at)) return true;
  }
  return false;
}

// The whole folder as it shall be is built beside (what stays, as hard links), then takes the target's place.
bool FolderWrite::PublishByExchange(Mode mode) {
  if (!limits_.can_exchange || !CanBeReplaced(target_, parent_)) return false;
  const std::string next = staging_->path() + "/next";
  if (::mkdir(next.c_str(), 0777) != 0) throw std::system_error(errno, std::generic_category(), "making " + next);
  const auto nothing = [](const std::string&) { return false; };
  const auto replaced = [&](const std::string& relative) {
    return relative == kStaging || (mode == Mode::kOverwriteFolders && IsReplaced(relative));
  };
  const bool linked = (mode == Mode::kOverwrite || LinkTree(target_, next, replaced)) && LinkTree(new_, next, nothing);
  if (linked) {
    CreateEmpty(next + "/" + kSuccess);
    CopyPermissions(target_, next);
    SyncTree(next, Below::kFolders);
    if (Exchange(next, target_)) {
      Sync(parent_);
      return true;
    }
  }
  RemoveTree(next);
  return false;
}

void FolderWrite::PublishByJournal(Mode mode) {
  PublicationJournal journal;
  const fs::path target(target_);
  if (mode == Mode::kOverwrite) {
    for (const auto& entry : fs::directory_iterator(target)) {
      if (entry.path().filename() != kStaging) journal.removals.push_back(entry.path().string());
    }
  } else if (mode == Mode::kOverwriteFolders) {
    for (const std::string& folder : folders_) {
      std::error_code error;
      for (fs::directory_iterator it(target / folder, error), end; !error && it != end; it.increment(error)) {
        if (it->path().filename() != kStaging) journal.removals.push_back(it->path().string());
      }
    }
  }
  CreateEmpty(new_ + "/" + kSuccess);
  Sync(new_);
  for (const std::string& file : files_) journal.moves.emplace_back(new_ + "/" + file, target_ + "/" + file);
  journal.moves.emplace_back(new_ + "/" + kSuccess, target_ + "/" + kSuccess);
  // The old mark of success is not among the removals: the new one takes its place.
  std::erase(journal.removals, target_ + "/" + kSuccess);
  // An old folder that gets new files again loses its old entries only.
  std::vector<std::string> removals;
  for (const std::string& path : journal.removals) {
    const std::string relative = fs::path(path).lexically_relative(target).string();
    bool holds_new = false;
    for (const std::string& folder : folders_) {
      holds_new = holds_new || folder == relative || folder.rfind(relative + "/", 0) == 0;
    }
    if (!holds_new) {
      removals.push_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (!entry.is_directory()) removals.push_back(entry.path().string());
    }
  }
  journal.removals = std::move(removals);
  journal.Write(staging_->path());
  try {
    journal.Apply();
  } catch (...) {
    staging_->Abandon();  // it is decided: the next writer or reader finishes it
    throw;
  }
}

}  // namespace firesteel::storage
