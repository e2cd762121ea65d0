#include "udf/init_message.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "types/type_text.h"
#include "udf/protocol.h"

namespace firesteel::udf {
namespace {

void AppendLong(int64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<uint64_t>(value) >> shift);
}

void AppendBool(bool value, std::string& out) { out += value ? '\1' : '\0'; }

void AppendCount(size_t count, std::string& out) {
  if (count > std::numeric_limits<int32_t>::max()) throw InternalError("a Python task of more than 2 GiB");
  AppendInt(static_cast<int32_t>(count), out);
}

void AppendText(std::string_view text, std::string& out) {
  AppendCount(text.size(), out);
  out += text;
}

void AppendArguments(const std::vector<int32_t>& arguments, const std::vector<std::string>& names, std::string& out) {
  AppendCount(arguments.size(), out);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool named = i < names.size() && !names[i].empty();
    AppendInt(arguments[i], out);
    AppendBool(named, out);
    if (named) AppendText(names[i], out);
  }
}

void AppendMap(const std::map<std::string, std::string>& entries, std::string& out) {
  AppendCount(entries.size(), out);
  for (const auto& [key, value] : entries) {
    AppendText(key, out);
    AppendText(value, out);
  }
}

std::string TaskContext(int64_t run, int64_t partition) {
  return nlohmann::json{{"isBarrier", false},
                        {"connInfo", nullptr},
                        {"secret", nullptr},
                        {"stageId", run},
                        {"partitionId", partition},
                        {"attemptNumber", 0},
                        {"taskAttemptId", run},
                        {"cpus", 1},
                        {"cpuAmount", "1"},
                        {"resources", nlohmann::json::object()},
                        {"localProperties", nlohmann::json::object()}}
      .dump();
}

void AppendFunctions(const Task& task, std::string& out) {
  if (task.table_call) {
    const TableCall& call = *task.table_call;
    AppendArguments(call.arguments, call.argument_names, out);
    AppendCount(call.partition_child_indexes.size(), out);
    for (int32_t index : call.partition_child_indexes) AppendInt(index, out);
    AppendBool(call.analyze_result != nullptr, out);
    if (call.analyze_result) AppendText(*call.analyze_result, out);
    AppendText(call.handler ? *call.handler : std::string(), out);
    AppendText(call.return_type, out);
    AppendText(call.name, out);
    return;
  }
  if (task.eval_type == kNonUdf) {
    if (task.calls.size() != 1 || task.calls[0].commands.size() != 1) throw InternalError("not one plain command");
    AppendText(*task.calls[0].commands[0], out);
    return;
  }
  AppendCount(task.calls.size(), out);
  for (const Call& call : task.calls) {
    AppendArguments(call.arguments, call.argument_names, out);
    AppendCount(call.commands.size(), out);
    for (const SharedCommand& command : call.commands) AppendText(*command, out);
    AppendLong(call.result_id, out);
  }
}

std::string Dump(const nlohmann::json& frame) {
  return frame.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Preamble(const Task& task) {
  nlohmann::json frame{{"environment", task.environment}};
  if (task.eval_type == kBatchedUdf || task.eval_type == kTableUdf) {
    frame["input"] = TypeToJson(DataType::Struct(task.input));
    frame["output"] = TypeToJson(DataType::Struct(task.output));
  }
  return Dump(frame);
}

void AppendFiles(const std::string& folder, const std::vector<std::string>& includes, std::string& out) {
  AppendText(folder, out);
  AppendCount(includes.size(), out);
  for (const std::string& name : includes) AppendText(name, out);
}

// Broadcast variables: not encrypted, and none. Spark Connect has no such thing.
void AppendBroadcasts(std::string& out) {
  AppendBool(false, out);
  AppendInt(0, out);
}

}  // namespace

void AppendInt(int32_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<uint32_t>(value) >> shift);
}

std::string EncodeInit(const Task& task, int64_t run, size_t worker, const std::string& files_folder) {
  std::string body;
  const int64_t partition = task.first_partition + static_cast<int64_t>(worker);
  AppendInt(static_cast<int32_t>(partition), body);
  AppendText(task.python_version, body);
  AppendText(TaskContext(run, partition), body);
  AppendFiles(files_folder, task.includes, body);
  AppendBroadcasts(body);
  AppendInt(task.eval_type, body);
  AppendMap(task.runner_conf, body);
  AppendMap(task.eval_conf, body);
  AppendFunctions(task, body);

  std::string message;
  message.reserve(body.size() + 1024);
  AppendText(Preamble(task), message);
  AppendInt(mark::kStartOfInitMessage, message);
  AppendText(body, message);
  return message;
}

std::string EncodeQuestion(const Question& question, const std::string& files_folder) {
  std::string body;
  AppendText(question.python_version, body);
  AppendFiles(files_folder, question.includes, body);
  AppendBroadcasts(body);
  AppendMap(question.conf, body);
  body += question.body;
  AppendInt(mark::kEndOfStream, body);

  std::string message;
  AppendText(Dump({{"environment", question.environment}, {"module", question.module}}), message);
  AppendText(body, message);
  return message;
}

}  // namespace firesteel::udf
