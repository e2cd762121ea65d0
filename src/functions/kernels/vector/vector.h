#pragma once

#include <vector>

#include "functions/kernel.h"

/// Functions of vectors: arrays of FLOAT. A vector with a NULL element counts as NULL.
namespace firesteel::functions {

/// (vector, vector) → float
extern const Kernel kVectorInnerProduct;
extern const Kernel kVectorCosine;
extern const Kernel kVectorDistance;
extern const Kernel kVectorNorm;       ///< (vector, degree float: 1, 2 or infinity) → float
extern const Kernel kVectorNormalize;  ///< (vector, degree float) → vector

/// False for NULL and for a NULL element.
bool ReadVector(const VectorView& view, size_t row, std::vector<float>& vector);
void WriteVector(const std::vector<float>& vector, ResultVector& result, size_t row);
void FailDimensions(KernelContext& context, size_t row, size_t left, size_t right);

}  // namespace firesteel::functions
