#include "bound/expression.h"

#include <functional>

#include "base/overloaded.h"
#include "types/type_text.h"

namespace firesteel::bound {
namespace {

bool EqualExpressions(const ExpressionPtr& a, const ExpressionPtr& b);

bool EqualLists(const std::vector<ExpressionPtr>& a, const std::vector<ExpressionPtr>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!EqualExpressions(a[i], b[i])) return false;
  }
  return true;
}

bool EqualOrders(const std::vector<SortOrder>& a, const std::vector<SortOrder>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].ascending != b[i].ascending || a[i].nulls_first != b[i].nulls_first) return false;
    if (!EqualExpressions(a[i].child, b[i].child)) return false;
  }
  return true;
}

bool EqualBoundaries(const FrameBoundary& a, const FrameBoundary& b) {
  return a.kind == b.kind && EqualExpressions(a.offset, b.offset);
}

bool EqualExpressions(const ExpressionPtr& a, const ExpressionPtr& b) {
  if (a == b) return true;
  return a && b && SemanticEquals(*a, *b);
}

// Spark compares a function's command where its code stands: the same call sent twice is not the same object there, but
// each call gives what the other gives.
bool SameFunction(const PythonFunction& a, const PythonFunction& b) {
  return &a == &b || (a.eval_type == b.eval_type && a.name == b.name && a.deterministic == b.deterministic &&
                      a.python_version == b.python_version && a.includes == b.includes && a.command == b.command);
}

/// One name an argument.
std::vector<std::string> NamesOf(const PythonCall& call) {
  std::vector<std::string> names = call.argument_names;
  names.resize(call.arguments.size());
  return names;
}

// Names do not count: an alias is as equal as what it names.
const Expression& Unaliased(const Expression& expression) {
  const Expression* e = &expression;
  while (const auto* alias = e->As<InnerAlias>()) e = alias->child.get();
  return *e;
}

size_t Combine(size_t seed, size_t value) { return seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2)); }

size_t HashValue(const Value& value) {
  return std::visit(Overloaded{
                        [](const std::monostate&) { return size_t{1}; },
                        [](bool v) { return std::hash<bool>()(v); },
                        [](int64_t v) { return std::hash<int64_t>()(v); },
                        [](double v) { return v != v ? size_t{7} : std::hash<double>()(v); },
                        [](int128_t v) { return std::hash<int64_t>()(static_cast<int64_t>(v)); },
                        [](const std::string& v) { return std::hash<std::string>()(v); },
                        [](const BinaryValue& v) { return std::hash<std::string>()(v.bytes); },
                        [](const CalendarIntervalValue& v) { return std::hash<int64_t>()(v.microseconds + v.days); },
                        [](const std::shared_ptr<const ValueList>& v) {
                          size_t hash = v->size();
                          for (const Value& item : *v) hash = Combine(hash, HashValue(item));
                          return hash;
                        },
                        [](const VariantValue& v) { return std::hash<std::string>()(v.value); },
                    },
                    value.data);
}

}  // namespace

ExpressionPtr MakeLiteral(DataType type, Value value, OriginPtr origin) {
  const bool nullable = value.is_null();
  return Make(Literal{std::move(value)}, std::move(type), nullable, std::move(origin));
}

ExpressionPtr MakeReference(const Attribute& attribute, OriginPtr origin) {
  return Make(AttributeRef{attribute.id, attribute.name, attribute.qualifier}, attribute.type, attribute.nullable,
              std::move(origin));
}

ExpressionPtr MakeCast(ExpressionPtr child, const DataType& type, EvalMode mode, bool is_implicit) {
  if (SameTypeIgnoringNullability(child->type, type)) return child;
  const bool nullable = child->nullable || CastMayReturnNull(child->type, type, mode);
  OriginPtr origin = child->origin;
  return Make(Cast{std::move(child), mode, is_implicit}, type, nullable, std::move(origin));
}

