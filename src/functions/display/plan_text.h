#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bound/expression.h"
#include "bound/session_settings.h"

/// How Spark's plans show an expression (its toString), where that is not how SQL shows it: arguments of Python
/// functions, windows of time.
namespace firesteel::functions {

/// The whole expression so; columns by their names alone.
std::string PlanSql(const bound::Expression& expression, const bound::SessionSettings& settings);

/// A call of the function `name` over arguments that show as `texts`. Nothing where it shows as in SQL.
std::optional<std::string> PlanText(std::string_view name, std::span<const bound::ExpressionPtr> arguments,
                                    std::span<const std::string> texts);

/// `text`, a call as SQL shows it, with what Spark's expression holds beside the arguments: trim(a, None).
std::string WithHiddenArguments(std::string text, std::string_view name,
                                std::span<const bound::ExpressionPtr> arguments,
                                const bound::SessionSettings& settings);

/// A literal that SQL shows as `text`, without the name of its type.
std::string PlanTextOfLiteral(const DataType& type, std::string text);

}  // namespace firesteel::functions
