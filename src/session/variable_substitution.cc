#include "session/variable_substitution.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

// Settings that name each other twice would double the text at each step.
constexpr size_t kMostReferences = 10000;
constexpr size_t kMostBytes = size_t{64} << 20;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

struct Reference {
  size_t begin = 0;  ///< of the '$'
  size_t end = 0;    ///< behind the '}'
  std::string_view prefix;
  std::string_view name;
};

/// Where a name that begins at `begin` ends: at the first '}' behind its first character, if no blank comes before.
/// Else where the blank is, or the end of the text: no name ends before that.
struct NameEnd {
  size_t at = 0;
  bool found = false;
};
NameEnd FindNameEnd(std::string_view text, size_t begin) {
  for (size_t i = begin; i < text.size() && !IsSpace(text[i]); ++i) {
    if (i > begin && text[i] == '}') return {i, true};
  }
  return {std::min(text.find_first_of(" \t\n\v\f\r", begin), text.size()), false};
}

/// The next match of Spark's pattern: \$\{(?:(\w+?):)?(\S+?)\}
std::optional<Reference> NextReference(std::string_view text, size_t from) {
  for (size_t begin = text.find("${", from); begin != std::string_view::npos;) {
    const size_t first = begin + 2;
    size_t colon = first;
    while (colon < text.size() && IsWord(text[colon])) ++colon;
    if (colon > first && colon < text.size() && text[colon] == ':') {
      if (const NameEnd end = FindNameEnd(text, colon + 1); end.found) {
        return Reference{begin, end.at + 1, text.substr(first, colon - first),
                         text.substr(colon + 1, end.at - colon - 1)};
      }
    }
    const NameEnd end = FindNameEnd(text, first);
    if (end.found) return Reference{begin, end.at + 1, {}, text.substr(first, end.at - first)};
    // What else begins before that place does not end either: one look at each character is enough.
    begin = text.find("${", end.at);
  }
  return std::nullopt;
}

bool IsOfSettings(std::string_view prefix) {
  static constexpr std::string_view kPrefixes[] = {"", "spark", "sparkconf", "hivevar", "hiveconf"};
  return std::find(std::begin(kPrefixes), std::end(kPrefixes), prefix) != std::end(kPrefixes);
}

[[noreturn]] void Refuse(std::string message) {
  throw JavaError("java.lang.IllegalArgumentException", std::move(message));
}

class Substitution {
 public:
  explicit Substitution(const Configuration& configuration) : configuration_(configuration) {}

  std::string Apply(std::string_view text) {
    std::string out;
    size_t done = 0;
    while (const std::optional<Reference> reference = NextReference(text, done)) {
      Append(out, text.substr(done, reference->begin - done));
      const std::string_view whole = text.substr(reference->begin, reference->end - reference->begin);
      if (IsOfSettings(reference->prefix)) {
        Append(out, ValueOf(*reference, whole));
      } else {
        Append(out, whole);
      }
      done = reference->end;
    }
    Append(out, text.substr(done));
    return out;
  }

 private:
  std::string ValueOf(const Reference& reference, std::string_view whole) {
    const std::string used(whole.substr(2, whole.size() - 3));
    if (std::find(open_.begin(), open_.end(), used) != open_.end()) {
      Refuse("requirement failed: Circular reference in " + std::string(whole) + ": " + used);
    }
    if (++references_ > kMostReferences) {
      Refuse("The text holds more than " + std::to_string(kMostReferences) +
             " variables ${…}, those in the values of others counted: set spark.sql.variable.substitute to false if "
             "they are none.");
    }
    const std::string name(reference.name);
    std::optional<std::string> value = configuration_.FindSet(name);
    if (!value) value = configuration_.GetWithDefault(name, "");
    open_.push_back(used);
    std::string substituted = Apply(value.value_or(""));
    open_.pop_back();
    return substituted;
  }

  void Append(std::string& out, std::string_view part) {
    if (out.size() + part.size() > kMostBytes) {
      Refuse("The text with the values of its variables ${…} is longer than " + std::to_string(kMostBytes) +
             " bytes: make the values shorter, or set spark.sql.variable.substitute to false.");
    }
    out += part;
  }

  const Configuration& configuration_;
  std::vector<std::string> open_;  ///< references whose values are being substituted
  size_t references_ = 0;
};

}  // namespace

std::string SubstituteVariables(const std::string& text, const Configuration& configuration) {
  // What has no reference is not touched, however long it is.
  if (!NextReference(text, 0) || !configuration.GetBoolean("spark.sql.variable.substitute")) return text;
  return Substitution(configuration).Apply(text);
}

}  // namespace firesteel::session
