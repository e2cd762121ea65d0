#pragma once

#include <utility>

#include "base/error.h"

namespace firesteel {

/// An error whose text shows no place, with the place that it came from: a failed cast of an INSERT is told by it.
class PlacedError : public QueryError {
 public:
  PlacedError(const QueryError& error, OriginPtr place) : QueryError(error), place_(std::move(place)) {}
  const OriginPtr& place() const { return place_; }

 private:
  OriginPtr place_;
};

}  // namespace firesteel
