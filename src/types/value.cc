#include "types/value.h"

#include <cmath>

namespace firesteel {

bool Value::operator==(const Value& other) const {
  if (data.index() != other.data.index()) return false;
  if (const double* a = std::get_if<double>(&data)) {
    const double b = std::get<double>(other.data);
    return *a == b || (std::isnan(*a) && std::isnan(b));
  }
  if (const auto* a = std::get_if<std::shared_ptr<const ValueList>>(&data)) {
    const auto& b = std::get<std::shared_ptr<const ValueList>>(other.data);
    return *a == b || **a == *b;
  }
  return data == other.data;
}

}  // namespace firesteel
