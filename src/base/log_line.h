#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace firesteel::log {

/// How a line looks: for people, or an object of JSON for programs.
enum class Format : uint8_t { kText, kJson };

/// One named value of an event, such as `session_id`. Names are constants of ours: letters and '_'.
struct Field {
  std::string_view name;
  std::variant<std::string, int64_t, double> value;
};
using Fields = std::vector<Field>;

/// Appends one line with its end: `TIME L message name=value …`, or `{"ts":TIME,"level":…,"msg":…,name:value,…}`.
/// `letter` is the level's (I), `level` its name (info). Whatever clients say (user ids, names of files) cannot begin a
/// line of its own nor look like another field: control characters are escaped, and in text form values with blanks,
/// quotes or '=' are quoted. Pure.
void AppendLine(Format format, std::string_view time, char letter, std::string_view level, std::string_view message,
                const Fields& scope, const Fields& fields, std::string& out);

}  // namespace firesteel::log
