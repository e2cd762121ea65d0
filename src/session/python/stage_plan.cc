#include "session/python/stage_plan.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "arrow/ipc_reader.h"
#include "base/error.h"
#include "functions/function.h"
#include "types/coercion.h"
#include "types/user_type.h"

namespace firesteel::session {
namespace {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

const functions::Function* FunctionNamed(const char* name) {
  const functions::Function* function = functions::Find(name);
  if (!function) throw InternalError(std::string("no function ") + name);
  return function;
}

/// How Spark reads a value of the type from what a worker gave: what its error names.
const char* AccessorOf(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return "getBoolean";
    case TypeKind::kByte:
      return "getByte";
    case TypeKind::kShort:
      return "getShort";
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return "getInt";
    case TypeKind::kFloat:
      return "getFloat";
    case TypeKind::kDouble:
      return "getDouble";
    case TypeKind::kDecimal:
      return "getDecimal";
    case TypeKind::kString:
      return "getUTF8String";
    case TypeKind::kBinary:
      return "getBinary";
    case TypeKind::kArray:
      return "getArray";
    case TypeKind::kMap:
      return "getMap";
    case TypeKind::kStruct:
      return "getStruct";
    default:
      return "getLong";
  }
}

bool IsText(const DataType& type) {
  return type.Is(TypeKind::kString) || type.Is(TypeKind::kChar) || type.Is(TypeKind::kVarchar);
}

/// The accessor of Spark's that fails on Arrow's values of `given` where `type` was promised; null: none does. Arrow
/// knows neither collations nor lengths. Where they are converted, nulls without a type are those of any type, and
/// decimals take the promised precision and scale.
const char* FailingAccessor(const DataType& type, const DataType& given, bool nullable, bool are_converted) {
  if (IsText(type) && IsText(given)) return nullptr;
  if (are_converted && given.Is(TypeKind::kNull) && nullable) return nullptr;
  if (type.kind() != given.kind()) return AccessorOf(type);
  const auto inside = [&](const DataType& part, const DataType& given_part, bool part_nullable) {
    return FailingAccessor(part, given_part, part_nullable, are_converted);
  };
  switch (type.kind()) {
    case TypeKind::kArray:
      return inside(type.element_type(), given.element_type(), type.contains_null());
    case TypeKind::kMap:
      if (const char* failing = inside(type.key_type(), given.key_type(), false)) return failing;
      return inside(type.value_type(), given.value_type(), type.value_contains_null());
    case TypeKind::kStruct: {
      const auto& fields = type.fields();
      if (fields.size() != given.fields().size()) return AccessorOf(type);
      for (size_t i = 0; i < fields.size(); ++i) {
        const char* failing = inside(fields[i].type, given.fields()[i].type, fields[i].nullable);
        if (failing) return failing;
      }
      return nullptr;
    }
    case TypeKind::kDecimal:
      return are_converted || type == given ? nullptr : AccessorOf(type);
    default:
      return type == given ? nullptr : AccessorOf(type);
  }
}

void Check(const Schema& given, const std::vector<Attribute>& expected, size_t first, bool are_converted) {
  for (size_t i = first; i < expected.size(); ++i) {
    const DataType type = StorageType(expected[i].type);
    const char* failing = i - first < given.size()
                              ? FailingAccessor(type, given[i - first].type, expected[i].nullable, are_converted)
                              : AccessorOf(type);
    if (!failing) continue;
    throw QueryError("UNSUPPORTED_CALL.WITHOUT_SUGGESTION",
                     {{"className", "org.apache.spark.sql.vectorized.ArrowColumnVector$ArrowVectorAccessor"},
                      {"methodName", failing}},
                     nullptr, ErrorClass::kUnsupported);
  }
}

/// Field `i` of a worker's struct as the promised type, whose kind of values it has.
ExpressionPtr FieldAs(const Attribute& whole, size_t i, const Attribute& promised) {
  const DataType& given = whole.type.fields()[i].type;
  bound::GetField field{ReferenceTo(whole), static_cast<int32_t>(i), promised.name, false};
  if (FailingAccessor(StorageType(promised.type), given, promised.nullable, false) == nullptr) {
    return bound::Make(std::move(field), promised.type, promised.nullable);
  }
  return bound::MakeCast(bound::Make(std::move(field), given, promised.nullable), promised.type, EvalMode::kAnsi, true);
}

bool HasNulls(const ArrowArray& array) {
  if (array.null_count >= 0) return array.null_count > 0;
  const auto* bits = array.n_buffers > 0 ? static_cast<const uint8_t*>(array.buffers[0]) : nullptr;
  for (int64_t i = array.offset; bits && i < array.offset + array.length; ++i) {
    if ((bits[i / 8] >> (i % 8) & 1) == 0) return true;
  }
  return false;
}

/// The exception of Java's that a null meets where Spark takes the value without a look at its validity. Null: none.
const char* NullFailure(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kDecimal:
      return nullptr;
    case TypeKind::kString:
      return "java.lang.NullPointerException: Cannot invoke "
             "\"org.apache.spark.unsafe.types.UTF8String.getBaseObject()\" because \"input\" is null";
    case TypeKind::kBinary:
      return "java.lang.NullPointerException: Cannot read the array length because \"input\" is null";
    case TypeKind::kArray:
      return "java.lang.NullPointerException: Cannot invoke "
             "\"org.apache.spark.sql.catalyst.util.ArrayData.numElements()\" because \"<local4>\" is null";
    case TypeKind::kMap:
      return "java.lang.NullPointerException: Cannot invoke "
             "\"org.apache.spark.sql.catalyst.util.MapData.keyArray()\" because \"<local3>\" is null";
    case TypeKind::kStruct:
      return "java.lang.NullPointerException: Cannot invoke "
             "\"org.apache.spark.sql.catalyst.expressions.SpecializedGetters.isNullAt(int)\" because \"<local3>\" is "
             "null";
    default:
      return "java.lang.IllegalStateException: Value at index is null";
  }
}

