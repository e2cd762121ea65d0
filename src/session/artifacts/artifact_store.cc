#include "session/artifacts/artifact_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/temporary_folder.h"
#include "session/error/java_exception.h"
#include "storage/archive_unpacking.h"
#include "storage/file_system.h"

namespace firesteel::session {
namespace {

namespace fs = std::filesystem;

/// What the disk refuses is the user's error, not a bug of ours.
template <class Body>
auto WithIoErrors(const Body& body) {
  try {
    return body();
  } catch (const std::system_error& error) {
    log::Warn("an artifact cannot be kept: {}", error.what());
    throw JavaError("java.io.IOException", error.code().message());
  }
}

void MakeFolder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) throw std::system_error(errno, std::generic_category(), "making " + path);
}

/// Makes a folder with a name that others can guess, in a place where they may write: it must not be theirs.
void MakeOwnFolder(const fs::path& path) {
  fs::create_directories(path.parent_path());
  if (::mkdir(path.c_str(), 0700) == 0) return;
  struct stat info {};
  if (errno != EEXIST || ::lstat(path.c_str(), &info) != 0) {
    throw std::system_error(errno, std::generic_category(), "making " + path.string());
  }
  if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid()) {
    throw std::system_error(EPERM, std::generic_category(), "another user's " + path.string());
  }
}

/// Copies a file or folder; a link stays a link.
void CopyTree(const std::string& from, const std::string& to) {
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
}

/// Links a tree of files that nobody changes, or copies it where there are no hard links.
void LinkOrCopy(const std::string& from, const std::string& to) {
  if (storage::LinkTree(from, to, [](const std::string&) { return false; })) return;
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

bool HaveSameBytes(const std::string& left, const std::string& right) {
  constexpr size_t kPiece = size_t{16} << 20;
  const SharedBytes a = Bytes::MapFile(left);
  const SharedBytes b = Bytes::MapFile(right);
  if (a->size() != b->size()) return false;
  for (size_t begin = 0; begin < a->size(); begin += kPiece) {
    const SharedBytes x = Bytes::Part(a, a->view().substr(begin, kPiece));
    const SharedBytes y = Bytes::Part(b, b->view().substr(begin, kPiece));
    if (x->view() != y->view()) return false;
    x->ReleasePages();
    y->ReleasePages();
  }
  return true;
}

}  // namespace

ArtifactStore::ArtifactStore(std::string parent, std::string session_id, ArtifactBudget::Limits limits,
                             std::shared_ptr<ArtifactBudget> whole)
    : parent_(std::move(parent)),
      session_id_(std::move(session_id)),
      budget_(std::make_shared<ArtifactBudget>(limits, std::move(whole))) {}

// An upload that was under way when the store was closed may have left something behind.
ArtifactStore::~ArtifactStore() {
  if (!folder_.empty()) storage::RemoveTree(folder_);
}

void ArtifactStore::RequireOpen() const {
  if (is_closed_) {
    throw QueryError("INVALID_HANDLE.SESSION_CLOSED", {{"handle", session_id_}}, nullptr, ErrorClass::kSql);
  }
}

std::string ArtifactStore::Folder() {
  std::lock_guard lock(mutex_);
  RequireOpen();
  if (!folder_.empty()) return folder_;
  if (!parent_.empty()) MakeOwnFolder(parent_);
  // A name of the server's own, readable for nobody else: ids are the client's, and users may choose the same.
  std::string path = MakeTemporaryFolder(parent_, "session-");
  for (const char* part : {"stored", "cache", "unpacked", "staging"}) MakeFolder(path + "/" + part);
  folder_ = std::move(path);
  return folder_;
}

std::unique_ptr<StagedArtifact> ArtifactStore::Stage(ArtifactName name) {
  return WithIoErrors([&] {
    const std::string folder = Folder();
    int64_t number = 0;
    {
      std::lock_guard lock(mutex_);
      number = next_file_++;
    }
    return std::make_unique<StagedArtifact>(std::move(name), folder + "/staging/" + std::to_string(number), budget_);
  });
}

std::string ArtifactStore::StoredPath(const ArtifactName& name) const { return folder_ + "/stored/" + name.path; }

