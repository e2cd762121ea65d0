#include "shell/client_backend.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "client/config/connection_settings.h"
#include "firesteel/dataframe.h"
#include "firesteel/session.h"

namespace firesteel::shell {
namespace {

using client::RecordBatch;
using client::ResultStream;
using client::Session;

constexpr int64_t kRowsAtOnce = 1'000;

class StreamAnswer : public Answer {
 public:
  explicit StreamAnswer(ResultStream stream) : stream_(std::move(stream)) {}

  Result<client::Schema> GetSchema() override { return stream_.schema(); }

  Result<std::optional<std::vector<client::Row>>> Next() override {
    while (next_row_ >= batch_.rows()) {
      Result<std::optional<RecordBatch>> batch = stream_.next();
      if (!batch) return std::move(batch).error();
      if (!*batch) return std::optional<std::vector<client::Row>>();
      batch_ = **std::move(batch);
      next_row_ = 0;
    }
    const int64_t end = std::min(batch_.rows(), next_row_ + kRowsAtOnce);
    std::vector<client::Row> rows;
    rows.reserve(static_cast<size_t>(end - next_row_));
    for (; next_row_ < end; ++next_row_) rows.push_back(batch_.row(next_row_));
    return std::optional(std::move(rows));
  }

  void ExportTo(ArrowArrayStream* stream) override { ResultStream::export_to(std::move(stream_), stream); }

 private:
  ResultStream stream_;
  RecordBatch batch_;
  int64_t next_row_ = 0;
};

class ClientBackend : public Backend {
 public:
  ClientBackend(Session session, std::string name, std::string address)
      : session_(std::move(session)), name_(std::move(name)), address_(std::move(address)) {}
  ~ClientBackend() override { (void)session_.stop(); }

  Result<std::unique_ptr<Answer>> Run(const std::string& sql) override {
    Result<client::DataFrame> frame = session_.sql(sql);
    if (!frame) return std::move(frame).error();
    Result<ResultStream> stream = frame->stream();
    if (!stream) return std::move(stream).error();
    return std::unique_ptr<Answer>(std::make_unique<StreamAnswer>(*std::move(stream)));
  }

  void Cancel() override { (void)session_.interrupt_all(); }

  const std::string& name() const override { return name_; }
  const std::string& address() const override { return address_; }
  Result<std::string> Version() override { return session_.version(); }
  std::string TimeZone() override { return session_.conf().get("spark.sql.session.timeZone").value_or("UTC"); }

  void SetProgressHandler(std::function<void(const client::Progress&)> handler) override {
    session_.clear_progress_handlers();
    if (handler) session_.add_progress_handler(std::move(handler));
  }

 private:
  const Session session_;
  const std::string name_;
  const std::string address_;
};

Session::Builder BuilderOf(const client::RequestedSettings& settings) {
  Session::Builder builder;
  const auto set = [&](Session::Builder& (Session::Builder::*call)(std::string),
                       const std::optional<std::string>& value) {
    if (value) (builder.*call)(*value);
  };
  set(&Session::Builder::remote, settings.remote);
  set(&Session::Builder::profile, settings.profile);
  set(&Session::Builder::token, settings.token);
  set(&Session::Builder::token_command, settings.token_command);
  set(&Session::Builder::user_id, settings.user_id);
  set(&Session::Builder::user_agent, settings.user_agent);
  set(&Session::Builder::session_id, settings.session_id);
  set(&Session::Builder::cluster_id, settings.cluster_id);
  set(&Session::Builder::app_id, settings.app_id);
  set(&Session::Builder::account, settings.account);
  set(&Session::Builder::tls_roots, settings.tls_ca);
  set(&Session::Builder::tls_server_name, settings.tls_server_name);
  if (settings.tls) builder.tls(*settings.tls);
  if (settings.tls_certificate || settings.tls_key) {
    builder.tls_certificate(settings.tls_certificate.value_or(""), settings.tls_key.value_or(""));
  }
  for (const auto& [name, value] : settings.headers) builder.header(name, value);
  for (const auto& [key, value] : settings.conf) builder.config(key, value);
  for (const std::string& file : settings.env_files) builder.env_file(file);
  return builder;
}

}  // namespace

Result<std::unique_ptr<Backend>> ConnectClient(const client::RequestedSettings& settings) {
  const auto resolved = client::Resolve(settings, client::ProcessEnvironment());
  if (!resolved) return resolved.error();
  const bool local = resolved->local || resolved->endpoint_is_default();
  Session::Builder builder = BuilderOf(settings);
  // The server of our own is this program.
  std::error_code ignored;
  if (local) builder.local(std::filesystem::read_symlink("/proc/self/exe", ignored).string());
  Result<Session> session = builder.connect();
  if (!session) return std::move(session).error();
  std::string name = local ? "local" : resolved->host;
  if (settings.profile && !local) name = *settings.profile;
  std::string address = local ? "a server of our own" : "sc://" + resolved->Target();
  return std::unique_ptr<Backend>(
      std::make_unique<ClientBackend>(*std::move(session), std::move(name), std::move(address)));
}

}  // namespace firesteel::shell
