#include "gateway/config/sections.h"

namespace firesteel::gateway {
namespace {

constexpr int kMostThreads = 1024;

void ReadServerTls(TableReader& table, ServerTls& tls) {
  table.File("certificate", tls.certificate_file);
  table.File("key", tls.key_file);
  table.File("client_ca", tls.client_ca_file);
  table.Flag("require_client_certificate", tls.require_client_certificate);
  if (!table.Has("certificate") && !table.Has("key")) {
    table.Require("certificate", "without a certificate and its key there is no TLS");
  }
  RequirePair(table, "certificate", "key");
  if (tls.require_client_certificate && !table.Has("client_ca")) {
    table.Error("require_client_certificate", "is true, but client_ca does not say whose certificates are accepted");
  }
  table.Finish();
}

}  // namespace

void RequirePair(TableReader& table, std::string_view certificate, std::string_view key) {
  if (table.Has(certificate) == table.Has(key)) return;
  const bool has_certificate = table.Has(certificate);
  const std::string missing = table.PathOf(has_certificate ? key : certificate);
  table.Error(has_certificate ? certificate : key, "is of no use alone: " + missing + " is missing");
}

void ReadListeners(TableReader& root, GatewayConfig& config) {
  root.Duration("drain", config.drain, Milliseconds(0));
  if (auto listen = root.Table("listen")) {
    listen->Address("address", config.listen.host, config.listen.port, 0);
    listen->Whole("threads", config.listen.threads, 0, kMostThreads);
    if (auto tls = listen->Table("tls")) ReadServerTls(*tls, config.listen.tls);
    listen->Finish();
  }
  if (auto http = root.Table("http")) {
    http->Flag("enabled", config.http.enabled);
    http->Address("address", config.http.host, config.http.port, 0);
    if (auto tls = http->Table("tls")) ReadServerTls(*tls, config.http.tls);
    http->Finish();
  }
  if (auto audit = root.Table("audit")) {
    audit->FileToWrite("file", config.audit_file);
    audit->Require("file", "the audit log needs a file to go to");
    audit->Finish();
  }
  if (auto state = root.Table("state")) {
    state->FileToWrite("file", config.state_file);
    state->Require("file", "what outlives a restart needs a file to go to");
    state->Finish();
  }
}

}  // namespace firesteel::gateway
