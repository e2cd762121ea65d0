#include "server/status/statement_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <utility>

#include "base/text_beginning.h"
#include "connect/command/sql_command.h"
#include "spark/connect/commands.pb.h"
#include "spark/connect/relations.pb.h"

namespace firesteel::server {

namespace proto = ::spark::connect;

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kMostBytes = 4 << 10;
constexpr int kMostNodes = 40;

/// The member of a oneof that is set; null when none is.
const FieldDescriptor* Chosen(const Message& message, const char* oneof) {
  const auto* group = message.GetDescriptor()->FindOneofByName(oneof);
  return group == nullptr ? nullptr : message.GetReflection()->GetOneofFieldDescriptor(message, group);
}

/// The relation that a node reads, when it reads one: its field `input` or, of joins and sets, the left one.
const proto::Relation* InputOf(const Message& node) {
  for (const char* name : {"input", "left", "left_input"}) {
    const FieldDescriptor* field = node.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated() || field->message_type() != proto::Relation::descriptor()) continue;
    if (!node.GetReflection()->HasField(node, field)) continue;
    return static_cast<const proto::Relation*>(&node.GetReflection()->GetMessage(node, field));
  }
  return nullptr;
}

std::string Outline(const proto::Relation* relation) {
  std::string text;
  for (int i = 0; relation != nullptr && i < kMostNodes; ++i) {
    if (relation->has_sql()) {
      // One byte more than is shown tells that there is more; a text may have a hundred megabytes.
      return text + (text.empty() ? "" : " ← ") + relation->sql().query().substr(0, kMostBytes + 1);
    }
    const FieldDescriptor* kind = Chosen(*relation, "rel_type");
    if (kind == nullptr) break;
    text += (text.empty() ? "" : " ← ") + kind->name();
    if (relation->has_read() && relation->read().has_named_table()) {
      text += " " + relation->read().named_table().unparsed_identifier();
    }
    relation = InputOf(relation->GetReflection()->GetMessage(*relation, kind));
  }
  return text;
}

std::string CommandText(const proto::Command& command) {
  if (command.has_sql_command()) {
    if (command.sql_command().has_input()) return Outline(&command.sql_command().input());
    proto::Relation relation;  // of clients before Spark 4
    connect::SqlCommandRelation(command.sql_command(), &relation);
    return Outline(&relation);
  }
  const FieldDescriptor* kind = Chosen(command, "command_type");
  if (kind == nullptr) return "command";
  std::string text = kind->name();
  if (kind->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    if (const proto::Relation* input = InputOf(command.GetReflection()->GetMessage(command, kind))) {
      text += " ← " + Outline(input);
    }
  }
  return text;
}

}  // namespace

std::string StatementText(const proto::Plan& plan) {
  std::string text = plan.has_root()      ? Outline(&plan.root())
                     : plan.has_command() ? CommandText(plan.command())
                                          : "compressed plan";
  return TextBeginning(std::move(text), kMostBytes);
}

}  // namespace firesteel::server
