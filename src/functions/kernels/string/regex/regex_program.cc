#include "functions/kernels/string/regex/regex_program.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "base/utf8.h"

namespace firesteel::functions {
namespace {

using Kind = RegexNode::Kind;
using Op = RegexProgram::Op;
using Step = RegexProgram::Step;

constexpr size_t kMaxSteps = 2000;

/// The bytes at each place of a UTF-8 sequence.
using ByteRange = std::pair<uint8_t, uint8_t>;
using ByteRanges = std::vector<ByteRange>;

/// Code points [from, to] of one length (1 + `tail` bytes) as sequences of byte ranges.
void SplitRange(char32_t from, char32_t to, int tail, std::vector<ByteRanges>& out) {
  for (int i = 1; i <= tail; ++i) {
    const char32_t low = (char32_t{1} << (6 * i)) - 1;
    if ((from & ~low) == (to & ~low)) continue;
    if ((from & low) != 0) {
      SplitRange(from, from | low, tail, out);
      SplitRange((from | low) + 1, to, tail, out);
      return;
    }
    if ((to & low) != low) {
      SplitRange(from, (to & ~low) - 1, tail, out);
      SplitRange(to & ~low, to, tail, out);
      return;
    }
  }
  constexpr uint8_t kLeads[] = {0, 0xC0, 0xE0, 0xF0};
  ByteRanges bytes;
  bytes.emplace_back(kLeads[tail] | (from >> (6 * tail)), kLeads[tail] | (to >> (6 * tail)));
  for (int i = tail - 1; i >= 0; --i) {
    bytes.emplace_back(0x80 | ((from >> (6 * i)) & 0x3F), 0x80 | ((to >> (6 * i)) & 0x3F));
  }
  out.push_back(std::move(bytes));
}

/// What is not ASCII of a set. Texts are valid UTF-8, so that sequences that are none may belong to it: fewer ranges.
std::vector<ByteRanges> Sequences(const CodePointSet& set) {
  struct Length {
    char32_t first, last, lowest, highest;
  };
  constexpr Length kLengths[] = {
      {0x80, 0x7FF, 0x80, 0x7FF}, {0x800, 0xFFFF, 0, 0xFFFF}, {0x10000, 0x10FFFF, 0, 0x13FFFF}};
  std::vector<ByteRanges> out;
  for (int i = 0; i < 3; ++i) {
    const Length& length = kLengths[i];
    for (const auto& [first, last] : set.ranges()) {
      char32_t from = std::max(first, length.first);
      char32_t to = std::min(last, length.last);
      if (from > to) continue;
      if (from == length.first) from = length.lowest;
      if (to == length.last) to = length.highest;
      SplitRange(from, to, i + 1, out);
    }
  }
  return out;
}

/// Writes a node's steps before those that follow it, so that each knows where to go on.
class Compiler {
 public:
  std::optional<RegexProgram> Compile(const RegexTree& tree) {
    const uint32_t match = Add(Op::kMatch);
    program_.start = Emit(tree.root, match);
    if (too_long_) return std::nullopt;
    return std::move(program_);
  }

 private:
  uint32_t Add(Op op, uint32_t next = 0, uint32_t other = 0) {
    too_long_ = too_long_ || program_.steps.size() >= kMaxSteps;
    if (too_long_) return 0;
    program_.steps.push_back(Step{op, next, other});
    return static_cast<uint32_t>(program_.steps.size() - 1);
  }

  uint32_t AddBytes(const std::bitset<256>& bytes, uint32_t next) {
    const auto known = std::find(program_.sets.begin(), program_.sets.end(), bytes);
    const auto set = static_cast<uint32_t>(known - program_.sets.begin());
    if (known == program_.sets.end()) program_.sets.push_back(bytes);
    const auto [place, is_new] = byte_steps_.try_emplace({set, next}, 0);
    if (is_new) place->second = Add(Op::kBytes, next, set);
    return place->second;
  }

  uint32_t EmitSet(const CodePointSet& set, uint32_t next) {
    std::vector<uint32_t> choices;
    std::bitset<256> ascii;
    for (const auto& [from, to] : set.ranges()) {
      for (char32_t c = from; c <= to && c < 0x80; ++c) ascii.set(c);
    }
    if (ascii.any()) choices.push_back(AddBytes(ascii, next));
    for (const ByteRanges& sequence : Sequences(set)) {
      uint32_t step = next;
      for (size_t i = sequence.size(); i-- > 0;) {
        std::bitset<256> bytes;
        for (size_t b = sequence[i].first; b <= sequence[i].second; ++b) bytes.set(b);
        step = AddBytes(bytes, step);
      }
      choices.push_back(step);
    }
    if (choices.empty()) return AddBytes({}, next);  // a set of nothing
    uint32_t step = choices.back();
    for (size_t i = choices.size() - 1; i-- > 0;) step = Add(Op::kSplit, choices[i], step);
    return step;
  }

  uint32_t EmitRepeat(const RegexNode& node, uint32_t next) {
    const RegexNode& body = node.children[0];
    const auto split = [&](uint32_t more) {
      return node.is_lazy ? Add(Op::kSplit, next, more) : Add(Op::kSplit, more, next);
    };
    uint32_t step = next;
    int copies = node.least;
    if (node.most < 0) {
      const uint32_t loop = Add(Op::kSplit);
      const uint32_t turn = Emit(body, loop);
      if (too_long_) return 0;
      program_.steps[loop].next = node.is_lazy ? next : turn;
      program_.steps[loop].other = node.is_lazy ? turn : next;
      // Begun by its turn where that may be empty, so that an empty one has its place among the ways to go on.
      step = copies > 0 ? turn : MayBeEmpty(body) ? split(turn) : loop;
      copies = std::max(copies - 1, 0);
    } else {
      for (int i = node.least; i < node.most && !too_long_; ++i) step = split(Emit(body, step));
    }
    for (int i = 0; i < copies && !too_long_; ++i) step = Emit(body, step);
    return step;
  }

  uint32_t Emit(const RegexNode& node, uint32_t next) {
    if (too_long_) return 0;
    switch (node.kind) {
      case Kind::kEmpty:
        return next;
      case Kind::kSet:
        return EmitSet(node.set, next);
      case Kind::kBegin:
        return Add(Op::kBegin, next);
      case Kind::kEnd:
      case Kind::kAbsoluteEnd:
        return Add(Op::kEnd, next);
      case Kind::kBoundary:
        return Add(Op::kBoundary, next);
      case Kind::kNoBoundary:
        return Add(Op::kNoBoundary, next);
      case Kind::kSequence: {
        for (size_t i = node.children.size(); i-- > 0;) next = Emit(node.children[i], next);
        return next;
      }
      case Kind::kChoice: {
        uint32_t step = Emit(node.children.back(), next);
        for (size_t i = node.children.size() - 1; i-- > 0;) step = Add(Op::kSplit, Emit(node.children[i], next), step);
        return step;
      }
      case Kind::kRepeat:
        return EmitRepeat(node, next);
      case Kind::kGroup: {
        const auto place = static_cast<uint32_t>(node.group) * 2;
        const uint32_t end = Add(Op::kSave, next, place + 1);
        return Add(Op::kSave, Emit(node.children[0], end), place);
      }
    }
    return next;
  }

  RegexProgram program_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> byte_steps_;
  bool too_long_ = false;
};

}  // namespace

std::optional<RegexProgram> RegexProgram::Of(const RegexTree& tree) { return Compiler().Compile(tree); }

}  // namespace firesteel::functions
