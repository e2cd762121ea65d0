#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plan/relation.h"

namespace firesteel::session {

/// A temporary view: a plan with a name, never data.
struct TempView {
  std::string name;         ///< as the user wrote it
  plan::RelationPtr query;  ///< as the user made it; analyzed again at every use
  std::string sql_text;     ///< text of the query if it came from SQL, for DESCRIBE and messages
  std::vector<std::pair<std::string, std::string>> column_aliases_and_comments;
  std::string comment;
  std::vector<std::pair<std::string, std::string>> properties;
  std::shared_ptr<const void> analyzed;  ///< what the runner wants to keep with the view (the analyzed plan, say)
};

using TempViewPtr = std::shared_ptr<const TempView>;

/// Temporary views of one session, or the global temporary views of the server. Names compare without case unless
/// asked otherwise. Thread-safe: every function takes the lock for its own duration; views are immutable and shared.
class TempViews {
 public:
  /// False if a view of that name exists and `replace` is not set.
  bool Put(TempView view, bool replace, bool case_sensitive = false);
  TempViewPtr Find(const std::string& name, bool case_sensitive = false) const;
  /// False if there was none.
  bool Drop(const std::string& name, bool case_sensitive = false);
  /// In the order of their lower-case names.
  std::vector<TempViewPtr> List() const;
  void Clear();
  /// Takes over all views of `other` in place of its own.
  void CopyFrom(const TempViews& other);

 private:
  static std::string Key(const std::string& name, bool case_sensitive);

  mutable std::mutex mutex_;
  std::map<std::string, TempViewPtr> views_;  // guarded by mutex_
};

}  // namespace firesteel::session
