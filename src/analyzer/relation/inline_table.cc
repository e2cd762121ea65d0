#include <memory>
#include <utility>

#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "types/coercion.h"
#include "types/holds_kind.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using Rows = std::vector<std::vector<bound::ExpressionPtr>>;

bool AllLiterals(const Rows& rows) {
  for (const auto& row : rows) {
    for (const bound::ExpressionPtr& cell : row) {
      if (!cell->As<bound::Literal>()) return false;
    }
  }
  return true;
}

bool IsVolatileCall(const bound::Expression& e) {
  const auto* call = e.As<bound::Call>();
  return call && call->function->volatility == functions::Volatility::kVolatile;
}

bound::ExpressionPtr ResolveCell(ExpressionResolver& resolver, const plan::ExpressionPtr& written) {
  try {
    return resolver.Resolve(written);
  } catch (const QueryError& error) {
    // A cell without calls is computed while the statement is read.
    const auto* cast = written->As<plan::Cast>();
    const bool is_time = cast && HoldsKind(cast->type, {TypeKind::kTime});
    if (error.condition() != "UNSUPPORTED_TIME_TYPE" || !is_time || !cast->child->As<plan::Literal>()) throw;
    Origin whole_text;
    if (written->origin) whole_text.sql_text = written->origin->sql_text;
    throw QueryError(error.condition(), error.parameters(), std::make_shared<const Origin>(std::move(whole_text)),
                     ErrorClass::kParse);
  }
}

bool HasTextAndOther(const std::vector<DataType>& types) {
  bool text = false;
  bool other = false;
  for (const DataType& type : types) {
    text = text || type.IsStringLike();
    other = other || (!type.IsStringLike() && !type.Is(TypeKind::kNull));
  }
  return text && other;
}

// Rows of constants are data; anything that must be computed is a union of one-row projections.
ScopePtr MakeTable(Analysis& analysis, const Rows& rows, std::vector<bound::Attribute> output,
                   const OriginPtr& origin) {
  if (AllLiterals(rows)) {
    bound::LocalData data;
    for (const auto& row : rows) {
      std::vector<Value>& values = data.rows.emplace_back();
      for (const bound::ExpressionPtr& cell : row) values.push_back(cell->As<bound::Literal>()->value);
    }
    return MakeScope(bound::MakeRelation(std::move(data), std::move(output), origin));
  }
  bound::SetOperation all;
  all.all = true;
  for (const auto& row : rows) {
    const std::vector<bound::Attribute> columns = rows.size() == 1 ? output : analysis.FreshCopies(output);
    bound::Project project{bound::MakeRelation(bound::OneRow{}, {}, origin), {}};
    for (size_t c = 0; c < row.size(); ++c) project.expressions.push_back({columns[c], row[c]});
    all.inputs.push_back(bound::MakeRelation(std::move(project), columns, origin));
  }
  if (all.inputs.size() == 1) return MakeScope(all.inputs[0]);
  return MakeScope(bound::MakeRelation(std::move(all), std::move(output), origin));
}

}  // namespace

ScopePtr ResolveInlineTable(Analysis& analysis, const plan::InlineTable& node, const std::vector<std::string>& names,
                            const OriginPtr& origin) {
  const bound::SessionSettings& settings = analysis.settings();
  ExpressionResolver resolver(analysis, {});
  Rows rows;
  for (size_t r = 0; r < node.rows.size(); ++r) {
    if (node.rows[r].size() != node.rows[0].size()) {
      throw QueryError("INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
                       {{"expectedNumCols", std::to_string(node.rows[0].size())},
                        {"actualNumCols", std::to_string(node.rows[r].size())},
                        {"rowIndex", std::to_string(r)}},
                       origin, ErrorClass::kParse);
    }
    std::vector<bound::ExpressionPtr>& row = rows.emplace_back();
    for (const plan::ExpressionPtr& written : node.rows[r]) {
      bound::ExpressionPtr cell = ResolveCell(resolver, written);
      while (const auto* alias = cell->As<bound::InnerAlias>()) cell = bound::ExpressionPtr(alias->child);
      if (HasAggregate(cell) || HasWindow(cell) || HasGenerator(cell) || bound::AnyOf(cell, IsVolatileCall) ||
          HasPythonCall(cell)) {
        throw QueryError("INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE",
                         {{"expr", QuotedSql(*cell, settings)}}, cell->origin);
      }
      row.push_back(std::move(cell));
    }
  }
  const auto name = [&](size_t c) { return c < names.size() ? names[c] : "col" + std::to_string(c + 1); };
  const EvalMode mode = resolver.default_mode();
  std::vector<bound::Attribute> output;
  for (size_t c = 0; c < rows[0].size(); ++c) {
    std::vector<DataType> types;
    for (const auto& row : rows) types.push_back(row[c]->type);
    // Texts are not read as anything else here.
    const bool mixed = HasTextAndOther(types);
    const std::optional<DataType> type = mixed ? std::nullopt : WiderType(types, settings.ansi);
    if (!type) {
      throw QueryError("INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE",
                       {{"colName", QuoteIdentifier(name(c))}}, origin,
                       AllLiterals(rows) ? ErrorClass::kParse : ErrorClass::kAnalysis);
    }
    bool nullable = false;
    for (auto& row : rows) {
      if (row[c]->type.Is(TypeKind::kNull) && row[c]->As<bound::Literal>()) {
        row[c] = bound::MakeLiteral(*type, Value{}, row[c]->origin);
      } else {
        row[c] = bound::MakeCast(row[c], *type, mode, true);
      }
      nullable = nullable || row[c]->nullable;
    }
    output.push_back(analysis.NewAttribute(name(c), *type, nullable));
  }
  return MakeTable(analysis, rows, std::move(output), origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::InlineTable& node, const plan::Relation& self) {
  return ResolveInlineTable(analysis, node, {}, self.origin);
}

}  // namespace firesteel::analyzer
