#include "gateway/http/status_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/http/status_json.h"

namespace firesteel::gateway {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kNow = 1'700'000'000'000'000;
constexpr char kHostile[] = "<script>alert('1')</script>\"&";
constexpr char kHarmless[] = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;";

class StoppedClock final : public Clock {
 public:
  int64_t NowMicros() const override { return kNow; }
  std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::time_point(seconds(1000));
  }
};

std::chrono::steady_clock::time_point Ago(int s) { return StoppedClock().Steady() - seconds(s); }

ServerEntryPtr Server(ServerId id, const std::string& set, uint16_t port, bool reachable = true) {
  ServerEntry entry;
  entry.id = id;
  entry.address = {.id = id, .servers = set, .host = "10.0.0.1", .port = port};
  *entry.reachable = reachable;
  return std::make_shared<ServerEntry>(std::move(entry));
}

SessionView Session(const std::string& id, const std::string& user, ServerId server, int begun_ago,
                    const std::string& state = "bound", int running = 0) {
  return {.session_id = id,
          .route = {"fraud", "prod", user, "sjns-fraud-prod"},
          .server = server,
          .state = state,
          .created = Ago(begun_ago),
          .last_call = Ago(5),
          .running = running};
}

GatewayConfig Config() {
  GatewayConfig config;
  config.servers = {{.name = "spark"}, {.name = "pool", .discovery = Discovery::kPool, .pool = {.warm = 2, .most = 9}}};
  return config;
}

GatewayState State() {
  return {.servers = {Server(3, "spark", 3), Server(2, "spark", 2, false), Server(1, "pool", 1), Server(4, "pool", 4),
                      Server(5, "pool", 5)},
          .draining = {3, 5},
          .retiring = {4},
          .launching = {{"pool", 1}},
          .sessions = {Session("s-old", "ann", 3, 100, "bound", 2), Session("s-new", "bob", 1, 10),
                       Session("s-lost", "ann", 77, 50, "lost"), Session("s-draft", "eve", 0, 20, "draft")}};
}

GatewayView View() { return MakeView(Config(), State(), StoppedClock()); }

TEST(GatewayView, SaysWhatServersDo) {
  const GatewayView view = View();
  ASSERT_EQ(view.servers.size(), 5u);
  EXPECT_THAT(view.servers, ElementsAre(Field(&ServerRow::id, 1), Field(&ServerRow::id, 4), Field(&ServerRow::id, 5),
                                        Field(&ServerRow::id, 2), Field(&ServerRow::id, 3)));
  EXPECT_EQ(view.servers[0].state, "ready");
  EXPECT_EQ(view.servers[3].state, "unreachable");
  EXPECT_EQ(view.servers[4].state, "draining");
  EXPECT_EQ(view.servers[4].sessions, 1);
  EXPECT_EQ(view.servers[4].running, 2);
  ASSERT_EQ(view.pools.size(), 1u);
  EXPECT_EQ(view.pools[0].servers, 3);
  EXPECT_EQ(view.servers[1].state, "retiring");
  EXPECT_EQ(view.pools[0].free, 0) << "one holds a session, one is too old, one is drained";
  EXPECT_EQ(view.pools[0].launching, 1);
  EXPECT_EQ(view.pools[0].warm, 2);
}

TEST(GatewayView, SaysWhereSessionsAre) {
  const std::vector<SessionRow> sessions = View().sessions;
  EXPECT_THAT(sessions, ElementsAre(Field(&SessionRow::id, "s-new"), Field(&SessionRow::id, "s-draft"),
                                    Field(&SessionRow::id, "s-lost"), Field(&SessionRow::id, "s-old")));
  EXPECT_EQ(sessions[3].server_address, "10.0.0.1:3");
  EXPECT_EQ(sessions[3].created_micros, kNow - 100'000'000);
  EXPECT_EQ(sessions[2].server_address, "") << "its server is gone";
}

