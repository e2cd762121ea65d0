#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "functions/formats/datetime_reader.h"
#include "functions/formats/json/json_tokenizer.h"
#include "functions/formats/parsed_value.h"

namespace firesteel::functions {

/// JSON records as values of a schema (Spark's JacksonParser). Immutable, thread-safe.
class JsonParser {
 public:
  /// `type`: a struct, array, map or variant. `array_as_structs`: the elements of an array at the root are records
  /// (files). `exact_text`: a value that is no string becomes a string as it is written (files); else in normal form.
  JsonParser(const JsonOptions& options, const FormatOptions& all_options, DataType type, bool array_as_structs,
             bool exact_text, std::string_view session_time_zone, int64_t now_micros);

  /// What one text held. `rows`: nodes of the values (of structs: the node whose children are the fields).
  struct Outcome {
    enum class Cause : uint8_t { kNone, kOther, kArrayAsStruct, kTextAsNumber };
    std::vector<uint32_t> rows;
    Cause cause = Cause::kNone;  ///< not none: malformed; `rows` are what could be read
    std::string field_name;      ///< of kTextAsNumber
    std::string field_value;
    DataType field_type;
  };
  void Parse(JsonTokenizer& tokenizer, std::string_view text, ParsedValues& values, Outcome& outcome) const;
  const JsonOptions& options() const { return options_; }
  const DataType& type() const { return plan_.type; }

 private:
  struct Plan {
    DataType type;
    std::vector<Plan> children;
    std::unordered_map<std::string, size_t> by_name;
  };
  /// kPartial: the value is set, but a part of it was malformed. kFailed: malformed. kBroken: no JSON from here on.
  enum class Status : uint8_t { kOk, kPartial, kFailed, kBroken };
  struct Context {
    JsonTokenizer& tokenizer;
    ParsedValues& values;
    Outcome& outcome;
  };

  static Plan MakePlan(const DataType& type);
  Status Convert(Context& context, const Plan& plan, uint32_t node) const;
  Status ConvertScalar(Context& context, const DataType& type, uint32_t node) const;
  Status ConvertNumber(Context& context, const DataType& type, uint32_t node) const;
  Status ConvertReal(Context& context, const DataType& type, uint32_t node) const;
  Status ConvertText(Context& context, uint32_t node) const;
  Status ConvertDatetime(Context& context, const DataType& type, uint32_t node) const;
  Status ConvertVariant(Context& context, uint32_t node) const;
  Status ConvertStruct(Context& context, const Plan& plan, uint32_t node) const;
  Status ConvertArray(Context& context, const Plan& element, bool is_root, uint32_t node) const;
  Status ConvertMap(Context& context, const Plan& plan, uint32_t node) const;
  Status ConvertRoot(Context& context) const;

  const JsonOptions options_;
  const Plan plan_;
  const bool array_as_structs_;
  const bool exact_text_;
  DatetimeReader datetimes_;
};

/// Appends the value at the tokenizer's current token in Jackson's normal form, and goes to its end. False on an error.
bool AppendJsonValue(JsonTokenizer& tokenizer, std::string& out, bool as_bytes = true);

}  // namespace firesteel::functions
