#pragma once

#include <string_view>

#include "analyzer/analyzer.h"

namespace firesteel::analyzer {

/// The schema that from_json and from_csv get, as a NULL of its type: a text in DDL or JSON, or what schema_of_json and
/// schema_of_csv give for constants. Throws INVALID_SCHEMA.…, parse errors, at `origin`, the call's place.
bound::ExpressionPtr SchemaArgument(Environment& environment, const bound::ExpressionPtr& argument,
                                    std::string_view function, const bound::SessionSettings& settings,
                                    const OriginPtr& origin);

}  // namespace firesteel::analyzer
