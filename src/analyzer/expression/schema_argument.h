#pragma once

#include <string_view>

#include "analyzer/analyzer.h"

namespace firesteel::analyzer {

/// The schema that from_json, from_csv and from_xml get, as a NULL of its type: a text in DDL or JSON, or what
/// schema_of_json and its like give for constants. Throws INVALID_SCHEMA.…, UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING and
/// the parser's errors, all of them at `origin`, the call's place.
bound::ExpressionPtr SchemaArgument(Environment& environment, const bound::ExpressionPtr& argument,
                                    std::string_view function, const bound::SessionSettings& settings,
                                    const OriginPtr& origin);

}  // namespace firesteel::analyzer
