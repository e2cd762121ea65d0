#pragma once

#include <span>
#include <string>
#include <string_view>

#include "functions/function.h"

/// What SHOW FUNCTIONS, DESCRIBE FUNCTION and spark.catalog tell of the catalogue. Thread-safe.
namespace firesteel::functions {

struct ListedFunction {
  std::string name;  ///< a row's name or one of its aliases
  const Function* row = nullptr;
};

/// Every name that Spark lists, in the order of its bytes: rows, aliases, syntax (CASE), table functions.
std::span<const ListedFunction> ListedFunctions();
/// The row of a listed name, any case; null if there is none.
const Function* FindListed(std::string_view name);
/// The row of a listed name that no call in an expression reaches: syntax and table functions; null for all others.
const Function* FindUncallable(std::string_view name);
/// How a call is written: "abs(numeric)", "left + right".
std::string Synopsis(const Function& row, std::string_view name);
/// What clients show as a function's class: its place here, "firesteel.functions.math_funcs.abs".
std::string ClassName(const Function& row);
/// Why a listed function cannot be called here; empty where it can.
std::string_view UnsupportedReason(const Function& row);

}  // namespace firesteel::functions
