#include "cli/profiles.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <utility>
#include <vector>

#include "cli/connection_options.h"
#include "client/config/connection_string.h"
#include "shell/client_backend.h"
#include "shell/output/display_width.h"
#include "shell/output/row_writer.h"
#include "shell/runner.h"
#include "shell/terminal/paged_output.h"
#include "shell/terminal/screen.h"

namespace firesteel::cli {
namespace {

using client::Profile;
using client::Result;
using client::StructField;

using Clock = std::chrono::steady_clock;

/// Host and port alone: the rest of an endpoint may hold a token.
std::string ShownEndpoint(const Profile& profile) {
  if (profile.endpoint.empty()) return "";
  if (profile.endpoint.rfind("local", 0) == 0) return "local";
  const auto endpoint = client::ParseEndpoint(profile.endpoint, "the endpoint");
  if (!endpoint) return "(not a connection string)";
  if (!endpoint->tunnel.empty()) return endpoint->tunnel;
  const int port = endpoint->port ? *endpoint->port : endpoint->https ? 443 : 15002;
  return (endpoint->https ? "https://" : "sc://") + endpoint->host + ":" + std::to_string(port);
}

std::string ShownToken(const Profile& profile) {
  if (!profile.token_command.empty()) return "of a command";
  if (!profile.token_file.empty()) return "of a file";
  const auto endpoint = client::ParseEndpoint(profile.endpoint, "the endpoint");
  return !profile.token.empty() || (endpoint && endpoint->Find("token")) ? "set" : "";
}

int List() {
  const Result<client::ProfileList> list = client::list_profiles();
  if (!list) {
    shell::PrintError(list.error().message);
    return 1;
  }
  shell::UseUtf8Locale();
  shell::Style style;
  style.boxes = isatty(STDOUT_FILENO) == 1;
  style.colours = shell::HasColours(STDOUT_FILENO);
  std::vector<StructField> columns;
  for (const char* name : {"name", "endpoint", "token", "cluster", "file"}) {
    columns.push_back({name, client::DataType::string()});
  }
  std::vector<client::Row> rows;
  for (const Profile& profile : list->profiles) {
    rows.push_back({profile.name, ShownEndpoint(profile), ShownToken(profile), profile.cluster_id, profile.file});
  }
  shell::DescriptorOutput output(STDOUT_FILENO);
  auto writer = shell::MakeRowWriter(shell::Format::kTable, style, "UTC", output);
  (void)(writer->Begin(columns) && writer->Rows(rows) && writer->End());
  for (const std::string& warning : list->warnings) std::cerr << "warning: " << warning << '\n';
  return 0;
}

int Add(const ProfilesOptions& options) {
  Profile profile = options.added;
  if (!options.tls.empty()) profile.tls = options.tls == "on";
  // Paths of the command line begin here, those of the file at the file.
  for (std::string* path : {&profile.token_file, &profile.tls_ca, &profile.tls_certificate, &profile.tls_key}) {
    std::error_code ignored;
    if (!path->empty()) *path = std::filesystem::absolute(*path, ignored).string();
  }
  const auto endpoint = client::ParseEndpoint(profile.endpoint, "--endpoint");
  if (!endpoint) {
    shell::PrintError(endpoint.error().message);
    return 1;
  }
  const Result<std::string> file = client::add_profile(profile);
  if (!file) {
    shell::PrintError(file.error().message);
    return 1;
  }
  std::cout << "added '" << profile.name << "' to " << *file << "; try it: firesteel profiles test " << profile.name
            << std::endl;
  return 0;
}

int Remove(const std::string& name) {
  const Result<std::string> file = client::remove_profile(name);
  if (!file) {
    shell::PrintError(file.error().message);
    return 1;
  }
  std::cout << "removed '" << name << "' from " << *file << std::endl;
  return 0;
}

std::string SecondsSince(Clock::time_point began) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", std::chrono::duration<double>(Clock::now() - began).count());
  return text;
}

void ShowLine(const std::string& name, const std::string& value, const std::string& source = "") {
  std::cout << "  " << name << std::string(name.size() < 14 ? 14 - name.size() : 1, ' ') << value;
  if (!source.empty()) std::cout << "  (" << source << ")";
  std::cout << std::endl;
}

void ShowSettings(const client::ConnectionSettings& settings) {
  using Kind = client::TokenSource::Kind;
  const bool local = settings.local || settings.endpoint_is_default();
  ShowLine("server",
           local                         ? "one of our own"
           : settings.tunnel_url.empty() ? settings.Target()
                                         : settings.tunnel_url,
           settings.SourceOf("endpoint"));
  if (!local) {
    ShowLine("security", settings.security == client::Security::kTls ? "TLS" : "not encrypted",
             settings.sources.count("use_ssl") != 0 ? settings.SourceOf("use_ssl") : "");
  }
  const Kind kind = settings.token.kind;
  ShowLine("token",
           kind == Kind::kNone      ? "none"
           : kind == Kind::kCommand ? "of a command"
           : kind == Kind::kFile    ? "of a file"
                                    : "set",
           settings.token ? settings.token.source : "");
  ShowLine("user", settings.user_id, settings.SourceOf("user_id"));
  for (const char* name : {"cluster_id", "app_id", "account", "session_id"}) {
    if (settings.sources.count(name) == 0) continue;
    const std::string setting = name;
    ShowLine(setting,
             setting == "cluster_id" ? settings.cluster_id
             : setting == "app_id"   ? settings.app_id
             : setting == "account"  ? settings.account
                                     : settings.session_id.value_or(""),
             settings.SourceOf(setting));
  }
  for (const auto& [name, value] : settings.headers) ShowLine("header", name, settings.SourceOf("header " + name));
}

int Test(const ProfilesOptions& options) {
  const auto settings = client::Resolve(options.tested, client::ProcessEnvironment());
  if (!settings) {
    shell::PrintError(settings.error().message);
    return 1;
  }
  ShowSettings(*settings);
  // Told apart from what the server makes of it.
  if (const Result<std::string> token = settings->token.Get(); !token) {
    shell::PrintError(token.error().message);
    return 1;
  }
  Clock::time_point began = Clock::now();
  auto backend = shell::ConnectClient(options.tested);
  if (!backend) {
    shell::PrintError(backend.error().message);
    return 1;
  }
  const Result<std::string> version = (*backend)->Version();
  if (!version) {
    shell::PrintError(version.error().message);
    return 1;
  }
  ShowLine("connected", "Spark " + *version + " in " + SecondsSince(began));
  began = Clock::now();
  auto answer = (*backend)->Run("SELECT 1");
  auto rows = answer ? (*answer)->Next() : Result<std::optional<std::vector<client::Row>>>(answer.error());
  if (!rows) {
    shell::PrintError(rows.error().message);
    return 1;
  }
  ShowLine("SELECT 1", "in " + SecondsSince(began));
  return 0;
}

}  // namespace

