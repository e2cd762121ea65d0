#include "functions/kernels/string/regex/regex_machine.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "base/utf8.h"

namespace firesteel::functions {
namespace {

using Kind = RegexNode::Kind;
using Op = RegexProgram::Op;
using Step = RegexProgram::Step;

constexpr size_t kNowhere = std::string_view::npos;
constexpr size_t kMaxStates = 1000;
constexpr size_t kMaxTable = 60'000;
constexpr size_t kMaxVisits = size_t{1} << 20;  // bits: steps times places
constexpr int64_t kNothingSaved = -2;
constexpr uint32_t kNoState = 0xFFFFFFFF;

bool IsWord(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool IsBoundary(std::string_view text, size_t place) {
  return (place > 0 && IsWord(text[place - 1])) != (place < text.size() && IsWord(text[place]));
}

/// Appends the characters that a match must begin with; false where something else stands behind them.
bool AppendPrefix(const RegexNode& node, std::string& prefix) {
  if (node.kind == Kind::kSequence) {
    return std::all_of(node.children.begin(), node.children.end(),
                       [&](const RegexNode& child) { return AppendPrefix(child, prefix); });
  }
  if (node.kind != Kind::kSet || node.set.ranges().size() != 1) return false;
  const auto [from, to] = node.set.ranges()[0];
  if (from != to) return false;
  AppendUtf8(prefix, from);
  return true;
}

const RegexNode& FirstOf(const RegexNode& node) {
  const bool has_inside = (node.kind == Kind::kSequence || node.kind == Kind::kGroup) && !node.children.empty();
  return has_inside ? FirstOf(node.children[0]) : node;
}

/// The ASCII characters of a set that is repeated without end.
std::optional<std::array<bool, 256>> LoopOf(const RegexNode& node) {
  if (node.kind != Kind::kRepeat || node.most >= 0 || node.children[0].kind != Kind::kSet) return std::nullopt;
  std::array<bool, 256> characters{};
  for (const auto& [from, to] : node.children[0].set.ranges()) {
    for (char32_t c = from; c <= to && c < 0x80; ++c) characters[c] = true;
  }
  return characters;
}

}  // namespace

/// Makes tables of a program: a state is the list of steps at which a backtracking engine could stand, in the order in
/// which it would try them, cut behind a match.
class RegexMachine::TableMaker {
 public:
  TableMaker(const RegexProgram& program, bool anywhere)
      : program_(program), anywhere_(anywhere), marks_(program.steps.size()) {}

  std::optional<Tables> Make() {
    FindClasses();
    const size_t width = (tables_.classes + 2) / 2 * 2;
    AddState({});
    const auto begin_with = [&](bool is_begin) {
      List list;
      BeginList();
      Follow(program_.start, is_begin, list);
      return AddState(std::move(list));
    };
    const uint32_t at_begin = begin_with(true);
    const uint32_t elsewhere = begin_with(false);
    const auto row_of = [&](uint32_t state) {
      return static_cast<uint32_t>((state >> 1) * width) | (state & kMatches);
    };
    for (size_t state = 0; state < lists_.size(); ++state) {
      if (lists_.size() > kMaxStates || lists_.size() * width > kMaxTable) return std::nullopt;
      tables_.next.resize((state + 1) * width);
      uint32_t* row = &tables_.next[state * width];
      for (size_t c = 0; c < tables_.classes; ++c) row[c] = row_of(After(lists_[state], examples_[c]));
      row[tables_.classes] = MatchesAtEnd(lists_[state], state == at_begin >> 1) ? 1 : 0;
    }
    tables_.at_begin = row_of(at_begin);
    tables_.elsewhere = row_of(elsewhere);
    return std::move(tables_);
  }

 private:
  using List = std::vector<uint32_t>;