void ArtifactStore::CheckPlaces(const std::vector<std::unique_ptr<StagedArtifact>>& artifacts) const {
  std::set<std::string> files;
  auto is_stored = [](const ArtifactName& name) {
    return name.kind != ArtifactKind::kCache && name.kind != ArtifactKind::kForward;
  };
  for (const auto& artifact : artifacts) {
    if (is_stored(artifact->name())) files.insert(artifact->name().path);
  }
  for (const auto& artifact : artifacts) {
    const ArtifactName& name = artifact->name();
    if (!is_stored(name)) continue;
    if (fs::is_directory(StoredPath(name))) ThrowInvalidName(name.sent);
    for (size_t end = name.path.find('/'); end != std::string::npos; end = name.path.find('/', end + 1)) {
      const std::string folder = name.path.substr(0, end);
      if (files.contains(folder) || fs::is_regular_file(folder_ + "/stored/" + folder)) ThrowInvalidName(name.sent);
    }
  }
}

void ArtifactStore::Unpack(StagedArtifact& artifact) {
  const std::string& path = artifact.name().path;
  if (!storage::IsArchiveName(path)) return;  // as Spark: only copied then
  if (fs::exists(StoredPath(artifact.name()))) return;
  MakeFolder(artifact.UnpackedPath());
  try {
    const storage::Unpacked unpacked =
        storage::UnpackArchive(artifact.path(), path, artifact.UnpackedPath(), {.max_bytes = budget_->free_bytes()});
    artifact.share().Grow(unpacked.bytes);
  } catch (const storage::ArchiveTooLarge& error) {
    if (error.by_bytes()) budget_->ThrowFull();
    ThrowUnsupported("unpacking the archive " + artifact.name().sent + ": " + error.what());
  } catch (const storage::ArchiveError& error) {
    throw JavaError("java.io.IOException", error.what());
  }
}

void ArtifactStore::Commit(std::vector<std::unique_ptr<StagedArtifact>> artifacts) {
  if (artifacts.empty()) return;
  WithIoErrors([&] {
    // Unpacking may take long: before the lock, and beside what is stored.
    for (const auto& artifact : artifacts) {
      artifact->Seal();
      if (artifact->name().kind == ArtifactKind::kArchive) Unpack(*artifact);
    }
    std::lock_guard commit(commit_mutex_);
    {
      std::lock_guard lock(mutex_);
      RequireOpen();
    }
    CheckPlaces(artifacts);
    std::optional<QueryError> first_error;
    for (const auto& artifact : artifacts) {
      try {
        Take(*artifact);
      } catch (const QueryError& error) {
        if (error.condition() != "ARTIFACT_ALREADY_EXISTS") throw;
        if (!first_error) first_error = error;
      }
    }
    if (first_error) throw *std::move(first_error);
  });
}

void ArtifactStore::Take(StagedArtifact& artifact) {
  const ArtifactName& name = artifact.name();
  if (name.kind == ArtifactKind::kCache) {
    TakeCached(artifact);
    return;
  }
  if (name.kind == ArtifactKind::kForward) {
    // Where it goes is the server's file system, not the session's.
    const fs::path target = "/" + name.rest();
    fs::create_directories(target.parent_path());
    fs::copy_file(artifact.path(), target, fs::copy_options::overwrite_existing);
    fs::permissions(target,
                    fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read);
    return;
  }
  const std::string target = StoredPath(name);
  const bool exists = fs::exists(target);
  if (exists && name.kind != ArtifactKind::kClass) {
    if (HaveSameBytes(artifact.path(), target)) return;
    throw QueryError("ARTIFACT_ALREADY_EXISTS", {{"normalizedRemoteRelativePath", name.path}}, nullptr,
                     ErrorClass::kRuntime);
  }
  fs::create_directories(fs::path(target).parent_path());
  if (name.kind == ArtifactKind::kArchive) TakeUnpacked(artifact);
  // Compiled classes may be sent anew: the last one counts.
  fs::rename(artifact.path(), target);
  shares_.push_back(artifact.TakeShare());
  // Nothing loads JARs and classes: they are kept so that programs that send them go on.
  std::lock_guard lock(mutex_);
  ++version_;
  if (name.kind == ArtifactKind::kPythonFile) python_files_.push_back(name.path);
}

void ArtifactStore::TakeCached(StagedArtifact& artifact) {
  const std::string hash = artifact.name().rest();
  std::lock_guard lock(mutex_);
  // The same hash means the same data; who reads the old file may go on.
  if (cached_.contains(hash)) return;
  const std::string file = "cache/" + std::to_string(next_file_++);
  fs::rename(artifact.path(), folder_ + "/" + file);
  cached_.emplace(hash, Cached{file, static_cast<size_t>(artifact.lead()), artifact.TakeShare(), {}});
}

