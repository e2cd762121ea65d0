#include "analyzer/expression/named_arguments.h"

#include <algorithm>

#include "analyzer/name.h"
#include "analyzer/suggestion.h"
#include "functions/named_parameters.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using Parameters = std::span<const functions::NamedParameter>;

// The three nearest names, as Spark proposes them.
std::string Proposal(const std::string& name, Parameters parameters) {
  std::vector<bound::Attribute> candidates;
  // Equally near names come in the order of Spark's hash set, which is not that of the parameters.
  for (size_t i = parameters.size(); i-- > 0;) {
    bound::Attribute& candidate = candidates.emplace_back();
    candidate.name = std::string(parameters[i].name);
    candidate.id = static_cast<bound::AttributeId>(candidates.size());
  }
  std::string text;
  std::vector<std::string> names = SuggestColumns({name}, std::move(candidates), true);
  for (size_t i = 0; i < std::min<size_t>(names.size(), 3); ++i) text += (i ? " " : "") + names[i];
  return text;
}

size_t FindParameter(const std::string& name, Parameters parameters, const std::string& routine,
                     const OriginPtr& origin) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (SameName(parameters[i].name, name, false)) return i;
  }
  throw QueryError(
      "UNRECOGNIZED_PARAMETER_NAME",
      {{"routineName", routine}, {"argumentName", QuoteIdentifier(name)}, {"proposal", Proposal(name, parameters)}},
      origin);
}

}  // namespace

std::vector<plan::ExpressionPtr> OrderArguments(const std::vector<plan::ExpressionPtr>& arguments,
                                                const functions::Function& function, const std::string& called,
                                                const OriginPtr& origin) {
  const auto is_named = [](const plan::ExpressionPtr& argument) { return argument->As<plan::NamedArgument>(); };
  if (std::none_of(arguments.begin(), arguments.end(), is_named)) return arguments;
  const std::string routine = QuoteIdentifier(called);
  const Parameters parameters = functions::NamedParametersOf(function.name);
  if (parameters.empty()) throw QueryError("NAMED_PARAMETERS_NOT_SUPPORTED", {{"functionName", routine}}, origin);
  for (size_t i = 1; i < arguments.size(); ++i) {
    const auto* named_before = arguments[i - 1]->As<plan::NamedArgument>();
    if (!named_before || is_named(arguments[i])) continue;
    throw QueryError("UNEXPECTED_POSITIONAL_ARGUMENT",
                     {{"routineName", routine}, {"parameterName", QuoteIdentifier(named_before->name)}}, origin);
  }
  std::vector<plan::ExpressionPtr> ordered(parameters.size());
  size_t positional = 0;
  for (const plan::ExpressionPtr& argument : arguments) {
    const auto* named = argument->As<plan::NamedArgument>();
    if (!named) {
      if (positional >= ordered.size()) return arguments;  // too many: the count is refused later
      ordered[positional++] = argument;
      continue;
    }
    const size_t place = FindParameter(named->name, parameters, routine, origin);
    if (ordered[place]) {
      throw QueryError(
          place < positional ? "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED"
                             : "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE",
          {{"routineName", routine}, {"parameterName", QuoteIdentifier(std::string(parameters[place].name))}}, origin);
    }
    ordered[place] = named->value;
  }
  for (size_t i = 0; i < ordered.size(); ++i) {
    if (ordered[i]) continue;
    if (parameters[i].is_required()) {
      throw QueryError("REQUIRED_PARAMETER_NOT_FOUND",
                       {{"routineName", routine},
                        {"parameterName", QuoteIdentifier(std::string(parameters[i].name))},
                        {"index", std::to_string(i)}},
                       origin);
    }
    ordered[i] = plan::Make(plan::Literal{parameters[i].default_value()}, origin);
  }
  return ordered;
}

}  // namespace firesteel::analyzer
