#include "client/plan/plan_builder.h"

#include <limits>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "client/plan/literal.h"
#include "client/plan/relation.h"
#include "client/types/type_proto.h"

namespace firesteel::client::internal {

namespace {

constexpr int64_t kUnboundedPreceding = std::numeric_limits<int64_t>::min();
constexpr int64_t kUnboundedFollowing = std::numeric_limits<int64_t>::max();

/// The name as the parser of names reads it back: a dot in it would lead into a struct.
std::string QuotedName(std::string_view name) {
  if (name.find_first_of(".`") == std::string_view::npos) return std::string(name);
  std::string quoted = "`";
  for (const char c : name) quoted.append(c == '`' ? 2 : 1, c);
  return quoted + "`";
}

// True when the bound has a form in the message.
bool WriteBound(int64_t bound, bool rows, int64_t unbounded,
                proto::Expression::Window::WindowFrame::FrameBoundary* out) {
  if (bound == 0) {
    out->set_current_row(true);
  } else if (bound == unbounded) {
    out->set_unbounded(true);
  } else if (!rows) {
    out->mutable_value()->mutable_literal()->set_long_(bound);
  } else if (bound >= std::numeric_limits<int32_t>::min() && bound <= std::numeric_limits<int32_t>::max()) {
    out->mutable_value()->mutable_literal()->set_integer(static_cast<int32_t>(bound));
  } else {
    return false;
  }
  return true;
}

}  // namespace

void PlanBuilder::Add(const RelationPtr& relation, proto::Relation* out) {
  pending_.push_back({relation.get(), nullptr, out, depth_ + 1});
}

void PlanBuilder::Add(const ExpressionPtr& expression, proto::Expression* out) {
  pending_.push_back({nullptr, expression.get(), out, depth_ + 1});
}

void PlanBuilder::AddSortOrder(const ExpressionPtr& sort_order, proto::Expression::SortOrder* out) {
  const ExpressionNode& node = *sort_order;
  if (node.kind == ExpressionKind::kInvalid) return Fail(node.error);
  if (node.kind != ExpressionKind::kSortOrder) return Fail(Error::Invalid("A sort order is needed here."));
  using SortOrder = proto::Expression::SortOrder;
  out->set_direction(node.flag ? SortOrder::SORT_DIRECTION_ASCENDING : SortOrder::SORT_DIRECTION_DESCENDING);
  out->set_null_ordering(node.nulls_first ? SortOrder::SORT_NULLS_FIRST : SortOrder::SORT_NULLS_LAST);
  Add(node.children[0], out->mutable_child());
}

void PlanBuilder::AddLiteral(const ExpressionPtr& literal, proto::Expression::Literal* out) {
  if (literal->kind == ExpressionKind::kInvalid) return Fail(literal->error);
  if (literal->kind != ExpressionKind::kLiteral) {
    return Fail(Error::Invalid("A literal is needed here, not an expression of columns."));
  }
  if (Result<void> written = WriteLiteral(*literal->value, out); !written) Fail(written.error());
}

void PlanBuilder::Fail(Error error) {
  if (!error_) error_ = std::move(error);
}

Result<void> PlanBuilder::Finish() {
  while (!pending_.empty() && !error_) {
    const Pending next = pending_.back();
    pending_.pop_back();
    depth_ = next.depth;
    if (depth_ > kMaxDepth) {
      Fail(Error::Invalid("The plan is nested deeper than " + std::to_string(kMaxDepth) + " calls."));
    } else if (next.relation) {
      Write(*next.relation, static_cast<proto::Relation*>(next.out));
    } else {
      Write(*next.expression, static_cast<proto::Expression*>(next.out));
    }
  }
  if (error_) return *error_;
  return {};
}

void PlanBuilder::Write(const RelationNode& node, proto::Relation* out) {
  if (node.error) return Fail(*node.error);
  proto::Relation* root = out;
  if (node.with_relations_id) {
    out->mutable_common()->set_plan_id(*node.with_relations_id);
    proto::WithRelations* wrapper = out->mutable_with_relations();
    root = wrapper->mutable_root();
    for (const RelationPtr& reference : node.references) Add(reference, wrapper->add_references());
  }
  root->mutable_common()->set_plan_id(node.root_id);
  node.fill(node, root, *this);
}

void PlanBuilder::Write(const ExpressionNode& node, proto::Expression* out) {
  switch (node.kind) {
    case ExpressionKind::kInvalid:
      return Fail(node.error);
    case ExpressionKind::kLiteral:
      if (Result<void> written = WriteLiteral(*node.value, out->mutable_literal()); !written) Fail(written.error());
      return;
    case ExpressionKind::kAttribute: {
      auto* attribute = out->mutable_unresolved_attribute();
      attribute->set_unparsed_identifier(node.name);
      if (node.plan_id) attribute->set_plan_id(*node.plan_id);
      attribute->set_is_metadata_column(node.metadata_column);
      return;
    }
    case ExpressionKind::kStar: {
      auto* star = out->mutable_unresolved_star();
      if (!node.name.empty()) star->set_unparsed_target(node.name);
      if (node.plan_id) star->set_plan_id(*node.plan_id);
      return;
    }
    case ExpressionKind::kRegex:
      out->mutable_unresolved_regex()->set_col_name(node.name);
      if (node.plan_id) out->mutable_unresolved_regex()->set_plan_id(*node.plan_id);
      return;
    case ExpressionKind::kSqlText:
      out->mutable_expression_string()->set_expression(node.name);
      return;
    case ExpressionKind::kFunction:
    case ExpressionKind::kCaseWhen: {
      auto* function = out->mutable_unresolved_function();
      function->set_function_name(node.kind == ExpressionKind::kCaseWhen ? "when" : node.name);
      function->set_is_distinct(node.kind == ExpressionKind::kFunction && node.flag);
      return AddAll(node.children, function->mutable_arguments());
    }
    case ExpressionKind::kCallFunction:
      out->mutable_call_function()->set_function_name(node.name);
      return AddAll(node.children, out->mutable_call_function()->mutable_arguments());
    case ExpressionKind::kAlias: {
      auto* alias = out->mutable_alias();
      for (const std::string& name : node.names) alias->add_name(name);
      if (!node.metadata.empty()) alias->set_metadata(node.metadata);
      return Add(node.children[0], alias->mutable_expr());
    }
    case ExpressionKind::kCast: {
      auto* cast = out->mutable_cast();
      if (node.type) {
        ToProto(*node.type, cast->mutable_type());
      } else {
        cast->set_type_str(node.name);
      }
      if (node.try_cast) cast->set_eval_mode(proto::Expression::Cast::EVAL_MODE_TRY);
      return Add(node.children[0], cast->mutable_expr());
    }
    case ExpressionKind::kSortOrder: {
      auto* order = out->mutable_sort_order();
      using SortOrder = proto::Expression::SortOrder;
      order->set_direction(node.flag ? SortOrder::SORT_DIRECTION_ASCENDING : SortOrder::SORT_DIRECTION_DESCENDING);
      order->set_null_ordering(node.nulls_first ? SortOrder::SORT_NULLS_FIRST : SortOrder::SORT_NULLS_LAST);
      return Add(node.children[0], order->mutable_child());
    }
    case ExpressionKind::kLambda: {
      auto* lambda = out->mutable_lambda_function();
      Add(node.children[0], lambda->mutable_function());
      for (size_t i = 1; i < node.children.size(); ++i) lambda->add_arguments()->add_name_parts(node.children[i]->name);
      return;
    }
    case ExpressionKind::kLambdaVariable:
      out->mutable_unresolved_named_lambda_variable()->add_name_parts(node.name);
      return;
    case ExpressionKind::kWindow:
      return WriteWindow(node, out->mutable_window());
    case ExpressionKind::kExtractValue:
      Add(node.children[0], out->mutable_unresolved_extract_value()->mutable_child());
      return Add(node.children[1], out->mutable_unresolved_extract_value()->mutable_extraction());
    case ExpressionKind::kWithField:
    case ExpressionKind::kDropField: {
      auto* update = out->mutable_update_fields();
      update->set_field_name(node.name);
      Add(node.children[0], update->mutable_struct_expression());
      if (node.kind == ExpressionKind::kWithField) Add(node.children[1], update->mutable_value_expression());
      return;
    }
    case ExpressionKind::kSubquery:
      return WriteSubquery(node, out->mutable_subquery_expression());
    case ExpressionKind::kNamedArgument:
      out->mutable_named_argument_expression()->set_key(node.name);
      return Add(node.children[0], out->mutable_named_argument_expression()->mutable_value());
    case ExpressionKind::kPartitionId:
      return Add(node.children[0], out->mutable_direct_shuffle_partition_id()->mutable_child());
    case ExpressionKind::kOrdinal: {
      const Result<Schema> schema = SchemaOf(node.plan);
      if (!schema) return Fail(schema.error());
      if (node.ordinal > static_cast<int64_t>(schema->size())) {
        return Fail(Error::Invalid("There is no column " + std::to_string(node.ordinal) + ": the DataFrame has " +
                                   std::to_string(schema->size()) + "."));
      }
      auto* attribute = out->mutable_unresolved_attribute();
      attribute->set_unparsed_identifier(QuotedName((*schema)[static_cast<size_t>(node.ordinal - 1)].name));
      attribute->set_is_metadata_column(false);
      return;
    }
  }
}

void PlanBuilder::WriteWindow(const ExpressionNode& node, proto::Expression::Window* out) {
  Add(node.children[0], out->mutable_window_function());
  for (size_t i = 1; i < node.children.size(); ++i) {
    if (i <= node.partition_keys) {
      Add(node.children[i], out->add_partition_spec());
    } else {
      AddSortOrder(node.children[i], out->add_order_spec());
    }
  }
  if (!node.frame) return;
  using Frame = proto::Expression::Window::WindowFrame;
  Frame* frame = out->mutable_frame_spec();
  frame->set_frame_type(node.frame->rows ? Frame::FRAME_TYPE_ROW : Frame::FRAME_TYPE_RANGE);
  if (!WriteBound(node.frame->start, node.frame->rows, kUnboundedPreceding, frame->mutable_lower()) ||
      !WriteBound(node.frame->end, node.frame->rows, kUnboundedFollowing, frame->mutable_upper())) {
    Fail(Error::Invalid("VALUE_NOT_BETWEEN", "A bound of rows_between must be an INT."));
  }
}

void PlanBuilder::WriteSubquery(const ExpressionNode& node, proto::SubqueryExpression* out) {
  out->set_plan_id(node.plan->plan_id());
  switch (node.subquery_kind) {
    case SubqueryKind::kScalar:
      out->set_subquery_type(proto::SubqueryExpression::SUBQUERY_TYPE_SCALAR);
      return;
    case SubqueryKind::kExists:
      out->set_subquery_type(proto::SubqueryExpression::SUBQUERY_TYPE_EXISTS);
      return;
    case SubqueryKind::kIn:
      out->set_subquery_type(proto::SubqueryExpression::SUBQUERY_TYPE_IN);
      return AddAll(node.children, out->mutable_in_subquery_values());
    case SubqueryKind::kTableArgument:
      out->set_subquery_type(proto::SubqueryExpression::SUBQUERY_TYPE_TABLE_ARG);
      if (!node.children.empty() || node.single_partition) {
        auto* options = out->mutable_table_arg_options();
        for (size_t i = 0; i < node.children.size(); ++i) {
          if (i < node.partition_keys) {
            Add(node.children[i], options->add_partition_spec());
          } else {
            AddSortOrder(node.children[i], options->add_order_spec());
          }
        }
        if (node.single_partition) options->set_with_single_partition(*node.single_partition);
      }
      return;
  }
}

Result<proto::Plan> BuildPlan(const RelationPtr& relation) {
  proto::Plan plan;
  PlanBuilder builder;
  builder.Add(relation, plan.mutable_root());
  if (Result<void> built = builder.Finish(); !built) return built.error();
  return plan;
}

namespace {

std::optional<Schema> KnownSchema(const RelationNode& relation) {
  std::lock_guard lock(relation.schema_mutex);
  return relation.schema;
}

// Of a plan whose own questions have been answered.
Result<Schema> AskOnce(const RelationPtr& relation) {
  if (std::optional<Schema> known = KnownSchema(*relation)) return *std::move(known);
  Result<proto::Plan> plan = BuildPlan(relation);
  if (!plan) return plan.error();
  proto::AnalyzePlanRequest request;
  *request.mutable_schema()->mutable_plan() = *std::move(plan);
  Result<proto::AnalyzePlanResponse> response = relation->executor->Analyze(std::move(request));
  if (!response) return response.error();
  Schema schema = SchemaFromProto(response->schema().schema());
  std::lock_guard lock(relation->schema_mutex);
  relation->schema = schema;
  return schema;
}

}  // namespace

Result<Schema> SchemaOf(const RelationPtr& relation) {
  if (std::optional<Schema> known = KnownSchema(*relation)) return *std::move(known);
  // Those below first: writing a plan then finds what it asks for.
  std::vector<std::pair<const RelationNode*, bool>> pending = {{relation.get(), false}};
  std::unordered_set<const RelationNode*> seen;
  while (!pending.empty()) {
    const auto [node, entered] = pending.back();
    if (entered) {
      pending.pop_back();
      for (const RelationPtr& asked : node->asked) {
        if (Result<Schema> schema = AskOnce(asked); !schema) return schema.error();
      }
      continue;
    }
    pending.back().second = true;
    if (!seen.insert(node).second) {
      pending.pop_back();
      continue;
    }
    for (const auto* below : {&node->inputs, &node->references, &node->asked}) {
      for (const RelationPtr& plan : *below) pending.emplace_back(plan.get(), false);
    }
  }
  return AskOnce(relation);
}

}  // namespace firesteel::client::internal