  void FindClasses() {
    std::map<std::vector<bool>, uint8_t> known;
    for (size_t byte = 0; byte < 256; ++byte) {
      std::vector<bool> in(program_.sets.size());
      for (size_t i = 0; i < in.size(); ++i) in[i] = program_.sets[i][byte];
      const auto [place, is_new] = known.try_emplace(std::move(in), static_cast<uint8_t>(known.size()));
      if (is_new) examples_.push_back(static_cast<uint8_t>(byte));
      tables_.class_of[byte] = place->second;
    }
    tables_.classes = examples_.size();
  }

  /// Forgets which steps the list has.
  void BeginList() { ++mark_; }

  /// Appends the steps that a way leads to without a byte. False behind a match: nothing comes after it.
  bool Follow(uint32_t at, bool is_begin, List& list) {
    todo_.assign(1, at);
    while (!todo_.empty()) {
      const uint32_t number = todo_.back();
      todo_.pop_back();
      if (marks_[number] == mark_) continue;
      marks_[number] = mark_;
      const Step& step = program_.steps[number];
      switch (step.op) {
        case Op::kSplit:
          todo_.push_back(step.other);
          todo_.push_back(step.next);
          break;
        case Op::kSave:
          todo_.push_back(step.next);
          break;
        case Op::kBegin:
          if (is_begin) todo_.push_back(step.next);
          break;
        case Op::kMatch:
          list.push_back(number);
          return false;
        default:
          list.push_back(number);
          break;
      }
    }
    return true;
  }

  /// Twice its number, and kMatches.
  uint32_t AddState(List list) {
    const bool matches = !list.empty() && program_.steps[list.back()].op == Op::kMatch;
    const auto [place, is_new] = numbers_.try_emplace(list, static_cast<uint32_t>(lists_.size()));
    if (is_new) lists_.push_back(std::move(list));
    return place->second << 1 | (matches ? kMatches : 0);
  }

  uint32_t After(const List& list, uint8_t byte) {
    List next;
    BeginList();
    for (const uint32_t number : list) {
      const Step& step = program_.steps[number];
      if (step.op == Op::kBytes && program_.sets[step.other][byte] && !Follow(step.next, false, next)) {
        return AddState(std::move(next));
      }
    }
    if (anywhere_) Follow(program_.start, false, next);
    return AddState(std::move(next));
  }

  bool MatchesAtEnd(const List& list, bool is_begin) {
    BeginList();
    todo_.clear();
    for (const uint32_t number : list) {
      if (program_.steps[number].op == Op::kEnd) todo_.push_back(program_.steps[number].next);
    }
    while (!todo_.empty()) {
      const uint32_t at = todo_.back();
      todo_.pop_back();
      if (marks_[at] == mark_) continue;
      marks_[at] = mark_;
      const Step& step = program_.steps[at];
      if (step.op == Op::kMatch) return true;
      if (step.op == Op::kSplit) todo_.push_back(step.other);
      const bool goes_on =
          step.op == Op::kSplit || step.op == Op::kSave || step.op == Op::kEnd || (step.op == Op::kBegin && is_begin);
      if (goes_on) todo_.push_back(step.next);
    }
    return false;
  }

