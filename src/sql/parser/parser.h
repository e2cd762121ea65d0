#pragma once

// The recursive-descent parser behind sql/parser.h. One class, because every clause may contain every other; its
// functions are spread over files by family: expression.cc, predicate.cc, primary.cc, call.cc, …

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/command.h"
#include "plan/expression.h"
#include "plan/relation.h"
#include "sql/parser.h"
#include "sql/parser/token_cursor.h"

namespace firesteel::sql {

using plan::ExpressionPtr;
using plan::RelationPtr;

/// Parses one text. Not reusable after an error. Spark's keywords are nearly all identifiers, so many decisions look
/// ahead; where Spark's grammar allows two readings, the functions choose the one that Spark's parser chooses.
class Parser {
 public:
  Parser(std::string_view text, const ParserOptions& options) : cursor_(text), options_(options) {
    cursor_.SetObject(options.object_type, options.object_name);
  }

  // Entry points: each reads to the end of the text.
  plan::Command SingleStatement();
  ExpressionPtr SingleExpression();
  DataType SingleDataType();
  Schema SingleTableSchema();
  std::vector<std::string> SingleMultipartIdentifier();

 private:
  using Kind = TokenKind;
  using Names = std::vector<std::string>;
  using Expressions = std::vector<ExpressionPtr>;

  // ---- identifiers (identifier.cc)
  bool IsIdentifierAt(size_t index) const;
  bool IsStrictIdentifierAt(size_t index) const;  ///< may be a table alias
  bool IsIdentifier(size_t ahead = 0) const { return IsIdentifierAt(cursor_.position() + ahead); }
  bool IsString(size_t ahead = 0) const;
  std::string Identifier();
  std::string StrictIdentifier();
  std::string IdentifierText(const Token& token) const;
  /// An identifier where a-b is an error of its own (INVALID_IDENTIFIER).
  std::string CheckedIdentifier();
  Names MultipartIdentifier();
  /// a.b.c, or IDENTIFIER(text).
  Names IdentifierReference();
  Names IdentifierList();
  Names QualifiedName();
  Names ParseIdentifierText(const ExpressionPtr& expression, size_t begin);

  // ---- look-ahead (lookahead.cc)
  bool StartsExpression(size_t index) const;
  bool StartsQuery(size_t index) const;
  bool StartsQueryInParentheses(size_t index) const;
  bool StartsJoin(size_t index) const;
  bool HasMatchCondition(size_t index) const;
  bool StartsNearestBy(size_t index) const;
  bool StartsSetOperation(size_t index) const;
  bool StartsOrganization(size_t index) const;
  bool StartsClause(size_t index) const;
  bool FollowsSelectItem(size_t index) const;
  bool FollowsTableAlias(size_t index) const;
  bool IsAliasAt(size_t index) const;
  bool IsTableAliasAt(size_t index) const;
  bool HoldsNames(size_t open, size_t behind) const;
  bool FollowsGroup(size_t index) const;
  bool IsAsAlias() const;
  bool StartsPipeOperator(size_t index) const;

  // ---- queries (query.cc, set_operation.cc)
  RelationPtr Query();
  plan::With CommonTableExpressions();
  RelationPtr QueryTerm(int min_precedence = 0);
  RelationPtr QueryPrimary();
  RelationPtr QueryOrganization(RelationPtr child);
  template <class Body>
  void Clause(Body body);
  RelationPtr ParenthesizedQuery();
  std::vector<std::pair<std::string, plan::WindowSpec>> WindowClause();
  plan::SortOrder SortItem();
  std::vector<plan::SortOrder> SortItems();
  RelationPtr Repartitioned(RelationPtr child, Expressions expressions, size_t begin);
  void CheckCommonTableNames(const plan::With& with, size_t begin);
  RelationPtr Sorted(RelationPtr child, std::vector<plan::SortOrder> orders, bool is_global, size_t begin);

