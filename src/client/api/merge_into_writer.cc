#include <utility>

#include "client/api/execution.h"
#include "client/plan/access.h"
#include "firesteel/writer.h"

namespace firesteel::client {

using internal::Access;
using internal::PlanBuilder;

MergeIntoWriter DataFrame::merge_into(std::string table, const Column& condition) const {
  return MergeIntoWriter(*this, std::move(table), condition);
}

MergeIntoWriter::WhenMatched MergeIntoWriter::when_matched(const std::optional<Column>& condition) const {
  return WhenMatched(*this, condition, false);
}

MergeIntoWriter::WhenNotMatched MergeIntoWriter::when_not_matched(const std::optional<Column>& condition) const {
  return WhenNotMatched(*this, condition);
}

MergeIntoWriter::WhenNotMatchedBySource MergeIntoWriter::when_not_matched_by_source(
    const std::optional<Column>& condition) const {
  return WhenMatched(*this, condition, true);
}

MergeIntoWriter MergeIntoWriter::with_schema_evolution() const {
  MergeIntoWriter writer = *this;
  writer.schema_evolution_ = true;
  return writer;
}

MergeIntoWriter MergeIntoWriter::WhenMatched::update_all() const {
  MergeIntoWriter writer = *writer_;
  (by_source_ ? writer.not_matched_by_source_ : writer.matched_)
      .push_back({proto::MergeAction::ACTION_TYPE_UPDATE_STAR, condition_, {}});
  return writer;
}

MergeIntoWriter MergeIntoWriter::WhenMatched::update(const Assignments& assignments) const {
  MergeIntoWriter writer = *writer_;
  (by_source_ ? writer.not_matched_by_source_ : writer.matched_)
      .push_back({proto::MergeAction::ACTION_TYPE_UPDATE, condition_, assignments});
  return writer;
}

MergeIntoWriter MergeIntoWriter::WhenMatched::delete_() const {
  MergeIntoWriter writer = *writer_;
  (by_source_ ? writer.not_matched_by_source_ : writer.matched_)
      .push_back({proto::MergeAction::ACTION_TYPE_DELETE, condition_, {}});
  return writer;
}

MergeIntoWriter MergeIntoWriter::WhenNotMatched::insert_all() const {
  MergeIntoWriter writer = *writer_;
  writer.not_matched_.push_back({proto::MergeAction::ACTION_TYPE_INSERT_STAR, condition_, {}});
  return writer;
}

MergeIntoWriter MergeIntoWriter::WhenNotMatched::insert(const Assignments& assignments) const {
  MergeIntoWriter writer = *writer_;
  writer.not_matched_.push_back({proto::MergeAction::ACTION_TYPE_INSERT, condition_, assignments});
  return writer;
}

Result<void> MergeIntoWriter::merge() const {
  Result<std::vector<proto::ExecutePlanResponse>> done = internal::RunCommand(
      Access::ExecutorOf(frame_), Access::Plan(frame_), [&](proto::Command* command, PlanBuilder& builder) {
        const auto add = [&builder](const std::vector<Action>& actions, auto* out) {
          for (const Action& action : actions) {
            proto::MergeAction* merge_action = out->Add()->mutable_merge_action();
            merge_action->set_action_type(static_cast<proto::MergeAction::ActionType>(action.type));
            if (action.condition) builder.Add(Access::Node(*action.condition), merge_action->mutable_condition());
            for (const auto& [column, value] : action.assignments) {
              auto* assignment = merge_action->add_assignments();
              assignment->mutable_key()->mutable_expression_string()->set_expression(column);
              builder.Add(Access::Node(value), assignment->mutable_value());
            }
          }
        };
        auto* merge = command->mutable_merge_into_table_command();
        merge->set_target_table_name(table_);
        builder.Add(Access::Plan(frame_), merge->mutable_source_table_plan());
        builder.Add(Access::Node(condition_), merge->mutable_merge_condition());
        add(matched_, merge->mutable_match_actions());
        add(not_matched_, merge->mutable_not_matched_actions());
        add(not_matched_by_source_, merge->mutable_not_matched_by_source_actions());
        merge->set_with_schema_evolution(schema_evolution_);
      });
  if (!done) return done.error();
  return {};
}

}  // namespace firesteel::client
