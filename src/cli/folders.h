#pragma once

#include <string>

#include "base/result.h"

namespace firesteel::cli {

/// Makes the folder if it is not there and checks by trying that files can be made in it. `what` names it in the error.
Status MakeWritableFolder(const std::string& what, const std::string& folder);

/// A folder of this process alone under `parent`, made when something is put there and gone when the process ends well.
class ScratchFolder {
 public:
  /// `suffix` ends its name: a process may have several.
  ScratchFolder(const std::string& parent, const std::string& suffix);
  ~ScratchFolder() { Remove(); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  void Remove();
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace firesteel::cli
