// INSERT OVERWRITE DIRECTORY.

#include <algorithm>

#include "base/ascii_case.h"
#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

bool IsPathKey(const std::string& key) { return AsciiLower(key) == "path"; }

}  // namespace

// INSERT OVERWRITE [LOCAL] DIRECTORY [path] USING format [OPTIONS (…)] query; `with` stands before it. Nothing, and
// nothing read, for other statements.
std::optional<plan::Command> Parser::InsertDirectoryStatement(std::optional<plan::With> with, size_t begin) {
  const size_t local = cursor_.Is(Kind::kLocal, 2) ? 1 : 0;
  if (!cursor_.Is(Kind::kInsert) || !cursor_.Is(Kind::kOverwrite, 1) || !cursor_.Is(Kind::kDirectory, 2 + local)) {
    return std::nullopt;
  }
  const size_t head = cursor_.position();
  for (size_t i = 0; i < 3 + local; ++i) cursor_.Advance();
  plan::WriteOperation write;
  write.mode = plan::WriteOperation::Mode::kOverwrite;
  if (IsString()) write.path = StringLiteral();
  if (!cursor_.Accept(Kind::kUsing)) {
    const bool is_hive = write.path && !cursor_.Is(Kind::kEndOfInput);
    if (!is_hive) cursor_.SyntaxError();
    throw QueryError("NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT",
                     {{"cmd", "INSERT OVERWRITE DIRECTORY with the Hive format"}});
  }
  write.source = "";
  for (const std::string& part : MultipartIdentifier()) *write.source += (write.source->empty() ? "" : ".") + part;
  if (cursor_.Accept(Kind::kOptions)) write.options = PropertyList();
  const size_t head_end = cursor_.position();
  const bool has_path = write.path && !write.path->empty();
  const bool has_option = std::any_of(write.options.begin(), write.options.end(), [](const auto& option) {
    return IsPathKey(option.first) && !option.second.empty();
  });
  if (has_path == has_option) {
    throw QueryError("_LEGACY_ERROR_TEMP_0049", {}, cursor_.OriginBetween(head, head_end), ErrorClass::kParse);
  }
  if (!has_path) write.path.reset();
  RelationPtr query = Query();
  if (with) {
    with->child = std::move(query);
    query = plan::MakeRelation(std::move(*with), cursor_.OriginFrom(begin));
  }
  write.input = std::move(query);
  const size_t end = cursor_.position();
  EndOfStatement();
  return plan::Command{std::move(write), cursor_.OriginBetween(begin, end)};
}

}  // namespace firesteel::sql
