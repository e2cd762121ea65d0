#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "functions/formats/datetime_reader.h"
#include "functions/formats/parsed_value.h"
#include "functions/formats/xml/xml_cursor.h"
#include "functions/formats/xml/xml_options.h"

namespace firesteel::functions {

/// XML records as values of a schema (Spark's StaxXmlParser). Immutable, thread-safe.
class XmlParser {
 public:
  /// `type`: a struct or variant. Names of columns are found in any case unless `case_sensitive`.
  XmlParser(const XmlOptions& options, const FormatOptions& all_options, DataType type, bool case_sensitive,
            std::string_view session_time_zone, int64_t now_micros);

  enum class Outcome : uint8_t {
    kGood,
    kPartial,  ///< malformed, but the fields were read as far as they could be
    kNothing,  ///< malformed, no field counts
  };
  /// `first` is the node of the first of the fields, in a row, unless kNothing.
  Outcome Parse(const XmlDocument& document, ParsedValues& values, uint32_t& first) const;
  /// The whole document as one variant; nothing is set when it is malformed.
  Outcome ParseVariant(const XmlDocument& document, ParsedValues& values, uint32_t node) const;
  const XmlOptions& options() const { return options_; }

 private:
  struct Plan {
    DataType type;
    std::vector<Plan> children;
    std::unordered_map<std::string, size_t> by_name;
    std::optional<size_t> wildcard;
    std::optional<size_t> value_tag;
  };
  struct Context {
    XmlCursor& cursor;
    ParsedValues& values;
  };
  /// The elements of an array while it grows.
  struct Tails {
    std::vector<uint32_t> last;
  };

  // False: what Spark's parser would end by an exception; the caller goes on where the cursor stands.
  Plan MakePlan(const DataType& type) const;
  std::optional<size_t> FindField(const Plan& plan, std::string_view name) const;
  bool ConvertField(Context& context, const Plan& plan, std::string_view name, const XmlEvent* attributes,
                    uint32_t node) const;
  bool ConvertNested(Context& context, const Plan& plan, std::string_view name, const XmlEvent* attributes,
                     uint32_t node) const;
  Outcome ConvertObject(Context& context, const Plan& plan, uint32_t first) const;
  bool ConvertChild(Context& context, const Plan& plan, const XmlEvent& start, uint32_t first, Tails& tails) const;
  bool ConvertObjectWithAttributes(Context& context, const Plan& plan, std::string_view name, const XmlEvent& start,
                                   uint32_t node) const;
  bool ConvertAttributes(Context& context, const Plan& plan, const XmlEvent& start, uint32_t first) const;
  bool ConvertMap(Context& context, const Plan& plan, const XmlEvent* attributes, uint32_t node) const;
  bool ConvertStructure(Context& context, uint32_t node) const;
  bool ConvertVariant(Context& context, const XmlEvent* start, uint32_t node) const;
  bool AddValueTag(Context& context, const Plan& plan, std::string_view text, uint32_t first, Tails& tails) const;
  bool ConvertText(Context& context, std::string_view text, const DataType& type, uint32_t node) const;
  bool ConvertScalar(std::string_view text, const DataType& type, ParsedValue& value) const;
  static const XmlEvent* FirstElement(XmlCursor& cursor);
  static bool SkipEnd(Context& context);
  static bool SkipChildren(Context& context);
  static void Append(Context& context, uint32_t list, uint32_t element, uint32_t& last);

  const XmlOptions options_;
  const bool case_sensitive_;
  DatetimeReader datetimes_;
  const bool has_date_format_;
  const Plan plan_;
};

}  // namespace firesteel::functions