TEST(GatewayView, ReadyNeedsOneReadyServer) {
  EXPECT_FALSE(IsAnyServerReady({}));
  EXPECT_FALSE(IsAnyServerReady({.servers = {Server(1, "a", 1, false), Server(2, "a", 2)}, .draining = {2}}));
  EXPECT_TRUE(IsAnyServerReady({.servers = {Server(1, "a", 1, false), Server(2, "a", 2)}}));
}

TEST(SelectSessions, ShowsOwnOnesAndFinds) {
  const auto ids = [](bool everybody, const std::string& user, const std::string& search) {
    std::vector<std::string> found;
    for (const SessionRow& row : SelectSessions(View().sessions, everybody, user, search)) found.push_back(row.id);
    return found;
  };
  EXPECT_THAT(ids(false, "ann", ""), ElementsAre("s-lost", "s-old"));
  EXPECT_THAT(ids(false, "ann", "BOB"), ElementsAre());
  EXPECT_THAT(ids(true, "", "BOB"), ElementsAre("s-new"));
  EXPECT_THAT(ids(true, "", "s-dr"), ElementsAre("s-draft"));
  EXPECT_EQ(ids(true, "", "fraud").size(), 4u);
  EXPECT_EQ(ids(false, "", "").size(), 0u);
}

TEST(StatusPage, EscapesEverything) {
  GatewayView view;
  view.servers = {{.id = 1, .set = kHostile, .address = kHostile, .state = "ready"}};
  view.pools = {{.name = kHostile}};
  view.sessions = {{.id = kHostile,
                    .route = {kHostile, kHostile, kHostile, kHostile},
                    .state = "bound",
                    .server_set = kHostile,
                    .server_address = kHostile}};
  const PageReader reader{kHostile, true, "0123"};
  for (const std::string& page :
       {StatusPage(view, reader, kHostile), SessionPage(view.sessions, view.now_micros, reader)}) {
    EXPECT_THAT(page, HasSubstr(kHarmless));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("alert('")));
    EXPECT_THAT(page, HasSubstr("/sessions/%3Cscript%3E"));
    EXPECT_THAT(page, Not(HasSubstr("style=")));
    EXPECT_THAT(page, Not(HasSubstr("<style")));
  }
}

TEST(StatusPage, ShowsButtonsToOperatorsOnly) {
  const std::string page = StatusPage(View(), {"root", true, "0123"}, "");
  EXPECT_THAT(page, HasSubstr("action=\"/servers/3/undrain\""));
  EXPECT_THAT(page, HasSubstr("action=\"/servers/1/drain\""));
  EXPECT_THAT(page, HasSubstr("action=\"/sessions/s-new/end\""));
  EXPECT_THAT(page, Not(HasSubstr("action=\"/sessions/s-lost/end\"")));
  EXPECT_THAT(page, HasSubstr("name=\"token\" value=\"0123\""));
  const std::string readers = StatusPage(View(), {"ann", false, "0123"}, "");
  EXPECT_THAT(readers, Not(HasSubstr("method=\"post\"")));
  EXPECT_THAT(readers, Not(HasSubstr("0123")));
}

TEST(StatusPage, CutsLongLists) {
  GatewayView view;
  view.sessions.resize(502);
  EXPECT_THAT(StatusPage(view, {}, ""), HasSubstr("<p>2 more: search"));
  EXPECT_EQ(StatusJson(view)["sessions"].size(), 502u);
}

TEST(StatusJson, SaysTheSame) {
  const Json json = StatusJson(View());
  EXPECT_EQ(json["time"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(json["servers"][4]["state"], "draining");
  EXPECT_EQ(json["pools"][0]["free"], 0);
  EXPECT_EQ(json["sessions"][3]["server"]["address"], "10.0.0.1:3");
  EXPECT_TRUE(json["sessions"][1]["server"].is_null());
  GatewayView broken;
  broken.sessions = {{.id = "\xff\xfe\"\n"}};
  EXPECT_FALSE(Json::parse(JsonLine(StatusJson(broken)), nullptr, false).is_discarded());
}

}  // namespace
}  // namespace firesteel::gateway
