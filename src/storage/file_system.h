#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"

/// The few system calls that a safe publication of files is made of. Paths are absolute. What fails throws
/// std::system_error with the errno, unless said otherwise.
namespace firesteel::storage {

/// Not open when there is no such folder; throws for everything else.
Descriptor OpenFolder(const std::string& path);
/// Waits for an exclusive lock on the folder (flock: it ends with the descriptor, also when the process dies).
void LockFolder(const Descriptor& folder);
/// False when someone else holds it.
bool TryLockFolder(const Descriptor& folder);
/// Whether the path still names what is open here.
bool IsSameFile(const Descriptor& folder, const std::string& path);

/// Writes all of the bytes where the file stands; `path` is for the error.
void WriteAll(const Descriptor& file, std::string_view bytes, const std::string& path);

/// Makes the contents of a file, or the entries of a folder, survive a loss of power.
void Sync(const std::string& path);

/// Syncs a folder and the folders below it, with the files in them or without; many of them at once by syncing the
/// whole file system.
enum class Below : uint8_t { kFolders, kFoldersAndFiles };
void SyncTree(const std::string& folder, Below below);

/// Makes the folder and those above it; gives those that were made, outermost first, each of them synced.
std::vector<std::string> MakeFolders(const std::string& path);
/// Removes whatever is there, with all below; nothing there is fine.
void RemoveTree(const std::string& path) noexcept;

/// Renames; false when `to` exists.
bool RenameNew(const std::string& from, const std::string& to);
/// Exchanges two paths in one step. False where the file system (or the kind of the paths) does not allow it.
bool Exchange(const std::string& a, const std::string& b);

/// A tree of hard links to everything in `from` that `skip` (by path relative to `from`) does not name. `to` exists;
/// what it has already stays. False where there can be no hard links.
bool LinkTree(const std::string& from, const std::string& to, const std::function<bool(const std::string&)>& skip);

}  // namespace firesteel::storage
