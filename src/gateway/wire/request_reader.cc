#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "gateway/wire/grpc_message.h"
#include "gateway/wire/method_layout.h"
#include "gateway/wire/wire_reader.h"

namespace firesteel::gateway {
namespace {

using ConfigOperation = RequestFields::ConfigOperation;

// ExecutePlanRequest and what it holds.
constexpr uint32_t kPlan = 3;
constexpr uint32_t kRequestOptions = 5;
constexpr uint32_t kReattachOptions = 1;
constexpr uint32_t kResultChunkingOptions = 2;
constexpr uint32_t kOptionExtension = 999;
constexpr uint32_t kReattachable = 1;
constexpr uint32_t kCommand = 2;
constexpr uint32_t kLastPlanMember = 3;
constexpr uint32_t kMlCommand = 17;
constexpr uint32_t kLastCommandMember = 19;
constexpr uint32_t kCommandExtension = 999;
constexpr uint32_t kCleanCache = 7;
constexpr uint32_t kLastMlMember = 10;

// ConfigRequest.
constexpr uint32_t kOperation = 3;

// CloneSessionRequest.
constexpr uint32_t kNewSessionId = 4;

// A pair takes as little as two bytes on the wire and seventy in memory.
constexpr size_t kMostConfigPairs = 100'000;

// Parsers refuse texts that are not UTF-8, even where a later one replaces them.
bool ReadText(const WireReader& reader, std::string* text) {
  if (!IsValidUtf8(reader.bytes())) return false;
  text->assign(reader.bytes());
  return true;
}

bool ReadUserContext(WireReader reader, std::string* user) {
  while (reader.Next()) {
    if (reader.IsBytes(kUserId)) {
      if (!ReadText(reader, user)) return false;
    } else if (reader.IsBytes(kUserName)) {
      if (!IsValidUtf8(reader.bytes())) return false;
    }
  }
  return reader.ok();
}

/// A RequestOption: a choice of which the last one that was sent counts.
bool ReadRequestOption(WireReader reader, bool* reattachable) {
  bool chosen = false;
  while (reader.Next()) {
    if (reader.IsBytes(kReattachOptions)) {
      WireReader options = reader.Nested();
      while (options.Next()) {
        if (options.IsVarint(kReattachable)) chosen = options.varint() != 0;
      }
      if (!options.ok()) return false;
    } else if (reader.IsBytes(kResultChunkingOptions) || reader.IsBytes(kOptionExtension)) {
      chosen = false;
    }
  }
  *reattachable |= chosen;
  return reader.ok();
}

/// Finds out whether a plan is the ML command clean_cache. Three choices in each other: another member takes the one
/// before with all that it held, the same one again is merged with it. Plans of several `plan` fields are one.
class PlanReader {
 public:
  bool Read(WireReader plan) {
    while (plan.Next()) {
      if (plan.type() != WireType::kBytes || plan.number() > kLastPlanMember) continue;
      Choose(plan.number(), &plan_, &command_, &ml_command_);
      if (plan_ == kCommand && !ReadCommand(plan.Nested())) return false;
    }
    return plan.ok();
  }
  bool cleans_cache() const { return plan_ == kCommand && command_ == kMlCommand && ml_command_ == kCleanCache; }

 private:
  template <class... Inner>
  static void Choose(uint32_t member, uint32_t* choice, Inner*... inner) {
    if (*choice == member) return;
    *choice = member;
    ((*inner = 0), ...);
  }

  bool ReadCommand(WireReader command) {
    while (command.Next()) {
      const uint32_t member = command.number();
      if (command.type() != WireType::kBytes || (member > kLastCommandMember && member != kCommandExtension)) continue;
      Choose(member, &command_, &ml_command_);
      if (member == kMlCommand && !ReadMlCommand(command.Nested())) return false;
    }
    return command.ok();
  }
  bool ReadMlCommand(WireReader command) {
    while (command.Next()) {
      if (command.type() == WireType::kBytes && command.number() <= kLastMlMember) {
        Choose(command.number(), &ml_command_);
      }
    }
    return command.ok();
  }

