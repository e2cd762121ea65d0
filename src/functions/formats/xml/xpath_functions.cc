#include "functions/formats/xml/xpath_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/java_text.h"
#include "base/utf8.h"
#include "functions/formats/text_value.h"

namespace firesteel::functions::xpath {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string_view Trimmed(std::string_view text) {
  static constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string Normalized(std::string_view text) {
  std::string result;
  bool has_space = false;
  for (const char c : Trimmed(text)) {
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_space && has_space) result += ' ';
    if (!is_space) result += c;
    has_space = is_space;
  }
  return result;
}

double Rounded(double value) {
  if (value >= -0.5 && value < 0) return -0.0;
  return value == 0 || !std::isfinite(value) ? value : std::floor(value + 0.5);
}

std::string Substring(const std::string& text, double from, const double* count) {
  const std::u16string units = Utf16FromUtf8(text);
  const double begin = Rounded(from);
  const double end = count ? begin + Rounded(*count) : std::numeric_limits<double>::infinity();
  std::u16string kept;
  for (size_t i = 0; i < units.size(); ++i) {
    const auto place = static_cast<double>(i + 1);
    if (place >= begin && place < end) kept += units[i];
  }
  return Utf8FromUtf16(kept);
}

std::string Translate(const std::string& text, const std::string& from, const std::string& to) {
  const std::u16string source = Utf16FromUtf8(from);
  const std::u16string target = Utf16FromUtf8(to);
  std::u16string result;
  for (const char16_t unit : Utf16FromUtf8(text)) {
    const size_t place = source.find(unit);
    if (place == std::u16string::npos) {
      result += unit;
    } else if (place < target.size()) {
      result += target[place];
    }
  }
  return Utf8FromUtf16(result);
}

/// id(): elements by the IDs in a text, or in the texts of nodes.
NodeSet ById(const Result& ids, const Tree& tree) {
  std::vector<std::string> texts;
  if (const auto* nodes = std::get_if<NodeSet>(&ids)) {
    for (const NodeId node : *nodes) texts.push_back(tree.StringValue(node));
  } else {
    texts.push_back(ToText(ids, tree));
  }
  NodeSet result;
  for (const std::string& text : texts) {
    const std::string words = Normalized(text);
    for (size_t begin = 0; begin < words.size();) {
      const size_t end = std::min(words.find(' ', begin), words.size());
      if (const auto node = tree.FindId(words.substr(begin, end - begin))) result.push_back(*node);
      begin = end + 1;
    }
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace

double NumberOfText(std::string_view text) {
  text = Trimmed(text);
  std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const bool has_digit = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool is_plain =
      std::all_of(digits.begin(), digits.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  if (!has_digit || !is_plain || std::count(digits.begin(), digits.end(), '.') > 1) return kNan;
  return ParseJavaReal(text, false).value_or(kNan);
}

std::string TextOfNumber(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";
  std::string text = JavaDoubleText(std::fabs(number));
  const std::string sign = number < 0 ? "-" : "";
  const size_t exponent_at = text.find('E');
  if (exponent_at == std::string::npos) {
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return sign + text;
  }
  const int exponent = std::stoi(text.substr(exponent_at + 1));
  std::string digits = text.substr(0, 1) + text.substr(2, exponent_at - 2);
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  if (exponent < 0) return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0');
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

bool ToBoolean(const Result& result) {
  if (const auto* nodes = std::get_if<NodeSet>(&result)) return !nodes->empty();
  if (const auto* number = std::get_if<double>(&result)) return *number != 0 && !std::isnan(*number);
  if (const auto* text = std::get_if<std::string>(&result)) return !text->empty();
  return std::get<bool>(result);
}

double ToNumber(const Result& result, const Tree& tree) {
  if (const auto* number = std::get_if<double>(&result)) return *number;
  if (const auto* truth = std::get_if<bool>(&result)) return *truth ? 1 : 0;
  return NumberOfText(ToText(result, tree));
}

std::string ToText(const Result& result, const Tree& tree) {
  if (const auto* nodes = std::get_if<NodeSet>(&result)) return nodes->empty() ? "" : tree.StringValue(nodes->front());
  if (const auto* number = std::get_if<double>(&result)) return TextOfNumber(*number);
  if (const auto* text = std::get_if<std::string>(&result)) return *text;
  return std::get<bool>(result) ? "true" : "false";
}

const NodeSet& ToNodes(const Result& result) {
  if (const auto* nodes = std::get_if<NodeSet>(&result)) return *nodes;
  const char* kind = std::holds_alternative<double>(result)        ? "#NUMBER"
                     : std::holds_alternative<std::string>(result) ? "#STRING"
                                                                   : "#BOOLEAN";
  throw Fault{std::string("com.sun.org.apache.xpath.internal.XPathException: Can not convert ") + kind +
              " to a NodeList!"};
}

Result CallFunction(std::string_view name, std::vector<Result> arguments, const Tree& tree, const Focus& focus) {
  const auto text = [&](size_t i) {
    return i < arguments.size() ? ToText(arguments[i], tree) : tree.StringValue(focus.node);
  };
  const auto number = [&](size_t i) { return ToNumber(arguments[i], tree); };
  // The node whose name is asked for; none: the set is empty.
  const auto node = [&]() -> std::optional<NodeId> {
    if (arguments.empty()) return focus.node;
    const NodeSet& nodes = ToNodes(arguments[0]);
    return nodes.empty() ? std::nullopt : std::optional<NodeId>(nodes.front());
  };
  if (name.starts_with('$')) {
    throw Fault{
        "javax.xml.transform.TransformerException: Cannot invoke "
        "\"javax.xml.xpath.XPathVariableResolver.resolveVariable(javax.xml.namespace.QName)\" because "
        "\"this.resolver\" "
        "is null"};
  }
  if (name.find(':') != std::string_view::npos) {
    throw Fault{
        "javax.xml.transform.TransformerException: Cannot invoke "
        "\"com.sun.org.apache.xpath.internal.ExtensionsProvider."
        "extFunction(com.sun.org.apache.xpath.internal.functions.FuncExtFunction, java.util.List)\" because "
        "\"extProvider\" is null"};
  }
  if (name == "last") return static_cast<double>(focus.size);
  if (name == "position") return static_cast<double>(focus.position);
  if (name == "count") return static_cast<double>(ToNodes(arguments[0]).size());
  if (name == "current") return NodeSet{focus.node};
  if (name == "id") return ById(arguments[0], tree);
  if (name == "local-name") return node() ? std::string(tree.LocalName(*node())) : std::string();
  if (name == "name") return node() ? std::string(tree.Name(*node())) : std::string();
  if (name == "namespace-uri") return node(), std::string();
  if (name == "string") return text(0);
  if (name == "concat") {
    std::string whole;
    for (size_t i = 0; i < arguments.size(); ++i) whole += text(i);
    return whole;
  }
  if (name == "starts-with") return text(0).starts_with(text(1));
  if (name == "contains") return text(0).find(text(1)) != std::string::npos;
  if (name == "substring-before") {
    const std::string whole = text(0);
    const size_t place = whole.find(text(1));
    return place == std::string::npos ? std::string() : whole.substr(0, place);
  }
  if (name == "substring-after") {
    const std::string whole = text(0);
    const std::string part = text(1);
    const size_t place = whole.find(part);
    return place == std::string::npos ? std::string() : whole.substr(place + part.size());
  }
  if (name == "substring") {
    const double count = arguments.size() > 2 ? number(2) : 0;
    return Substring(text(0), number(1), arguments.size() > 2 ? &count : nullptr);
  }
  if (name == "string-length") return static_cast<double>(Utf16Length(text(0)));
  if (name == "normalize-space") return Normalized(text(0));
  if (name == "translate") return Translate(text(0), text(1), text(2));
  if (name == "boolean") return ToBoolean(arguments[0]);
  if (name == "not") return !ToBoolean(arguments[0]);
  if (name == "true") return true;
  if (name == "false") return false;
  if (name == "lang") return false;  // Java looks for xml:lang in its namespace, and there are none
  if (name == "number") return arguments.empty() ? NumberOfText(text(0)) : number(0);
  if (name == "sum") {
    double sum = 0;
    for (const NodeId each : ToNodes(arguments[0])) sum += NumberOfText(tree.StringValue(each));
    return sum;
  }
  if (name == "floor") return std::floor(number(0));
  if (name == "ceiling") return std::ceil(number(0));
  return Rounded(number(0));
}

}  // namespace firesteel::functions::xpath
