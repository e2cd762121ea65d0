#include "functions/display/collection_rules.h"

namespace firesteel::functions {

std::string ShowArraySort(const bound::Expression&, Texts arguments) {
  if (arguments.size() > 1) return CallText("array_sort", arguments, false);
  static constexpr std::string_view kComparator =
      "lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, "
      "(IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, "
      "(IF((namedlambdavariable() < namedlambdavariable()), -1, "
      "(IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), "
      "namedlambdavariable())";
  return "array_sort(" + arguments[0] + ", " + std::string(kComparator) + ")";
}

}  // namespace firesteel::functions