std::vector<ExpressionPtr> Children(const Expression& expression) {
  std::vector<ExpressionPtr> children;
  const auto add = [&](const ExpressionPtr& child) {
    if (child) children.push_back(child);
  };
  const auto add_orders = [&](const std::vector<SortOrder>& orders) {
    for (const SortOrder& order : orders) add(order.child);
  };
  std::visit(Overloaded{
                 [](const Literal&) {},
                 [](const AttributeRef&) {},
                 [](const OuterRef&) {},
                 [&](const Call& n) { children = n.arguments; },
                 [&](const Cast& n) { add(n.child); },
                 [&](const GetField& n) { add(n.child); },
                 [&](const Lambda& n) { add(n.body); },
                 [](const LambdaRef&) {},
                 [&](const AggregateCall& n) {
                   children = n.arguments;
                   add(n.filter);
                   add_orders(n.order);
                 },
                 [&](const WindowCall& n) {
                   add(n.function);
                   for (const ExpressionPtr& partition : n.partition_by) add(partition);
                   add_orders(n.order_by);
                   add(n.frame.lower.offset);
                   add(n.frame.upper.offset);
                 },
                 [](const ScalarSubquery&) {},
                 [](const ExistsSubquery&) {},
                 [&](const InSubquery& n) { children = n.values; },
                 [&](const InnerAlias& n) { add(n.child); },
                 [&](const PythonCall& n) {
                   children = n.arguments;
                   add(n.filter);
                 },
             },
             expression.node);
  return children;
}

ExpressionPtr WithChildren(const ExpressionPtr& expression, std::vector<ExpressionPtr> children) {
  auto copy = std::make_shared<Expression>(*expression);
  size_t next = 0;
  const auto put = [&](ExpressionPtr& place) {
    if (place) place = std::move(children[next++]);
  };
  const auto put_all = [&](std::vector<ExpressionPtr>& places) {
    for (ExpressionPtr& place : places) put(place);
  };
  const auto put_orders = [&](std::vector<SortOrder>& orders) {
    for (SortOrder& order : orders) put(order.child);
  };
  std::visit(Overloaded{
                 [](Literal&) {},
                 [](AttributeRef&) {},
                 [](OuterRef&) {},
                 [&](Call& n) { put_all(n.arguments); },
                 [&](Cast& n) { put(n.child); },
                 [&](GetField& n) { put(n.child); },
                 [&](Lambda& n) { put(n.body); },
                 [](LambdaRef&) {},
                 [&](AggregateCall& n) {
                   put_all(n.arguments);
                   put(n.filter);
                   put_orders(n.order);
                 },
                 [&](WindowCall& n) {
                   put(n.function);
                   put_all(n.partition_by);
                   put_orders(n.order_by);
                   put(n.frame.lower.offset);
                   put(n.frame.upper.offset);
                 },
                 [](ScalarSubquery&) {},
                 [](ExistsSubquery&) {},
                 [&](InSubquery& n) { put_all(n.values); },
                 [&](InnerAlias& n) { put(n.child); },
                 [&](PythonCall& n) {
                   put_all(n.arguments);
                   put(n.filter);
                 },
             },
             copy->node);
  return copy;
}