bool HasRequired(const DataType& type) {
  return type.Is(TypeKind::kStruct) &&
         std::any_of(type.fields().begin(), type.fields().end(),
                     [](const StructField& field) { return !field.nullable || HasRequired(field.type); });
}

void CheckColumn(const ArrowArray& array, const DataType& type, bool nullable) {
  const bool has_nulls = HasNulls(array);
  if (has_nulls && !nullable) {
    if (const char* failure = NullFailure(type)) {
      throw QueryError("_LEGACY_ERROR_JOB_ABORTED", {{"failure", failure}}, nullptr, ErrorClass::kSpark);
    }
  }
  if (has_nulls || !HasRequired(type)) return;
  for (size_t i = 0; i < type.fields().size(); ++i) {
    CheckColumn(*array.children[i], type.fields()[i].type, type.fields()[i].nullable);
  }
}

/// Refuses nulls where the function promised none. The columns are those of the stream's first one, a struct.
void CheckNulls(const SharedBytes& stream, const std::vector<Attribute>& expected) {
  const bool is_needed = std::any_of(expected.begin(), expected.end(), [](const Attribute& attribute) {
    return !attribute.nullable || HasRequired(StorageType(attribute.type));
  });
  if (!is_needed) return;
  const std::unique_ptr<arrow::IpcReader> reader = arrow::IpcReader::Open(stream);
  while (true) {
    const arrow::Owned<ArrowArray> batch = reader->Next();
    if (batch.empty()) return;
    const ArrowArray& columns = *batch->children[0];
    for (size_t i = 0; i < expected.size(); ++i) {
      CheckColumn(*columns.children[i], StorageType(expected[i].type), expected[i].nullable);
    }
  }
}

RelationPtr NoRows(const std::vector<Attribute>& output) { return bound::MakeRelation(bound::LocalData{}, output); }

}  // namespace

void CheckTypes(const Schema& given, const std::vector<Attribute>& expected, size_t first) {
  Check(given, expected, first, false);
}

bound::AttributeId NewStageId() {
  static std::atomic<bound::AttributeId> next{int64_t{1} << 44};
  return next++;
}

Attribute NewColumn(const char* name, DataType type, bool nullable) {
  return {NewStageId(), name, std::move(type), nullable, {}, {}};
}

int32_t PlaceOf(const Attribute& column, std::vector<Attribute>& columns) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Attribute& known) { return known.id == column.id; });
  if (found != columns.end()) return static_cast<int32_t>(found - columns.begin());
  columns.push_back(column);
  return static_cast<int32_t>(columns.size() - 1);
}

const bound::PythonFunction& FunctionOf(const bound::PythonStage& stage) {
  if (stage.calls.empty()) throw InternalError("a Python stage without calls");
  const auto* call = stage.calls[0].expression->As<bound::PythonCall>();
  if (!call) throw InternalError("a Python stage computes something else than calls of Python functions");
  return *call->function;
}

