#pragma once

#include <string_view>

namespace firesteel::shell {

/// Where text goes: the terminal, a pager, a pipe, a file.
class TextOutput {
 public:
  virtual ~TextOutput() = default;
  /// False when nobody reads any more (the pager was left, the pipe closed): writers stop then.
  virtual bool Write(std::string_view text) = 0;
};

}  // namespace firesteel::shell
