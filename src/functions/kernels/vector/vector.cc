#include "functions/kernels/vector/vector.h"

#include <cmath>
#include <optional>

#include "base/java_text.h"

namespace firesteel::functions {

bool ReadVector(const VectorView& view, size_t row, std::vector<float>& vector) {
  if (!view.IsValid(row)) return false;
  const ListSlot slot = view.Get<ListSlot>(row);
  const VectorView& elements = view.children[0];
  vector.clear();
  for (uint64_t i = 0; i < slot.length; ++i) {
    if (!elements.IsValid(slot.offset + i)) return false;
    vector.push_back(elements.Get<float>(slot.offset + i));
  }
  return true;
}

void WriteVector(const std::vector<float>& vector, ResultVector& result, size_t row) {
  const uint64_t offset = result.AppendList(row, vector.size());
  for (size_t i = 0; i < vector.size(); ++i) result.Child(0).Data<float>()[offset + i] = vector[i];
}

void FailDimensions(KernelContext& context, size_t row, size_t left, size_t right) {
  context.Fail(row, "VECTOR_DIMENSION_MISMATCH",
               {{"functionName", "`" + context.call().function_name + "`"},
                {"leftDim", std::to_string(left)},
                {"rightDim", std::to_string(right)}},
               ErrorClass::kRuntime, false);
}

namespace {

using Vector = std::vector<float>;

double InnerProduct(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

std::optional<float> Inner(const Vector& a, const Vector& b) { return static_cast<float>(InnerProduct(a, b)); }

std::optional<float> Cosine(const Vector& a, const Vector& b) {
  const double lengths = std::sqrt(InnerProduct(a, a) * InnerProduct(b, b));
  if (a.empty() || lengths == 0) return std::nullopt;
  return static_cast<float>(InnerProduct(a, b) / lengths);
}

std::optional<float> Distance(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  return static_cast<float>(std::sqrt(sum));
}

template <auto F>
void RunPairs(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Vector a;
  Vector b;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    // Lengths count before elements that are null.
    const uint64_t left = arguments[0].Get<ListSlot>(row).length;
    const uint64_t right = arguments[1].Get<ListSlot>(row).length;
    if (left != right) {
      FailDimensions(context, row, left, right);
      return;
    }
    if (!ReadVector(arguments[0], row, a) || !ReadVector(arguments[1], row, b)) {
      result.SetNull(row);
      continue;
    }
    if (const std::optional<float> value = F(a, b)) {
      result.Data<float>()[row] = *value;
    } else {
      result.SetNull(row);
    }
  }
}

bool IsDegree(float degree) { return degree == 1.0F || degree == 2.0F || (std::isinf(degree) && degree > 0); }

void FailDegree(KernelContext& context, size_t row, float degree) {
  context.Fail(row, "INVALID_VECTOR_NORM_DEGREE",
               {{"functionName", "`" + context.call().function_name + "`"}, {"degree", JavaFloatText(degree)}},
               ErrorClass::kRuntime, false);
}

double NormOf(const Vector& vector, float degree) {
  if (degree == 1.0F) {
    double sum = 0;
    for (float value : vector) sum += static_cast<double>(std::fabs(value));
    return sum;
  }
  if (degree == 2.0F) return std::sqrt(InnerProduct(vector, vector));
  float most = 0;
  for (float value : vector) {
    if (std::isnan(value)) return value;
    most = std::fmax(most, std::fabs(value));
  }
  return static_cast<double>(most);
}

template <bool kNormalize>
void RunNorm(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Vector vector;
  for (size_t row = 0; row < rows; ++row) {
    std::optional<double> norm;
    if (arguments[0].IsValid(row) && arguments[1].IsValid(row)) {
      // The degree counts before elements that are null.
      const float degree = arguments[1].Get<float>(row);
      if (!IsDegree(degree)) return FailDegree(context, row, degree);
      if (ReadVector(arguments[0], row, vector)) norm = NormOf(vector, degree);
    }
    if (!norm || (kNormalize && *norm == 0.0 && !vector.empty())) {
      if (kNormalize) result.SetList(row, 0, 0);
      result.SetNull(row);
    } else if constexpr (kNormalize) {
      for (float& value : vector) value = static_cast<float>(static_cast<double>(value) / *norm);
      WriteVector(vector, result, row);
    } else {
      result.Data<float>()[row] = static_cast<float>(*norm);
    }
  }
}

}  // namespace

const Kernel kVectorInnerProduct{RunPairs<Inner>, nullptr, true};
const Kernel kVectorCosine{RunPairs<Cosine>, nullptr, true};
const Kernel kVectorDistance{RunPairs<Distance>, nullptr, true};
const Kernel kVectorNorm{RunNorm<false>, nullptr, true};
const Kernel kVectorNormalize{RunNorm<true>, nullptr, true};

}  // namespace firesteel::functions