  // ---- SELECT (select.cc, group_by.cc, hint.cc)
  struct SelectList {
    Expressions expressions;
    bool distinct = false;
    std::vector<plan::Hint> hints;
    std::vector<OriginPtr> hint_places;  ///< of each hint: its whole comment
    size_t begin = 0;
    size_t end = 0;
  };
  RelationPtr QuerySpecification();
  RelationPtr FromStatement();
  SelectList SelectClause();
  void HintClause(std::vector<plan::Hint>& hints, std::vector<OriginPtr>& places);
  RelationPtr FinishSelect(RelationPtr from, SelectList select, size_t begin);
  std::optional<plan::Aggregate> AggregationClause(bool aliases = false);
  ExpressionPtr GroupingAnalytics();
  ExpressionPtr GroupingSet();
  bool StartsGroupingAnalytics() const;
  RelationPtr LateralViews(RelationPtr child);

  // ---- FROM (from_clause.cc, join.cc, relation_primary.cc, pivot.cc, sample.cc)
  /// TABLESAMPLE: a share of the rows, or so many rows.
  struct SampleSpec {
    std::optional<plan::Sample> sample;
    ExpressionPtr rows;
    size_t begin = 0;
  };
  RelationPtr FromClause();
  RelationPtr RelationWithExtensions(RelationPtr left);
  RelationPtr RelationExtensions(RelationPtr left);
  RelationPtr JoinRelation(RelationPtr left);
  [[noreturn]] void RefuseAsOfJoin(size_t at);
  /// The rest of `join`, whose clause begins at the token `at`.
  RelationPtr NearestBy(plan::Join join, size_t at);
  RelationPtr RelationPrimary();
  RelationPtr TableReference(bool is_streaming);
  RelationPtr Joined(RelationPtr left, RelationPtr right, bool lateral, size_t begin);
  bool StartsInlineTable() const;
  bool StartsAlias() const;
  bool IsAsTableAlias() const;
  RelationPtr TableFunctionCall();
  RelationPtr InlineTable();
  RelationPtr WithAlias(RelationPtr child, size_t begin);
  std::optional<SampleSpec> SampleClause();
  static std::string JavaDouble(double value);
  RelationPtr Sampled(RelationPtr child, const std::optional<SampleSpec>& sample);
  RelationPtr PivotClause(RelationPtr child);
  RelationPtr UnpivotClause(RelationPtr child);
  RelationPtr WithOptionalAlias(RelationPtr child);
  ExpressionPtr TableArgument();
  bool StartsTableFunction() const;

  // ---- pipe operators (pipe.cc)
  RelationPtr PipeOperator(RelationPtr left, size_t begin);
  RelationPtr PipeAggregate(RelationPtr left, size_t begin);
  RelationPtr PipeSet(RelationPtr left, size_t begin);
  RelationPtr PipeSetOperation(RelationPtr left, size_t begin);

  // ---- expressions (expression.cc, predicate.cc)
  ExpressionPtr Expression();
  ExpressionPtr And();
  ExpressionPtr Not();
  ExpressionPtr Predicated();
  ExpressionPtr Predicate(ExpressionPtr value);
  ExpressionPtr LikePredicate(ExpressionPtr value, bool negated, size_t begin);
  ExpressionPtr InPredicate(ExpressionPtr value, bool negated, size_t begin);
  ExpressionPtr IsPredicate(ExpressionPtr value, size_t begin);
  bool StartsPredicate() const;
  ExpressionPtr ValueExpression(int min_precedence = 0);
  ExpressionPtr Unary();
  ExpressionPtr NamedExpression();
  Expressions NamedExpressions();
  Expressions ExpressionList();
  ExpressionPtr Balanced(const Expressions& operands, const char* name, size_t low, size_t high, size_t begin);

