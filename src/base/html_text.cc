#include "base/html_text.h"

namespace firesteel {

std::string HtmlText(std::string_view text, Apostrophes apostrophes) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += apostrophes == Apostrophes::kEscaped ? "&#39;" : "'";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace firesteel
