#include "functions/formats/xml/xpath_evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <utility>

#include "functions/formats/xml/xpath_functions.h"

namespace firesteel::functions::xpath {
namespace {

constexpr size_t kStepsBetweenLooks = 1 << 16;

bool IsReverse(Axis axis) {
  return axis == Axis::kAncestor || axis == Axis::kAncestorOrSelf || axis == Axis::kPreceding ||
         axis == Axis::kPrecedingSibling;
}

class Evaluator {
 public:
  Evaluator(const Tree& tree, const std::function<bool()>& is_cancelled) : tree_(tree), is_cancelled_(is_cancelled) {}

  Result Value(const Expression& e, const Focus& focus) {
    Count();
    switch (e.operation) {
      case Operation::kNumber:
        return e.number;
      case Operation::kText:
        return e.text;
      case Operation::kPath:
        return Path(e, focus);
      case Operation::kCall:
        return Call(e, focus);
      case Operation::kUnion:
        return Union(e, focus);
      case Operation::kOr:
        return Truth(e, 0, focus) || Truth(e, 1, focus);
      case Operation::kAnd:
        return Truth(e, 0, focus) && Truth(e, 1, focus);
      case Operation::kEqual:
      case Operation::kNotEqual:
      case Operation::kLess:
      case Operation::kLessOrEqual:
      case Operation::kGreater:
      case Operation::kGreaterOrEqual:
        return Compare(e.operation, Value(*e.operands[0], focus), Value(*e.operands[1], focus));
      case Operation::kNegate:
        return -Number(e, 0, focus);
      case Operation::kAdd:
        return Number(e, 0, focus) + Number(e, 1, focus);
      case Operation::kSubtract:
        return Number(e, 0, focus) - Number(e, 1, focus);
      case Operation::kMultiply:
        return Number(e, 0, focus) * Number(e, 1, focus);
      case Operation::kDivide:
        return Number(e, 0, focus) / Number(e, 1, focus);
      case Operation::kModulo:
        return std::fmod(Number(e, 0, focus), Number(e, 1, focus));
    }
    return false;
  }

 private:
  void Count() {
    if (++steps_ % kStepsBetweenLooks == 0 && is_cancelled_()) throw Interrupted();
  }
  bool Truth(const Expression& e, size_t i, const Focus& focus) { return ToBoolean(Value(*e.operands[i], focus)); }
  double Number(const Expression& e, size_t i, const Focus& focus) {
    return ToNumber(Value(*e.operands[i], focus), tree_);
  }

  Result Call(const Expression& e, const Focus& focus) {
    std::vector<Result> arguments;
    for (const ExpressionPtr& operand : e.operands) arguments.push_back(Value(*operand, focus));
    return CallFunction(e.text, std::move(arguments), tree_, focus);
  }

  Result Union(const Expression& e, const Focus& focus) {
    const Result left = Value(*e.operands[0], focus);
    const Result right = Value(*e.operands[1], focus);
    NodeSet nodes;
    const NodeSet& a = ToNodes(left);
    const NodeSet& b = ToNodes(right);
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(nodes));
    return nodes;
  }

  Result Path(const Expression& e, const Focus& focus) {
    NodeSet nodes;
    if (!e.operands.empty()) {
      Result start = Value(*e.operands[0], focus);
      if (e.predicates.empty() && e.steps.empty()) return start;
      nodes = ToNodes(start);
      for (const ExpressionPtr& predicate : e.predicates) Filter(*predicate, nodes);
    } else {
      nodes.push_back(e.is_absolute ? 0 : focus.node);
    }
    for (const Step& step : e.steps) nodes = Take(step, nodes);
    return nodes;
  }

  NodeSet Take(const Step& step, const NodeSet& from) {
    NodeSet result;
    // Subtrees inside of one another have their nodes in common; those inside are left out where places do not matter.
    const bool is_below = step.axis == Axis::kDescendant || step.axis == Axis::kDescendantOrSelf;
    NodeId covered = 0;
    bool is_sorted = true;
    for (const NodeId node : from) {
      if (is_below && step.predicates.empty() && node != 0 && node < covered && tree_.IsContent(node)) {
        continue;
      }
      if (is_below) covered = tree_.End(node);
      NodeSet found;
      Walk(step, node, found);
      for (const ExpressionPtr& predicate : step.predicates) Filter(*predicate, found);
      if (IsReverse(step.axis)) std::reverse(found.begin(), found.end());
      if (!result.empty() && !found.empty() && found.front() <= result.back()) is_sorted = false;
      result.insert(result.end(), found.begin(), found.end());
      // A node that is found from many others is kept once, so that there are never many more than the tree has.
      if (!is_sorted && result.size() > 2 * tree_.size() + 1024) {
        Unite(result);
        is_sorted = true;
      }
    }
    if (!is_sorted) Unite(result);
    return result;
  }
  static void Unite(NodeSet& nodes) {
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }

