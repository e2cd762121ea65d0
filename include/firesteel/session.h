#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firesteel/arrow_c_data.h"
#include "firesteel/error.h"
#include "firesteel/result.h"
#include "firesteel/row.h"
#include "firesteel/typed_rows.h"
#include "firesteel/types.h"
#include "firesteel/value.h"

namespace firesteel::client {

class Catalog;
class DataFrame;
class DataFrameReader;
class Executor;
class SessionState;
class TableValuedFunctions;
class UdfRegistration;

/// When a call that failed is made again, and how long that waits: the same as PySpark's. Calls that the server did
/// not answer (UNAVAILABLE), whose stream another one took over, or whose error says when to come again are repeated.
struct RetryPolicy {
  int max_retries = 15;
  std::chrono::milliseconds initial_backoff{50};
  std::chrono::milliseconds max_backoff{60'000};
  double backoff_multiplier = 4.0;
  std::chrono::milliseconds jitter{500};  ///< at most, added to waits of min_jitter_threshold and more
  std::chrono::milliseconds min_jitter_threshold{2'000};
  std::chrono::milliseconds max_server_delay{600'000};  ///< of what the server may ask for
};

/// The session's configuration on the server, keys of Spark's (`spark.sql.…`). Every call asks the server.
///
///     session.conf().set("spark.sql.session.timeZone", "Europe/Berlin");
class RuntimeConfig {
 public:
  Result<void> set(const std::string& key, const std::string& value) const;
  Result<void> set(const std::string& key, const char* value) const { return set(key, std::string(value)); }
  Result<void> set(const std::string& key, bool value) const { return set(key, std::string(value ? "true" : "false")); }
  Result<void> set(const std::string& key, int64_t value) const { return set(key, std::to_string(value)); }
  Result<void> set(const std::string& key, int value) const { return set(key, std::to_string(value)); }
  /// An error (SQL_CONF_NOT_FOUND) when the key has neither a value nor a default.
  Result<std::string> get(const std::string& key) const;
  Result<std::string> get(const std::string& key, const std::string& default_value) const;
  Result<std::optional<std::string>> get_option(const std::string& key) const;
  /// All that is set; keys that begin with `prefix` lose it.
  Result<std::map<std::string, std::string>> get_all(const std::string& prefix = "") const;
  Result<void> unset(const std::string& key) const;
  Result<bool> is_modifiable(const std::string& key) const;

 private:
  friend class Session;
  explicit RuntimeConfig(std::shared_ptr<SessionState> state) : state_(std::move(state)) {}
  std::shared_ptr<SessionState> state_;
};

/// A session on a Spark Connect server: its views, its configuration, its artifacts. A handle: copies are the same
/// session. All calls are thread-safe; the session lives on the server until stop(), or until nobody used it for long.
///
///     Result<Session> session = Session::builder().remote("sc://localhost:15002").connect();
///     if (!session) return fail(session.error().message);
///     Result<DataFrame> df = session->sql("SELECT * FROM range(10) WHERE id > ?", {5});
///
/// Errors of every call that reaches the server: kConnection, kAuthentication, kTimeout, kSessionLost, kUnsupported.
class Session {
 public:
  /// Collects how to connect; connect() does it. Settings that are not made here come from the connection string, the
  /// profile, the environment (SPARK_REMOTE and others), the defaults, in this order: see profile.h.
  class Builder {
   public:
    Builder();
    Builder(const Builder&);
    Builder(Builder&&) noexcept;
    Builder& operator=(const Builder&);
    Builder& operator=(Builder&&) noexcept;
    ~Builder();

    /// "sc://host:port/;key=value;…" with Spark's keys (use_ssl, token, user_id, user_agent, session_id,
    /// grpc_keepalive_…; others are sent as headers), "wss://host/path;key=value;…" for a gateway that is reached
    /// through its HTTP port (see `firesteel connect`, which then runs as a child), or "local".
    Builder& remote(std::string connection_string);
    Builder& profile(std::string name);
    Builder& token(std::string token);  ///< never shown in messages and logs
    /// The file has the token; it is read again when the server refuses it.
    Builder& token_file(std::string path);
    /// Run by /bin/sh for the token, again when the server refuses it.
    Builder& token_command(std::string command);
    Builder& user_id(std::string id);
    Builder& user_agent(std::string name);
    Builder& session_id(std::string uuid);
    Builder& cluster_id(std::string id);  ///< of hosted services
    Builder& app_id(std::string id);      ///< of hosted services
    Builder& account(std::string id);     ///< of hosted services
    Builder& tls(bool on = true);
    Builder& tls_roots(std::string pem_file);  ///< authorities to trust instead of the system's
    /// Own certificate, for servers that want one (mTLS).
    Builder& tls_certificate(std::string pem_file, std::string key_pem_file);
    Builder& tls_server_name(std::string name);            ///< that the certificate must carry, when it is not the host
    Builder& header(std::string name, std::string value);  ///< sent with every call
    Builder& config(std::string key, std::string value);   ///< of Spark's, set when the session begins
    Builder& retry_policy(RetryPolicy policy);
    Builder& env_file(std::string path);  ///< reads a `.env` file beside the environment
    /// Limits for single calls in place of PySpark's (10 minutes; analysis and artifacts an hour). A query may take
    /// longer: its stream is taken up again. 0 means no limit.
    Builder& call_timeout(std::chrono::milliseconds timeout);
    /// No reattaching: a broken connection ends the query. For servers that do not know it.
    Builder& reattachable(bool on);
    /// Called with one line for every call to the server: its name, duration, outcome; never a secret.
    Builder& logger(std::function<void(const std::string& line)> log);
    /// A server of our own, whatever the other settings say: see local().
    Builder& force_local(bool on = true);
    /// Starts `firesteel serve` as a child on a free port and ends it with the last handle of the session. `program` is
    /// the server's path; empty: FIRESTEEL_PROGRAM, beside this program, or PATH.
    Builder& local(std::string program = "");

    /// Checks the settings, connects and asks the server its version: a wrong address, certificate or token is told
    /// here. kInvalidArgument for wrong settings, with the source of each.
    Result<Session> connect() const;

   private:
    struct Settings;
    std::unique_ptr<Settings> settings_;
  };

  static Builder builder() { return Builder(); }

  // Queries.

  /// Runs the statement at once, so that DDL takes effect; a query runs at the action. Parameters stand for `?` by
  /// position and for `:name` by name.
  Result<DataFrame> sql(std::string_view text) const;
  Result<DataFrame> sql(std::string_view text, const std::vector<Value>& parameters) const;
  Result<DataFrame> sql(std::string_view text, const std::map<std::string, Value>& parameters) const;
  /// The statement may name DataFrames as views, which exist for it alone: `{{"recent", df}}`.
  Result<DataFrame> sql_with_views(std::string_view text, const std::vector<std::pair<std::string, DataFrame>>& views,
                                   const std::vector<Value>& parameters = {}) const;
  DataFrame table(std::string_view name) const;
  DataFrame range(int64_t end) const;
  DataFrame range(int64_t start, int64_t end, int64_t step = 1, std::optional<int32_t> partitions = {}) const;
  DataFrameReader read() const;
  Catalog catalog() const;
  UdfRegistration udf() const;
  TableValuedFunctions tvf() const;

  // Data of this program. Large ones are sent once and kept by the server for the session.

  /// Every row has as many values as the schema has fields; values are checked against the types.
  Result<DataFrame> create_data_frame(const std::vector<Row>& rows, const Schema& schema) const;
  /// Types by the values, names "_1", "_2" where none are given.
  Result<DataFrame> create_data_frame(const std::vector<Row>& rows, const std::vector<std::string>& names = {}) const;
  /// Takes the stream and releases it, also in case of an error.
  Result<DataFrame> create_data_frame(ArrowArrayStream* stream) const;
  Result<DataFrame> create_data_frame(const ArrowTable& table) const;
  /// Of tuples, pairs, structs without constructors, or single values; types by T.
  template <class T, class Frame = DataFrame>
  Result<Frame> create_data_frame(const std::vector<T>& items, const std::vector<std::string>& names = {}) const;
  Result<DataFrame> empty_data_frame(const Schema& schema) const;

  // The session.

  RuntimeConfig conf() const;
  /// The server's version of Spark, "4.3.0".
  Result<std::string> version() const;
  const std::string& session_id() const;
  const std::string& user_id() const;
  /// A session with this one's state (configuration, views, functions), from then on its own.
  Result<Session> clone() const;
  /// A session without state on the same connection.
  Result<Session> new_session() const;
  /// Ends the session on the server and closes it here; later calls fail with kSessionLost.
  Result<void> stop() const;
  bool is_stopped() const;

  /// Tags of the operations that this thread starts in this session. Texts without comma, not empty.
  Result<void> add_tag(const std::string& tag) const;
  Result<void> remove_tag(const std::string& tag) const;
  std::set<std::string> tags() const;
  void clear_tags() const;
  /// Ends running operations; the ids of those that were told to end.
  Result<std::vector<std::string>> interrupt_all() const;
  Result<std::vector<std::string>> interrupt_tag(const std::string& tag) const;
  Result<std::vector<std::string>> interrupt_operation(const std::string& operation_id) const;

  enum class ArtifactKind : uint8_t { kJar, kPython, kArchive, kFile };
  /// Sends local files for the session's use. Archives may carry the name to unpack to: "data.zip#folder".
  Result<void> add_artifacts(const std::vector<std::string>& paths, ArtifactKind kind = ArtifactKind::kJar) const;
  /// Copies a local file to a path of the server's default file system.
  Result<void> copy_from_local_to_fs(const std::string& local_path, const std::string& absolute_path) const;

  /// Called from the thread that reads a result, whenever the server tells how far an operation is, and at its end.
  /// Gives a number for remove_progress_handler.
  int64_t add_progress_handler(std::function<void(const Progress&)> handler) const;
  void remove_progress_handler(int64_t number) const;
  void clear_progress_handlers() const;

  // For the library itself.
  explicit Session(std::shared_ptr<SessionState> state) : state_(std::move(state)) {}
  static Session of(const std::shared_ptr<Executor>& executor);
  std::shared_ptr<Executor> executor() const;

 private:
  std::shared_ptr<SessionState> state_;
};

// Frame stands for DataFrame, which is complete where this is used.
template <class T, class Frame>
Result<Frame> Session::create_data_frame(const std::vector<T>& items, const std::vector<std::string>& names) const {
  std::vector<Row> rows;
  rows.reserve(items.size());
  for (const T& item : items) rows.push_back(internal::RowOf(item));
  return [&](const auto& self) { return self.create_data_frame(rows, internal::SchemaOf<T>(names)); }(*this);
}

}  // namespace firesteel::client
