#pragma once

#include <google/protobuf/generated_enum_reflection.h>

#include <string>

#include "base/error.h"

namespace firesteel::connect {

/// Throws QueryError CONNECT_INVALID_PLAN.<sub_condition>: the client built a plan that Spark's planner refuses.
[[noreturn]] void ThrowInvalidPlan(const std::string& sub_condition, ErrorParameters parameters = {});

/// A oneof without a value: `full_name` is the message ("spark.connect.Relation"), `name` Java's case name.
[[noreturn]] void ThrowOneOfNotSet(const std::string& full_name, const std::string& name);
[[noreturn]] void ThrowOneOfNotSupported(const std::string& full_name, const std::string& name, int number);
[[noreturn]] void ThrowInvalidEnum(const std::string& full_name, const std::string& name, int number);

/// For a value of a generated enum.
template <class Enum>
[[noreturn]] void ThrowInvalidEnumValue(Enum value) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<Enum>();
  const auto* known = descriptor->FindValueByNumber(static_cast<int>(value));
  ThrowInvalidEnum(descriptor->full_name(), known != nullptr ? known->name() : "UNRECOGNIZED", static_cast<int>(value));
}

}  // namespace firesteel::connect
