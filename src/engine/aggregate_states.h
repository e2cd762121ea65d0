#pragma once

#include "duckdb/common/types/vector.hpp"

namespace firesteel::engine {

/// The states of an aggregate that a vector of pointers names, row by row. Valid as long as the vector.
template <class State>
class AggregateStates {
 public:
  AggregateStates(duckdb::Vector& vector, size_t count) {
    vector.ToUnifiedFormat(count, format_);
    pointers_ = duckdb::UnifiedVectorFormat::GetData<State*>(format_);
  }
  State& operator[](size_t i) const { return *pointers_[format_.sel->get_index(i)]; }

 private:
  duckdb::UnifiedVectorFormat format_;
  State* const* pointers_;
};

}  // namespace firesteel::engine
