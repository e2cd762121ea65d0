#include "types/geospatial.h"

#include "functions/binding/binding.h"

/// Functions of GEOMETRY and GEOGRAPHY: the type's spatial reference system is a literal argument, or any.
namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

ExpressionPtr WithType(const ExpressionPtr& expression, DataType type) {
  return bound::Make(*expression->As<bound::Call>(), std::move(type), expression->nullable, expression->origin);
}

/// The system that a literal names; checked.
int SridOf(const ExpressionPtr& argument, bool geography) {
  const Value* value = LiteralValue(argument);
  if (!value || !std::holds_alternative<int64_t>(value->data)) return DataType::kAnySrid;
  const int64_t srid = value->integer();
  if (!IsKnownSrid(srid, geography)) {
    throw QueryError("ST_INVALID_SRID_VALUE", {{"srid", std::to_string(srid)}}, nullptr, ErrorClass::kIllegalArgument);
  }
  return static_cast<int>(srid);
}

/// Messages show the second argument also where it was not written.
BindRequest WithDefault(const BindRequest& request, const ExpressionPtr& value) {
  BindRequest whole = request;
  if (whole.arguments.size() == 1) whole.arguments.push_back(value);
  return whole;
}

}  // namespace

ExpressionPtr BindGeospatialAsBinary(const BindRequest& request) {
  return BindBySignature(WithDefault(request, StringLiteral("NDR")));
}

ExpressionPtr BindGeometryFromWkb(const BindRequest& request) {
  const ExpressionPtr call = BindBySignature(WithDefault(request, IntLiteral(0)));
  return WithType(call, DataType::Geometry(SridOf(call->As<bound::Call>()->arguments[1], false)));
}

ExpressionPtr BindGeographyFromWkb(const BindRequest& request) {
  return WithType(BindBySignature(request), DataType::Geography(4326));
}

ExpressionPtr BindWithSrid(const BindRequest& request) {
  const ExpressionPtr call = BindBySignature(request);
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  const bool geography = arguments[0]->type.Is(TypeKind::kGeography);
  const int srid = SridOf(arguments[1], geography);
  return WithType(call, geography ? DataType::Geography(srid) : DataType::Geometry(srid));
}

}  // namespace firesteel::functions
