#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "functions/formats/xml/xpath_tree.h"

namespace firesteel::functions::xpath {

using NodeSet = std::vector<NodeId>;  ///< in document order, each node once
using Result = std::variant<NodeSet, double, std::string, bool>;

/// An evaluation that its caller has given up.
struct Interrupted {};

/// The value of an expression at the root of a tree, by Java's rules: numbers have Java's texts, characters are units
/// of UTF-16. `is_cancelled` is asked now and then. Memory: some times that of the tree. Throws Fault and Interrupted.
Result Evaluate(const Expression& expression, const Tree& tree, const std::function<bool()>& is_cancelled);

bool ToBoolean(const Result& result);
double ToNumber(const Result& result, const Tree& tree);
std::string ToText(const Result& result, const Tree& tree);
/// The nodes of a result. Throws Fault for other results.
const NodeSet& ToNodes(const Result& result);

}  // namespace firesteel::functions::xpath
