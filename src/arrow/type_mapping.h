#pragma once

#include <string_view>

#include "arrow/c_data.h"
#include "types/data_type.h"

namespace firesteel::arrow {

/// The Arrow schema of a result, as Spark's ArrowUtils.toArrowSchema: timestamps in microseconds with the session's
/// zone, intervals as duration, months or month_day_nano, variants as struct<value, metadata> marked by metadata.
/// `large_types` uses 64-bit offsets for strings and binaries (spark.sql.execution.arrow.useLargeVarTypes).
/// Throws QueryError UNSUPPORTED_DATATYPE for a type that has no Arrow form.
Owned<ArrowSchema> SchemaToArrow(const Schema& schema, std::string_view time_zone, bool large_types = false);

/// Spark's types of client data, as ArrowUtils.fromArrowSchema. Wider than Spark where the meaning is plain: unsigned
/// integers, seconds to nanoseconds, 64-bit offsets and dictionaries map to the type that holds their values.
/// `root` is a struct. Throws QueryError UNSUPPORTED_ARROWTYPE.
Schema SchemaFromArrow(const ArrowSchema& root);
DataType TypeFromArrow(const ArrowSchema& field);

}  // namespace firesteel::arrow
