#include "gateway/config/table_reader.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace firesteel::gateway {
namespace {

std::string_view TypeName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date or time";
  }
}

}  // namespace

Place TableReader::PlaceOfNode(const toml::node& node) {
  const toml::source_position& begin = node.source().begin;
  return {static_cast<int>(begin.line), static_cast<int>(begin.column)};
}

std::string TableReader::PathOf(std::string_view key) const {
  if (key.empty()) return path_;
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

Place TableReader::PlaceOf(std::string_view key) const {
  const auto found = table_.find(key);
  if (found == table_.end()) return place();
  const toml::source_position& begin = found->first.source().begin;
  return {static_cast<int>(begin.line), static_cast<int>(begin.column)};
}

void TableReader::Error(std::string_view key, std::string_view sentence_end) {
  reading_.problems.Error(PlaceOf(key), fmt::format("{} {}", PathOf(key), sentence_end));
}

void TableReader::Warn(std::string_view key, std::string_view sentence_end) {
  reading_.problems.Warn(PlaceOf(key), fmt::format("{} {}", PathOf(key), sentence_end));
}

const toml::node* TableReader::Node(std::string_view key) {
  known_.emplace_back(key);
  return table_.get(key);
}

std::optional<std::string> TableReader::TextOf(std::string_view key, const toml::node& node) {
  const auto* text = node.as_string();
  if (text == nullptr) {
    reading_.problems.Error(PlaceOfNode(node),
                            fmt::format("{} must be a text in quotes, not {}", PathOf(key), TypeName(node)));
    return std::nullopt;
  }
  Result<std::string> expanded = ExpandVariables(text->get(), reading_.variables);
  if (expanded.ok()) return std::move(*expanded);
  reading_.problems.Error(PlaceOfNode(node), fmt::format("{} {}", PathOf(key), expanded.error()));
  return std::nullopt;
}

bool TableReader::Text(std::string_view key, std::string& target) {
  const toml::node* node = Node(key);
  if (node == nullptr) return false;
  std::optional<std::string> text = TextOf(key, *node);
  if (!text) return false;
  // A key that is there shall mean something; most likely a variable is set, but to nothing.
  if (text->empty()) {
    Error(key, "is empty; leave the key out where there is nothing to say");
    return false;
  }
  target = std::move(*text);
  return true;
}

bool TableReader::File(std::string_view key, std::string& target) {
  std::string name;
  if (!Text(key, name)) return false;
  target = (reading_.folder / name).lexically_normal().string();
  if (access(target.c_str(), R_OK) != 0) {
    Warn(key, fmt::format("is {}, which cannot be read now: {}", target, std::strerror(errno)));
  }
  return true;
}

bool TableReader::FileToWrite(std::string_view key, std::string& target) {
  std::string name;
  if (!Text(key, name)) return false;
  const std::filesystem::path path = (reading_.folder / name).lexically_normal();
  target = path.string();
  if (access(path.parent_path().c_str(), W_OK | X_OK) != 0) {
    Warn(key, fmt::format("is {}, but its folder cannot be written now: {}", target, std::strerror(errno)));
  }
  return true;
}

bool TableReader::Flag(std::string_view key, bool& target) {
  const toml::node* node = Node(key);
  if (node == nullptr) return false;
  const auto* flag = node->as_boolean();
  if (flag == nullptr) {
    Error(key, fmt::format("must be true or false, not {}", TypeName(*node)));
    return false;
  }
  target = flag->get();
  return true;
}

bool TableReader::Whole(std::string_view key, int& target, int least, int most) {
  const toml::node* node = Node(key);
  if (node == nullptr) return false;
  const auto* number = node->as_integer();
  if (number == nullptr || number->get() < least || number->get() > most) {
    Error(key, number == nullptr ? fmt::format("must be a whole number, not {}", TypeName(*node))
                                 : fmt::format("is {}, but must be from {} to {}", number->get(), least, most));
    return false;
  }
  target = static_cast<int>(number->get());
  return true;
}

bool TableReader::Duration(std::string_view key, Milliseconds& target, Milliseconds least) {
  const toml::node* node = Node(key);
  if (node == nullptr) return false;
  if (node->is_number()) {
    Error(key, "is a number without a unit; write a text such as \"30s\" (units: ms, s, m, h, d)");
    return false;
  }
  const std::optional<std::string> text = TextOf(key, *node);
  if (!text) return false;
  const std::optional<Milliseconds> duration = ParseDuration(*text);
  if (!duration) {
    Error(key, fmt::format("is '{}', which is no duration; write a whole number and its unit, such as \"250ms\", "
                           "\"30s\", \"5m\", \"4h\" or \"1d\"",
                           *text));
    return false;
  }
  if (*duration < least) {
    Error(key, fmt::format("is {}, but must be at least {}", *text, DurationText(least)));
    return false;
  }
  target = *duration;
  return true;
}

bool TableReader::Address(std::string_view key, std::string& host, uint16_t& port, int least_port) {
  std::string text;
  if (!Text(key, text)) return false;
  const std::optional<HostPort> address = ParseHostPort(text);
  if (!address || address->port < least_port) {
    Error(key, fmt::format("is '{}', which is no address; write host:port, such as \"127.0.0.1:15002\" or "
                           "\"[::1]:15002\"",
                           text));
    return false;
  }
  host = address->host;
  port = address->port;
  return true;
}

bool TableReader::Texts(std::string_view key, const std::function<void(const std::string&, Place)>& each) {
  const toml::node* node = Node(key);
  if (node == nullptr) return false;
  const auto take = [&](const toml::node& item) {
    const std::optional<std::string> text = TextOf(key, item);
    if (text && text->empty()) {
      reading_.problems.Error(PlaceOfNode(item), fmt::format("{} has an empty text", PathOf(key)));
    } else if (text) {
      each(*text, PlaceOfNode(item));
    }
  };
  if (const auto* list = node->as_array()) {
    for (const toml::node& item : *list) take(item);
  } else {
    take(*node);
  }
  return true;
}

bool TableReader::Texts(std::string_view key, std::vector<std::string>& target) {
  std::vector<std::string> texts;
  if (!Texts(key, [&](const std::string& text, Place) { texts.push_back(text); })) return false;
  target = std::move(texts);
  return true;
}

bool TableReader::Items(std::string_view key, const std::function<void(const toml::node&)>& each) {
  const toml::node* node = Node(key);
  if (node == nullptr) return false;
  const auto* list = node->as_array();
  if (list == nullptr || list->empty()) {
    Error(key, list == nullptr ? fmt::format("must be a list, not {}", TypeName(*node)) : "is an empty list");
    return false;
  }
  for (const toml::node& item : *list) each(item);
  return true;
}

std::optional<TableReader> TableReader::Table(std::string_view key) {
  const toml::node* node = Node(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* table = node->as_table()) return TableReader(*table, PathOf(key), reading_);
  Error(key, fmt::format("must be a table [{}], not {}", PathOf(key), TypeName(*node)));
  return std::nullopt;
}

void TableReader::Tables(std::string_view key, const std::function<void(TableReader&)>& each) {
  const toml::node* node = Node(key);
  if (node == nullptr) return;
  const auto* list = node->as_array();
  if (list == nullptr) {
    Error(key, fmt::format("must be given as [[{}]], once for each, not as {}", PathOf(key), TypeName(*node)));
    return;
  }
  for (const toml::node& item : *list) {
    if (const auto* table = item.as_table()) {
      TableReader reader(*table, PathOf(key), reading_);
      each(reader);
    } else {
      reading_.problems.Error(PlaceOfNode(item),
                              fmt::format("{} must be a list of tables, not of {}", PathOf(key), TypeName(item)));
    }
  }
}

void TableReader::NamedTables(std::string_view key, const std::function<void(const std::string&, TableReader&)>& each) {
  std::optional<TableReader> outer = Table(key);
  if (!outer) return;
  std::vector<std::string> names;
  for (const auto& [name, node] : outer->table_) names.emplace_back(name.str());
  // toml++ sorts keys by name.
  std::sort(names.begin(), names.end(),
            [&](const std::string& a, const std::string& b) { return outer->PlaceOf(a) < outer->PlaceOf(b); });
  for (const std::string& name : names) {
    if (std::optional<TableReader> table = outer->Table(name)) each(name, *table);
  }
}

void TableReader::Require(std::string_view key, std::string_view why) {
  if (Has(key)) return;
  reading_.problems.Error(place(), fmt::format("{} is missing: {}", PathOf(key), why));
}

void TableReader::Finish() {
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string meant = NearestName(name, known_);
    std::string known;
    for (const std::string& other : known_) known += (known.empty() ? "" : ", ") + other;
    Error(name, meant.empty() ? fmt::format("is no key that the gateway knows; known here: {}", known)
                              : fmt::format("is no key that the gateway knows; did you mean '{}'?", meant));
  }
}

}  // namespace firesteel::gateway