  // ---- primary expressions (primary.cc, call.cc, special_call.cc, case.cc, window.cc)
  ExpressionPtr Primary();
  ExpressionPtr PrimaryStart();
  template <class Read>
  ExpressionPtr Deferred(Read read);
  void KeepBack(const QueryError& error);
  ExpressionPtr Parenthesized();
  ExpressionPtr Star(Names target, size_t begin);
  ExpressionPtr Name();
  ExpressionPtr SemiStructuredPath(ExpressionPtr child, size_t begin);
  ExpressionPtr FunctionCall(Names name, size_t begin);
  ExpressionPtr CallSuffixes(plan::UnresolvedFunction function, size_t begin);
  [[noreturn]] void UnclosedArguments(const plan::UnresolvedFunction& function, size_t open, bool in_item);
  [[noreturn]] void UnclosedList(size_t size);
  ExpressionPtr FunctionArgument();
  ExpressionPtr SpecialCall();
  ExpressionPtr CastCall(bool is_try);
  ExpressionPtr TrimCall();
  ExpressionPtr SubstringCall();
  ExpressionPtr OverlayCall();
  ExpressionPtr PositionCall();
  ExpressionPtr ExtractCall();
  ExpressionPtr FirstLastCall();
  ExpressionPtr StructCall();
  size_t FindInCall(size_t open, Kind kind) const;
  ExpressionPtr DatetimeUnitCall(plan::UnresolvedFunction& function, size_t begin, size_t first_argument,
                                 size_t behind_first);
  ExpressionPtr Case();
  ExpressionPtr Lambda();
  bool StartsWindow(size_t index) const;
  plan::WindowSpec WindowSpecification();
  plan::WindowFrame WindowFrame();
  plan::WindowBoundary FrameBound(bool between);
  static bool IsConstant(const plan::Expression& expression);

  // ---- literals (literal.cc, interval.cc)
  ExpressionPtr Constant();
  ExpressionPtr NumberLiteral();
  ExpressionPtr TypedLiteral();
  ExpressionPtr Parameter();
  std::string StringLiteral();
  std::string StringTokenValue(const Token& token) const;
  bool IsNumber(size_t ahead = 0) const;
  bool StartsInterval() const;
  ExpressionPtr IntervalLiteral();
  ExpressionPtr UnitToUnitInterval(size_t begin, size_t value_begin, const std::string& value, const Token& from);
  static std::string DayTimeFormats(IntervalField first, IntervalField last);
  int32_t IntegerNumber();

  // ---- types (data_type.cc)
  DataType Type();
  DataType UnnestedType();
  DataType NestedType();
  DataType PrimitiveType();
  DataType IntervalType();
  DataType GeospatialType(bool geography);
  StructField ColumnType(bool colon_allowed);
  std::string Collation();
  std::optional<int> TypeLength();
  void CloseAngle();
  OriginPtr WholeText() const;
  [[noreturn]] void FailType(std::string condition, ErrorParameters parameters, size_t begin);

