#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ascii_case.h"
#include "base/error.h"
#include "functions/binding/binding.h"
#include "functions/function.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

/// Name → row. Built when first used; nothing happens at program start.
struct Index {
  std::vector<const Function*> all;
  std::unordered_map<std::string_view, const Function*> by_name;
  std::unordered_map<std::string_view, const Function*> internal;

  Index() {
    for (std::span<const Function> rows :
         {ArithmeticRows(), ComparisonRows(), ConditionalRows(), CastRows(),           MathRows(),
          StringRows(),     PatternRows(),    DatetimeRows(),    CollectionRows(),     HigherOrderRows(),
          HashRows(),       AggregateRows(),  StatisticRows(),   VectorRows(),         TextFunctionRows(),
          UrlRows(),        CryptoRows(),     TimeRows(),        TimestampRows(),      WindowRows(),
          GeneratorRows(),  TextFormatRows(), XmlRows(),         OptionalModuleRows(), VariantRows(),
          MiscRows(),       RandomRows(),     SketchRows(),      GeospatialRows()}) {
      for (const Function& row : rows) Add(row);
    }
    for (std::span<const Function> rows : {InternalRows(), PlacedRows(), PandasRows()}) {
      for (const Function& row : rows) internal.emplace(row.name, &row);
    }
    std::sort(all.begin(), all.end(), [](const Function* a, const Function* b) { return a->name < b->name; });
  }

  void Add(const Function& row) {
    all.push_back(&row);
    by_name.emplace(row.name, &row);
    std::string_view rest = row.aliases;
    while (!rest.empty()) {
      size_t comma = rest.find(',');
      std::string_view alias = rest.substr(0, comma);
      while (!alias.empty() && alias.front() == ' ') alias.remove_prefix(1);
      by_name.emplace(alias, &row);
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
};

const Index& TheIndex() {
  static const Index index;
  return index;
}

/// Edits (insert, delete, replace) between two short texts.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

const Function* Find(std::string_view name) {
  const Index& index = TheIndex();
  auto found = index.by_name.find(name);
  if (found == index.by_name.end()) found = index.by_name.find(AsciiLower(name));
  return found == index.by_name.end() ? nullptr : found->second;
}

const Function& InternalFunction(std::string_view name) {
  auto found = TheIndex().internal.find(name);
  if (found == TheIndex().internal.end()) throw InternalError("no function row " + std::string(name));
  return *found->second;
}

std::span<const Function* const> AllFunctions() { return TheIndex().all; }

std::vector<std::string> SimilarNames(std::string_view name) {
  std::string lower = AsciiLower(name);
  std::vector<std::pair<size_t, std::string>> scored;
  for (const auto& [known, row] : TheIndex().by_name) scored.emplace_back(Distance(lower, known), std::string(known));
  std::sort(scored.begin(), scored.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < scored.size() && i < 5; ++i) names.push_back(std::move(scored[i].second));
  return names;
}

}  // namespace firesteel::functions
