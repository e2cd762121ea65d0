#include "functions/kernels/collection/memory_column.h"

#include <algorithm>
#include <utility>

namespace firesteel::functions {

namespace {

constexpr size_t kWidest = 16;

template <class T>
void Put(std::vector<char>& data, size_t row, T value) {
  std::memcpy(data.data() + row * sizeof(T), &value, sizeof(T));
}

DataType EntryOf(const DataType& map) {
  return DataType::Struct({{"key", map.key_type(), false, ""}, {"value", map.value_type(), true, ""}});
}

DataType ElementOf(const DataType& type) { return type.Is(TypeKind::kMap) ? EntryOf(type) : type.element_type(); }

ValueList ElementsOf(const DataType& type, const Value& value) {
  if (value.is_null()) return {};
  if (!type.Is(TypeKind::kMap)) return value.list();
  ValueList entries;
  for (size_t i = 0; i + 1 < value.list().size(); i += 2) {
    entries.push_back(Value::List({value.list()[i], value.list()[i + 1]}));
  }
  return entries;
}

}  // namespace

MemoryColumn::MemoryColumn(const DataType& type, const ValueList& values)
    : data_(values.size() * kWidest), validity_(values.size() / 64 + 1) {
  const bool is_list = type.Is(TypeKind::kArray) || type.Is(TypeKind::kMap);
  ValueList elements;
  for (size_t row = 0; row < values.size(); ++row) {
    if (!values[row].is_null()) validity_[row / 64] |= uint64_t{1} << (row % 64);
    if (is_list) {
      ValueList own = ElementsOf(type, values[row]);
      Put(data_, row, ListSlot{elements.size(), own.size()});
      elements.insert(elements.end(), own.begin(), own.end());
    } else if (!values[row].is_null()) {
      Write(type, values[row], row);
    }
  }
  if (is_list) AddChild(ElementOf(type), elements);
  for (size_t i = 0; type.Is(TypeKind::kStruct) && i < type.fields().size(); ++i) {
    ValueList field;
    for (const Value& value : values) field.push_back(value.is_null() ? Value{} : value.list()[i]);
    AddChild(type.fields()[i].type, field);
  }
  view_.data = data_.data();
  view_.validity = validity_.data();
}

void MemoryColumn::AddChild(const DataType& type, const ValueList& values) {
  children_.push_back(std::make_unique<MemoryColumn>(type, values));
  view_.children.push_back(children_.back()->view());
}

void MemoryColumn::Write(const DataType& type, const Value& value, size_t row) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return Put(data_, row, std::get<bool>(value.data));
    case TypeKind::kByte:
      return Put(data_, row, static_cast<int8_t>(value.integer()));
    case TypeKind::kShort:
      return Put(data_, row, static_cast<int16_t>(value.integer()));
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return Put(data_, row, static_cast<int32_t>(value.integer()));
    case TypeKind::kFloat:
      return Put(data_, row, static_cast<float>(std::get<double>(value.data)));
    case TypeKind::kDouble:
      return Put(data_, row, std::get<double>(value.data));
    case TypeKind::kDecimal:
      return Put(data_, row, std::get<int128_t>(value.data));
    case TypeKind::kCalendarInterval:
      return Put(data_, row, std::get<CalendarIntervalValue>(value.data));
    case TypeKind::kString:
    case TypeKind::kBinary: {
      const std::string& text =
          texts_.emplace_back(type.Is(TypeKind::kString) ? value.text() : std::get<BinaryValue>(value.data).bytes);
      return Put(data_, row, StringSlot::Of(text));
    }
    case TypeKind::kStruct:
      return;
    default:
      return Put(data_, row, value.integer());
  }
}

MemoryResult::MemoryResult(DataType type, size_t rows) : type_(std::move(type)) {
  if (type_.Is(TypeKind::kArray) || type_.Is(TypeKind::kMap)) {
    children_.push_back(std::make_unique<MemoryResult>(ElementOf(type_), 0));
  }
  for (size_t i = 0; type_.Is(TypeKind::kStruct) && i < type_.fields().size(); ++i) {
    children_.push_back(std::make_unique<MemoryResult>(type_.fields()[i].type, rows));
  }
  Reserve(rows);
}

void MemoryResult::Reserve(size_t rows) {
  if (bytes_.size() < rows * kWidest) bytes_.resize(rows * kWidest);
  data_ = bytes_.data();
  null_.resize(std::max(null_.size(), rows));
  if (!type_.Is(TypeKind::kStruct)) return;
  for (auto& child : children_) child->Reserve(rows);
}

void MemoryResult::GrowRoom(size_t least) {
  std::string& room = rooms_.emplace_back(least, '\0');
  room_ = room.data();
  room_end_ = room_ + room.size();
}

Value MemoryResult::Get(size_t row) {
  if (null_[row] || type_.Is(TypeKind::kNull)) return {};
  switch (type_.kind()) {
    case TypeKind::kBoolean:
      return {Data<bool>()[row]};
    case TypeKind::kByte:
      return {int64_t{Data<int8_t>()[row]}};
    case TypeKind::kShort:
      return {int64_t{Data<int16_t>()[row]}};
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kYearMonthInterval:
      return {int64_t{Data<int32_t>()[row]}};
    case TypeKind::kFloat:
      return {static_cast<double>(Data<float>()[row])};
    case TypeKind::kDouble:
      return {Data<double>()[row]};
    case TypeKind::kDecimal:
      return {Data<int128_t>()[row]};
    case TypeKind::kString:
      return {std::string(Data<StringSlot>()[row].view())};
    case TypeKind::kBinary:
      return {BinaryValue{std::string(Data<StringSlot>()[row].view())}};
    case TypeKind::kArray:
    case TypeKind::kMap: {
      const ListSlot slot = Data<ListSlot>()[row];
      ValueList values;
      for (uint64_t i = 0; i < slot.length; ++i) {
        Value element = children_[0]->Get(slot.offset + i);
        if (type_.Is(TypeKind::kArray)) {
          values.push_back(std::move(element));
        } else {
          values.insert(values.end(), element.list().begin(), element.list().end());
        }
      }
      return Value::List(std::move(values));
    }
    case TypeKind::kStruct: {
      ValueList values;
      for (auto& child : children_) values.push_back(child->Get(row));
      return Value::List(std::move(values));
    }
    default:
      return {Data<int64_t>()[row]};
  }
}

Value RunOnce(const Kernel& kernel, const std::vector<TypedValue>& arguments, const DataType& result, EvalMode mode) {
  KernelCall call;
  call.kernel = &kernel;
  call.result_type = result;
  call.mode = mode;
  call.time_zone = "UTC";
  std::vector<std::unique_ptr<MemoryColumn>> columns;
  std::vector<VectorView> views;
  for (const TypedValue& argument : arguments) {
    call.argument_types.push_back(argument.type);
    call.constants.emplace_back(argument.value);
    columns.push_back(std::make_unique<MemoryColumn>(argument.type, ValueList{argument.value}));
    views.push_back(columns.back()->view());
  }
  if (kernel.prepare) call.prepared = kernel.prepare(call);
  MemoryResult output(result, 1);
  KernelContext context(call, output, nullptr);
  kernel.run(context, views, 1, output);
  if (context.failed()) throw QueryError(*context.error());
  return output.Get(0);
}

}  // namespace firesteel::functions
