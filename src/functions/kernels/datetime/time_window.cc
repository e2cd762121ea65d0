#include "functions/kernels/datetime/time_functions.h"
#include "types/calendar.h"

/// window(): the windows that a time lies in, on the UTC time line (on the local one for timestamps without a zone).
namespace firesteel::functions {

namespace {

struct Windows {
  int64_t length;
  int64_t slide;
  int64_t start;

  /// The last window that begins at or before the time.
  int64_t LastBegin(int64_t time) const { return time - FloorMod(time - start, slide); }
};

Windows WindowsOf(std::span<const VectorView> arguments, size_t row) {
  return {arguments[1].Get<int64_t>(row), arguments[2].Get<int64_t>(row), arguments[3].Get<int64_t>(row)};
}

/// (time, length, slide, start) → struct<start, end>; the slide is the length.
void RunWindow(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* begin = result.Child(0).Data<int64_t>();
  auto* end = result.Child(1).Data<int64_t>();
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      result.Child(0).SetNull(row);
      result.Child(1).SetNull(row);
      continue;
    }
    const Windows windows = WindowsOf(arguments, row);
    begin[row] = windows.LastBegin(arguments[0].Get<int64_t>(row));
    end[row] = begin[row] + windows.length;
  }
}

/// As above, but all windows, from the last on.
void RunWindows(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const Windows windows = WindowsOf(arguments, row);
    const int64_t time = arguments[0].Get<int64_t>(row);
    const int64_t last = windows.LastBegin(time);
    uint64_t count = 0;
    while (last - static_cast<int64_t>(count) * windows.slide + windows.length > time) ++count;
    const uint64_t offset = result.AppendList(row, count);
    ResultVector& element = result.Child(0);
    for (uint64_t i = 0; i < count; ++i) {
      const int64_t begin = last - static_cast<int64_t>(i) * windows.slide;
      element.Child(0).Data<int64_t>()[offset + i] = begin;
      element.Child(1).Data<int64_t>()[offset + i] = begin + windows.length;
    }
  }
}

}  // namespace

const Kernel kTimeWindow{RunWindow};
const Kernel kTimeWindows{RunWindows};

}  // namespace firesteel::functions
