#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firesteel::storage {

/// A publication that takes several renames, written down before the first of them, so that it can be finished by
/// anyone. Once Write returned, the publication will happen. A file whose end is missing was never written.
struct PublicationJournal {
  std::vector<std::pair<std::string, std::string>> moves;  ///< absolute paths: from, to
  std::vector<std::string> removals;                       ///< absolute paths of files and folders

  /// Writes and syncs the journal of the staging folder. Throws std::system_error.
  void Write(const std::string& staging_folder) const;
  /// The journal of a staging folder; nothing when there is none or it is not whole.
  static std::optional<PublicationJournal> Read(const std::string& staging_folder);
  /// Does what is not done yet: moves, then removals. Repeatable. Throws std::system_error.
  void Apply() const;
};

}  // namespace firesteel::storage
