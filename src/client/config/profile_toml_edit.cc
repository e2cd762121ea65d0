#include <toml++/toml.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "client/config/profile_files.h"

namespace firesteel::client {
namespace {

/// Lines of a text, each with its end.
std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// Decides for each line of the file whether it goes with the profile. Lines are counted from 0.
class Removal {
 public:
  Removal(std::vector<std::string_view> lines, const toml::table& root, std::string_view name)
      : lines_(std::move(lines)), owners_(lines_.size(), Owner::kNobody), goes_(lines_.size(), false) {
    for (const auto& [key, node] : root) {
      const Owner owner = key.str() == name ? Owner::kProfile : Owner::kOther;
      Mark(key.source(), owner);
      MarkAll(node, owner);
    }
  }

  std::string Run() {
    for (size_t line = 0; line < lines_.size();) {
      if (owners_[line] != Owner::kNobody) {
        goes_[line] = owners_[line] == Owner::kProfile;
        ++line;
        continue;
      }
      size_t end = line;
      while (end < lines_.size() && owners_[end] == Owner::kNobody) ++end;
      DecideComments(line, end);
      line = end;
    }
    std::string text;
    bool blank = true;  // no blank line at the beginning, and none behind another where something went
    bool gone = false;
    for (size_t line = 0; line < lines_.size(); ++line) {
      if (goes_[line]) {
        gone = true;
        continue;
      }
      if (gone && blank && IsBlank(lines_[line])) continue;
      blank = IsBlank(lines_[line]);
      gone = gone && blank;
      text += lines_[line];
    }
    while (gone && text.ends_with("\n\n")) text.pop_back();
    return text;
  }

 private:
  enum class Owner : uint8_t { kNobody, kProfile, kOther };

  void Mark(const toml::source_region& region, Owner owner) {
    if (region.begin.line == 0) return;
    for (size_t line = region.begin.line; line <= std::max(region.begin.line, region.end.line); ++line) {
      if (line <= owners_.size()) owners_[line - 1] = owner;
    }
  }

  void MarkAll(const toml::node& node, Owner owner) {
    if (const toml::table* table = node.as_table()) {
      // A table with a heading begins there; its own end says nothing of its keys.
      Mark({node.source().begin, table->is_inline() ? node.source().end : node.source().begin, nullptr}, owner);
      for (const auto& [key, inner] : *table) {
        Mark(key.source(), owner);
        MarkAll(inner, owner);
      }
      return;
    }
    Mark(node.source(), owner);
  }

  /// Lines of comments and blank ones, between two that settings have. A comment belongs to the profile between its own
  /// lines, directly above its heading, and directly below its last setting unless the next heading follows at once.
  void DecideComments(size_t begin, size_t end) {
    const bool behind_profile = begin > 0 && owners_[begin - 1] == Owner::kProfile;
    const bool before_profile = end < lines_.size() && owners_[end] == Owner::kProfile;
    const auto blank = [&](size_t line) { return IsBlank(lines_[line]); };
    if (behind_profile && before_profile) {
      std::fill(goes_.begin() + static_cast<ptrdiff_t>(begin), goes_.begin() + static_cast<ptrdiff_t>(end), true);
    } else if (before_profile) {
      size_t first = end;
      while (first > begin && !blank(first - 1)) --first;
      // What the file begins with is about the file.
      for (size_t line = first; first > 0 && line < end; ++line) goes_[line] = true;
    } else if (behind_profile) {
      size_t last = begin;
      while (last < end && !blank(last)) ++last;
      if (last == end && end < lines_.size()) return;
      for (size_t line = begin; line < last; ++line) goes_[line] = true;
    }
  }

  const std::vector<std::string_view> lines_;
  std::vector<Owner> owners_;
  std::vector<bool> goes_;
};

}  // namespace

Result<std::string> WithoutTomlProfile(std::string_view text, const std::string& file, const std::string& name) {
  const Result<std::vector<Profile>> before = ParseTomlProfiles(text, file);
  if (!before) return before.error();
  std::vector<Profile> expected;
  for (const Profile& profile : *before) {
    if (profile.name != name) expected.push_back(profile);
  }
  std::string edited;
  try {
    edited = Removal(LinesOf(text), toml::parse(text, file), name).Run();
  } catch (const std::exception&) {
    return Error::Invalid("the file " + file + " cannot be read");
  }
  // Whatever the file's form: the other profiles must be what they were.
  const Result<std::vector<Profile>> after = ParseTomlProfiles(edited, file);
  if (!after || *after != expected) {
    return Error::Invalid("the profile '" + name + "' cannot be taken out of " + file +
                          " without touching others: remove it there by hand");
  }
  return edited;
}

}  // namespace firesteel::client
