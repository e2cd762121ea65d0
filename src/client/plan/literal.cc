#include "client/plan/literal.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "client/types/type_proto.h"
#include "firesteel/row.h"
#include "types/variant/variant.h"
#include "types/variant_text.h"

namespace firesteel::client::internal {

namespace {

using firesteel::VariantType;
using Literal = proto::Expression::Literal;
// The library's own: client::Variant is the user's.
using EncodedVariant = firesteel::Variant;

Result<void> Write(const Value& value, const DataType& type, Literal* out);

// The types of nested values stand twice: as a whole at the root, where servers of Spark 4.1 and later look, and in
// fields of each part that the protocol calls deprecated and older servers read.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

Result<void> WriteArray(const Array& elements, const DataType& type, Literal::Array* out) {
  ToProto(type.element_type(), out->mutable_element_type());
  for (const Value& element : elements) {
    if (Result<void> written = Write(element, type.element_type(), out->add_elements()); !written) return written;
  }
  return {};
}

Result<void> WriteMap(const MapEntries& entries, const DataType& type, Literal::Map* out) {
  ToProto(type.key_type(), out->mutable_key_type());
  ToProto(type.value_type(), out->mutable_value_type());
  for (const auto& [key, value] : entries) {
    if (Result<void> written = Write(key, type.key_type(), out->add_keys()); !written) return written;
    if (Result<void> written = Write(value, type.value_type(), out->add_values()); !written) return written;
  }
  return {};
}

Result<void> WriteStruct(const Row& row, const DataType& type, Literal::Struct* out) {
  if (row.size() != type.fields().size()) return Error::Invalid("A struct has as many values as its type has fields.");
  ToProto(type, out->mutable_struct_type());
  for (size_t i = 0; i < row.size(); ++i) {
    if (Result<void> written = Write(row[i], type.fields()[i].type, out->add_elements()); !written) return written;
  }
  return {};
}

#pragma GCC diagnostic pop

struct LiteralWriter {
  const DataType& type;
  Literal* out;
  bool root;

