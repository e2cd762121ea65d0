#include <algorithm>
#include <vector>

#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"
#include "functions/kernels/string/room_text.h"

namespace firesteel::functions {

namespace {

/// Texts put together: those of a row, and how many bytes they are.
class Pieces {
 public:
  void Clear() {
    pieces_.clear();
    bytes_ = 0;
  }
  void Add(std::string_view piece) {
    pieces_.push_back(piece);
    bytes_ += piece.size();
  }
  bool empty() const { return pieces_.empty(); }
  void Write(ResultVector& result, size_t row) const {
    char* const room = result.Room(std::max(bytes_, kLeastRoom));
    char* next = room;
    for (const std::string_view piece : pieces_) next = CopyBytes(next, piece);
    CommitRoom(result, row, room, bytes_);
  }

 private:
  std::vector<std::string_view> pieces_;
  size_t bytes_ = 0;
};

/// concat of texts or binaries: null when one is null.
void RunConcat(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    size_t length = 0;
    bool valid = true;
    for (const VectorView& argument : arguments) {
      valid = valid && argument.IsValid(row);
      if (valid) length += argument.Get<StringSlot>(row).length();
    }
    if (!valid) {
      result.SetNull(row);
      continue;
    }
    char* const room = result.Room(std::max(length, kLeastRoom));
    char* next = room;
    for (const VectorView& argument : arguments) next = CopyBytes(next, argument.Text(row));
    CommitRoom(result, row, room, length);
  }
}

/// concat_ws(separator, …): texts and arrays of text; nulls are left out.
void RunConcatWs(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::vector<bool> is_array;
  for (const DataType& type : context.call().argument_types) is_array.push_back(type.Is(TypeKind::kArray));
  Pieces pieces;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const std::string_view separator = arguments[0].Text(row);
    pieces.Clear();
    const auto add = [&](std::string_view piece) {
      if (!pieces.empty()) pieces.Add(separator);
      pieces.Add(piece);
    };
    for (size_t i = 1; i < arguments.size(); ++i) {
      const VectorView& argument = arguments[i];
      if (!argument.IsValid(row)) continue;
      if (!is_array[i]) {
        add(argument.Text(row));
        continue;
      }
      const ListSlot& slot = argument.Get<ListSlot>(row);
      for (uint64_t j = slot.offset; j < slot.offset + slot.length; ++j) {
        if (argument.children[0].IsValid(j)) add(argument.children[0].Text(j));
      }
    }
    pieces.Write(result, row);
  }
}

}  // namespace

const Kernel kConcatText{RunConcat, nullptr, false};
const Kernel kConcatWs{RunConcatWs, nullptr, false};

}  // namespace firesteel::functions
