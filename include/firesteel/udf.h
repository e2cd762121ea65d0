#pragma once

#include <memory>
#include <optional>
#include <string>

#include "firesteel/error.h"
#include "firesteel/types.h"

namespace firesteel::client {

class Executor;

namespace internal {
struct Access;
}

/// Registers functions that the server can run, for SQL and functions::call_function(). A handle; thread-safe. The
/// protocol carries no code of C++; Java classes must be on the server or in a jar that Session::add_artifacts() sent.
///
///     session.udf().register_java_function("half", "org.example.Half", DataType::double_());
///     df.select(call_function("half", "price"));
class UdfRegistration {
 public:
  /// Without a type the server asks the class.
  Result<void> register_java_function(std::string name, std::string class_name,
                                      const std::optional<DataType>& return_type = {}) const;
  Result<void> register_java_udaf(std::string name, std::string class_name) const;

 private:
  friend class Session;
  friend struct internal::Access;
  explicit UdfRegistration(std::shared_ptr<Executor> executor) : executor_(std::move(executor)) {}

  std::shared_ptr<Executor> executor_;
};

}  // namespace firesteel::client
