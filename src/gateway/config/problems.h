#pragma once

#include <string>
#include <utility>
#include <vector>

namespace firesteel::gateway {

/// A place in a configuration file, from 1. Line 0: the file as a whole.
struct Place {
  int line = 0;
  int column = 0;

  bool operator<(const Place& other) const { return line != other.line ? line < other.line : column < other.column; }
};

/// Something that is wrong with a configuration file, or looks so.
struct Problem {
  std::string file;
  Place place;
  std::string message;  ///< a sentence without a final full stop

  /// "gateway.toml:14:3: the message".
  std::string Text() const;
};

/// Gathers problems while a file is read, so that all of them can be told at once.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void Error(Place place, std::string message) { errors_.push_back({file_, place, std::move(message)}); }
  void Warn(Place place, std::string message) { warnings_.push_back({file_, place, std::move(message)}); }

  /// In the order of the file.
  std::vector<Problem> TakeErrors();
  std::vector<Problem> TakeWarnings();

 private:
  std::string file_;
  std::vector<Problem> errors_, warnings_;
};

}  // namespace firesteel::gateway
