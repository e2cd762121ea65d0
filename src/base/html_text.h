#pragma once

#include <string>
#include <string_view>

namespace firesteel {

/// Whether "'" is escaped, too; only texts in attributes between such quotes need it.
enum class Apostrophes { kKept, kEscaped };

/// The text as HTML shows it: & < > " escaped, as StringEscapeUtils.escapeHtml4 does with ASCII.
std::string HtmlText(std::string_view text, Apostrophes apostrophes = Apostrophes::kKept);

}  // namespace firesteel
