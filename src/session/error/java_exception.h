#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace firesteel::session {

/// An error that Spark raises as a plain Java exception, without a condition ("requirement failed: …").
class JavaError : public std::exception {
 public:
  JavaError(std::string java_class, std::string message)
      : java_class_(std::move(java_class)), message_(std::move(message)) {}
  const std::string& java_class() const { return java_class_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string java_class_;
  std::string message_;
};

/// The exception class that Spark raises for the error. Some conditions have a class of their own whatever ErrorClass
/// says (CONNECT_INVALID_PLAN.*: InvalidPlanInput, SQL_CONF_NOT_FOUND: SparkNoSuchElementException, …).
std::string_view JavaClassOf(const QueryError& error);

/// The class and its superclasses up to java.lang.Object: clients look for the first one that they know.
std::vector<std::string> JavaClassHierarchy(std::string_view java_class);

}  // namespace firesteel::session
