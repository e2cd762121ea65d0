#include "functions/binding/binding.h"
#include "functions/kernels/kernels.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "st_funcs";

const Function kRows[] = {
    {.name = "st_geomfromwkb",
     .aliases = "",
     .since = "4.1.0",
     .signatures = "(binary, int=0) -> geometry",
     .lowering = LowerKernel{&kGeometryFromWkb},
     .description = "The geometry that well-known binary describes, in the spatial reference system given.",
     .example = "SELECT st_srid(st_geomfromwkb(X'0101000000000000000000F03F0000000000000040', 3857))",
     .bind = BindGeometryFromWkb,
     .group = kGroup},
    {.name = "st_geogfromwkb",
     .aliases = "",
     .since = "4.1.0",
     .signatures = "(binary) -> geography",
     .lowering = LowerKernel{&kGeographyFromWkb},
     .description = "The geography that well-known binary describes: longitudes and latitudes.",
     .example = "SELECT st_srid(st_geogfromwkb(X'0101000000000000000000F03F0000000000000040'))",
     .bind = BindGeographyFromWkb,
     .group = kGroup},
    {.name = "st_asbinary",
     .aliases = "",
     .since = "4.1.0",
     .signatures = "(geospatial, string='NDR') -> binary",
     .lowering = LowerKernel{&kGeospatialAsBinary},
     .description =
         "A geometry or geography as well-known binary: NDR writes the least significant byte first, XDR last.",
     .example = "SELECT hex(st_asbinary(st_geomfromwkb(X'0101000000000000000000F03F0000000000000040'), 'XDR'))",
     .bind = BindGeospatialAsBinary,
     .group = kGroup},
    {.name = "st_srid",
     .aliases = "",
     .since = "4.1.0",
     .signatures = "(geospatial) -> int",
     .lowering = LowerKernel{&kGeospatialSrid},
     .description = "The number of the spatial reference system of a geometry or geography.",
     .example = "SELECT st_srid(st_geomfromwkb(X'0101000000000000000000F03F0000000000000040'))",
     .group = kGroup},
    {.name = "st_setsrid",
     .aliases = "",
     .since = "4.1.0",
     .signatures = "(geospatial, int) -> geometry",
     .lowering = LowerKernel{&kGeospatialWithSrid},
     .description = "The same coordinates in another spatial reference system.",
     .example = "SELECT st_srid(st_setsrid(st_geomfromwkb(X'0101000000000000000000F03F0000000000000040'), 3857))",
     .bind = BindWithSrid,
     .group = kGroup},
};

}  // namespace

std::span<const Function> GeospatialRows() { return kRows; }

}  // namespace firesteel::functions
