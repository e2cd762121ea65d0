#include "gateway/sessions/testing/simulated_client.h"

#include <algorithm>
#include <utility>

#include "gateway/sessions/draft.h"

namespace firesteel::gateway::simulation {
namespace {

// No call may be without any answer for longer: a frozen server (40 s), a statement (20 s), a slow network.
constexpr int64_t kHang = 100'000;
// Nobody is asked to come again for longer: a launch with its reserve (50 s) or a minute without servers, and the pause
// that PySpark makes by then (60 s).
constexpr int64_t kPutOff = 125'000;
// ExecutePlans for one statement: one and a repetition for each of the 15 tries that the policy allows.
constexpr int kStorm = 16;

}  // namespace

SimulatedClient::SimulatedClient(World& world, SimulatedGateway& gateway, Runs& runs, int number, Plan plan)
    : world_(world), gateway_(gateway), runs_(runs), number_(number), plan_(std::move(plan)), left_(plan_.statements) {}

void SimulatedClient::Start() {
  NewSession();
  Configure(0);
}

void SimulatedClient::NewSession() {
  session_id_ = world_.Uuid();
  server_session_.reset();
  closed_ = asked_compression_ = configured_ = false;
  first_statement_ = true;
  color_ = "color-" + std::to_string(world_.Between(1, 1'000'000));
  ++outcome_.sessions;
}

Request SimulatedClient::Make(Method method) const {
  Request request;
  request.client = number_;
  request.allowed = plan_.allowed;
  request.call.method = method;
  request.call.identity = plan_.identity;
  if (plan_.by_metadata) {
    request.call.hints.team = plan_.team;
    request.call.hints.environment = plan_.environment;
  }
  request.call.fields.session_id = session_id_;
  request.call.fields.claimed_user = plan_.user;
  const bool observes =
      method != Method::kReleaseSession && method != Method::kReleaseExecute && method != Method::kCloneSession;
  if (observes && server_session_) request.call.fields.observed_session = *server_session_;
  return request;
}

void SimulatedClient::Send(const Request& request, const Reply& reply) {
  const auto answered = std::make_shared<bool>(false);
  world_.After(kHang, [=, this] {
    if (!*answered) world_.Fail("client " + std::to_string(number_) + " got no answer");
  });
  gateway_.Send(request, [=, this](const Answer& answer) {
    if (std::exchange(*answered, true)) world_.Fail("client " + std::to_string(number_) + " got two answers");
    reply(answer);
  });
}

std::optional<int64_t> SimulatedClient::NextAttempt(Policy& policy, const Answer& answer) {
  // Broken connections are the network's fault; to be asked to come again and again is the
  // gateway's. One that was started anew does not know who has waited.
  if (!answer.retry_after || policy.life != gateway_.life()) policy.put_off_since = -1;
  policy.life = gateway_.life();
  if (answer.retry_after && policy.put_off_since < 0) policy.put_off_since = world_.Now();
  if (policy.put_off_since >= 0 && world_.Now() - policy.put_off_since > kPutOff) {
    world_.Fail("client " + std::to_string(number_) + " is put off without end");
  }
  if (answer.code != Code::kUnavailable && !answer.retry_after) return std::nullopt;
  if (policy.attempt >= 15) return std::nullopt;
  ++policy.attempt;
  int64_t wait = policy.next_wait;
  policy.next_wait = std::min<int64_t>(60'000, wait * 4);
  if (answer.retry_after) wait = std::max<int64_t>(wait, std::min<int64_t>(answer.retry_after->count(), 600'000));
  if (wait >= 2000) wait += world_.Between(0, 500);
  return wait;
}

/// _verify_response_integrity and _handle_rpc_error.
bool SimulatedClient::Accept(const Answer& answer) {
  if (answer.code != Code::kOk) {
    if (answer.condition == "INVALID_HANDLE.SESSION_CHANGED") closed_ = true;
    return false;
  }
  if (!server_session_) {
    server_session_ = answer.server_session;
  } else if (!answer.server_session.empty() && answer.server_session != *server_session_) {
    world_.Fail("client " + std::to_string(number_) + " saw another server-side session");
  }
  return true;
}

void SimulatedClient::Unary(const Request& request, const Policy& policy, const ThenAnswer& then) {
  Send(request, [=, this](const Answer& answer) {
    Policy next = policy;
    if (const auto wait = NextAttempt(next, answer)) {
      world_.After(*wait, [=, this] { Unary(request, next, then); });
      return;
    }
    then(Accept(answer), answer);
  });
}

/// Config.Set of everything, twice; or key by key.
void SimulatedClient::Configure(size_t key) {
  OptionalPairs pairs = {{"spark.app.color", color_}};
  if (!headers_lost_ && !plan_.by_metadata) {
    pairs.emplace_back("spark.connect.grpc.header.x-team", plan_.team);
    pairs.emplace_back("x-env", plan_.environment);
  }
  const size_t messages = plan_.old ? 0 : plan_.key_by_key ? pairs.size() : 2;
  if (key >= messages) {
    configured_ = true;
    world_.After(world_.Between(0, 50), [this] { NextStatement(); });
    return;
  }
  Request request = Make(Method::kConfig);
  request.call.fields.config_operation = RequestFields::ConfigOperation::kSet;
  request.call.fields.config_pairs = plan_.key_by_key ? OptionalPairs{pairs[key]} : pairs;
  Unary(request, {}, [=, this](bool ok, const Answer&) {
    if (ok) return Configure(key + 1);
    // The program is run anew by its user.
    if (--left_ <= 0) return Leave();
    world_.After(world_.Between(100, 3000), [this] { Start(); });
  });
}

void SimulatedClient::AskPlanCompression(const Then& then) {
  if (std::exchange(asked_compression_, true) || plan_.old) return then(true);
  Request request = Make(Method::kConfig);
  request.call.fields.config_operation = RequestFields::ConfigOperation::kGet;
  request.call.fields.config_pairs = {{"spark.connect.session.planCompression.threshold", std::nullopt},
                                      {"spark.connect.session.planCompression.defaultAlgorithm", std::nullopt}};
  Unary(request, {}, [then](bool ok, const Answer&) { then(ok); });
}

void SimulatedClient::NextStatement() {
  if (left_-- <= 0 || plan_.never_executes) return Leave();
  if (closed_) {
    NewSession();
    return Configure(0);
  }
  AskPlanCompression([this](bool) {
    if (closed_) return NextStatement();
    statement_ = world_.Uuid();
    duration_ = world_.Chance(0.1) ? world_.Between(1000, 20'000) : world_.Between(1, 300);
    has_response_ = false;
    executes_of_statement_ = 0;
    ++outcome_.statements;
    Execute({});
  });
}

void SimulatedClient::Execute(const Policy& policy) {
  Request request = Make(Method::kExecutePlan);
  request.call.fields.operation_id = request.statement = statement_;
  request.call.fields.reattachable = true;
  request.duration = duration_;
  request.expected = {{"spark.env", plan_.environment}};
  if (!plan_.old) request.expected.emplace_back("spark.app.color", color_);
  most_fruitless_ = std::max(most_fruitless_, ++fruitless_);
  if (plan_.impatient && std::exchange(first_statement_, false)) {
    Request beside = Make(Method::kAnalyzePlan);
    beside.expected = request.expected;
    Send(beside, [](const Answer&) {});
  }
  if (++executes_of_statement_ > kStorm) world_.Fail("client " + std::to_string(number_) + " storms");
  Attach(request, policy);
}

void SimulatedClient::Attach(const Request& request, const Policy& policy) {
  Send(request, [=, this](const Answer& answer) { OnStream(answer, policy); });
}

/// ExecutePlanResponseReattachableIterator.
void SimulatedClient::OnStream(const Answer& answer, Policy policy) {
  const auto reattach = [this] {
    Request request = Make(Method::kReattachExecute);
    request.call.fields.operation_id = statement_;
    return request;
  };
  if (answer.code == Code::kOk) {
    if (!Accept(answer)) return;
    has_response_ = true;
    if (answer.complete) return StatementDone(true);
    return Attach(reattach(), policy);
  }
  if (answer.condition == "INVALID_HANDLE.OPERATION_NOT_FOUND" ||
      answer.condition == "INVALID_HANDLE.SESSION_NOT_FOUND") {
    if (has_response_) return StatementDone(false);
    return Execute(policy);  // at once: RetryException
  }
  if (const auto wait = NextAttempt(policy, answer)) {
    world_.After(*wait, [=, this] { Attach(reattach(), policy); });
    return;
  }
  Accept(answer);
  StatementDone(false);
}

void SimulatedClient::StatementDone(bool ok) {
  ++(ok ? outcome_.acknowledged : outcome_.failed);
  if (ok) fruitless_ = 0;
  if (ok && runs_[statement_] != 1) {
    world_.Fail("the acknowledged statement " + statement_ + " ran " + std::to_string(runs_[statement_]) + " times");
  }
  Request release = Make(Method::kReleaseExecute);
  release.call.fields.operation_id = statement_;
  Send(release, [](const Answer&) {});
  // A user's second session of the same program, which does not say again where it belongs.
  if (ok && plan_.second_sessions && world_.Chance(0.1)) {
    headers_lost_ = true;
    closed_ = true;
  } else if (closed_) {
    headers_lost_ = false;
  }
  const bool clones = ok && !closed_ && plan_.clones && world_.Chance(0.2);
  world_.After(world_.Between(0, plan_.longest_pause), [=, this] { clones ? Clone() : NextStatement(); });
}

/// Goes on in the clone; the old session is left to its time-to-live.
void SimulatedClient::Clone() {
  Request request = Make(Method::kCloneSession);
  if (world_.Chance(0.5)) request.call.fields.new_session_id = world_.Uuid();
  Unary(request, {}, [this](bool ok, const Answer& answer) {
    if (ok) {
      session_id_ = answer.new_session_id;
      server_session_.reset();
      asked_compression_ = false;
    }
    NextStatement();
  });
}

/// stop(), or only the interpreter's exit.
void SimulatedClient::Leave() {
  const auto finish = [this](bool, const Answer&) { done_ = true; };
  if (closed_) return finish(true, {});
  if (plan_.stops && configured_) return Unary(Make(Method::kReleaseSession), {}, finish);
  AskPlanCompression([=, this](bool) {
    Request request = Make(Method::kExecutePlan);
    request.call.fields.operation_id = world_.Uuid();
    request.call.fields.reattachable = request.call.fields.cleans_cache = true;
    Unary(request, {}, finish);
  });
}

}  // namespace firesteel::gateway::simulation
