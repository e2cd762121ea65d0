#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/kernels/string/regex/regex_program.h"

namespace firesteel::functions {

/// Runs a regular expression over bytes of valid UTF-8 text: of all matches that begin first, the one that a
/// backtracking engine finds first. Looks for characters that a match must begin with, then follows tables of states
/// from there; groups are found by going back over the match alone. Immutable, thread-safe.
class RegexMachine {
 public:
  /// What it is compiled for: kRow a few texts (no tables), kFind many, kTest whether there is a match in many.
  enum class Use : uint8_t { kRow, kFind, kTest };
  /// Nothing when the program would be too long.
  static std::unique_ptr<const RegexMachine> Compile(const RegexTree& tree, Use use);

  /// kGaveUp: too much work for this machine, and the text is for LinearRegex.
  enum class Answer : uint8_t { kFound, kNone, kGaveUp };
  /// Memory of a caller's own, kept from call to call.
  struct Scratch {
    struct Job {
      uint32_t step;
      uint32_t place;  ///< in the text
      int64_t saved;   ///< not -2: to be put back into the place `step` of the groups
    };
    std::vector<uint64_t> visited;
    std::vector<Job> jobs;
    std::vector<int64_t> groups;  ///< begin and end of each, -1 where it took no part
  };
  /// The first match in text[from, …); texts below 2 GiB.
  Answer Find(std::string_view text, size_t from, Scratch& scratch, size_t& begin, size_t& end) const;
  Answer Test(std::string_view text, Scratch& scratch) const;
  /// Groups of the match found, into the scratch. False: gave up.
  bool FindGroups(std::string_view text, size_t begin, size_t end, Scratch& scratch) const;

 private:
  /// States over classes of bytes that no set tells apart. A state is the place of its row in `next`, an even number;
  /// state 0 has no way on.
  struct Tables {
    std::array<uint8_t, 256> class_of{};
    size_t classes = 0;
    std::vector<uint32_t> next;  ///< at state + class: a state, and kMatches; at state + classes: matches at the end
    uint32_t at_begin = 0;       ///< states to begin with, at the text's begin and elsewhere
    uint32_t elsewhere = 0;
  };
  static constexpr uint32_t kMatches = 1;
  class TableMaker;

  explicit RegexMachine(RegexProgram program) : program_(std::move(program)) {}
  /// Where a match could begin from `at` on; npos: nowhere.
  size_t Candidate(std::string_view text, size_t at) const;
  /// The end of the match that begins at `begin`, npos if none does; `stop` is how far it looked.
  size_t Run(std::string_view text, size_t begin, size_t& stop) const;
  /// Goes back where a way ends, over text[base, limit]; what was visited stays so between calls.
  bool Backtrack(std::string_view text, size_t base, size_t begin, size_t limit, Scratch& scratch) const;
  bool PrepareVisits(size_t places, Scratch& scratch) const;

  RegexProgram program_;
  size_t groups_ = 0;
  std::string prefix_;          ///< every match begins with it
  bool is_prefix_all_ = false;  ///< and there is nothing else
  std::array<bool, 256> first_{};
  bool may_be_empty_ = false;
  bool only_at_begin_ = false;
  /// ASCII characters of the loop that it begins with: where it does not match, it does not match further on in them.
  std::optional<std::array<bool, 256>> loop_;
  std::optional<Tables> find_;
  std::optional<Tables> test_;
};

}  // namespace firesteel::functions