  const RegexProgram& program_;
  const bool anywhere_;
  Tables tables_;
  std::vector<uint8_t> examples_;  // a byte of each class
  std::deque<List> lists_;
  std::vector<uint64_t> marks_;  // of steps: that of the list that they were added to last
  uint64_t mark_ = 0;
  std::vector<uint32_t> todo_;
  std::map<List, uint16_t> numbers_;
};

std::unique_ptr<const RegexMachine> RegexMachine::Compile(const RegexTree& tree, Use use) {
  std::optional<RegexProgram> program = RegexProgram::Of(tree);
  if (!program) return nullptr;
  std::unique_ptr<RegexMachine> machine(new RegexMachine(std::move(*program)));
  machine->groups_ = static_cast<size_t>(tree.groups) + 1;
  machine->may_be_empty_ = tree.may_be_empty;
  const RegexNode& first = FirstOf(tree.root);
  machine->only_at_begin_ = first.kind == Kind::kBegin;
  machine->loop_ = LoopOf(first);
  machine->is_prefix_all_ = AppendPrefix(tree.root, machine->prefix_) && !machine->prefix_.empty();
  if (machine->is_prefix_all_) return machine;
  const std::vector<Step>& steps = machine->program_.steps;
  bool has_boundary = false;
  for (const Step& step : steps) has_boundary |= step.op == Op::kBoundary || step.op == Op::kNoBoundary;
  std::vector<bool> seen(steps.size());
  for (std::vector<uint32_t> todo{machine->program_.start}; !todo.empty();) {
    const uint32_t at = todo.back();
    todo.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const Step& step = steps[at];
    if (step.op == Op::kBytes) {
      for (size_t byte = 0; byte < 256; ++byte) {
        machine->first_[byte] = machine->first_[byte] || machine->program_.sets[step.other][byte];
      }
      continue;
    }
    if (step.op == Op::kMatch) continue;
    todo.push_back(step.next);
    if (step.op == Op::kSplit) todo.push_back(step.other);
  }
  if (use == Use::kRow || has_boundary) return machine;
  if (use == Use::kTest) machine->test_ = TableMaker(machine->program_, true).Make();
  if (!machine->test_) machine->find_ = TableMaker(machine->program_, false).Make();
  return machine;
}

size_t RegexMachine::Candidate(std::string_view text, size_t at) const {
  if (!prefix_.empty()) return text.find(prefix_, at);
  if (may_be_empty_) return at <= text.size() ? at : kNowhere;
  while (at < text.size() && !first_[static_cast<uint8_t>(text[at])]) ++at;
  return at < text.size() ? at : kNowhere;
}

size_t RegexMachine::Run(std::string_view text, size_t begin, size_t& stop) const {
  const Tables& tables = *find_;
  const uint32_t* next = tables.next.data();
  uint32_t state = begin == 0 ? tables.at_begin : tables.elsewhere;
  size_t end = state & kMatches ? begin : kNowhere;
  state &= ~kMatches;
  size_t at = begin;
  for (; at < text.size(); ++at) {
    state = next[state + tables.class_of[static_cast<uint8_t>(text[at])]];
    if (state & kMatches) {
      end = at + 1;
      state &= ~kMatches;
    } else if (state == 0) {
      break;
    }
  }
  stop = at;
  if (at == text.size() && next[state + tables.classes] != 0) end = at;
  return end;
}

bool RegexMachine::PrepareVisits(size_t places, Scratch& scratch) const {
  const size_t bits = program_.steps.size() * places;
  if (bits > kMaxVisits) return false;
  scratch.visited.assign((bits + 63) / 64, 0);
  scratch.groups.assign(groups_ * 2, -1);
  return true;
}

bool RegexMachine::Backtrack(std::string_view text, size_t base, size_t begin, size_t limit, Scratch& scratch) const {
  using Job = Scratch::Job;
  const size_t places = limit - base + 1;
  scratch.jobs.assign(1, Job{program_.start, static_cast<uint32_t>(begin), kNothingSaved});
  while (!scratch.jobs.empty()) {
    const Job job = scratch.jobs.back();
    scratch.jobs.pop_back();
    if (job.saved != kNothingSaved) {
      scratch.groups[job.step] = job.saved;
      continue;
    }
    size_t place = job.place;
    for (uint32_t at = job.step;;) {
      const Step& step = program_.steps[at];
      bool goes_on = true;
      switch (step.op) {
        case Op::kBytes:
          goes_on = place < limit && program_.sets[step.other][static_cast<uint8_t>(text[place])];
          ++place;
          break;
        case Op::kSplit: {
          const size_t bit = at * places + (place - base);
          goes_on = ((scratch.visited[bit / 64] >> (bit % 64)) & 1) == 0;
          scratch.visited[bit / 64] |= uint64_t{1} << (bit % 64);
          if (goes_on) scratch.jobs.push_back(Job{step.other, static_cast<uint32_t>(place), kNothingSaved});
          break;
        }
        case Op::kSave:
          scratch.jobs.push_back(Job{step.other, 0, scratch.groups[step.other]});
          scratch.groups[step.other] = static_cast<int64_t>(place);
          break;
        case Op::kBegin:
          goes_on = place == 0;
          break;
        case Op::kEnd:
          goes_on = place == text.size();
          break;
        case Op::kBoundary:
        case Op::kNoBoundary:
          goes_on = IsBoundary(text, place) == (step.op == Op::kBoundary);
          break;
        case Op::kMatch:
          scratch.groups[0] = static_cast<int64_t>(begin);
          scratch.groups[1] = static_cast<int64_t>(place);
          return true;
      }
      if (!goes_on) break;
      at = step.next;
    }
  }
  return false;
}

RegexMachine::Answer RegexMachine::Find(std::string_view text, size_t from, Scratch& scratch, size_t& begin,
                                        size_t& end) const {
  size_t at = Candidate(text, from);
  if (is_prefix_all_) {
    if (at == kNowhere) return Answer::kNone;
    begin = at;
    end = at + prefix_.size();
    return Answer::kFound;
  }
  if (!find_ && at != kNowhere && !PrepareVisits(text.size() - from + 1, scratch)) return Answer::kGaveUp;
  // Each place that a match could begin at is looked at from anew: no more than that many times over.
  const size_t most = 1000 + 8 * (text.size() - from);
  for (size_t work = 0; at != kNowhere; at = Candidate(text, at)) {
    if (only_at_begin_ && at > 0) return Answer::kNone;
    size_t stop = at;
    if (find_) {
      end = Run(text, at, stop);
    } else {
      end = Backtrack(text, from, at, text.size(), scratch) ? static_cast<size_t>(scratch.groups[1]) : kNowhere;
    }
    begin = at;
    if (end != kNowhere) return Answer::kFound;
    work += stop - at;
    if (work > most) return Answer::kGaveUp;
    ++at;
    if (loop_) {
      while (at < text.size() && (*loop_)[static_cast<uint8_t>(text[at - 1])]) ++at;
    }
  }
  return Answer::kNone;
}

RegexMachine::Answer RegexMachine::Test(std::string_view text, Scratch& scratch) const {
  if (!test_) {
    size_t begin;
    size_t end;
    return Find(text, 0, scratch, begin, end);
  }
  size_t at = 0;
  if (!prefix_.empty()) {
    // A match begins with the prefix, and nothing before it changes what it is.
    at = text.find(prefix_);
    if (at == kNowhere) return Answer::kNone;
  }
  const Tables& tables = *test_;
  const uint32_t* next = tables.next.data();
  uint32_t state = at == 0 ? tables.at_begin : tables.elsewhere;
  // Where nothing was begun: characters with which nothing begins are passed over.
  const uint32_t idle = may_be_empty_ ? kNoState : tables.elsewhere;
  while (at < text.size() && (state & kMatches) == 0) {
    if (state == idle) {
      if (state == 0) return Answer::kNone;
      at = Candidate(text, at);
      if (at == kNowhere) break;
    }
    state = next[state + tables.class_of[static_cast<uint8_t>(text[at++])]];
  }
  return (state & kMatches) != 0 || next[state + tables.classes] != 0 ? Answer::kFound : Answer::kNone;
}

bool RegexMachine::FindGroups(std::string_view text, size_t begin, size_t end, Scratch& scratch) const {
  if (!PrepareVisits(end - begin + 1, scratch)) return false;
  return Backtrack(text, begin, begin, end, scratch);
}

}  // namespace firesteel::functions