  Result<void> operator()(std::monostate) const {
    ToProto(type, out->mutable_null());
    return {};
  }
  Result<void> operator()(bool value) const { return out->set_boolean(value), Result<void>(); }
  Result<void> operator()(int8_t value) const { return out->set_byte(value), Result<void>(); }
  Result<void> operator()(int16_t value) const { return out->set_short_(value), Result<void>(); }
  Result<void> operator()(int32_t value) const { return out->set_integer(value), Result<void>(); }
  Result<void> operator()(int64_t value) const { return out->set_long_(value), Result<void>(); }
  Result<void> operator()(float value) const { return out->set_float_(value), Result<void>(); }
  Result<void> operator()(double value) const { return out->set_double_(value), Result<void>(); }
  Result<void> operator()(const std::string& value) const { return out->set_string(value), Result<void>(); }
  Result<void> operator()(const Binary& value) const { return out->set_binary(value.bytes), Result<void>(); }
  Result<void> operator()(Date value) const { return out->set_date(value.days), Result<void>(); }
  Result<void> operator()(Timestamp value) const { return out->set_timestamp(value.micros), Result<void>(); }
  Result<void> operator()(TimestampNtz value) const { return out->set_timestamp_ntz(value.micros), Result<void>(); }
  Result<void> operator()(YearMonthInterval value) const {
    return out->set_year_month_interval(value.months), Result<void>();
  }
  Result<void> operator()(DayTimeInterval value) const {
    return out->set_day_time_interval(value.micros), Result<void>();
  }
  Result<void> operator()(const Decimal& value) const {
    auto* decimal = out->mutable_decimal();
    decimal->set_value(value.to_string());
    // As PySpark: the least that the server then widens to the number's own digits. Inside others the type counts.
    decimal->set_precision(root ? 10 : type.precision());
    decimal->set_scale(root ? 0 : type.scale());
    return {};
  }
  Result<void> operator()(Time value) const {
    out->mutable_time()->set_nano(value.nanos);
    out->mutable_time()->set_precision(6);
    return {};
  }
  Result<void> operator()(CalendarInterval value) const {
    auto* interval = out->mutable_calendar_interval();
    interval->set_months(value.months);
    interval->set_days(value.days);
    interval->set_microseconds(value.micros);
    return {};
  }
  Result<void> operator()(TimestampNanos value) const { return Nanos(value, out->mutable_timestamp_ltz_nanos()); }
  Result<void> operator()(TimestampNtzNanos value) const { return Nanos(value, out->mutable_timestamp_ntz_nanos()); }
  template <class Nanoseconds, class Message>
  static Result<void> Nanos(const Nanoseconds& value, Message* message) {
    message->set_epoch_micros(value.micros);
    message->set_nanos_within_micro(value.nanos);
    message->set_precision(9);
    return {};
  }
  Result<void> operator()(const Value::ArrayPtr& value) const { return WriteArray(*value, type, out->mutable_array()); }
  Result<void> operator()(const Value::MapPtr& value) const { return WriteMap(*value, type, out->mutable_map()); }
  Result<void> operator()(const Value::StructPtr& value) const {
    return WriteStruct(*value, type, out->mutable_struct_());
  }
  Result<void> operator()(const Variant&) const { return NoForm(); }
  Result<void> operator()(const Geospatial&) const { return NoForm(); }
  Result<void> NoForm() const {
    return Error::Invalid("A value of type " + type.simple_string() + " cannot be a literal here.");
  }
};

bool IsOf(const DataType& own, const DataType& type) {
  if (own.kind() != type.kind()) return false;
  return own.kind() != TypeKind::kDecimal || (own.scale() == type.scale() && own.precision() <= type.precision());
}

Result<void> Write(const Value& value, const DataType& type, Literal* out) {
  if (!value.is_null() && !IsOf(value.type(), type)) {
    return Error::Invalid("A literal's parts must be of one type: " + value.type().simple_string() +
                          " stands where others are " + type.simple_string() + ".");
  }
  return std::visit(LiteralWriter{type, out, false}, value.data());
}

ExpressionPtr CastToVariant(Value value) {
  auto node = std::make_shared<ExpressionNode>(ExpressionKind::kCast, std::string(),
                                               std::vector<ExpressionPtr>{ConstantOf(std::move(value))});
  node->type = DataType::variant();
  return node;
}

ExpressionPtr ParsedJson(std::string text) { return Function("parse_json", {ConstantOf(Value(std::move(text)))}); }

// Makes the server build the same variant: part by part, as JSON has no dates, floats and binaries. Throws QueryError.
class VariantRebuilder {
 public:
  explicit VariantRebuilder(const EncodedVariant& root) : walk_(root.exact()) {}

  ExpressionPtr Rebuild(const EncodedVariant& part, int depth) {
    const VariantType type = part.type();
    if (type == VariantType::kObject || type == VariantType::kArray) {
      walk_.Visit(depth);
      return Container(part, type == VariantType::kObject, depth);
    }
    walk_.Visit(depth, part.exact().size());
    switch (type) {
      case VariantType::kBoolean:
        return CastToVariant(part.boolean());
      case VariantType::kLong:
        return CastToVariant(part.integer());
      case VariantType::kString:
        return CastToVariant(part.text());
      case VariantType::kDouble:
        return CastToVariant(part.real());
      case VariantType::kFloat:
        return CastToVariant(static_cast<float>(part.real()));
      case VariantType::kDecimal: {
        const firesteel::VariantDecimal decimal = part.decimal();
        return CastToVariant(Decimal::from_parts(static_cast<int64_t>(decimal.unscaled >> 64),
                                                 static_cast<uint64_t>(decimal.unscaled), decimal.scale));
      }
      case VariantType::kDate:
        return CastToVariant(Date{static_cast<int32_t>(part.integer())});
      case VariantType::kTimestamp:
        return CastToVariant(Timestamp{part.integer()});
      case VariantType::kTimestampNtz:
        return CastToVariant(TimestampNtz{part.integer()});
      case VariantType::kBinary:
        return CastToVariant(Binary{std::string(part.bytes())});
      case VariantType::kUuid:
        return InvalidExpression(Error::Invalid("A variant with a UUID cannot be a literal: SQL has no UUIDs."));
      default:
        return ParsedJson("null");  // of a variant, which is not NULL
    }
  }

