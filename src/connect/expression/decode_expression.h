#pragma once

#include <google/protobuf/repeated_field.h>

#include <optional>
#include <string>
#include <vector>

#include "connect/decode_context.h"
#include "plan/expression.h"
#include "spark/connect/expressions.pb.h"
#include "types/value.h"

/// One function an expression family, each in the file of its name; DecodeExpression dispatches to them. All throw
/// QueryError for what Spark's planner refuses.
namespace firesteel::connect {

plan::ExpressionPtr DecodeExpression(const ::spark::connect::Expression& expression, const DecodeContext& context);
std::vector<plan::ExpressionPtr> DecodeExpressions(
    const google::protobuf::RepeatedPtrField<::spark::connect::Expression>& expressions, const DecodeContext& context);

/// expression/literal.cc
TypedValue DecodeLiteral(const ::spark::connect::Expression::Literal& literal, const DecodeContext& context);
plan::ExpressionPtr DecodeLiteralExpression(const ::spark::connect::Expression::Literal& literal,
                                            const DecodeContext& context, OriginPtr origin = nullptr);
/// expression/decimal_literal.cc
TypedValue DecodeDecimalLiteral(const ::spark::connect::Expression::Literal::Decimal& decimal);

/// expression/attribute.cc
plan::Expression::Node DecodeAttribute(const ::spark::connect::Expression::UnresolvedAttribute& attribute,
                                       const OriginPtr& origin);
plan::Expression::Node DecodeStar(const ::spark::connect::Expression::UnresolvedStar& star, const OriginPtr& origin);
plan::Expression::Node DecodeRegex(const ::spark::connect::Expression::UnresolvedRegex& regex, const OriginPtr& origin);

/// expression/python_function.cc
plan::PythonCodePtr DecodePythonFunction(const ::spark::connect::CommonInlineUserDefinedFunction& function,
                                         const DecodeContext& context);
plan::Expression::Node DecodeInlineFunction(const ::spark::connect::CommonInlineUserDefinedFunction& function,
                                            const DecodeContext& context);

/// expression/function.cc
plan::Expression::Node DecodeFunction(const ::spark::connect::Expression::UnresolvedFunction& function,
                                      const DecodeContext& context);
plan::Expression::Node DecodeCallFunction(const ::spark::connect::CallFunction& call, const DecodeContext& context);
plan::Expression::Node DecodeLambda(const ::spark::connect::Expression::LambdaFunction& lambda,
                                    const DecodeContext& context);
plan::Expression::Node DecodeLambdaVariable(
    const ::spark::connect::Expression::UnresolvedNamedLambdaVariable& variable);

/// expression/alias.cc
plan::Alias DecodeAlias(const ::spark::connect::Expression::Alias& alias, const DecodeContext& context);
plan::Expression::Node DecodeCast(const ::spark::connect::Expression::Cast& cast, const DecodeContext& context);

/// expression/window.cc
plan::SortOrder DecodeSortOrder(const ::spark::connect::Expression::SortOrder& order, const DecodeContext& context);
std::vector<plan::SortOrder> DecodeSortOrders(
    const google::protobuf::RepeatedPtrField<::spark::connect::Expression::SortOrder>& orders,
    const DecodeContext& context);
plan::Expression::Node DecodeWindow(const ::spark::connect::Expression::Window& window, const DecodeContext& context);

/// expression/subquery.cc
plan::Expression::Node DecodeSubquery(const ::spark::connect::SubqueryExpression& subquery,
                                      const DecodeContext& context);

}  // namespace firesteel::connect
