#include "functions/kernels/collection/element.h"
#include "functions/kernels/kernels.h"

/// Elements of arrays and maps by place, and questions about them.
namespace firesteel::functions {

namespace {

std::shared_ptr<const void> PrepareCopier(const KernelCall& call) {
  return std::make_shared<ElementCopier>(call.result_type);
}

bool AllValid(std::span<const VectorView> arguments, size_t row) {
  for (const VectorView& argument : arguments) {
    if (!argument.IsValid(row)) return false;
  }
  return true;
}

/// array[i], counted from 0.
void RunGetItem(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& copier = context.prepared<ElementCopier>();
  bool checked = context.call().mode == EvalMode::kAnsi;
  for (size_t row = 0; row < rows; ++row) {
    if (!AllValid(arguments, row)) {
      result.SetNull(row);
      continue;
    }
    const ListSlot& slot = arguments[0].Get<ListSlot>(row);
    int64_t index = arguments[1].Get<int64_t>(row);
    if (index >= 0 && index < static_cast<int64_t>(slot.length)) {
      copier.Copy(context, {&arguments[0].children[0], slot.offset + static_cast<uint64_t>(index)}, result, row);
      continue;
    }
    result.SetNull(row);
    if (!checked) continue;
    context.Fail(row, "INVALID_ARRAY_INDEX",
                 {{"indexValue", std::to_string(index)}, {"arraySize", std::to_string(slot.length)}},
                 ErrorClass::kArrayIndex);
    return;
  }
}

/// element_at(array, i), counted from 1, or from the end for negative i.
void RunElementAt(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& copier = context.prepared<ElementCopier>();
  for (size_t row = 0; row < rows; ++row) {
    if (!AllValid(arguments, row)) {
      result.SetNull(row);
      continue;
    }
    const ListSlot& slot = arguments[0].Get<ListSlot>(row);
    int64_t index = arguments[1].Get<int32_t>(row);
    auto size = static_cast<int64_t>(slot.length);
    if (index == 0) {
      // An error without ANSI, too.
      context.Fail(row, "INVALID_INDEX_OF_ZERO", {}, ErrorClass::kRuntime);
      if (context.failed()) return;
      continue;
    }
    int64_t place = index > 0 ? index - 1 : size + index;
    if (place >= 0 && place < size) {
      copier.Copy(context, {&arguments[0].children[0], slot.offset + static_cast<uint64_t>(place)}, result, row);
      continue;
    }
    result.SetNull(row);
    if (context.call().mode != EvalMode::kAnsi) continue;
    context.Fail(row, "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
                 {{"indexValue", std::to_string(index)}, {"arraySize", std::to_string(slot.length)}},
                 ErrorClass::kArrayIndex);
    return;
  }
}

/// map[key]: null when there is none, in every mode.
void RunMapValue(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& copier = context.prepared<ElementCopier>();
  const DataType& key_type = context.call().argument_types[0].key_type();
  for (size_t row = 0; row < rows; ++row) {
    Element found;
    if (AllValid(arguments, row)) {
      Element key{&arguments[1], row};
      for (const Element& entry : ElementsOf(arguments[0], row)) {
        size_t index = entry.column->IndexOf(entry.row);
        if (CompareElements(key_type, {&entry.column->children[0], index}, key) != 0) continue;
        found = {&entry.column->children[1], index};
        break;
      }
    }
    copier.Copy(context, found, result, row);
  }
}

/// Position from 1 of the first equal element, 0 when there is none.
void RunPosition(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0].element_type();
  for (size_t row = 0; row < rows; ++row) {
    if (!AllValid(arguments, row)) {
      result.SetNull(row);
      continue;
    }
    Element value{&arguments[1], row};
    int64_t position = 0;
    int64_t found = 0;
    for (const Element& element : ElementsOf(arguments[0], row)) {
      ++position;
      if (element.IsNull() || CompareElements(type, element, value) != 0) continue;
      found = position;
      break;
    }
    result.Data<int64_t>()[row] = found;
  }
}

/// True when found; null when not found but there are nulls; else false.
void RunContains(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0].element_type();
  for (size_t row = 0; row < rows; ++row) {
    if (!AllValid(arguments, row)) {
      result.SetNull(row);
      continue;
    }
    Element value{&arguments[1], row};
    bool any_null = false;
    bool found = false;
    for (const Element& element : ElementsOf(arguments[0], row)) {
      if (element.IsNull()) {
        any_null = true;
      } else if (CompareElements(type, element, value) == 0) {
        found = true;
        break;
      }
    }
    result.Data<bool>()[row] = found;
    if (!found && any_null) result.SetNull(row);
  }
}

void RunOverlap(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0].element_type();
  for (size_t row = 0; row < rows; ++row) {
    if (!AllValid(arguments, row)) {
      result.SetNull(row);
      continue;
    }
    Elements left = ElementsOf(arguments[0], row);
    Elements right = ElementsOf(arguments[1], row);
    bool any_null = false;
    bool found = false;
    for (const Element& a : left) {
      for (const Element& b : right) {
        if (a.IsNull() || b.IsNull()) {
          any_null = true;
        } else if (CompareElements(type, a, b) == 0) {
          found = true;
        }
      }
    }
    result.Data<bool>()[row] = found;
    if (!found && any_null) result.SetNull(row);
  }
}

template <int kSign>
void RunExtreme(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const auto& copier = context.prepared<ElementCopier>();
  const DataType& type = context.call().result_type;
  for (size_t row = 0; row < rows; ++row) {
    Element best;
    if (arguments[0].IsValid(row)) {
      for (const Element& element : ElementsOf(arguments[0], row)) {
        if (element.IsNull()) continue;
        if (best.IsNull() || CompareElements(type, element, best) * kSign > 0) best = element;
      }
    }
    copier.Copy(context, best, result, row);
  }
}

}  // namespace

const Kernel kGetItem{RunGetItem, PrepareCopier, true};
const Kernel kElementAt{RunElementAt, PrepareCopier, true};
const Kernel kMapValue{RunMapValue, PrepareCopier, false};
const Kernel kArrayPosition{RunPosition, nullptr, false};
const Kernel kArrayContains{RunContains, nullptr, false};
const Kernel kArraysOverlap{RunOverlap, nullptr, false};
const Kernel kArrayMax{RunExtreme<1>, PrepareCopier, false};
const Kernel kArrayMin{RunExtreme<-1>, PrepareCopier, false};

}  // namespace firesteel::functions