void ArtifactStore::TakeUnpacked(StagedArtifact& artifact) {
  const ArtifactName& name = artifact.name();
  const fs::path file_name = fs::path(name.path).filename();
  const fs::path target = fs::path(folder_) / "unpacked" / (name.alias.empty() ? file_name : fs::path(name.alias));
  // As in Spark: of two archives with one alias the last one counts.
  storage::RemoveTree(target.string());
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) ThrowInvalidName(name.sent);  // below what another artifact has as a file
  if (storage::IsArchiveName(name.path)) {
    fs::rename(artifact.UnpackedPath(), target);
  } else {
    fs::copy_file(artifact.path(), target);
  }
}

SharedBytes ArtifactStore::FindCached(const std::string& hash) const {
  std::lock_guard lock(mutex_);
  auto it = cached_.find(hash);
  if (it == cached_.end()) return nullptr;
  SharedBytes bytes = it->second.mapped.lock();
  if (bytes == nullptr) {
    bytes = WithIoErrors([&] { return Bytes::MapFile(folder_ + "/" + it->second.file, it->second.begin); });
    it->second.mapped = bytes;
  }
  return bytes;
}

bool ArtifactStore::HasCached(const std::string& hash) const {
  std::lock_guard lock(mutex_);
  return cached_.contains(hash);
}

std::vector<std::string> ArtifactStore::python_files() const {
  std::vector<std::string> paths;
  std::lock_guard lock(mutex_);
  for (const std::string& path : python_files_) paths.push_back(folder_ + "/stored/" + path);
  return paths;
}

std::string ArtifactStore::unpacked_folder() const {
  std::lock_guard lock(mutex_);
  return folder_.empty() ? "" : folder_ + "/unpacked";
}

std::string ArtifactStore::stored_folder() const {
  std::lock_guard lock(mutex_);
  return folder_.empty() ? "" : folder_ + "/stored";
}

int64_t ArtifactStore::version() const {
  std::lock_guard lock(mutex_);
  return version_;
}

void ArtifactStore::Close() {
  {
    std::lock_guard lock(mutex_);
    is_closed_ = true;
    cached_.clear();
    python_files_.clear();
  }
  // A commit under way ends first.
  std::lock_guard commit(commit_mutex_);
  shares_.clear();
  std::lock_guard lock(mutex_);
  cached_.clear();
  python_files_.clear();
  if (!folder_.empty()) storage::RemoveTree(folder_);
}

void ArtifactStore::CopyFrom(const ArtifactStore& other) {
  WithIoErrors([&] {
    std::scoped_lock commits(commit_mutex_, other.commit_mutex_);
    std::map<std::string, Cached> cached;
    std::vector<std::string> python_files;
    std::string from;
    int64_t next_file = 0;
    int64_t other_version = 0;
    {
      std::lock_guard lock(other.mutex_);
      if (other.is_closed_ || other.folder_.empty()) return;
      from = other.folder_;
      cached = other.cached_;
      python_files = other.python_files_;
      next_file = other.next_file_;
      other_version = other.version_;
    }
    const std::string to = Folder();
    // Programs may change what archives unpack to, but not the files that were sent.
    LinkOrCopy(from + "/stored", to + "/stored");
    LinkOrCopy(from + "/cache", to + "/cache");
    storage::RemoveTree(to + "/unpacked");
    CopyTree(from + "/unpacked", to + "/unpacked");
    auto copy_of = [&](const ArtifactBudget::Share& share) {
      auto copy = std::make_unique<ArtifactBudget::Share>(budget_);
      copy->Grow(share.bytes());
      return copy;
    };
    for (auto& [hash, entry] : cached) {
      entry.share = copy_of(*entry.share);
      entry.mapped.reset();
    }
    for (const auto& share : other.shares_) shares_.push_back(copy_of(*share));
    std::lock_guard lock(mutex_);
    RequireOpen();
    cached_ = std::move(cached);
    python_files_ = std::move(python_files);
    version_ = other_version;
    // Names of files in the cache go on after those taken over.
    next_file_ = std::max(next_file_, next_file);
  });
}

}  // namespace firesteel::session
