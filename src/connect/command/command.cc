#include <utility>

#include "connect/command/sql_command.h"
#include "connect/command/write_operation.h"
#include "connect/decoder.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "connect/relation/decode_relation.h"
#include "spark/connect/commands.pb.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

plan::Command::Node DecodeCreateView(const proto::CreateDataFrameViewCommand& create, const DecodeContext& context) {
  plan::CreateView node;
  // A DataFrame's view has a table's name: a database before it is read over.
  std::vector<std::string> name;
  try {
    name = context.parse_identifier(create.name());
  } catch (const QueryError&) {
  }
  if (name.empty() || name.size() > 2) throw QueryError("_LEGACY_ERROR_TEMP_1321", {{"viewName", create.name()}});
  node.name = {name.back()};
  node.query = DecodeRelation(create.input(), context);
  node.is_temporary = true;
  node.is_global = create.is_global();
  node.replace = create.replace();
  return node;
}

plan::Command::Node DecodeRegisterFunction(const proto::CommonInlineUserDefinedFunction& function,
                                           const DecodeContext& context) {
  return plan::RegisterPython{plan::RegisterPython::Kind::kFunction, DecodePythonFunction(function, context)};
}

plan::Command::Node DecodeRegisterDataSource(const proto::CommonInlineUserDefinedDataSource& source) {
  if (!source.has_python_data_source()) {
    ThrowOneOfNotSet("spark.connect.CommonInlineUserDefinedDataSource", "DATASOURCE_NOT_SET");
  }
  plan::PythonCode code;
  code.name = source.name();
  code.command = source.python_data_source().command();
  code.python_version = source.python_data_source().python_ver();
  return plan::RegisterPython{plan::RegisterPython::Kind::kDataSource,
                              std::make_shared<const plan::PythonCode>(std::move(code))};
}

plan::UnsupportedCommand Missing(std::string what) { return plan::UnsupportedCommand{std::move(what)}; }

plan::Command::Node DecodeNode(const proto::Command& c, const DecodeContext& context) {
  switch (c.command_type_case()) {
    case proto::Command::kSqlCommand:
      return DecodeSqlCommand(c.sql_command(), context);
    case proto::Command::kCreateDataframeView:
      return DecodeCreateView(c.create_dataframe_view(), context);
    case proto::Command::kRegisterFunction:
      return DecodeRegisterFunction(c.register_function(), context);
    case proto::Command::kWriteOperation:
      return DecodeWriteOperation(c.write_operation(), context);
    case proto::Command::kWriteOperationV2:
      return DecodeWriteOperationV2(c.write_operation_v2(), context);
    case proto::Command::kWriteStreamOperationStart:
    case proto::Command::kStreamingQueryCommand:
    case proto::Command::kStreamingQueryManagerCommand:
    case proto::Command::kStreamingQueryListenerBusCommand:
      return Missing("Structured Streaming");
    case proto::Command::kGetResourcesCommand:
      return Missing("SparkSession.resources");
    case proto::Command::kRegisterTableFunction:
      return plan::RegisterPython{plan::RegisterPython::Kind::kTableFunction,
                                  DecodePythonTableCode(c.register_table_function(), context)};
    case proto::Command::kRegisterDataSource:
      return DecodeRegisterDataSource(c.register_data_source());
    case proto::Command::kCreateResourceProfileCommand:
      return Missing("resource profiles");
    case proto::Command::kCheckpointCommand:
      return plan::Checkpoint{DecodeRelation(c.checkpoint_command().relation(), context),
                              c.checkpoint_command().local(), c.checkpoint_command().eager()};
    case proto::Command::kRemoveCachedRemoteRelationCommand:
      return plan::ForgetCheckpoint{c.remove_cached_remote_relation_command().relation().relation_id()};
    case proto::Command::kMergeIntoTableCommand:
      return DecodeMergeIntoTable(c.merge_into_table_command(), context);
    case proto::Command::kMlCommand:
      return Missing("Spark ML over Connect");
    case proto::Command::kExecuteExternalCommand:
      return Missing("executeCommand of an external runner");
    case proto::Command::kPipelineCommand:
      return Missing("declarative pipelines");
    case proto::Command::kExtension:
      ThrowInvalidPlan("NO_HANDLER_FOR_EXTENSION", {{"extensionTypeUrl", c.extension().type_url()}});
    case proto::Command::COMMAND_TYPE_NOT_SET:
      break;
  }
  ThrowOneOfNotSet("spark.connect.Command", "COMMANDTYPE_NOT_SET");
}

}  // namespace

plan::Command DecodeCommand(const proto::Command& command, const DecodeContext& context) {
  return plan::Command{DecodeNode(command, context), nullptr};
}

}  // namespace firesteel::connect
