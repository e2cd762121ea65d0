#pragma once

#include <cstddef>
#include <string>

#include "shell/completion/names.h"
#include "shell/terminal/line_editor.h"

namespace firesteel::shell {

/// What may follow text[0, cursor): behind FROM and its like tables and databases, behind "t." columns of the table or
/// tables of the database, elsewhere columns of the statement's tables, functions and keywords, in the case that the
/// user began; behind a backslash commands and their arguments.
Completions Complete(Names& names, const std::string& text, size_t cursor);

}  // namespace firesteel::shell
