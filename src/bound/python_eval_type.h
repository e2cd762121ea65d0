#pragma once

#include <cstdint>

#include "bound/expression.h"

/// PySpark's PythonEvalType: what a client's function takes and gives, and with it how its worker is fed.
namespace firesteel::bound {

enum PythonEvalType : int32_t {
  kPythonBatched = 100,
  kPythonArrowBatched = 101,
  kPandasScalar = 200,
  kPandasGroupedMap = 201,
  kPandasGroupedAggregate = 202,
  kPandasWindowAggregate = 203,
  kPandasScalarIterator = 204,
  kPandasMap = 205,
  kPandasCoGroupedMap = 206,
  kArrowMap = 207,
  kArrowGroupedMap = 209,
  kArrowCoGroupedMap = 210,
  kArrowGroupedMapIterator = 215,
  kPandasGroupedMapIterator = 216,
  kPandasGroupedAggregateIterator = 217,
  kArrowScalar = 250,
  kArrowScalarIterator = 251,
  kArrowGroupedAggregate = 252,
  kArrowWindowAggregate = 253,
  kArrowGroupedAggregateIterator = 254,
  kPythonTable = 300,
  kArrowTable = 302,
};

/// Functions of all values of a group (PythonUDAF in Spark).
inline bool IsGroupedAggregate(int32_t eval_type) {
  return eval_type == kPandasGroupedAggregate || eval_type == kPandasGroupedAggregateIterator ||
         eval_type == kArrowGroupedAggregate || eval_type == kArrowGroupedAggregateIterator;
}
/// Functions that give one value a row and may stand in any expression.
inline bool IsScalar(int32_t eval_type) {
  return eval_type == kPythonBatched || eval_type == kPythonArrowBatched || eval_type == kPandasScalar ||
         eval_type == kPandasScalarIterator || eval_type == kArrowScalar || eval_type == kArrowScalarIterator;
}

/// An aggregate function's call: of the catalogue's or of a client's.
inline bool IsAggregate(const Expression& expression) {
  if (expression.As<AggregateCall>()) return true;
  const auto* python = expression.As<PythonCall>();
  return python && IsGroupedAggregate(python->function->eval_type);
}

}  // namespace firesteel::bound
