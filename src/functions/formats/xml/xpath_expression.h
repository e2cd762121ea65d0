#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// XPath 1.0 as a tree.
namespace firesteel::functions::xpath {

enum class Axis : uint8_t {
  kAncestor,
  kAncestorOrSelf,
  kAttribute,
  kChild,
  kDescendant,
  kDescendantOrSelf,
  kFollowing,
  kFollowingSibling,
  kNamespace,
  kParent,
  kPreceding,
  kPrecedingSibling,
  kSelf,
};

enum class NodeTest : uint8_t {
  kName,   ///< `name`; "*" is any
  kNever,  ///< a name with a prefix: without namespaces there is none
  kNode,
  kText,
  kComment,
  kProcessingInstruction,  ///< of the target `name`, any if empty
};

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Step {
  Axis axis = Axis::kChild;
  NodeTest test = NodeTest::kName;
  std::string name;
  bool whole_name = false;  ///< `name` is compared with names as written, prefix included
  std::vector<ExpressionPtr> predicates;
};

enum class Operation : uint8_t {
  kNumber,
  kText,
  kPath,  ///< steps from the context node, the root (is_absolute) or from operands[0] with `predicates`
  kCall,  ///< of the function `text`
  kUnion,
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kNegate,
};

struct Expression {
  Operation operation = Operation::kPath;
  double number = 0;
  std::string text;
  std::vector<ExpressionPtr> operands;
  std::vector<ExpressionPtr> predicates;
  std::vector<Step> steps;
  bool is_absolute = false;
};

/// What is wrong with an expression, or with its evaluation, in Java's words ("javax.xml.transform.…: …").
struct Fault {
  std::string text;
};

/// Reads an expression. Throws Fault. At most 250 levels of parentheses, brackets and signs, and 1,000 operators.
ExpressionPtr Parse(std::string_view text);

/// Whether XPath's library has the function, and how many arguments it takes; throws Fault.
void CheckCall(std::string_view function, size_t arguments);

}  // namespace firesteel::functions::xpath
