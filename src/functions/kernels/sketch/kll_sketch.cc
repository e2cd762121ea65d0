#include "functions/kernels/sketch/kll_sketch.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>

#include "base/java_text.h"
#include "fmt/format.h"
#include "functions/kernels/sketch/sketch.h"

namespace firesteel::functions {
namespace {

template <class T>
int64_t Count(Row& row, std::string_view bytes) {
  return static_cast<int64_t>(ReadKllOrFail<T>(bytes, row.call().function_name).n);
}

// ---- as text ----

template <class T>
std::string ValueText(T value) {
  if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<T, float>) {
    return JavaFloatText(value);
  } else {
    return JavaDoubleText(value);
  }
}

template <class T>
constexpr std::string_view kClassName = std::is_integral_v<T>      ? "KllLongsSketch"
                                        : std::is_same_v<T, float> ? "KllFloatsSketch"
                                                                   : "KllDoublesSketch";

/// DataSketches' summary, word for word.
template <class T>
std::string ToText(Row& row, std::string_view bytes) {
  const KllImage<T> image = ReadKllOrFail<T>(bytes, row.call().function_name);
  const size_t levels = image.level_count();
  const size_t retained = image.items.size();
  std::string text = fmt::format("\n### Kll{} Summary:\n", kClassName<T>);
  const auto line = [&](std::string_view name, const std::string& value) {
    text += fmt::format("   {:<23}: {}\n", name, value);
  };
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  line("K", std::to_string(image.k));
  line("Dynamic min K", std::to_string(image.min_k));
  line("M", "8");
  line("N", std::to_string(image.n));
  line("Epsilon", fmt::format("{:.3f}%", 100 * 2.296 / std::pow(image.min_k, 0.9723)));
  line("Epsilon PMF", fmt::format("{:.3f}%", 100 * 2.446 / std::pow(image.min_k, 0.9433)));
  line("Empty", flag(image.n == 0));
  line("Estimation Mode", flag(levels > 1));
  line("Levels", std::to_string(levels));
  line("Level 0 Sorted", flag(image.is_level_zero_sorted));
  line("Capacity Items", std::to_string(image.capacity));
  line("Retained Items", std::to_string(retained));
  line("Free Space", std::to_string(image.levels[0]));
  line("ReadOnly", "false");
  line("Updatable Storage Bytes", std::to_string(20 + 4 * (levels + 1) + sizeof(T) * (2 + image.capacity)));
  line("Compact Storage Bytes", std::to_string(image.bytes.size()));
  line("Min Item", image.n == 0 ? "NaN" : ValueText(image.min));
  line("Max Item", image.n == 0 ? "NaN" : ValueText(image.max));
  return text + "### End sketch summary\n";
}

// ---- quantiles and ranks ----

/// Values in order, each with the weight of all up to it.
template <class T>
std::vector<std::pair<T, uint64_t>> SortedView(const KllImage<T>& image) {
  std::vector<std::pair<T, uint64_t>> view;
  view.reserve(image.items.size());
  for (size_t level = 0; level < image.level_count(); ++level) {
    for (uint32_t i = image.levels[level]; i < image.levels[level + 1]; ++i) {
      view.emplace_back(image.items[i - image.levels[0]], uint64_t{1} << level);
    }
  }
  std::stable_sort(view.begin(), view.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  uint64_t weight = 0;
  for (auto& [value, cumulated] : view) cumulated = weight += cumulated;
  if (view.empty()) return view;
  // The ends are known even where their items were dropped: the greatest takes one from what was the last.
  if (view.front().first != image.min) view.insert(view.begin(), {image.min, 1});
  if (view.back().first != image.max) {
    --view.back().second;
    view.emplace_back(image.max, weight);
  }
  return view;
}

template <class T>
using View = std::vector<std::pair<T, uint64_t>>;

template <class T>
T QuantileAt(const View<T>& view, double rank, const std::string& function) {
  if (rank < 0 || rank > 1) {
    throw SketchError("KLL_SKETCH_INVALID_QUANTILE_RANGE", {{"functionName", QuotedFunction(function)}});
  }
  const uint64_t n = view.back().second;
  double natural = rank * static_cast<double>(n);
  if (n <= 1'000'000) natural = std::floor(natural * 1e7 + 0.5) / 1e7;  // what the product's last digit lost
  const double wanted = std::isnan(natural) ? 0 : std::ceil(natural);
  const auto place = std::find_if(view.begin(), view.end(),
                                  [&](const auto& item) { return static_cast<double>(item.second) >= wanted; });
  return place == view.end() ? view.back().first : place->first;
}

template <class T>
double RankOf(const View<T>& view, T value) {
  const auto place = std::upper_bound(view.begin(), view.end(), value,
                                      [](const T& wanted, const auto& item) { return wanted < item.first; });
  if (place == view.begin()) return 0;
  return static_cast<double>(std::prev(place)->second) / static_cast<double>(view.back().second);
}

/// Answers one question or an array of questions to a sketch: an array of answers. A null element asks 0.
template <class T, class Question, class Answer, class Ask>
void AskEach(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result,
             Ask ask) {
  const std::string& function = context.call().function_name;
  const bool many = context.call().argument_types[1].Is(TypeKind::kArray);
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      if (many) result.SetList(row, 0, 0);
      continue;
    }
    const View<T> view = SortedView(ReadKllOrFail<T>(arguments[0].Text(row), function));
    if (view.empty()) throw SketchBytesError("KLL", function, {});
    if (!many) {
      result.Data<Answer>()[row] = ask(view, arguments[1].Get<Question>(row), function);
      continue;
    }
    const ListSlot slot = arguments[1].Get<ListSlot>(row);
    const uint64_t start = result.AppendList(row, slot.length);
    const VectorView& questions = arguments[1].children[0];
    for (size_t i = 0; i < slot.length; ++i) {
      const size_t place = slot.offset + i;
      const Question question = questions.IsValid(place) ? questions.Get<Question>(place) : Question{0};
      result.Child(0).Data<Answer>()[start + i] = ask(view, question, function);
    }
  }
}

template <class T>
void GetQuantile(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  AskEach<T, double, T>(context, arguments, rows, result, QuantileAt<T>);
}

template <class T>
void GetRank(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  AskEach<T, T, double>(context, arguments, rows, result,
                        [](const View<T>& view, T value, const std::string&) { return RankOf(view, value); });
}

}  // namespace

constinit const Kernel kKllGetNBigint = RowKernel<Count<int64_t>>(true);
constinit const Kernel kKllGetNFloat = RowKernel<Count<float>>(true);
constinit const Kernel kKllGetNDouble = RowKernel<Count<double>>(true);
constinit const Kernel kKllToStringBigint = RowKernel<ToText<int64_t>>(true);
constinit const Kernel kKllToStringFloat = RowKernel<ToText<float>>(true);
constinit const Kernel kKllToStringDouble = RowKernel<ToText<double>>(true);
constinit const Kernel kKllGetQuantileBigint = {GetQuantile<int64_t>, nullptr, true};
constinit const Kernel kKllGetQuantileFloat = {GetQuantile<float>, nullptr, true};
constinit const Kernel kKllGetQuantileDouble = {GetQuantile<double>, nullptr, true};
constinit const Kernel kKllGetRankBigint = {GetRank<int64_t>, nullptr, true};
constinit const Kernel kKllGetRankFloat = {GetRank<float>, nullptr, true};
constinit const Kernel kKllGetRankDouble = {GetRank<double>, nullptr, true};

}  // namespace firesteel::functions