  // ---- statements (../statement/*.cc)
  plan::Command Statement();
  plan::Command QueryStatement();
  std::optional<plan::Command> DmlWithPrefix();
  std::optional<plan::Command> CreateViewStatement();
  plan::Command CreateViewUsing(Names name, bool is_global, bool replace, size_t begin);
  std::optional<plan::Command> DropViewStatement();
  std::optional<plan::Command> DropFunctionStatement();
  bool StartsColumnTypes() const;
  void CheckTemporaryName(Names& name, size_t begin, size_t end);
  template <class T>
  plan::Command CatalogCommand(T node, size_t begin, size_t end) const {
    return plan::Command{plan::CatalogCommand{std::move(node)}, cursor_.OriginBetween(begin, end)};
  }
  void SkipGroup();
  plan::ColumnDefinition ColumnDefinition();
  bool TableClauses(plan::TableClauses& clauses, size_t begin);
  [[noreturn]] plan::Command RepeatedClause(const char* clause, size_t begin);
  plan::Command TableConstraint(const plan::Name& table);
  std::optional<plan::Command> CreateTableStatement();
  plan::Command CreateTableLike(plan::CreateTable create, size_t begin);
  plan::PartitionSpec PartitionSpec();
  std::optional<plan::Command> InsertStatement(std::optional<plan::With> with, size_t begin);
  plan::Command TruncateStatement();
  std::optional<plan::Command> RowChangeStatement();
  std::optional<plan::Command> DropTableStatement();
  std::optional<plan::Command> AlterStatement();
  bool TableChange(plan::AlterTable& alter, size_t begin);
  bool AddedColumns(plan::AlterTable& alter);
  bool PartitionChange(plan::AlterTable& alter);
  bool ColumnChange(plan::AlterTable& alter, size_t begin);
  plan::Command RepairTableStatement();
  std::optional<plan::Command> CreateDatabaseStatement();
  std::optional<plan::Command> DropDatabaseStatement();
  std::optional<plan::Command> AlterDatabaseStatement();
  std::optional<plan::Command> CommentStatement();
  std::optional<plan::Command> AnalyzeStatement();
  std::optional<plan::Command> CatalogStatement();
  std::optional<plan::Command> ShowTableStatement();
  void OptionalNamespace(plan::ShowStatement& show);
  void OptionalPattern(plan::ShowStatement& show);
  bool IsNamespaceWord(size_t ahead) const;
  plan::Command SetStatement();
  plan::Command SetTimeZone();
  plan::VariableName VariableName();
  plan::Command DeclareStatement();
  plan::Command SetVariableStatement(size_t begin);
  std::optional<plan::Command> DropVariableStatement();
  plan::Command ExecuteImmediateStatement();
  plan::Command ResetStatement();
  plan::Command ExplainStatement();
  std::optional<plan::Command> ShowStatement();
  std::optional<plan::Command> DescribeStatement();
  plan::Command UseStatement();
  plan::Command CacheStatement();
  plan::Command RefreshStatement();
  std::optional<plan::Command> InsertDirectoryStatement(std::optional<plan::With> with, size_t begin);
  std::optional<plan::Command> KnownStatement();
  plan::Command Unsupported(std::string what);
  plan::Options PropertyList();
  std::string PropertyKey();
  std::string PropertyValue();
  void EndOfStatement();
  void EndOfText();
  template <class T>
  plan::Command MakeCommand(T node, size_t begin) const {
    return plan::Command{std::move(node), cursor_.OriginFrom(begin)};
  }

  template <class T>
  RelationPtr Make(T node, size_t begin) const {
    return plan::MakeRelation(std::move(node), cursor_.OriginFrom(begin));
  }
  template <class T>
  ExpressionPtr MakeExpression(T node, size_t begin) const {
    return plan::Make(std::move(node), cursor_.OriginFrom(begin));
  }
  /// An operator, by its name in the plan.
  ExpressionPtr Operator(const char* name, Expressions arguments, size_t begin) const;
  ExpressionPtr Negated(ExpressionPtr condition, bool negated, size_t begin) const;
  ExpressionPtr StringValue(std::string value, size_t begin) const;
  ExpressionPtr LiteralValue(DataType type, Value value, size_t begin) const;

  TokenCursor cursor_;
  const ParserOptions& options_;
  std::optional<QueryError> deferred_;  ///< thrown when the syntax is right
  int angles_left_ = 0;                 ///< of a >> or >>> that closes nested types
  size_t item_depth_ = 0;               ///< nesting of the select item that is being read
  bool only_name_ = false;              ///< the text is a name
  bool only_type_ = false;              ///< the text is a type or a schema
  int32_t next_position_ = 0;           ///< of the next `?`
  size_t repeated_parts_ = 0;           ///< what the plan has more than the text: operands of CASE at each comparison
  int attempts_left_ = 10000;           ///< speculative readings, so that no text costs more than linear work
};

}  // namespace firesteel::sql
