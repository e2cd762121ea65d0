#include "analyzer/suggestion.h"

#include <algorithm>
#include <numeric>

#include "analyzer/name.h"
#include "base/utf8.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

constexpr size_t kMaxSuggestions = 5;

size_t EditDistance(const std::u16string& a, const std::u16string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// Whether all names agree but for their last `keep` parts.
bool SamePrefix(const std::vector<std::vector<std::string>>& names, size_t keep) {
  const auto prefix = [&](const std::vector<std::string>& name) {
    return std::vector<std::string>(name.begin(),
                                    name.end() - static_cast<std::ptrdiff_t>(std::min(keep, name.size())));
  };
  return !names.empty() && std::all_of(names.begin(), names.end(),
                                       [&](const auto& name) { return prefix(name) == prefix(names.front()); });
}

void KeepLast(std::vector<std::vector<std::string>>& names, size_t keep) {
  for (std::vector<std::string>& name : names) {
    if (name.size() > keep) name.erase(name.begin(), name.end() - static_cast<std::ptrdiff_t>(keep));
  }
}

}  // namespace

std::vector<std::string> SuggestColumns(const std::vector<std::string>& name, std::vector<bound::Attribute> candidates,
                                        bool in_order) {
  const auto by_name = [](const auto& a, const auto& b) { return a.name != b.name ? a.name < b.name : a.id < b.id; };
  if (!in_order) std::stable_sort(candidates.begin(), candidates.end(), by_name);
  std::vector<std::vector<std::string>> names;
  bound::AttributeId last = -1;
  for (const bound::Attribute& attribute : candidates) {
    if (attribute.id == last) continue;
    last = attribute.id;
    names.push_back(attribute.qualifier);
    names.back().push_back(attribute.name);
  }
  if (name.size() == 1 && SamePrefix(names, 1)) {
    KeepLast(names, 1);
  } else if (name.size() <= 2 && SamePrefix(names, 2)) {
    KeepLast(names, 2);
  }
  const std::u16string wanted = Utf16FromUtf8(DottedName(name));
  std::vector<std::pair<size_t, std::string>> ordered;
  for (const std::vector<std::string>& candidate : names) {
    std::string quoted = QuoteIdentifiers(candidate);
    ordered.emplace_back(EditDistance(wanted, Utf16FromUtf8(quoted)), std::move(quoted));
  }
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> suggestions;
  for (size_t i = 0; i < ordered.size() && i < kMaxSuggestions; ++i) suggestions.push_back(ordered[i].second);
  return suggestions;
}

void ThrowUnresolvedColumn(const std::vector<std::string>& name, std::vector<bound::Attribute> candidates,
                           const OriginPtr& origin, bool in_order) {
  std::string proposal;
  for (const std::string& suggestion : SuggestColumns(name, std::move(candidates), in_order)) {
    if (!proposal.empty()) proposal += ", ";
    proposal += suggestion;
  }
  if (proposal.empty()) {
    throw QueryError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", {{"objectName", QuoteIdentifiers(name)}}, origin);
  }
  throw QueryError("UNRESOLVED_COLUMN.WITH_SUGGESTION",
                   {{"objectName", QuoteIdentifiers(name)}, {"proposal", proposal}}, origin);
}

void ThrowUnknownColumn(const std::string& name, const std::vector<bound::Attribute>& columns) {
  std::string proposal;
  for (size_t i = 0; i < columns.size() && i < kMaxSuggestions; ++i) {
    proposal += (i > 0 ? ", " : "") + QuoteIdentifier(columns[i].name);
  }
  if (columns.empty())
    throw QueryError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", {{"objectName", QuoteIdentifier(name)}});
  throw QueryError("UNRESOLVED_COLUMN.WITH_SUGGESTION",
                   {{"objectName", QuoteIdentifier(name)}, {"proposal", proposal}});
}

void ThrowUnboundParameter(const plan::ParameterMarker& marker, const OriginPtr& origin) {
  std::string name = marker.name;
  // Spark names a positional marker after the offset of its text, and its message does not tell the line.
  if (name.empty()) name = "_" + std::to_string(origin ? origin->start_index : marker.position);
  OriginPtr place = origin;
  if (origin) {
    Origin without_line = *origin;
    without_line.line = 0;
    place = std::make_shared<const Origin>(std::move(without_line));
  }
  throw QueryError("UNBOUND_SQL_PARAMETER", {{"name", name}}, place);
}

std::vector<bound::Attribute> AllColumns(std::span<const ScopePtr> scopes) {
  std::vector<bound::Attribute> all;
  for (const ScopePtr& scope : scopes) all.insert(all.end(), scope->output.begin(), scope->output.end());
  return all;
}

std::string QuotedNames(const std::vector<bound::Attribute>& attributes) {
  std::string text;
  for (const bound::Attribute& attribute : attributes) {
    if (!text.empty()) text += ", ";
    text += QuoteIdentifier(attribute.name);
  }
  return text;
}

}  // namespace firesteel::analyzer