 private:
  ExpressionPtr Container(const EncodedVariant& part, bool object, int depth) {
    std::vector<ExpressionPtr> arguments;
    for (size_t i = 0; i < part.size(); ++i) {
      if (object) {
        const EncodedVariant::Field field = part.field(i);
        arguments.push_back(ConstantOf(Value(std::string(field.key))));
        arguments.push_back(Rebuild(field.value, depth + 1));
      } else {
        arguments.push_back(Rebuild(part.element(i), depth + 1));
      }
    }
    // Those without parts would be structs and arrays of nothing.
    if (arguments.empty()) return ParsedJson(object ? "{}" : "[]");
    return Function("to_variant_object", {Function(object ? "named_struct" : "array", std::move(arguments))});
  }

  firesteel::VariantWalk walk_;
};

ExpressionPtr VariantOf(const Variant& variant) {
  try {
    const EncodedVariant root(variant.value, variant.metadata);
    return VariantRebuilder(root).Rebuild(root, 0);
  } catch (const std::exception&) {
    return InvalidExpression(Error::Invalid("These bytes are no variant in Spark's encoding."));
  }
}

}  // namespace

ExpressionPtr LiteralOf(const Value& value) {
  if (const Array* elements = value.get_if<Array>()) {
    std::vector<ExpressionPtr> arguments;
    for (const Value& element : *elements) arguments.push_back(LiteralOf(element));
    return Function("array", std::move(arguments));
  }
  if (const MapEntries* entries = value.get_if<MapEntries>()) {
    std::vector<ExpressionPtr> arguments;
    for (const auto& [key, item] : *entries) {
      arguments.push_back(LiteralOf(key));
      arguments.push_back(LiteralOf(item));
    }
    return Function("map", std::move(arguments));
  }
  if (const Row* row = value.get_if<Row>()) {
    std::vector<ExpressionPtr> arguments;
    for (size_t i = 0; i < row->size(); ++i) {
      if (row->schema()) arguments.push_back(LiteralOf(Value((*row->schema())[i].name)));
      arguments.push_back(LiteralOf((*row)[i]));
    }
    return Function(row->schema() ? "named_struct" : "struct", std::move(arguments));
  }
  if (const Variant* variant = value.get_if<Variant>()) return VariantOf(*variant);
  if (const Geospatial* shape = value.get_if<Geospatial>()) {
    return Function("st_geomfromwkb", {ConstantOf(Binary{shape->wkb}), ConstantOf(shape->srid)});
  }
  return ConstantOf(value);
}

namespace {

bool HasNullInside(const Value& value) {
  const auto is_or_has = [](const Value& part) { return part.is_null() || HasNullInside(part); };
  if (const Array* elements = value.get_if<Array>()) return std::any_of(elements->begin(), elements->end(), is_or_has);
  if (const Row* row = value.get_if<Row>()) return std::any_of(row->begin(), row->end(), is_or_has);
  if (const MapEntries* entries = value.get_if<MapEntries>()) {
    return std::any_of(entries->begin(), entries->end(),
                       [&](const auto& entry) { return HasNullInside(entry.first) || is_or_has(entry.second); });
  }
  return false;
}

}  // namespace

ExpressionPtr ParameterOf(const Value& value) { return HasNullInside(value) ? ConstantOf(value) : LiteralOf(value); }

Result<void> WriteLiteral(const Value& value, Literal* out) {
  const DataType type = value.type();
  const bool nested =
      type.kind() == TypeKind::kArray || type.kind() == TypeKind::kMap || type.kind() == TypeKind::kStruct;
  if (nested) ToProto(type, out->mutable_data_type());
  return std::visit(LiteralWriter{type, out, true}, value.data());
}

}  // namespace firesteel::client::internal
