#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "gateway/config/sections.h"
#include "gateway/routing/route_hints.h"
#include "gateway/routing/templates.h"

namespace firesteel::gateway {
namespace {

constexpr int kHeaviest = 1'000'000;
constexpr size_t kLongestName = 63;
constexpr std::string_view kDefaultCatalog = "spark.sql.defaultCatalog";

struct PlacedPair {
  std::string key, value;
  Place place;
};

/// The pairs of [environments.NAME.config], keys quoted ("spark.sql.ansi.enabled" = true) or dotted.
void Gather(TableReader& table, const toml::table& values, const std::string& prefix, std::vector<PlacedPair>& pairs) {
  TableReader reader(values, table.path(), table.reading());
  for (const auto& [key, node] : values) {
    const std::string name = prefix + std::string(key.str());
    PlacedPair pair{name, "", TableReader::PlaceOfNode(node)};
    if (const auto* inner = node.as_table()) {
      Gather(table, *inner, name + ".", pairs);
      continue;
    }
    if (node.is_string()) {
      // Not through reader.Text: an empty value is a value here.
      Result<std::string> text = ExpandVariables(node.as_string()->get(), table.reading().variables);
      if (!text.ok()) {
        reader.Error(key.str(), text.error());
        continue;
      }
      pair.value = std::move(*text);
    } else if (const auto* flag = node.as_boolean()) {
      pair.value = flag->get() ? "true" : "false";
    } else if (const auto* whole = node.as_integer()) {
      pair.value = std::to_string(whole->get());
    } else if (const auto* number = node.as_floating_point()) {
      pair.value = fmt::format("{}", number->get());
    } else {
      reader.Error(key.str(), "must be a text, a number, true or false");
      continue;
    }
    pairs.push_back(std::move(pair));
  }
}

void ReadSessionConfig(TableReader& table, Environment& environment) {
  const toml::node* node = table.Node("config");
  if (node == nullptr) return;
  if (!node->is_table()) {
    table.Error("config", "must be a table of Spark's keys");
    return;
  }
  std::vector<PlacedPair> pairs;
  Gather(table, *node->as_table(), "", pairs);
  // toml++ sorts keys by name.
  std::sort(pairs.begin(), pairs.end(), [](const PlacedPair& a, const PlacedPair& b) { return a.place < b.place; });
  for (PlacedPair& pair : pairs) {
    if (pair.key == kDefaultCatalog && !environment.catalog.empty()) {
      table.reading().problems.Error(pair.place, fmt::format("{}.config sets {}, and {}.catalog does, too; keep one",
                                                             table.path(), kDefaultCatalog, table.path()));
    }
    environment.session_config.emplace_back(std::move(pair.key), std::move(pair.value));
  }
}

void ReadEnvironment(const std::string& name, TableReader& table, GatewayConfig& config) {
  Environment environment;
  environment.name = name;
  CheckName(name, table);
  table.Require("servers", "which [servers.NAME] its sessions go to");
  ReadWeightedServers(table, environment.servers);
  table.Text("catalog", environment.catalog);
  table.Duration("idle", environment.lifetimes.idle, std::chrono::seconds(1));
  table.Duration("lifetime", environment.lifetimes.lifetime, std::chrono::seconds(1));
  if (environment.lifetimes.idle > environment.lifetimes.lifetime) {
    table.Warn(table.Has("idle") ? "idle" : "lifetime",
               fmt::format("makes idle ({}) longer than lifetime ({}): sessions end before they could be idle so long",
                           DurationText(environment.lifetimes.idle), DurationText(environment.lifetimes.lifetime)));
  }
  if (table.Text("namespace", environment.namespace_template)) {
    if (auto fault = TemplateFault(environment.namespace_template, TemplateUse::kNamespace)) {
      table.Error("namespace", *fault);
    }
  }
  ReadSessionConfig(table, environment);
  table.Finish();
  config.environments.push_back(std::move(environment));
}

/// Notes the use of a [servers.NAME]; an error where there is none.
void UseServers(TableReader& table, const std::string& name, Place place) {
  Reading& reading = table.reading();
  reading.used_servers.insert(name);
  if (std::find(reading.servers.begin(), reading.servers.end(), name) != reading.servers.end()) return;
  reading.problems.Error(
      place, fmt::format("{}.servers names '{}', but there is no [servers.{}]; known: {}", table.path(), name, name,
                         reading.servers.empty() ? "none" : fmt::format("{}", fmt::join(reading.servers, ", "))));
}

}  // namespace

void ReadWeightedServers(TableReader& table, std::vector<WeightedServers>& servers) {
  int weights = 0;
  const auto add = [&](const std::string& name, int weight, Place place) {
    UseServers(table, name, place);
    if (std::any_of(servers.begin(), servers.end(), [&](const WeightedServers& s) { return s.servers == name; })) {
      table.reading().problems.Error(place, fmt::format("{}.servers names '{}' twice", table.path(), name));
    }
    servers.push_back({name, weight});
    weights = std::min(kHeaviest, weights + weight);
  };
  const toml::node* node = table.Node("servers");
  if (node == nullptr) return;
  if (node->is_string()) {  // one, without the list
    std::string name;
    if (table.Text("servers", name)) add(name, 1, TableReader::PlaceOfNode(*node));
    return;
  }
  bool right = table.Items("servers", [&](const toml::node& item) {
    const Place place = TableReader::PlaceOfNode(item);
    if (const auto* inner = item.as_table()) {
      TableReader reader(*inner, table.PathOf("servers"), table.reading());
      std::string name;
      int weight = 1;
      reader.Require("servers", "the NAME of a [servers.NAME]");
      const bool named = reader.Text("servers", name);
      reader.Whole("weight", weight, 0, kHeaviest);
      reader.Finish();
      if (named) add(name, weight, place);
    } else if (const auto* text = item.as_string()) {
      Result<std::string> name = ExpandVariables(text->get(), table.reading().variables);
      if (name.ok()) {
        add(*name, 1, place);
      } else {
        table.reading().problems.Error(place, fmt::format("{}.servers {}", table.path(), name.error()));
      }
    } else {
      table.reading().problems.Error(
          place, fmt::format("{}.servers must list names or {{servers = \"NAME\", weight = 2}}", table.path()));
    }
  });
  if (right && !servers.empty() && weights == 0) {
    table.Error("servers", "have the weight 0, all of them: no session could begin");
  }
}

void CheckName(const std::string& name, TableReader& table) {
  const bool begins = !name.empty() && std::isalnum(static_cast<unsigned char>(name.front())) != 0;
  const bool right = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  });
  if (begins && right && name.size() <= kLongestName) return;
  table.Error("", fmt::format("has a name that may not be one: letters, digits, '.', '_' and '-', beginning with a "
                              "letter or digit, at most {}",
                              kLongestName));
}

void CheckRouteName(TableReader& table, std::string_view key, const std::string& value) {
  if (auto fault = RouteNameFault(value)) table.Error(key, "has a value that " + *fault);
}

void ReadEnvironments(TableReader& root, GatewayConfig& config) {
  root.NamedTables("environments",
                   [&](const std::string& name, TableReader& table) { ReadEnvironment(name, table, config); });
  if (root.reading().environments.empty()) {
    root.reading().problems.Error(Place{},
                                  "there is no [environments.NAME]: a session is always of an environment, "
                                  "whose servers it goes to");
  }
}

}  // namespace firesteel::gateway
