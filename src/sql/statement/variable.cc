// Session variables: DECLARE, SET VARIABLE, DROP TEMPORARY VARIABLE; and EXECUTE IMMEDIATE, which reads and sets them.

#include "sql/parser/parser.h"

namespace firesteel::sql {

plan::VariableName Parser::VariableName() {
  const size_t begin = cursor_.position();
  plan::VariableName name;
  name.parts = IdentifierReference();
  name.origin = cursor_.OriginFrom(begin);
  return name;
}

// DECLARE [OR REPLACE] [VARIABLE] name, … [type] [DEFAULT | = value]
plan::Command Parser::DeclareStatement() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  plan::DeclareVariables declare;
  declare.replace = cursor_.Accept(Kind::kOr, Kind::kReplace);
  if (cursor_.IsAny(Kind::kVariable, Kind::kVar) && IsIdentifier(1) && !cursor_.Is(Kind::kDefault, 1)) {
    cursor_.Advance();
  }
  do {
    declare.names.push_back(VariableName());
  } while (cursor_.Accept(Kind::kComma));
  const auto at_value = [&] { return cursor_.IsAny(Kind::kDefault, Kind::kEqual); };
  const auto at_end = [&] { return cursor_.IsAny(Kind::kEndOfInput, Kind::kSemicolon); };
  if (!at_value() && !at_end()) declare.type = Type();
  if (at_value()) {
    cursor_.Advance();
    declare.default_value = Expression();
  }
  if (!declare.type && !declare.default_value) {
    EndOfStatement();
    throw QueryError("INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED", {}, cursor_.OriginFrom(begin),
                     ErrorClass::kParse);
  }
  EndOfStatement();
  return MakeCommand(std::move(declare), begin);
}

// SET VARIABLE name = value | DEFAULT, …; SET VARIABLE (name, …) = (query). The cursor stands behind SET.
plan::Command Parser::SetVariableStatement(size_t begin) {
  cursor_.Advance();
  plan::SetVariables set;
  if (cursor_.Accept(Kind::kLeftParen)) {
    do {
      set.names.push_back(VariableName());
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
    cursor_.Expect(Kind::kEqual);
    cursor_.Expect(Kind::kLeftParen);
    set.query = Query();
    cursor_.Expect(Kind::kRightParen);
  } else {
    do {
      set.names.push_back(VariableName());
      cursor_.Expect(Kind::kEqual);
      const bool is_default =
          cursor_.Is(Kind::kDefault) &&
          (cursor_.Is(Kind::kComma, 1) || cursor_.Is(Kind::kEndOfInput, 1) || cursor_.Is(Kind::kSemicolon, 1));
      if (is_default) cursor_.Advance();
      set.values.push_back(is_default ? nullptr : Expression());
    } while (cursor_.Accept(Kind::kComma));
  }
  EndOfStatement();
  return MakeCommand(std::move(set), begin);
}

// DROP TEMPORARY VARIABLE [IF EXISTS] name
std::optional<plan::Command> Parser::DropVariableStatement() {
  const bool is_variable = cursor_.Is(Kind::kVariable, 2) || cursor_.Is(Kind::kVar, 2);
  if (!cursor_.Is(Kind::kTemporary, 1) || !is_variable) return std::nullopt;
  const size_t begin = cursor_.position();
  cursor_.Rewind(begin + 3);
  plan::DropVariable drop;
  drop.if_exists = cursor_.Accept(Kind::kIf, Kind::kExists);
  drop.name = VariableName();
  EndOfStatement();
  return MakeCommand(std::move(drop), begin);
}

// EXECUTE IMMEDIATE text [INTO name, …] [USING argument [AS name], …], in either order
plan::Command Parser::ExecuteImmediateStatement() {
  const size_t begin = cursor_.position();
  cursor_.Rewind(begin + 2);
  plan::ExecuteImmediate execute;
  execute.text = Expression();
  if (cursor_.Accept(Kind::kInto)) {
    do {
      execute.into.push_back(VariableName());
    } while (cursor_.Accept(Kind::kComma));
  }
  if (cursor_.Accept(Kind::kUsing)) {
    const std::optional<size_t> behind =
        cursor_.Is(Kind::kLeftParen) ? cursor_.BehindGroup(cursor_.position()) : std::nullopt;
    const bool grouped =
        behind && (cursor_.KindAt(*behind) == Kind::kEndOfInput || cursor_.KindAt(*behind) == Kind::kSemicolon);
    if (grouped) cursor_.Advance();
    for (ExpressionPtr& argument : NamedExpressions()) {
      const auto* alias = argument->As<plan::Alias>();
      execute.argument_names.push_back(alias ? alias->names.at(0) : std::string());
      execute.arguments.push_back(alias ? alias->child : argument);
    }
    if (grouped) cursor_.Expect(Kind::kRightParen);
  }
  EndOfStatement();
  return MakeCommand(std::move(execute), begin);
}

}  // namespace firesteel::sql
