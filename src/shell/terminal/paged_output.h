#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "shell/output/text_output.h"

namespace firesteel::shell {

/// Standard output, or a descriptor: every write goes there at once.
class DescriptorOutput : public TextOutput {
 public:
  explicit DescriptorOutput(int descriptor) : descriptor_(descriptor) {}
  bool Write(std::string_view text) override;

 private:
  const int descriptor_;
};

/// The command that shows long results: FIRESTEEL_PAGER, PAGER, or less where it is installed. Empty: none.
std::string FindPager();

/// Text for the terminal: what does not fit onto the screen goes to a pager. Not thread-safe.
class PagedOutput : public TextOutput {
 public:
  /// `pager`: a command for /bin/sh; empty: the terminal scrolls. `before_first` is called before anything is shown.
  PagedOutput(std::string pager, std::function<void()> before_first);
  ~PagedOutput() override { Finish(); }

  bool Write(std::string_view text) override;
  /// Shows what waits, or waits until the user leaves the pager.
  void Finish();
  bool paging() const { return pipe_ >= 0; }

 private:
  bool FitsWith(std::string_view text);
  bool StartPager();

  const std::string pager_;
  std::function<void()> before_first_;
  std::string waiting_;
  int rows_ = 0;  // of the waiting text
  bool direct_ = false;
  int pipe_ = -1;
  pid_t child_ = 0;
};

}  // namespace firesteel::shell
