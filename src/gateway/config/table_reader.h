#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/config/problems.h"
#include "gateway/config/text_values.h"

namespace firesteel::gateway {

/// What the readers of all sections share.
struct Reading {
  Problems& problems;
  std::filesystem::path folder;  ///< of the file: what relative file names are relative to
  VariableLookup variables;
  /// Names that are declared anywhere in the file: sections may name each other in any order.
  std::vector<std::string> servers, environments;
  std::set<std::string> used_servers;
};

/// Reads the keys of one TOML table. Each method sets its target if the key is there and right, and says whether it
/// did; a wrong value is an error with its place. Every key of a table must be asked for, also where its value does
/// not matter: Finish takes what was not asked for as unknown.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, Reading& reading)
      : table_(table), path_(std::move(path)), reading_(reading) {}

  bool Has(std::string_view key) const { return table_.contains(key); }
  bool Text(std::string_view key, std::string& target);
  /// The absolute path; a warning where the file cannot be read.
  bool File(std::string_view key, std::string& target);
  /// The absolute path of a file to be written; a warning where its folder is not there.
  bool FileToWrite(std::string_view key, std::string& target);
  bool Flag(std::string_view key, bool& target);
  bool Whole(std::string_view key, int& target, int least, int most);
  bool Duration(std::string_view key, Milliseconds& target, Milliseconds least);
  /// "host:port"; `least_port` 0 where the system may choose one.
  bool Address(std::string_view key, std::string& host, uint16_t& port, int least_port);
  /// A list of texts; `each` gets its items. A single text is a list of one.
  bool Texts(std::string_view key, const std::function<void(const std::string& text, Place place)>& each);
  bool Texts(std::string_view key, std::vector<std::string>& target);
  /// The values of a list as they are; anything but a list is an error.
  bool Items(std::string_view key, const std::function<void(const toml::node& item)>& each);

  std::optional<TableReader> Table(std::string_view key);
  /// [[key]], once for each.
  void Tables(std::string_view key, const std::function<void(TableReader& table)>& each);
  /// [key.NAME], once for each, in the order of the file.
  void NamedTables(std::string_view key, const std::function<void(const std::string& name, TableReader& table)>& each);
  /// The value itself; null where it is not there.
  const toml::node* Node(std::string_view key);

  /// A key without which the table means nothing.
  void Require(std::string_view key, std::string_view why);
  /// Every key that was not asked for is an error.
  void Finish();

  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view key) const;
  /// Of the key, or of the table where it has none.
  Place PlaceOf(std::string_view key) const;
  Place place() const { return PlaceOfNode(table_); }
  static Place PlaceOfNode(const toml::node& node);

  void Error(std::string_view key, std::string_view sentence_end);
  void Warn(std::string_view key, std::string_view sentence_end);
  Reading& reading() { return reading_; }

 private:
  /// Variables put in; nothing after an error.
  std::optional<std::string> TextOf(std::string_view key, const toml::node& node);

  const toml::table& table_;
  std::string path_;
  Reading& reading_;
  std::vector<std::string> known_;
};

}  // namespace firesteel::gateway
