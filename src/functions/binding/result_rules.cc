#include <algorithm>

#include "functions/binding/binding.h"
#include "types/as_nullable.h"
#include "types/quoting.h"

/// Types of results that follow from the arguments' types by a rule of their own. Named `@rule` in signatures.
namespace firesteel::functions {

using bound::ExpressionPtr;
using Arguments = std::vector<ExpressionPtr>;

namespace {

DataType First(const Arguments& arguments) { return arguments[0]->type; }

DataType Second(const Arguments& arguments) { return arguments[1]->type; }
DataType Third(const Arguments& arguments) { return arguments[2]->type; }

DataType Sum(const Arguments& arguments) {
  const DataType& type = arguments[0]->type;
  if (type.Is(TypeKind::kDecimal)) return BoundedDecimal(type.precision() + 10, type.scale());
  if (type.IsIntegral()) return DataType::Long();
  if (type.Is(TypeKind::kYearMonthInterval)) return type;
  if (type.Is(TypeKind::kDayTimeInterval)) return type;
  return DataType::Double();
}

DataType Average(const Arguments& arguments) {
  const DataType& type = arguments[0]->type;
  if (type.Is(TypeKind::kDecimal)) return BoundedDecimal(type.precision() + 4, type.scale() + 4);
  if (type.IsAnsiInterval()) {
    return type.Is(TypeKind::kYearMonthInterval) ? DataType::YearMonthInterval() : DataType::DayTimeInterval();
  }
  return DataType::Double();
}

DataType ElementOfFirst(const Arguments& arguments) {
  const DataType& type = arguments[0]->type;
  return type.Is(TypeKind::kArray) ? type.element_type() : type;
}

DataType Keys(const Arguments& arguments) {
  const DataType& type = arguments[0]->type;
  return DataType::Array(type.Is(TypeKind::kMap) ? type.key_type() : DataType::Null());
}

DataType Values(const Arguments& arguments) {
  const DataType& type = arguments[0]->type;
  return type.Is(TypeKind::kMap) ? DataType::Array(type.value_type()) : DataType::Array(DataType::Null());
}

DataType Entries(const Arguments& arguments) {
  const DataType& type = arguments[0]->type;
  return DataType::Array(DataType::Struct({{"key", type.key_type(), false, ""},
                                           {"value", type.value_type(), type.value_contains_null(), ""}}),
                         false);
}

DataType Flattened(const Arguments& arguments) {
  const DataType& outer = arguments[0]->type;
  const DataType& inner = outer.Is(TypeKind::kArray) ? outer.element_type() : outer;
  if (!inner.Is(TypeKind::kArray)) return outer;
  return DataType::Array(inner.element_type(), inner.contains_null());
}

DataType CompactedArray(const Arguments& arguments) {
  const DataType& type = arguments[0]->type;
  return DataType::Array(type.element_type(), false);
}

DataType NullableElements(const Arguments& arguments) { return AsNullable(arguments[0]->type); }

DataType ArrayOfFirst(const Arguments& arguments) { return DataType::Array(arguments[0]->type, false); }
DataType RepeatedArray(const Arguments& arguments) {
  return DataType::Array(arguments[0]->type, arguments[0]->nullable);
}

DataType BetweenTimes(const Arguments&) {
  return DataType::DayTimeInterval(IntervalField::kHour, IntervalField::kSecond);
}

DataType MapFromArrays(const Arguments& arguments) {
  const DataType& keys = arguments[0]->type;
  const DataType& values = arguments[1]->type;
  return DataType::Map(keys.element_type(), values.element_type(), values.contains_null());
}

DataType MapFromEntries(const Arguments& arguments) {
  const DataType& entries = arguments[0]->type;
  if (!entries.element_type().Is(TypeKind::kStruct) || entries.element_type().fields().size() != 2) return {};
  const std::vector<StructField>& fields = entries.element_type().fields();
  return DataType::Map(fields[0].type, fields[1].type, fields[1].nullable);
}

DataType Zipped(const Arguments& arguments) {
  std::vector<StructField> fields;
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::string name = std::to_string(i);
    if (const bound::AttributeRef* reference = arguments[i]->As<bound::AttributeRef>()) name = reference->name;
    fields.push_back({std::move(name), arguments[i]->type.element_type(), true, ""});
  }
  return DataType::Array(DataType::Struct(std::move(fields)), false);
}

DataType ArrayIntersect(const Arguments& arguments) {
  const DataType& left = arguments[0]->type;
  return DataType::Array(left.element_type(), left.contains_null() && arguments[1]->type.contains_null());
}

DataType IntervalPart(const Arguments& arguments) {
  const DataType& type = arguments[0]->type;
  return type.Is(TypeKind::kYearMonthInterval) ? DataType::YearMonthInterval()
         : type.Is(TypeKind::kDayTimeInterval) ? DataType::DayTimeInterval()
                                               : type;
}

struct Rule {
  std::string_view name;
  DataType (*apply)(const Arguments&);
};

constexpr Rule kRules[] = {
    {"first", First},
    {"second", Second},
    {"third", Third},
    {"sum", Sum},
    {"avg", Average},
    {"element", ElementOfFirst},
    {"keys", Keys},
    {"values", Values},
    {"entries", Entries},
    {"flattened", Flattened},
    {"compacted", CompactedArray},
    {"nullable_elements", NullableElements},
    {"array_of_first", ArrayOfFirst},
    {"repeated", RepeatedArray},
    {"interval", IntervalPart},
    {"map_from_arrays", MapFromArrays},
    {"map_from_entries", MapFromEntries},
    {"zipped", Zipped},
    {"intersection", ArrayIntersect},
    {"times", BetweenTimes},
};

}  // namespace

bool IsResultRule(std::string_view name) {
  return std::any_of(std::begin(kRules), std::end(kRules), [&](const Rule& rule) { return rule.name == name; });
}

DataType ApplyResultRule(std::string_view name, const BindRequest&, const Arguments& arguments) {
  for (const Rule& rule : kRules) {
    if (rule.name == name) return rule.apply(arguments);
  }
  throw InternalError("no result rule " + std::string(name));
}

}  // namespace firesteel::functions