  /// Keeps the nodes (in the order of their axis) for which a predicate holds.
  void Filter(const Expression& predicate, NodeSet& nodes) {
    NodeSet kept;
    for (size_t i = 0; i < nodes.size(); ++i) {
      const Result value = Value(predicate, {nodes[i], i + 1, nodes.size()});
      const double* number = std::get_if<double>(&value);
      if (number ? *number == static_cast<double>(i + 1) : ToBoolean(value)) kept.push_back(nodes[i]);
    }
    nodes = std::move(kept);
  }

  bool Matches(const Step& step, NodeId node) {
    Count();
    const NodeKind kind = tree_.Kind(node);
    switch (step.test) {
      case NodeTest::kNode:
        return true;
      case NodeTest::kText:
        return kind == NodeKind::kText;
      case NodeTest::kComment:
        return kind == NodeKind::kComment;
      case NodeTest::kProcessingInstruction:
        return kind == NodeKind::kProcessingInstruction && (step.name.empty() || step.name == tree_.Name(node));
      case NodeTest::kNever:
        return false;
      case NodeTest::kName:
        break;
    }
    const NodeKind principal = step.axis == Axis::kAttribute   ? NodeKind::kAttribute
                               : step.axis == Axis::kNamespace ? NodeKind::kNamespace
                                                               : NodeKind::kElement;
    if (kind != principal) return false;
    return step.name == "*" || step.name == (step.whole_name ? tree_.Name(node) : tree_.LocalName(node));
  }
  void Add(const Step& step, NodeId node, NodeSet& found) {
    if (Matches(step, node)) found.push_back(node);
  }

  /// The nodes of an axis that pass the step's test, in the order of the axis.
  void Walk(const Step& step, NodeId node, NodeSet& found) {
    const NodeId end = tree_.End(node);
    switch (step.axis) {
      case Axis::kSelf:
        return Add(step, node, found);
      case Axis::kParent:
        if (node != 0) Add(step, tree_.Parent(node), found);
        return;
      case Axis::kAncestorOrSelf:
        Add(step, node, found);
        [[fallthrough]];
      case Axis::kAncestor:
        while (node != 0) Add(step, node = tree_.Parent(node), found);
        return;
      case Axis::kChild:
        for (NodeId child = tree_.FirstChild(node); child < end; child = tree_.End(child)) Add(step, child, found);
        return;
      case Axis::kDescendantOrSelf:
        Add(step, node, found);
        [[fallthrough]];
      case Axis::kDescendant:
        for (NodeId inner = node + 1; inner < end; ++inner) {
          if (tree_.IsContent(inner)) Add(step, inner, found);
        }
        return;
      case Axis::kAttribute:
        for (NodeId inner = node + 1; inner < end && !tree_.IsContent(inner); ++inner) {
          if (tree_.Kind(inner) == NodeKind::kAttribute) Add(step, inner, found);
        }
        return;
      case Axis::kNamespace:
        return WalkNamespaces(step, node, found);
      case Axis::kFollowingSibling:
        if (node == 0 || !tree_.IsContent(node)) return;
        for (NodeId next = end; next < tree_.End(tree_.Parent(node)); next = tree_.End(next)) Add(step, next, found);
        return;
      case Axis::kPrecedingSibling: {
        if (node == 0 || !tree_.IsContent(node)) return;
        NodeSet before;
        for (NodeId child = tree_.FirstChild(tree_.Parent(node)); child < node; child = tree_.End(child)) {
          Add(step, child, before);
        }
        found.insert(found.end(), before.rbegin(), before.rend());
        return;
      }
      case Axis::kFollowing:
        // From an attribute: what is in its element follows, too.
        for (NodeId next = tree_.IsContent(node) ? end : node + 1; next < tree_.size(); ++next) {
          if (tree_.IsContent(next)) Add(step, next, found);
        }
        return;
      case Axis::kPreceding: {
        NodeId ancestor = tree_.Parent(node);
        for (NodeId before = node; before-- > 1;) {
          if (before == ancestor) {
            ancestor = tree_.Parent(ancestor);
          } else if (tree_.IsContent(before)) {
            Add(step, before, found);
          }
        }
        return;
      }
    }
  }

  void WalkNamespaces(const Step& step, NodeId node, NodeSet& found) {
    if (tree_.Kind(node) != NodeKind::kElement) return;
    std::unordered_set<std::string_view> seen;
    for (NodeId element = node; element != 0; element = tree_.Parent(element)) {
      for (NodeId inner = element + 1; inner < tree_.End(element) && !tree_.IsContent(inner); ++inner) {
        if (tree_.Kind(inner) != NodeKind::kNamespace || !seen.insert(tree_.Name(inner)).second) continue;
        Add(step, inner, found);
      }
    }
    std::sort(found.begin(), found.end());
  }

