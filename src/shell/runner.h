#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "shell/backend.h"
#include "shell/output/row_writer.h"

namespace firesteel::shell {

/// How results are shown. Changed by the shell's commands.
struct ShowSettings {
  Format format = Format::kTable;
  bool expanded = false;     ///< tables are shown with a line for each value
  bool timing = false;       ///< a line behind each statement
  std::string pager;         ///< command; empty: none
  size_t widest_column = 0;  ///< of tables on a terminal; 0: values are never cut
};

/// What became of a statement.
enum class Outcome : uint8_t {
  kOk,
  kFailed,
  kCanceled,  ///< by Ctrl-C
};

/// Runs statements and shows their results: on the terminal with a bar and a pager, in pipes as bare data, or into a
/// file. Not thread-safe; while Run waits, Ctrl-C cancels.
class Runner {
 public:
  /// `interactive`: a person waits; results end with their number of rows.
  Runner(ShowSettings settings, bool interactive);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  ShowSettings& settings() { return settings_; }

  /// Runs the statement. Errors are printed to standard error behind `place` ("query.sql, line 3"; may be empty).
  Outcome Run(Backend& backend, const std::string& sql, const std::string& place);

  /// Results go there from now on; empty: to standard output again. A file of a binary format takes one result.
  Result<void> SetOutput(const std::string& path);
  const std::string& output_path() const { return output_path_; }
  /// Closes the file; what could not be written is an error.
  Result<void> CloseOutput();

 private:
  class Statement;

  Result<void> OpenText();

  ShowSettings settings_;
  const bool interactive_;
  std::string output_path_;
  std::FILE* output_ = nullptr;  // of a text format; opened with the first result
  bool binary_written_ = false;
};

/// "error: " and the message, in red on a terminal, behind `place`.
void PrintError(const std::string& message, const std::string& place = "");

}  // namespace firesteel::shell
