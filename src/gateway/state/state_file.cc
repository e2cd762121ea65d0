#include "gateway/state/state_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace firesteel::gateway {
namespace {

using nlohmann::json;
using State = SavedSession::State;

constexpr char kHeader[] = "{\"firesteel_gateway_state\":1}";
// Lines that count no more, before the file is written anew.
constexpr size_t kMostStale = 10'000;

std::string ErrorText() { return std::generic_category().message(errno); }

std::string Text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string KeyOf(ServerId server) { return "server/" + std::to_string(server); }

std::string KeyOf(const SavedSession& session) {
  return fmt::format("session/{}/{}/{}", session.id, session.anonymous ? "a" : "v", session.user);
}

std::string Line(const SavedServer& server) {
  return Text({{"server", server.id},
               {"servers", server.servers},
               {"host", server.host},
               {"port", server.port},
               {"probe_session", server.probe_session},
               {"instance", server.instance},
               {"drained", server.drained}});
}

constexpr std::pair<State, const char*> kStates[] = {{State::kUnready, "unready"},
                                                     {State::kBound, "bound"},
                                                     {State::kLost, "lost"},
                                                     {State::kReleased, "released"},
                                                     {State::kForgotten, "forgotten"}};

const char* NameOf(State state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "unready";
}

json Object(const SavedSession& session, const Clock& clock) {
  json object = {{"session", session.id},
                 {"user", session.user},
                 {"anonymous", session.anonymous},
                 {"state", NameOf(session.state)}};
  if (session.state == State::kForgotten) return object;
  object["created"] = clock.NowMicros() - session.age.count();
  object["team"] = session.route.team;
  object["environment"] = session.route.environment;
  object["route_user"] = session.route.user;
  object["namespace"] = session.route.namespace_name;
  if (session.state != State::kBound) return object;
  object["server"] = session.server;
  object["idle_ms"] = session.lifetimes.idle.count();
  object["lifetime_ms"] = session.lifetimes.lifetime.count();
  object["told"] = session.told;
  object["server_session"] = session.server_session;
  return object;
}

SavedServer ServerOf(const json& object) {
  SavedServer server;
  object.at("server").get_to(server.id);
  object.at("servers").get_to(server.servers);
  object.at("host").get_to(server.host);
  object.at("port").get_to(server.port);
  object.at("probe_session").get_to(server.probe_session);
  object.at("instance").get_to(server.instance);
  server.drained = object.value("drained", false);  // not in files of earlier versions
  return server;
}

SavedSession SessionOf(const json& object, const Clock& clock) {
  SavedSession session;
  object.at("session").get_to(session.id);
  object.at("user").get_to(session.user);
  object.at("anonymous").get_to(session.anonymous);
  const auto state = object.at("state").get<std::string>();
  for (const auto& [known, name] : kStates) {
    if (state == name) session.state = known;
  }
  if (session.state == State::kForgotten) return session;
  session.age = std::chrono::microseconds(clock.NowMicros() - object.at("created").get<int64_t>());
  object.at("team").get_to(session.route.team);
  object.at("environment").get_to(session.route.environment);
  object.at("route_user").get_to(session.route.user);
  object.at("namespace").get_to(session.route.namespace_name);
  if (session.state != State::kBound) return session;
  object.at("server").get_to(session.server);
  session.lifetimes.idle = Milliseconds(object.at("idle_ms").get<int64_t>());
  session.lifetimes.lifetime = Milliseconds(object.at("lifetime_ms").get<int64_t>());
  object.at("told").get_to(session.told);
  object.at("server_session").get_to(session.server_session);
  return session;
}

bool WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<StateFile>> StateFile::Open(const std::string& path, const Clock& clock) {
  // A file beside it, because the file itself is replaced.
  const std::string lock_path = path + ".lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return Status::Error(fmt::format("cannot open {}: {}", lock_path, ErrorText()));
  std::unique_ptr<StateFile> state(new StateFile(path, clock, lock));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return Status::Error(fmt::format("the state in {} is another running gateway's", path));
  }
  if (Status status = state->Read(); !status) return status;
  if (Status status = state->Rewrite(); !status) return status;
  return state;
}