bool SemanticEquals(const Expression& left, const Expression& right) {
  const Expression& a = Unaliased(left);
  const Expression& b = Unaliased(right);
  if (&a == &b) return true;
  if (a.node.index() != b.node.index() || !SameTypeIgnoringNullability(a.type, b.type)) return false;
  return std::visit(
      Overloaded{
          [&](const Literal& n) { return n.value == b.As<Literal>()->value; },
          [&](const AttributeRef& n) { return n.id == b.As<AttributeRef>()->id; },
          [&](const OuterRef& n) { return n.id == b.As<OuterRef>()->id; },
          [&](const Call& n) {
            const auto& m = *b.As<Call>();
            return n.function == m.function && n.mode == m.mode && EqualLists(n.arguments, m.arguments);
          },
          [&](const Cast& n) {
            const auto& m = *b.As<Cast>();
            return n.mode == m.mode && EqualExpressions(n.child, m.child);
          },
          [&](const GetField& n) {
            const auto& m = *b.As<GetField>();
            return n.ordinal == m.ordinal && n.through_array == m.through_array && EqualExpressions(n.child, m.child);
          },
          [&](const Lambda& n) {
            const auto& m = *b.As<Lambda>();
            if (n.parameters.size() != m.parameters.size()) return false;
            for (size_t i = 0; i < n.parameters.size(); ++i) {
              // Two spellings of one lambda have parameters of different ids: rename the second's to the first's.
              if (n.parameters[i].id == m.parameters[i].id) continue;
              const ExpressionPtr renamed = TransformUp(m.body, [&](const ExpressionPtr& e) -> ExpressionPtr {
                const auto* reference = e->As<LambdaRef>();
                for (size_t p = 0; reference && p < m.parameters.size(); ++p) {
                  if (reference->id == m.parameters[p].id) {
                    return Make(LambdaRef{n.parameters[p].id, reference->name}, e->type, e->nullable, e->origin);
                  }
                }
                return nullptr;
              });
              return EqualExpressions(n.body, renamed);
            }
            return EqualExpressions(n.body, m.body);
          },
          [&](const LambdaRef& n) { return n.id == b.As<LambdaRef>()->id; },
          [&](const AggregateCall& n) {
            const auto& m = *b.As<AggregateCall>();
            return n.function == m.function && n.mode == m.mode && n.is_distinct == m.is_distinct &&
                   n.ignore_nulls == m.ignore_nulls && EqualExpressions(n.filter, m.filter) &&
                   EqualOrders(n.order, m.order) && EqualLists(n.arguments, m.arguments);
          },
          [&](const WindowCall& n) {
            const auto& m = *b.As<WindowCall>();
            return n.ignore_nulls == m.ignore_nulls && n.frame.is_rows == m.frame.is_rows &&
                   EqualBoundaries(n.frame.lower, m.frame.lower) && EqualBoundaries(n.frame.upper, m.frame.upper) &&
                   EqualExpressions(n.function, m.function) && EqualLists(n.partition_by, m.partition_by) &&
                   EqualOrders(n.order_by, m.order_by);
          },
          [&](const ScalarSubquery& n) { return n.query == b.As<ScalarSubquery>()->query; },
          [&](const ExistsSubquery& n) { return n.query == b.As<ExistsSubquery>()->query; },
          [&](const InSubquery& n) {
            const auto& m = *b.As<InSubquery>();
            return n.query == m.query && EqualLists(n.values, m.values);
          },
          [](const InnerAlias&) { return false; },  // Unaliased took them away
          [&](const PythonCall& n) {
            const auto& m = *b.As<PythonCall>();
            return SameFunction(*n.function, *m.function) && NamesOf(n) == NamesOf(m) &&
                   EqualExpressions(n.filter, m.filter) && EqualLists(n.arguments, m.arguments);
          },
      },
      a.node);
}

size_t SemanticHash(const Expression& expression) {
  const Expression& e = Unaliased(expression);
  size_t hash = e.node.index();
  std::visit(Overloaded{
                 [&](const Literal& n) { hash = Combine(hash, HashValue(n.value)); },
                 [&](const AttributeRef& n) { hash = Combine(hash, static_cast<size_t>(n.id)); },
                 [&](const OuterRef& n) { hash = Combine(hash, static_cast<size_t>(n.id)); },
                 [&](const Call& n) { hash = Combine(hash, std::hash<const void*>()(n.function)); },
                 [&](const AggregateCall& n) { hash = Combine(hash, std::hash<const void*>()(n.function)); },
                 [&](const GetField& n) { hash = Combine(hash, static_cast<size_t>(n.ordinal)); },
                 [&](const PythonCall& n) { hash = Combine(hash, std::hash<std::string>()(n.function->name)); },
                 [](const auto&) {},  // LambdaRef, too: ids differ between equal lambdas
             },
             e.node);
  for (const ExpressionPtr& child : Children(e)) hash = Combine(hash, SemanticHash(*child));
  return hash;
}

}  // namespace firesteel::bound
