#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bound/relation.h"

namespace firesteel::optimizer {

/// A condition that a Python data source may take over, as pyspark.sql.datasource has it.
struct SourceFilter {
  std::string name;                 ///< of the class: "EqualTo", "IsNull", …
  std::vector<std::string> column;  ///< and below it the fields of structs
  bound::ExpressionPtr value;       ///< a constant; of In an array of such; null for IsNull and IsNotNull
  bool is_negated = false;
};

/// How a source is read when it was shown filters.
struct FilteredRead {
  std::string function;                 ///< pickled, for mapInArrow
  std::vector<std::string> partitions;  ///< pickled
  std::vector<bool> is_handled;         ///< of each filter: the source gives no other rows
};

/// Shows the filters, at least one, to the source of a stage. Nothing: it is read as it was. May throw.
using ReadFiltered = std::function<std::optional<FilteredRead>(const bound::PythonStage& stage,
                                                               const std::vector<SourceFilter>& filters)>;

/// Shows each Python data source that takes filters the conditions above it, among them those that Spark infers (x > 2
/// means that x is not null), and leaves out what the source handles itself. To be called before Python's calls are
/// extracted. A plan without such sources is given back as it is.
bound::RelationPtr PushSourceFilters(const bound::RelationPtr& plan, const ReadFiltered& read);

}  // namespace firesteel::optimizer
