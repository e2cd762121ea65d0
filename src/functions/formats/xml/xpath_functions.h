#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "functions/formats/xml/xpath_evaluation.h"

namespace firesteel::functions::xpath {

/// Where an expression is evaluated: the context node, its place and the number of nodes beside it.
struct Focus {
  NodeId node = 0;
  size_t position = 1;
  size_t size = 1;
};

/// A call of a function of XPath's library whose name and number of arguments have been checked. Throws Fault.
Result CallFunction(std::string_view name, std::vector<Result> arguments, const Tree& tree, const Focus& focus);

/// The number that a text is: a sign, digits, a point, white space around; else NaN.
double NumberOfText(std::string_view text);
/// A number's text: never with an exponent.
std::string TextOfNumber(double number);

}  // namespace firesteel::functions::xpath
