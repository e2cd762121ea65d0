#pragma once

#include "functions/binding/binding.h"

/// Bind rules of sketches (kernels/sketch/sketch.h): their parameters are constants that Spark checks while it binds.
namespace firesteel::functions {

bound::ExpressionPtr BindHllSketch(const BindRequest& request);    ///< hll_*
bound::ExpressionPtr BindThetaSketch(const BindRequest& request);  ///< theta_*
bound::ExpressionPtr BindTupleSketch(const BindRequest& request);  ///< tuple_*
bound::ExpressionPtr BindKllSketch(const BindRequest& request);    ///< kll_*
bound::ExpressionPtr BindTopK(const BindRequest& request);         ///< approx_top_k…
bound::ExpressionPtr BindCountMinSketch(const BindRequest& request);

}  // namespace firesteel::functions
