#include "session/temp_views.h"

#include "base/ascii_case.h"

#include <utility>

namespace firesteel::session {

std::string TempViews::Key(const std::string& name, bool case_sensitive) {
  return case_sensitive ? name : AsciiLower(name);
}

bool TempViews::Put(TempView view, bool replace, bool case_sensitive) {
  std::string key = Key(view.name, case_sensitive);
  auto shared = std::make_shared<const TempView>(std::move(view));
  std::lock_guard lock(mutex_);
  if (replace) {
    views_.insert_or_assign(std::move(key), std::move(shared));
    return true;
  }
  return views_.emplace(std::move(key), std::move(shared)).second;
}

TempViewPtr TempViews::Find(const std::string& name, bool case_sensitive) const {
  std::lock_guard lock(mutex_);
  auto it = views_.find(Key(name, case_sensitive));
  return it == views_.end() ? nullptr : it->second;
}

bool TempViews::Drop(const std::string& name, bool case_sensitive) {
  std::lock_guard lock(mutex_);
  return views_.erase(Key(name, case_sensitive)) > 0;
}

std::vector<TempViewPtr> TempViews::List() const {
  std::vector<TempViewPtr> result;
  std::lock_guard lock(mutex_);
  for (const auto& [key, view] : views_) result.push_back(view);
  return result;
}

void TempViews::Clear() {
  std::lock_guard lock(mutex_);
  views_.clear();
}

void TempViews::CopyFrom(const TempViews& other) {
  std::map<std::string, TempViewPtr> copy;
  {
    std::lock_guard lock(other.mutex_);
    copy = other.views_;
  }
  std::lock_guard lock(mutex_);
  views_ = std::move(copy);
}

}  // namespace firesteel::session
