#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "client/plan/expression.h"
#include "client/session/executor.h"
#include "firesteel/error.h"

namespace firesteel::client::internal {

/// Writes messages from nodes. It keeps a list of what is still to be written instead of recursing, so that neither
/// the depth of a plan nor the number of its nodes costs stack. Linear in the size of the message. Not thread-safe.
///
///     PlanBuilder builder;
///     builder.Add(relation, plan.mutable_root());
///     Result<void> built = builder.Finish();
class PlanBuilder {
 public:
  /// Protobuf itself recurses when it writes and frees messages: deeper plans could end the program. Servers refuse
  /// them long before (Spark and Firesteel at 1024 levels of messages, of which a relation takes two).
  static constexpr int kMaxDepth = 5'000;

  void Add(const RelationPtr& relation, proto::Relation* out);
  void Add(const ExpressionPtr& expression, proto::Expression* out);
  void AddSortOrder(const ExpressionPtr& sort_order, proto::Expression::SortOrder* out);
  /// Of literals only; anything else is an error.
  void AddLiteral(const ExpressionPtr& literal, proto::Expression::Literal* out);
  template <class Repeated>
  void AddAll(const std::vector<ExpressionPtr>& expressions, Repeated* out) {
    for (const ExpressionPtr& expression : expressions) Add(expression, out->Add());
  }

  /// The first error is the one that is told.
  void Fail(Error error);
  /// Writes all that was added.
  Result<void> Finish();

 private:
  struct Pending {
    const RelationNode* relation;
    const ExpressionNode* expression;
    google::protobuf::Message* out;
    int depth;
  };

  void Write(const RelationNode& node, proto::Relation* out);
  void Write(const ExpressionNode& node, proto::Expression* out);
  void WriteWindow(const ExpressionNode& node, proto::Expression::Window* out);
  void WriteSubquery(const ExpressionNode& node, proto::SubqueryExpression* out);

  std::vector<Pending> pending_;
  int depth_ = 0;
  std::optional<Error> error_;
};

/// The plan whose root this is.
Result<proto::Plan> BuildPlan(const RelationPtr& relation);

/// The plan's columns. The server is asked once for the life of the node, and before that for those of the plans below
/// that theirs depend on: as many calls as there are such plans, without recursion. Thread-safe.
Result<Schema> SchemaOf(const RelationPtr& relation);

}  // namespace firesteel::client::internal
