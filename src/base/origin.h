#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace firesteel {

/// The text of one SQL statement, shared by every node parsed from it.
using SqlTextPtr = std::shared_ptr<const std::string>;

/// Where a plan node came from: an error's QueryContext. Offsets and columns count code points, as Spark's lexer does
/// (Spark then applies them to the UTF-16 text, and so does query_context.h); `line` counts from 1, `column` from 0.
/// Immutable, shared between threads.
struct Origin {
  SqlTextPtr sql_text;       ///< null when the node came from a DataFrame
  int32_t start_index = -1;  ///< first character of the fragment within sql_text
  int32_t stop_index = -1;   ///< last character, inclusive
  int32_t line = 0;
  int32_t column = 0;
  std::string object_type;  ///< "VIEW" and the like, else empty
  std::string object_name;
  std::string fragment;   ///< DataFrame API: the called function, such as "divide"
  std::string call_site;  ///< DataFrame API: the user's file and line as the client sent it
};

using OriginPtr = std::shared_ptr<const Origin>;

}  // namespace firesteel
