#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "bound/relation.h"
#include "lowering/lowering.h"
#include "lowering/select.h"

namespace firesteel::lowering {

/// The lowering of one query: what all of its parts share. One file of relation/ for each kind of node.
class Lowerer {
 public:
  explicit Lowerer(const bound::SessionSettings& settings) : settings_(settings) {}

  Select Lower(const bound::Relation& relation);
  /// The whole query: columns c0 …, WITH entries in front.
  LoweredQuery Finish(const bound::Relation& relation, Select select);

  const bound::SessionSettings& settings() const { return settings_; }

  // ---- for the files of relation/ ----

  /// Makes the SELECT a table of the FROM of a new one; all columns become references.
  void Wrap(Select& select);
  /// Wraps unless the SELECT is only a FROM whose columns are references (outer joins) or cost nothing.
  void MakeTable(Select& select);
  /// Wraps when the expressions use a computed column more often than once, or what is added would not mean the same
  /// in place. `is_projection`: the expressions replace the columns; else the columns stay beside them.
  void PrepareFor(Select& select, const std::vector<bound::ExpressionPtr>& expressions, bool is_projection);
  /// As PrepareFor for a condition. Columns that can fail stay in place and are repeated in the condition: the engine
  /// would do so, too, and put the condition before those that stand here already.
  void PrepareForCondition(Select& select, const bound::ExpressionPtr& condition);
  /// MakeTable; when the SELECT must be wrapped `where` goes into it first, and is empty then.
  void MakeTableOrRestore(Select& side, std::vector<std::string>& where);
  std::string ConditionSql(const bound::ExpressionPtr& condition, const Select& select);
  std::string NewTableAlias() { return "t" + std::to_string(++tables_); }

  /// Engine SQL of an expression over the columns of `select`.
  std::string Sql(const bound::ExpressionPtr& expression, const Select& select);
  /// A computed column.
  Column Compute(const bound::NamedExpression& named, const Scope& scope);
  /// Adds the conjuncts of a condition to WHERE.
  void AddCondition(Select& select, const bound::ExpressionPtr& condition);
  /// ORDER BY items with explicit direction and place of nulls.
  std::string OrderItem(const bound::SortOrder& order, const Select& select);
  /// The expression's text with −0.0 made 0.0, for keys of grouping and DISTINCT.
  static std::string NormalizedKey(const std::string& sql, const DataType& type);

  // ---- for expressions ----

  /// A kernel call: fs(i, arguments).
  std::string KernelCallSql(functions::KernelCall call, const std::vector<std::string>& arguments, bool is_volatile);
  /// The number that a kernel call has in this query, the same for equal calls.
  size_t KernelNumber(functions::KernelCall call);
  /// A column of an enclosing query, or null.
  const Column* FindOuter(bound::AttributeId id) const;
  /// Lowers a subquery whose outer references mean columns of `scope`.
  Select LowerSubquery(const bound::Relation& query, const Scope& scope);
  /// SQL of what a lambda parameter is called; ids are unique, so names are.
  static std::string LambdaName(bound::AttributeId id) { return "l" + std::to_string(id); }

 private:
  struct CteEntry {
    std::string from;  // the entry's name, or the whole query in parentheses
    int nesting = 0;
  };

  Select LowerNode(const bound::Relation& relation, const bound::Scan& node);
  Select LowerTextScan(const bound::Relation& relation, const bound::Scan& node);
  std::string PartitionColumn(const std::string& sql, const DataType& type);
  Select LowerNode(const bound::Relation& relation, const bound::LocalData& node);
  Select LowerNode(const bound::Relation& relation, const bound::Range& node);
  Select LowerNode(const bound::Relation& relation, const bound::OneRow& node);
  Select LowerNode(const bound::Relation& relation, const bound::EngineTable& node);
  Select LowerNode(const bound::Relation& relation, const bound::Project& node);
  Select LowerNode(const bound::Relation& relation, const bound::Filter& node);
  Select LowerNode(const bound::Relation& relation, const bound::Join& node);
  Select LowerNode(const bound::Relation& relation, const bound::Aggregate& node);
  Select LowerNode(const bound::Relation& relation, const bound::Sort& node);
  Select LowerNode(const bound::Relation& relation, const bound::Limit& node);
  Select LowerNode(const bound::Relation& relation, const bound::Tail& node);
  Select LowerNode(const bound::Relation& relation, const bound::SetOperation& node);
  Select LowerNode(const bound::Relation& relation, const bound::Deduplicate& node);
  Select LowerNode(const bound::Relation& relation, const bound::Window& node);
  Select LowerNode(const bound::Relation& relation, const bound::Generate& node);
  Select LowerJsonTuple(const bound::Generate& node, const bound::Call& call, Select select);
  Select LowerStack(const bound::Relation& relation, const bound::Generate& node, const bound::Call& call,
                    Select select);
  Select LowerNode(const bound::Relation& relation, const bound::Sample& node);
  Select LowerNode(const bound::Relation& relation, const bound::RowIndex& node);
  Select LowerNode(const bound::Relation& relation, const bound::CollectMetrics& node);
  Select LowerNode(const bound::Relation& relation, const bound::Repartition& node);
  Select LowerNode(const bound::Relation& relation, const bound::WithCte& node);
  Select LowerNode(const bound::Relation& relation, const bound::Recursion& node);
  Select LowerNode(const bound::Relation& relation, const bound::CteReference& node);
  Select LowerNode(const bound::Relation& relation, const bound::PythonStage& node);

  const bound::SessionSettings& settings_;
  std::vector<const Scope*> outer_;  // scopes of the enclosing queries, innermost last
  std::vector<std::shared_ptr<const functions::KernelCall>> kernels_;
  std::unordered_multimap<const functions::Kernel*, size_t> kernel_index_;
  std::vector<LocalTable> local_tables_;
  std::vector<TextScan> scans_;
  std::vector<std::string> files_;
  std::vector<std::string> with_;  // "name AS (…)", each naming only those before it
  std::map<int64_t, CteEntry> ctes_;
  int tables_ = 0;
};

}  // namespace firesteel::lowering
