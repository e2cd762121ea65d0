#include "gateway/auth/strict_json.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace firesteel::gateway {
namespace {

using nlohmann::json;

constexpr size_t kMostNesting = 16;

/// Sees what a parsed value no longer shows: names that came twice, and how deep the text goes.
class StructureCheck final : public nlohmann::json_sax<json> {
 public:
  /// Completes "the header …"; empty: nothing wrong.
  const std::string& fault() const { return fault_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(json::number_integer_t) override { return true; }
  bool number_unsigned(json::number_unsigned_t) override { return true; }
  bool number_float(json::number_float_t, const json::string_t&) override { return true; }
  bool string(json::string_t&) override { return true; }
  bool binary(json::binary_t&) override { return true; }
  bool start_object(size_t) override { return Enter(); }
  bool end_object() override { return Leave(); }
  bool start_array(size_t) override { return Enter(); }
  bool end_array() override { return Leave(); }
  bool key(json::string_t& name) override { return names_.back().insert(name).second || Fail("names a member twice"); }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return Fail("is not JSON");
  }

 private:
  bool Enter() {
    if (names_.size() == kMostNesting) return Fail("is nested too deep");
    names_.emplace_back();
    return true;
  }
  bool Leave() {
    names_.pop_back();
    return true;
  }
  bool Fail(const char* fault) {
    fault_ = fault;
    return false;
  }

  std::vector<std::set<std::string>> names_;  // of each object (or list, without names) that is open
  std::string fault_;
};

}  // namespace

Result<json> ParseStrictObject(std::string_view text) {
  // The parser takes a NUL as the end of the text, and skips a byte order mark: either could hide bytes.
  if (text.find('\0') != std::string_view::npos || text.starts_with("\xef\xbb\xbf")) {
    return Status::Error("is not JSON");
  }
  StructureCheck check;
  if (!json::sax_parse(text, &check)) return Status::Error(check.fault());
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return Status::Error("is no object of JSON");
  return value;
}

}  // namespace firesteel::gateway
