// Values of GEOMETRY and GEOGRAPHY from and to well-known binary (WKB), and their spatial reference systems.
#include "types/geospatial.h"

#include "base/ascii_case.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

constexpr int32_t kWorldGeodeticSystem = 4326;  // of every geography made from WKB

std::nullopt_t FailSrid(Row& row, int32_t srid) {
  return row.Fail("ST_INVALID_SRID_VALUE", {{"srid", std::to_string(srid)}}, ErrorClass::kIllegalArgument, false);
}

std::optional<std::string> FromWkb(Row& row, std::string_view wkb, int32_t srid, bool geography) {
  if (!IsKnownSrid(srid, geography)) return FailSrid(row, srid);
  WkbError error;
  const std::optional<std::string> own = RewriteWkb(wkb, geography, /*big_endian=*/false, error);
  if (own) return GeospatialValue(srid, *own);
  return row.Fail("WKB_PARSE_ERROR", {{"parseError", error.message}, {"pos", std::to_string(error.position)}},
                  ErrorClass::kIllegalArgument, false);
}

std::optional<std::string> GeometryFromWkb(Row& row, std::string_view wkb, int32_t srid) {
  return FromWkb(row, wkb, srid, false);
}
std::optional<std::string> GeographyFromWkb(Row& row, std::string_view wkb) {
  return FromWkb(row, wkb, kWorldGeodeticSystem, true);
}

std::optional<std::string> AsBinary(Row& row, std::string_view value, std::string_view endianness) {
  const std::string order = AsciiLower(endianness);
  if (order == "ndr") return std::string(WkbOfValue(value));
  if (order != "xdr") {
    return row.Fail("ST_INVALID_ENDIANNESS_VALUE", {{"endianness", std::string(endianness)}},
                    ErrorClass::kIllegalArgument, false);
  }
  WkbError error;
  return RewriteWkb(WkbOfValue(value), false, /*big_endian=*/true, error);
}

int32_t Srid(std::string_view value) { return SridOfValue(value); }

std::optional<std::string> WithSrid(Row& row, std::string_view value, int32_t srid) {
  if (!IsKnownSrid(srid, row.call().argument_types[0].Is(TypeKind::kGeography))) return FailSrid(row, srid);
  return GeospatialValue(srid, WkbOfValue(value));
}

}  // namespace

const Kernel kGeometryFromWkb = RowKernel<GeometryFromWkb>(true);
const Kernel kGeographyFromWkb = RowKernel<GeographyFromWkb>(true);
const Kernel kGeospatialAsBinary = RowKernel<AsBinary>(true);
const Kernel kGeospatialSrid = RowKernel<Srid>();
const Kernel kGeospatialWithSrid = RowKernel<WithSrid>(true);

}  // namespace firesteel::functions
