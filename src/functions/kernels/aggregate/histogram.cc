#include <algorithm>
#include <cmath>
#include <vector>

#include "base/java_random.h"
#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/aggregate/from_double.h"

namespace firesteel::functions {

namespace {

/// The streaming histogram of Ben-Haim and Tom-Tov, "A streaming parallel decision tree algorithm" (2010), as Spark
/// took it from Hive: a value gets a bin of its own, and the two nearest bins are merged when there are too many.
class Histogram {
 public:
  struct Bin {
    double x;
    double y;
  };
  explicit Histogram(size_t most) : most_(most) {}
  const std::vector<Bin>& bins() const { return bins_; }

  void Add(double value) {
    size_t place = 0;
    for (size_t left = 0, right = bins_.size(); left < right;) {
      place = (left + right) / 2;
      if (bins_[place].x > value) {
        right = place;
      } else if (bins_[place].x < value) {
        left = ++place;
      } else {
        break;
      }
    }
    if (place < bins_.size() && bins_[place].x == value) {
      bins_[place].y += 1;
      return;
    }
    bins_.insert(bins_.begin() + static_cast<std::ptrdiff_t>(place), {value, 1});
    if (bins_.size() > most_) MergeNearest();
  }

  /// Bins of the same centre stay apart while there is room.
  void Merge(const Histogram& other) {
    bins_.insert(bins_.end(), other.bins_.begin(), other.bins_.end());
    std::stable_sort(bins_.begin(), bins_.end(), [](const Bin& a, const Bin& b) { return TotalLess(a.x, b.x); });
    while (bins_.size() > most_) MergeNearest();
  }

 private:
  /// NaN is the greatest.
  static bool TotalLess(double a, double b) { return std::isnan(a) ? false : std::isnan(b) || a < b; }

  void MergeNearest() {
    double nearest = bins_[1].x - bins_[0].x;
    size_t place = 0;
    int ties = 1;
    for (size_t i = 1; i + 1 < bins_.size(); ++i) {
      const double distance = bins_[i + 1].x - bins_[i].x;
      if (distance < nearest) {
        nearest = distance;
        place = i;
        ties = 1;
      } else if (distance == nearest && random_.NextDouble() <= 1.0 / ++ties) {
        place = i;
      }
    }
    Bin& bin = bins_[place];
    const Bin& next = bins_[place + 1];
    const double height = bin.y + next.y;
    bin.x *= bin.y / height;
    bin.x += next.x / height * next.y;
    bin.y = height;
    bins_.erase(bins_.begin() + static_cast<std::ptrdiff_t>(place) + 1);
  }

  const size_t most_;
  std::vector<Bin> bins_;
  JavaRandom random_{31183};
};

void RunHistogram(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().result_type.element_type().fields()[0].type;
  const VectorView& list = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    const auto most = static_cast<size_t>(arguments[1].Get<int32_t>(row));
    const auto slices = static_cast<uint64_t>(arguments[2].Get<int32_t>(row));
    const ListSlot slot = list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0};
    Histogram histogram(most);
    for (uint64_t slice = 0; slice < slices; ++slice) {
      Histogram part(most);
      for (uint64_t i = slice * slot.length / slices; i < (slice + 1) * slot.length / slices; ++i) {
        const uint64_t index = slot.offset + i;
        if (list.children[0].IsValid(index)) part.Add(list.children[0].Get<double>(index));
      }
      histogram.Merge(part);
    }
    if (histogram.bins().empty()) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const uint64_t offset = result.AppendList(row, histogram.bins().size());
    ResultVector& bins = result.Child(0);
    for (size_t i = 0; i < histogram.bins().size(); ++i) {
      WriteFromDouble(type, histogram.bins()[i].x, bins.Child(0), offset + i);
      bins.Child(1).Data<double>()[offset + i] = histogram.bins()[i].y;
    }
  }
}

}  // namespace

const Kernel kHistogramNumeric{RunHistogram};

}  // namespace firesteel::functions