StateFile::~StateFile() {
  if (file_ >= 0) ::close(file_);
  ::close(lock_);
}

Status StateFile::Read() {
  std::ifstream in(path_);
  if (!in.is_open()) {
    if (::access(path_.c_str(), F_OK) != 0) return Status::Ok();  // the first life
    return Status::Error(fmt::format("cannot read {}: {}", path_, ErrorText()));
  }
  std::string line;
  if (!std::getline(in, line)) return Status::Ok();
  if (line != kHeader) return Status::Error(fmt::format("{} is no state of a gateway of this version", path_));
  std::unordered_map<std::string, SavedServer> servers;
  std::unordered_map<std::string, SavedSession> sessions;
  size_t unreadable = 0;
  while (std::getline(in, line)) {
    try {
      const json object = json::parse(line);
      if (object.contains("gone")) {
        const std::string key = KeyOf(object.at("gone").get<ServerId>());
        servers.erase(key);
        lines_.erase(key);
        continue;
      }
      const bool is_session = object.contains("session");
      std::string key;
      if (is_session) {
        SavedSession session = SessionOf(object, clock_);
        key = KeyOf(session);
        if (session.state == State::kForgotten) {
          sessions.erase(key);
          lines_.erase(key);
          continue;
        }
        sessions[key] = std::move(session);
      } else {
        SavedServer server = ServerOf(object);
        key = KeyOf(server.id);
        servers[key] = std::move(server);
      }
      lines_[key] = line;
    } catch (const json::exception&) {
      ++unreadable;  // the end of a process or a full disk may have cut it off
    }
  }
  if (unreadable > 0) log::Warn("{} lines of {} cannot be read: what they said is forgotten", unreadable, path_);
  for (auto& [key, server] : servers) contents_.servers.push_back(std::move(server));
  for (auto& [key, session] : sessions) contents_.sessions.push_back(std::move(session));
  std::sort(contents_.sessions.begin(), contents_.sessions.end(),
            [](const SavedSession& a, const SavedSession& b) { return a.age > b.age; });
  return Status::Ok();
}

Status StateFile::Rewrite() {
  const std::string fresh = path_ + ".new";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return Status::Error(fmt::format("cannot write {}: {}", fresh, ErrorText()));
  std::string all = std::string(kHeader) + "\n";
  for (const auto& [key, line] : lines_) all += line + "\n";
  if (!WriteAll(file, all) || ::rename(fresh.c_str(), path_.c_str()) != 0) {
    Status status = Status::Error(fmt::format("cannot write {}: {}", path_, ErrorText()));
    ::close(file);
    return status;
  }
  if (file_ >= 0) ::close(file_);
  file_ = file;
  written_ = lines_.size();
  return Status::Ok();
}

void StateFile::Put(const std::string& key, std::string line, std::string_view farewell) {
  const std::lock_guard lock(mutex_);
  const bool keeps = !line.empty();
  if (!keeps && lines_.erase(key) == 0) return;
  // A newline before it, too: what a write that failed has left must not spoil this one.
  const std::string bytes = fmt::format("{}{}\n", failing_ ? "\n" : "", keeps ? std::string_view(line) : farewell);
  if (keeps) lines_[key] = std::move(line);
  const bool failed = !WriteAll(file_, bytes);
  if (failed && !failing_) log::Error("cannot write to {}: {}; a restart would lose sessions", path_, ErrorText());
  failing_ = failed;
  ++written_;
  if (written_ < 2 * lines_.size() + kMostStale) return;
  if (const Status status = Rewrite(); !status) {
    log::Error("{}", status.message);
    written_ = 0;  // not again with every line
  }
}

void StateFile::Save(const SavedServer& server) { Put(KeyOf(server.id), Line(server), {}); }

void StateFile::ForgetServer(ServerId server) { Put(KeyOf(server), {}, Text({{"gone", server}})); }

void StateFile::Save(const SavedSession& session) {
  const std::string line = Text(Object(session, clock_));
  if (session.state == State::kForgotten) {
    Put(KeyOf(session), {}, line);
  } else {
    Put(KeyOf(session), line, {});
  }
}

}  // namespace firesteel::gateway
