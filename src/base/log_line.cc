#include "base/log_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/json_text.h"
#include "base/overloaded.h"
#include "base/utf8.h"

namespace firesteel::log {
namespace {

/// The text without control characters; a quote is escaped only where the text will stand in quotes.
void AppendEscaped(std::string_view text, bool in_quotes, std::string& out) {
  for (const char c : MakeValidUtf8(text)) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t' && !in_quotes) {
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      if (in_quotes && (c == '"' || c == '\\')) out += '\\';
      out += c;
    }
  }
}

bool NeedsQuotes(std::string_view text) {
  return text.empty() || std::any_of(text.begin(), text.end(), [](unsigned char c) {
           return c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f;
         });
}

void AppendTextValue(const Field& field, std::string& out) {
  std::visit(Overloaded{[&](const std::string& text) {
                          const bool quoted = NeedsQuotes(text);
                          if (quoted) out += '"';
                          AppendEscaped(text, quoted, out);
                          if (quoted) out += '"';
                        },
                        [&](int64_t number) { out += std::to_string(number); },
                        [&](double number) { out += fmt::format("{:.3f}", number); }},
             field.value);
}

void AppendJsonValue(const Field& field, std::string& out) {
  std::visit(Overloaded{[&](const std::string& text) { AppendJsonText(text, false, out); },
                        [&](int64_t number) { out += std::to_string(number); },
                        [&](double number) { out += fmt::format("{:.3f}", number); }},
             field.value);
}

}  // namespace

void AppendLine(Format format, std::string_view time, char letter, std::string_view level, std::string_view message,
                const Fields& scope, const Fields& fields, std::string& out) {
  if (format == Format::kText) {
    out.append(time).append({' ', letter, ' '});
    AppendEscaped(message, false, out);
  } else {
    out.append("{\"ts\":\"").append(time).append("\",\"level\":\"").append(level).append("\",\"msg\":");
    AppendJsonText(message, false, out);
  }
  for (const Fields* part : {&scope, &fields}) {
    for (const Field& field : *part) {
      if (format == Format::kText) {
        out.append(" ").append(field.name).append("=");
        AppendTextValue(field, out);
      } else {
        out.append(",\"").append(field.name).append("\":");
        AppendJsonValue(field, out);
      }
    }
  }
  out += format == Format::kText ? "\n" : "}\n";
}

}  // namespace firesteel::log
