#include "connect/invalid_plan.h"

#include <utility>

namespace firesteel::connect {

void ThrowInvalidPlan(const std::string& sub_condition, ErrorParameters parameters) {
  throw QueryError("CONNECT_INVALID_PLAN." + sub_condition, std::move(parameters));
}

void ThrowOneOfNotSet(const std::string& full_name, const std::string& name) {
  ThrowInvalidPlan("INVALID_ONE_OF_FIELD_NOT_SET", {{"fullName", full_name}, {"name", name}});
}

void ThrowOneOfNotSupported(const std::string& full_name, const std::string& name, int number) {
  ThrowInvalidPlan("INVALID_ONE_OF_FIELD_NOT_SUPPORTED",
                   {{"fullName", full_name}, {"name", name}, {"number", std::to_string(number)}});
}

void ThrowInvalidEnum(const std::string& full_name, const std::string& name, int number) {
  ThrowInvalidPlan("INVALID_ENUM", {{"fullName", full_name}, {"name", name}, {"number", std::to_string(number)}});
}

}  // namespace firesteel::connect