  uint32_t plan_ = 0, command_ = 0, ml_command_ = 0;
};

bool ReadPair(WireReader reader, std::pair<std::string, std::optional<std::string>>* pair) {
  while (reader.Next()) {
    if (reader.IsBytes(kPairKey)) {
      if (!ReadText(reader, &pair->first)) return false;
    } else if (reader.IsBytes(kPairValue)) {
      if (!ReadText(reader, &pair->second.emplace())) return false;
    }
  }
  return reader.ok();
}

/// What one operation lists in its field 1: pairs, keys or (GetAll) nothing of interest.
bool ReadConfigOperation(WireReader reader, RequestFields* fields) {
  const bool has_pairs =
      fields->config_operation == ConfigOperation::kSet || fields->config_operation == ConfigOperation::kGetWithDefault;
  while (reader.Next()) {
    if (fields->config_operation == ConfigOperation::kSet && reader.IsVarint(2)) {
      fields->config_silent = reader.varint() != 0;
    }
    if (!reader.IsBytes(1) || fields->config_operation == ConfigOperation::kGetAll) continue;
    if (fields->config_pairs.size() == kMostConfigPairs) return false;
    auto& pair = fields->config_pairs.emplace_back();
    if (has_pairs ? !ReadPair(reader.Nested(), &pair) : !ReadText(reader, &pair.first)) return false;
  }
  return reader.ok();
}

bool ReadConfig(WireReader reader, RequestFields* fields) {
  while (reader.Next()) {
    if (reader.type() != WireType::kBytes || reader.number() > static_cast<uint32_t>(ConfigOperation::kIsModifiable)) {
      continue;
    }
    // ConfigOperation has the field numbers.
    const auto operation = static_cast<ConfigOperation>(reader.number());
    if (fields->config_operation != operation) {
      fields->config_operation = operation;
      fields->config_pairs.clear();
      fields->config_silent = false;
    }
    if (!ReadConfigOperation(reader.Nested(), fields)) return false;
  }
  return reader.ok();
}

bool ReadFields(Method method, std::string_view message, RequestFields* fields) {
  const MethodLayout& layout = LayoutOf(method);
  PlanReader plan;
  WireReader reader(message);
  while (reader.Next()) {
    if (method == Method::kReleaseSession && reader.IsVarint(4)) fields->allow_reconnect = reader.varint() != 0;
    if (reader.type() != WireType::kBytes) continue;
    const uint32_t number = reader.number();
    bool good = true;
    if (number == kSessionId) {
      good = ReadText(reader, &fields->session_id);
    } else if (number == kUserContext) {
      good = ReadUserContext(reader.Nested(), &fields->claimed_user);
    } else if (number == layout.observed_session) {
      good = ReadText(reader, &fields->observed_session);
    } else if (number == layout.operation_id) {
      good = ReadText(reader, &fields->operation_id);
    } else if (method == Method::kExecutePlan && number == kPlan) {
      good = plan.Read(reader.Nested());
    } else if (method == Method::kExecutePlan && number == kRequestOptions) {
      good = ReadRequestOption(reader.Nested(), &fields->reattachable);
    } else if (method == Method::kConfig && number == kOperation) {
      good = ReadConfig(reader.Nested(), fields);
    } else if (method == Method::kCloneSession && number == kNewSessionId) {
      good = ReadText(reader, &fields->new_session_id);
    }
    if (!good) return false;
  }
  fields->cleans_cache = plan.cleans_cache();
  return reader.ok();
}

}  // namespace

bool ReadRequest(Method method, std::string_view message, RequestFields* fields) {
  *fields = {};
  if (ReadFields(method, message, fields)) return true;
  *fields = {};
  return false;
}

size_t ReadBeginning(std::string_view bytes, size_t total, RequestFields* fields) {
  std::string session_id, user;
  bool has_session = false, has_user = false;
  WireReader reader(bytes.substr(0, total));
  size_t judged = 0;
  while (!(has_session && has_user) && reader.NextKey()) {
    const bool is_session = reader.IsBytes(kSessionId) && !has_session;
    const bool is_user = reader.IsBytes(kUserContext) && !has_user;
    // The beginning ends where another field begins, wherever that one may end.
    if (!is_session && !is_user) {
      if (!has_session) return 0;
      break;
    }
    if (!reader.ReadValue()) return 0;
    if (is_session ? !ReadText(reader, &session_id) : !ReadUserContext(reader.Nested(), &user)) return 0;
    (is_session ? has_session : has_user) = true;
    judged = reader.position();
  }
  // A user may still follow where the bytes end and the message does not.
  if (!reader.ok() || !has_session || (!has_user && judged == bytes.size() && judged < total)) return 0;
  fields->session_id = std::move(session_id);
  fields->claimed_user = std::move(user);
  return judged;
}

}  // namespace firesteel::gateway