  static void Turn(Operation& operation) {
    switch (operation) {
      case Operation::kLess:
        operation = Operation::kGreater;
        break;
      case Operation::kLessOrEqual:
        operation = Operation::kGreaterOrEqual;
        break;
      case Operation::kGreater:
        operation = Operation::kLess;
        break;
      case Operation::kGreaterOrEqual:
        operation = Operation::kLessOrEqual;
        break;
      default:
        break;
    }
  }
  static bool CompareNumbers(Operation operation, double a, double b) {
    switch (operation) {
      case Operation::kEqual:
        return a == b;
      case Operation::kNotEqual:
        return a != b;
      case Operation::kLess:
        return a < b;
      case Operation::kLessOrEqual:
        return a <= b;
      case Operation::kGreater:
        return a > b;
      default:
        return a >= b;
    }
  }

  bool Compare(Operation operation, const Result& a, const Result& b) {
    const bool is_equality = operation == Operation::kEqual || operation == Operation::kNotEqual;
    const NodeSet* nodes_a = std::get_if<NodeSet>(&a);
    const NodeSet* nodes_b = std::get_if<NodeSet>(&b);
    if (nodes_a && nodes_b) return CompareSets(operation, *nodes_a, *nodes_b);
    if (nodes_b) {
      Turn(operation);
      return CompareSet(operation, *nodes_b, a);
    }
    if (nodes_a) return CompareSet(operation, *nodes_a, b);
    if (!is_equality) return CompareNumbers(operation, ToNumber(a, tree_), ToNumber(b, tree_));
    bool is_equal = false;
    if (std::holds_alternative<bool>(a) || std::holds_alternative<bool>(b)) {
      is_equal = ToBoolean(a) == ToBoolean(b);
    } else if (std::holds_alternative<double>(a) || std::holds_alternative<double>(b)) {
      return CompareNumbers(operation, ToNumber(a, tree_), ToNumber(b, tree_));
    } else {
      is_equal = std::get<std::string>(a) == std::get<std::string>(b);
    }
    return is_equal == (operation == Operation::kEqual);
  }
  /// Whether it holds for one of the nodes.
  bool CompareSet(Operation operation, const NodeSet& nodes, const Result& value) {
    const bool is_equality = operation == Operation::kEqual || operation == Operation::kNotEqual;
    if (std::holds_alternative<bool>(value)) {
      const double a = nodes.empty() ? 0 : 1;
      return CompareNumbers(operation, a, std::get<bool>(value) ? 1 : 0);
    }
    const std::string* text = std::get_if<std::string>(&value);
    for (const NodeId node : nodes) {
      Count();
      const std::string own = tree_.StringValue(node);
      const bool holds = text && is_equality ? (own == *text) == (operation == Operation::kEqual)
                                             : CompareNumbers(operation, NumberOfText(own), ToNumber(value, tree_));
      if (holds) return true;
    }
    return false;
  }
  bool CompareSets(Operation operation, const NodeSet& a, const NodeSet& b) {
    if (a.empty() || b.empty()) return false;
    if (operation == Operation::kEqual || operation == Operation::kNotEqual) {
      std::unordered_set<std::string> texts;
      for (const NodeId node : a) {
        Count();
        texts.insert(tree_.StringValue(node));
      }
      for (const NodeId node : b) {
        Count();
        const bool is_in = texts.contains(tree_.StringValue(node));
        // Two different texts among those of `a` differ from any text in one of them.
        if (operation == Operation::kEqual ? is_in : !is_in || texts.size() > 1) return true;
      }
      return false;
    }
    // One number of a and one of b: the least and the greatest decide.
    double least[2] = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
    double greatest[2] = {least[0], least[1]};
    const NodeSet* sets[2] = {&a, &b};
    for (size_t side = 0; side < 2; ++side) {
      for (const NodeId node : *sets[side]) {
        Count();
        const double number = NumberOfText(tree_.StringValue(node));
        if (std::isnan(number)) continue;
        least[side] = std::fmin(least[side], number);
        greatest[side] = std::fmax(greatest[side], number);
      }
    }
    const bool is_less = operation == Operation::kLess || operation == Operation::kLessOrEqual;
    return is_less ? CompareNumbers(operation, least[0], greatest[1])
                   : CompareNumbers(operation, greatest[0], least[1]);
  }

  const Tree& tree_;
  const std::function<bool()>& is_cancelled_;
  size_t steps_ = 0;
};

}  // namespace

Result Evaluate(const Expression& expression, const Tree& tree, const std::function<bool()>& is_cancelled) {
  return Evaluator(tree, is_cancelled).Value(expression, {0, 1, 1});
}

}  // namespace firesteel::functions::xpath
