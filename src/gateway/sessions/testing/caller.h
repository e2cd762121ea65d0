#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/sessions/draft.h"
#include "gateway/sessions/sessions.h"

namespace firesteel::gateway {

/// Sessions on a clock that stands still, with the environments prod (servers "main") and test (servers "test"), and
/// short ways to make the calls of the verified user alice.
class CallerTest : public ::testing::Test {
 protected:
  CallerTest() {
    for (const char* name : {"main", "test"}) {
      ServersConfig set;
      set.name = name;
      config_.servers.push_back(set);
    }
    Environment prod{.name = "prod", .servers = {{"main", 1}}, .session_config = {{"spark.env", "prod"}}};
    Environment test{.name = "test", .servers = {{"test", 1}}, .session_config = {{"spark.env", "test"}}};
    test.catalog = "cat-test";
    config_.environments = {prod, test};
    config_.routing.default_environment = "prod";
    sessions_ = std::make_unique<Sessions>(std::make_shared<GatewayConfig>(config_), clock_, 1);
  }

  Sessions& sessions() { return *sessions_; }
  /// Takes effect with Configure.
  GatewayConfig& config() { return config_; }
  void Configure() { sessions_->Configure(std::make_shared<GatewayConfig>(config_)); }
  /// Makes "main" a pool, from the beginning.
  PoolConfig& MakePool() {
    config_.servers[0].discovery = Discovery::kPool;
    return config_.servers[0].pool;
  }
  void BeginAnew() { sessions_ = std::make_unique<Sessions>(std::make_shared<GatewayConfig>(config_), clock_, 2); }

  /// Time passes with a Tick a second for the first minutes, then one a minute.
  void Pass(std::chrono::milliseconds time) {
    const std::chrono::milliseconds step =
        time > std::chrono::minutes(5) ? std::chrono::minutes(1) : std::chrono::seconds(1);
    for (; time.count() > 0; time -= std::min(step, time)) {
      clock_.Advance(std::chrono::microseconds(std::min(step, time)).count());
      sessions_->Tick();
    }
  }

  static std::string Id(int number) {
    std::string digits = std::to_string(number);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }
  static std::shared_ptr<const Identity> Verified(const std::string& user) {
    auto identity = std::make_shared<Identity>();
    identity->method = Identity::Method::kToken;
    identity->user = user;
    return identity;
  }
  Call Of(Method method, const std::string& session_id) const {
    Call call;
    call.method = method;
    call.identity = alice_;
    call.fields.session_id = session_id;
    return call;
  }
  Call Set(const std::string& session_id, OptionalPairs pairs) const {
    Call call = Of(Method::kConfig, session_id);
    call.fields.config_operation = RequestFields::ConfigOperation::kSet;
    call.fields.config_pairs = std::move(pairs);
    return call;
  }
  Call AskPlanCompression(const std::string& session_id) const {
    Call call = Of(Method::kConfig, session_id);
    call.fields.config_operation = RequestFields::ConfigOperation::kGet;
    call.fields.config_pairs = {{"spark.connect.session.planCompression.threshold", std::nullopt}};
    return call;
  }
  Call Execute(const std::string& session_id, const std::string& operation = "op") const {
    Call call = Of(Method::kExecutePlan, session_id);
    call.fields.operation_id = operation;
    call.fields.reattachable = true;
    return call;
  }
  Call Reattach(const std::string& session_id, const std::string& operation) const {
    Call call = Of(Method::kReattachExecute, session_id);
    call.fields.operation_id = operation;
    return call;
  }

  void ServerReady(ServerId id, const std::string& set = "main", const std::string& owner = {}) {
    sessions_->ServerReady(id, set, owner);
  }
  Decision Bind(const std::string& session_id) { return sessions_->OnCall(Execute(session_id)); }
  void Finish(const Decision& decision) { sessions_->CallEnded(decision.ticket, CallEnd::kDone, true); }
  std::string Condition(const Call& call) { return sessions_->OnCall(call).refusal.condition; }
  /// Without what is to be saved.
  std::vector<Effect> Effects() {
    std::vector<Effect> effects = AllEffects();
    std::erase_if(effects, [](const Effect& effect) { return effect.kind == Effect::Kind::kSave; });
    return effects;
  }
  std::vector<Effect> AllEffects() { return sessions_->TakeEffects(); }
  int Count(Effect::Kind kind) {
    int count = 0;
    for (const Effect& effect : Effects()) count += effect.kind == kind ? 1 : 0;
    return count;
  }

 private:
  ManualClock clock_{3'600'000'000};
  GatewayConfig config_;
  std::shared_ptr<const Identity> alice_ = Verified("alice");
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace firesteel::gateway
