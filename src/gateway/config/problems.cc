#include "gateway/config/problems.h"

#include <fmt/format.h>

#include <algorithm>

namespace firesteel::gateway {
namespace {

std::vector<Problem> InOrder(std::vector<Problem> problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.place < b.place; });
  return problems;
}

}  // namespace

std::string Problem::Text() const {
  if (place.line == 0) return fmt::format("{}: {}", file, message);
  return fmt::format("{}:{}:{}: {}", file, place.line, place.column, message);
}

std::vector<Problem> Problems::TakeErrors() { return InOrder(std::exchange(errors_, {})); }
std::vector<Problem> Problems::TakeWarnings() { return InOrder(std::exchange(warnings_, {})); }

}  // namespace firesteel::gateway