Schema WorkerSchema(const std::vector<Attribute>& columns) {
  Schema schema;
  for (size_t i = 0; i < columns.size(); ++i) {
    schema.push_back({"_" + std::to_string(i), columns[i].type, columns[i].nullable, {}});
  }
  return schema;
}

ExpressionPtr ReferenceTo(const Attribute& attribute) { return bound::MakeReference(attribute); }

ExpressionPtr IntegerCall(const char* name, std::vector<ExpressionPtr> arguments) {
  bound::Call call{FunctionNamed(name), std::move(arguments), EvalMode::kAnsi, {}};
  return bound::Make(std::move(call), DataType::Int(), true);
}

std::vector<Attribute> ColumnsOf(const bound::Relation& input, const std::vector<bound::AttributeId>& ids) {
  std::vector<Attribute> columns;
  for (const bound::AttributeId id : ids) {
    const auto found = std::find_if(input.output.begin(), input.output.end(),
                                    [&](const Attribute& attribute) { return attribute.id == id; });
    if (found == input.output.end()) throw InternalError("a Python stage reads a column that its input lacks");
    columns.push_back(*found);
  }
  return columns;
}

RelationPtr Select(RelationPtr input, const std::vector<Attribute>& columns) {
  bound::Project project{std::move(input), {}};
  for (const Attribute& column : columns) project.expressions.push_back({column, ReferenceTo(column)});
  return bound::MakeRelation(std::move(project), columns);
}

RelationPtr NumberGroups(RelationPtr input, const std::vector<Attribute>& keys,
                         const std::vector<bound::SortOrder>& orders, const Attribute& number) {
  std::vector<Attribute> output = input->output;
  output.push_back(number);
  RelationPtr numbered;
  if (keys.empty()) {
    bound::Project project{input, {}};
    for (const Attribute& column : input->output) project.expressions.push_back({column, ReferenceTo(column)});
    project.expressions.push_back({number, bound::MakeLiteral(DataType::Int(), Value{int64_t{1}})});
    numbered = bound::MakeRelation(std::move(project), output);
  } else {
    bound::WindowCall rank;
    rank.function = IntegerCall("dense_rank", {});
    for (const Attribute& key : keys) rank.order_by.push_back({ReferenceTo(key), true, true});
    bound::Window window{input, {{number, bound::Make(std::move(rank), DataType::Int(), false)}}};
    numbered = bound::MakeRelation(std::move(window), output);
  }
  bound::Sort sort{std::move(numbered), {}, true};
  if (!keys.empty()) sort.orders.push_back({ReferenceTo(number), true, true});
  sort.orders.insert(sort.orders.end(), orders.begin(), orders.end());
  if (sort.orders.empty()) return sort.child;
  return bound::MakeRelation(std::move(sort), std::move(output));
}

RelationPtr RowsOf(SharedBytes stream, SharedBytes beside, const std::vector<Attribute>& output) {
  if (!stream) return NoRows(output);
  const SharedBytes& last = beside ? beside : stream;
  const size_t first = beside ? arrow::IpcReader::Open(stream)->schema().size() : 0;
  CheckTypes(arrow::IpcReader::Open(last)->schema(), output, first);
  return bound::MakeRelation(bound::LocalData{{}, std::move(stream), std::move(beside)}, output);
}

RelationPtr RowsOfStructs(const std::vector<SharedBytes>& streams, const std::vector<Attribute>& output) {
  std::vector<RelationPtr> parts;
  for (const SharedBytes& stream : streams) {
    const Schema given = arrow::IpcReader::Open(stream)->schema();
    if (given.size() != 1 || !given[0].type.Is(TypeKind::kStruct)) {
      throw InternalError("a Python worker gave no column of structs");
    }
    Check(given[0].type.fields(), output, 0, true);
    CheckNulls(stream, output);
    const Attribute whole{NewStageId(), "_0", given[0].type, given[0].nullable, {}, {}};
    bound::Project project{bound::MakeRelation(bound::LocalData{{}, stream}, {whole}), {}};
    std::vector<Attribute> columns = output;
    for (size_t i = 0; i < output.size(); ++i) {
      columns[i].id = streams.size() == 1 ? output[i].id : NewStageId();
      project.expressions.push_back({columns[i], FieldAs(whole, i, output[i])});
    }
    parts.push_back(bound::MakeRelation(std::move(project), std::move(columns)));
  }
  if (parts.empty()) return NoRows(output);
  if (parts.size() == 1) return parts[0];
  return bound::MakeRelation(bound::SetOperation{bound::SetOperation::Kind::kUnion, true, std::move(parts)}, output);
}

}  // namespace firesteel::session
