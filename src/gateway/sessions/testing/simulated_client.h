#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "gateway/sessions/testing/simulated_gateway.h"

namespace firesteel::gateway::simulation {

/// A user's way in.
struct Plan {
  std::shared_ptr<const Identity> identity;
  std::string user;
  std::string team, environment;
  std::vector<std::string> allowed;  ///< where its calls may arrive
  bool by_metadata = false;          ///< headers; otherwise the first Config.Set
  bool old = false;                  ///< as PySpark 3.5 without configuration: its first call executes
  bool key_by_key = false;           ///< as the JVM client sends its configuration
  bool clones = false;               ///< goes on in clones of its sessions
  bool impatient = false;            ///< asks something else while its first statement is on its way
  bool never_executes = false;       ///< only begins and leaves
  bool stops = true;                 ///< calls stop() at its end
  bool second_sessions = false;      ///< goes on in sessions that do not say again where they belong
  int statements = 5;
  int64_t longest_pause = 5000;  ///< between statements
};

struct Outcome {
  int statements = 0, acknowledged = 0, failed = 0, sessions = 0;
};

/// A program with PySpark 4.3's rules: what it sends at its beginning and end, how it retries, how it attaches again,
/// and what it holds against answers. See pyspark/sql/connect/client/{core,retries,reattach}.py.
class SimulatedClient {
 public:
  SimulatedClient(World& world, SimulatedGateway& gateway, Runs& runs, int number, Plan plan);

  void Start();
  bool done() const { return done_; }
  const Outcome& outcome() const { return outcome_; }
  const std::string& session_id() const { return session_id_; }
  /// The most ExecutePlans that it ever sent from one success to the next, with that of the success.
  int most_executes() const { return most_fruitless_; }

 private:
  /// DefaultPolicy of retries.py.
  struct Policy {
    int attempt = 0;
    int64_t next_wait = 50;
    int64_t put_off_since = -1;  ///< the first of the answers in a row that asked to come again; -1: none
    int life = 0;                ///< of the gateway that asked
  };
  using Then = std::function<void(bool ok)>;
  using ThenAnswer = std::function<void(bool ok, const Answer&)>;

  Request Make(Method method) const;
  void Send(const Request& request, const Reply& reply);
  void Unary(const Request& request, const Policy& policy, const ThenAnswer& then);
  std::optional<int64_t> NextAttempt(Policy& policy, const Answer& answer);
  bool Accept(const Answer& answer);
  void NewSession();
  void Configure(size_t key);
  void AskPlanCompression(const Then& then);
  void NextStatement();
  void Execute(const Policy& policy);
  void Attach(const Request& request, const Policy& policy);
  void OnStream(const Answer& answer, Policy policy);
  void StatementDone(bool ok);
  void Clone();
  void Leave();

  World& world_;
  SimulatedGateway& gateway_;
  Runs& runs_;
  const int number_;
  const Plan plan_;
  bool done_ = false, closed_ = true, configured_ = false, asked_compression_ = false, has_response_ = false;
  bool first_statement_ = true;  ///< of the session
  bool headers_lost_ = false;    ///< as newSession() loses what .config() said
  int64_t duration_ = 0;
  int executes_of_statement_ = 0;
  int left_ = 0;
  std::string session_id_, statement_, color_;
  std::optional<std::string> server_session_;
  int fruitless_ = 0, most_fruitless_ = 0;
  Outcome outcome_;
};

}  // namespace firesteel::gateway::simulation
