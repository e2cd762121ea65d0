#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firesteel/column.h"
#include "firesteel/dataframe.h"

namespace firesteel::client {

class Executor;

/// Functions that make tables. A handle; thread-safe; nothing is sent before an action.
///
///     session.tvf().explode(array(lit(1), lit(2), lit(3)));
class TableValuedFunctions {
 public:
  DataFrame range(int64_t end) const;
  DataFrame range(int64_t start, int64_t end, int64_t step = 1, std::optional<int32_t> partitions = {}) const;
  DataFrame explode(const Column& collection) const { return call("explode", {collection}); }
  DataFrame explode_outer(const Column& collection) const { return call("explode_outer", {collection}); }
  DataFrame posexplode(const Column& collection) const { return call("posexplode", {collection}); }
  DataFrame posexplode_outer(const Column& collection) const { return call("posexplode_outer", {collection}); }
  DataFrame inline_(const Column& structs) const { return call("inline", {structs}); }
  DataFrame inline_outer(const Column& structs) const { return call("inline_outer", {structs}); }
  template <class... T>
  DataFrame json_tuple(const Column& input, const Column& field, const T&... fields) const {
    return call("json_tuple", {input, field, fields...});
  }
  template <class... T>
  DataFrame stack(const Column& n, const T&... fields) const {
    return call("stack", {n, fields...});
  }
  DataFrame collations() const { return call("collations", {}); }
  DataFrame sql_keywords() const { return call("sql_keywords", {}); }
  DataFrame variant_explode(const Column& input) const { return call("variant_explode", {input}); }
  DataFrame variant_explode_outer(const Column& input) const { return call("variant_explode_outer", {input}); }
  DataFrame python_worker_logs() const { return call("python_worker_logs", {}); }
  /// Any other function of the server that makes a table, also a registered one.
  DataFrame call(std::string_view name, const std::vector<Column>& arguments) const;

 private:
  friend class Session;
  friend struct internal::Access;
  explicit TableValuedFunctions(std::shared_ptr<Executor> executor) : executor_(std::move(executor)) {}

  std::shared_ptr<Executor> executor_;
};

}  // namespace firesteel::client