void DeclareProfiles(CLI::App& app, ProfilesOptions& options) {
  options.command = app.add_subcommand("profiles", "List, add, remove and test named connections");
  options.command->footer(
      "They are in ~/.config/firesteel/profiles.toml, or FIRESTEEL_PROFILES; those of ~/.databrickscfg and\n"
      "~/.spotinst/credentials can be named, too. Use one with `firesteel shell --profile NAME`.");
  options.list = options.command->add_subcommand("list", "What there is; what `firesteel profiles` alone does");
  options.add = options.command->add_subcommand("add", "Add a connection to the file");
  Profile& added = options.added;
  options.add->add_option("name", added.name, "its name")->required();
  options.add->add_option("--endpoint", added.endpoint, "sc://HOST:PORT, https://HOST or HOST:PORT")->required();
  options.add->add_option("--token", added.token, "kept in the file; others see it in `ps`")->type_name("TOKEN");
  options.add->add_option("--token-file", added.token_file, "file with the token")->type_name("FILE");
  options.add->add_option("--token-command", added.token_command, "command that prints the token")
      ->type_name("COMMAND");
  options.add->add_option("--user", added.user_id, "name of the user")->type_name("NAME");
  options.add->add_option("--cluster-id", added.cluster_id, "cluster of a hosted service")->type_name("ID");
  options.add->add_option("--tls", options.tls, "on or off; default: on where there is a token")
      ->check(CLI::IsMember({"on", "off"}));
  options.add->add_option("--tls-ca", added.tls_ca, "authority to trust (PEM)")->type_name("FILE");
  options.add->add_option("--tls-certificate", added.tls_certificate, "own certificate (PEM)")->type_name("FILE");
  options.add->add_option("--tls-key", added.tls_key, "its key (PEM)")->type_name("FILE");
  options.remove = options.command->add_subcommand("remove", "Take a connection out of the file");
  options.remove->add_option("name", options.removed, "its name")->required();
  options.test = options.command->add_subcommand("test", "Connect, and say what is wrong where that fails");
  options.test->add_option("name", options.tested.profile, "its name; without one: what the environment says");
  DeclareConnectionOptions(*options.test, options.tested);
  options.command->require_subcommand(0, 1);
}

bool IsProfiles(const ProfilesOptions& options) { return options.command->parsed(); }

int Profiles(const ProfilesOptions& options) {
  if (options.add->parsed()) return Add(options);
  if (options.remove->parsed()) return Remove(options.removed);
  if (options.test->parsed()) return Test(options);
  return List();
}

}  // namespace firesteel::cli
