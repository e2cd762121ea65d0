// cache(), persist, CACHE TABLE, spark.catalog.cacheTable and their opposites; and how plans read what is cached.
#include <algorithm>
#include <utility>

#include "base/ascii_case.h"
#include "base/error.h"
#include "base/log.h"
#include "bound/canonical.h"
#include "optimizer/rebuild.h"
#include "session/cache/plan_cache.h"
#include "session/engine_query_runner.h"
#include "session/error/java_exception.h"
#include "session/plan_arguments.h"
#include "session/python/python_task.h"
#include "session/variable_substitution.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

// What decides the meaning of a plan and does not stand in it.
std::string Salt(const bound::SessionSettings& settings) { return settings.time_zone; }

// The files and the names of what a plan scans; a table that has no files yet is known by its name.
void CollectFiles(const bound::RelationPtr& relation, std::vector<std::string>& files) {
  if (const auto* scan = relation->As<bound::Scan>()) {
    files.insert(files.end(), scan->files.begin(), scan->files.end());
    files.push_back(scan->display_name);
  }
  for (const bound::RelationPtr& child : bound::Children(*relation)) CollectFiles(child, files);
}

// Puts the data of cached plans in their places, the largest first.
class CacheReader {
 public:
  using Replace = std::function<PlanCache::Table(const std::string& digest, const bound::RelationPtr& plan)>;
  CacheReader(const bound::Digests& digests, const PlanCache& cache, Replace replace)
      : digests_(digests), cache_(cache), replace_(std::move(replace)) {}

  bound::RelationPtr Read(const bound::RelationPtr& relation) {
    const auto digest = digests_.find(relation.get());
    // A plan and its input may mean the same (SELECT *): what is being filled is not read for filling it.
    const bool is_filling =
        digest != digests_.end() && std::find(filling_.begin(), filling_.end(), digest->second) != filling_.end();
    if (digest != digests_.end() && !is_filling && cache_.Find(digest->second)) {
      filling_.push_back(digest->second);
      PlanCache::Table table = replace_(digest->second, relation);
      filling_.pop_back();
      if (table) {
        bound::EngineTable node{table->table(), table->column_names(), "InMemoryTableScan"};
        return bound::MakeRelation(std::move(node), relation->output, relation->origin);
      }
    }
    return ReadBelow(relation);
  }

  bound::RelationPtr ReadBelow(const bound::RelationPtr& relation) {
    bound::RelationPtr read = optimizer::MapExpressions(relation, [&](const bound::ExpressionPtr& expression) {
      return bound::TransformUp(expression, [&](const bound::ExpressionPtr& node) -> bound::ExpressionPtr {
        const bound::RelationPtr* query = optimizer::SubqueryOf(*node);
        if (!query) return nullptr;
        bound::RelationPtr inner = Read(*query);
        return inner == *query ? nullptr : optimizer::WithSubquery(*node, std::move(inner));
      });
    });
    return optimizer::MapChildren(read, [&](const bound::RelationPtr& child) { return Read(child); });
  }

 private:
  const bound::Digests& digests_;
  const PlanCache& cache_;
  const Replace replace_;
  std::vector<std::string> filling_;  // digests, outermost first
};

// Names and their storage levels, of spark.sql.defaultCacheStorageLevel and OPTIONS ('storageLevel' …).
std::optional<StorageLevel> LevelNamed(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  struct Row {
    const char* name;
    StorageLevel level;
  };
  static const Row kRows[] = {
      {"NONE", {false, false, false, false, 1}},
      {"DISK_ONLY", {true, false, false, false, 1}},
      {"DISK_ONLY_2", {true, false, false, false, 2}},
      {"DISK_ONLY_3", {true, false, false, false, 3}},
      {"MEMORY_ONLY", {false, true, false, true, 1}},
      {"MEMORY_ONLY_2", {false, true, false, true, 2}},
      {"MEMORY_ONLY_SER", {false, true, false, false, 1}},
      {"MEMORY_ONLY_SER_2", {false, true, false, false, 2}},
      {"MEMORY_AND_DISK", {true, true, false, true, 1}},
      {"MEMORY_AND_DISK_2", {true, true, false, true, 2}},
      {"MEMORY_AND_DISK_SER", {true, true, false, false, 1}},
      {"MEMORY_AND_DISK_SER_2", {true, true, false, false, 2}},
      {"OFF_HEAP", {true, true, true, false, 1}},
  };
  for (const Row& row : kRows) {
    if (name == row.name) return row.level;
  }
  return std::nullopt;
}

}  // namespace

EngineQueryRunner::CachedPlan EngineQueryRunner::WithCache(const bound::RelationPtr& bound, SessionState& state,
                                                           const bound::SessionSettings& settings,
                                                           const CancelTokenPtr& cancel) {
  CachedPlan result{bound, {}};
  PlanCache& cache = state.cache();
  if (cache.empty()) {
    result.plan = WithoutPython(bound, state, settings, cancel);
    return result;
  }
  const bound::Digests digests = bound::DigestsOf(bound, Salt(settings));
  CacheReader* below = nullptr;
  CacheReader reader(digests, cache, [&](const std::string& digest, const bound::RelationPtr& plan) {
    PlanCache::Table table;
    try {
      table = cache.Use(digest, plan, engine(), cancel, [&](const bound::RelationPtr& wanted) {
        // Filled from the caches inside of it.
        return engine().Store(Spec(WithoutPython(below->ReadBelow(wanted), state, settings, cancel), settings), cancel);
      });
    } catch (const QueryError& error) {
      // No room to keep the rows is no reason not to compute them.
      if (error.condition() != "SPILL_OUT_OF_MEMORY") throw;
      log::Warn("a cached plan does not fit into memory; it is computed anew: {}", error.what());
    }
    if (table) result.tables.push_back(table);
    return table;
  });
  below = &reader;
  result.plan = WithoutPython(reader.Read(bound), state, settings, cancel);
  return result;
}

bound::RelationPtr EngineQueryRunner::ShowCache(const bound::RelationPtr& bound, SessionState& state,
                                                const bound::SessionSettings& settings) {
  if (state.cache().empty()) return bound;
  const bound::Digests digests = bound::DigestsOf(bound, Salt(settings));
  CacheReader reader(digests, state.cache(), [](const std::string&, const bound::RelationPtr& plan) {
    return std::make_shared<const engine::StoredTable>("", std::vector<std::string>(plan->output.size()));
  });
  return reader.Read(bound);
}

std::string EngineQueryRunner::DigestOf(const bound::RelationPtr& bound, const bound::SessionSettings& settings) {
  return bound::DigestsOf(bound, Salt(settings)).at(bound.get());
}

void EngineQueryRunner::Persist(const plan::RelationPtr& plan, StorageLevel level, SessionState& state,
                                const CancelTokenPtr&) {
  const bound::SessionSettings settings = state.Settings();
  const bound::RelationPtr bound = Analyze(plan, state, settings);
  std::vector<std::string> files;
  CollectFiles(bound, files);
  // Spark warns in its log when the plan is cached already; the first level stays.
  state.cache().Add(DigestOf(bound, settings), level, std::move(files));
}

void EngineQueryRunner::Unpersist(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr&) {
  const bound::SessionSettings settings = state.Settings();
  state.cache().Remove(DigestOf(Analyze(plan, state, settings), settings));
}

StorageLevel EngineQueryRunner::StorageLevelOf(const plan::RelationPtr& plan, SessionState& state,
                                               const CancelTokenPtr&) {
  const bound::SessionSettings settings = state.Settings();
  return state.cache()
      .Find(DigestOf(Analyze(plan, state, settings), settings))
      .value_or(StorageLevel{false, false, false, false, 1});
}

void EngineQueryRunner::UncacheView(const std::vector<std::string>& name, SessionState& state) {
  if (state.cache().empty()) return;
  try {
    Unpersist(plan::MakeRelation(plan::NamedTable{name, {}, false, nullptr, nullptr}), state, nullptr);
  } catch (const QueryError&) {
    // There is no such view, or what it read is gone: nothing can be cached for it.
  }
}

std::optional<CommandResult> EngineQueryRunner::RunCacheCall(const plan::CatalogCall& call, SessionState& state,
                                                             const CancelTokenPtr& cancel) {
  const bound::SessionSettings settings = state.Settings();
  const auto table = [&] {
    const std::string name = SubstituteVariables(Argument(call, "table_name").value_or(""), state.configuration());
    std::vector<std::string> parts = sql::ParseMultipartIdentifier(name, ParserOptionsOf(settings));
    return plan::MakeRelation(plan::NamedTable{std::move(parts), {}, false, nullptr, nullptr});
  };
  if (call.method == "is_cached") {
    const bool cached = StorageLevelOf(table(), state, cancel) != StorageLevel{false, false, false, false, 1};
    return Rows({{"value", DataType::Boolean(), false, ""}}, {{Value{cached}}}, settings);
  }
  if (call.method == "cache_table") {
    StorageLevel level;
    for (const auto& [key, value] : call.arguments) {
      const bool set = value == "true";
      if (key == "storage_level.use_disk") level.use_disk = set;
      if (key == "storage_level.use_memory") level.use_memory = set;
      if (key == "storage_level.use_off_heap") level.use_off_heap = set;
      if (key == "storage_level.deserialized") level.deserialized = set;
      if (key == "storage_level.replication" && value) level.replication = std::atoi(value->c_str());
    }
    Persist(table(), level, state, cancel);
    return Rows({}, {}, settings);
  }
  if (call.method == "uncache_table") {
    Unpersist(table(), state, cancel);
    return Rows({}, {}, settings);
  }
  if (call.method == "clear_cache") {
    state.cache().Clear();
    return Rows({}, {}, settings);
  }
  if (call.method == "refresh_table") {
    Analyze(table(), state, settings);
    state.cache().InvalidateAll();
    return Rows({}, {}, settings);
  }
  if (call.method == "refresh_by_path") {
    state.cache().InvalidateFiles(Argument(call, "path").value_or(""));
    return Rows({}, {}, settings);
  }
  if (call.method == "drop_temp_view") UncacheView({Argument(call, "view_name").value_or("")}, state);
  if (call.method == "drop_global_temp_view")
    UncacheView({"global_temp", Argument(call, "view_name").value_or("")}, state);
  return std::nullopt;
}

std::optional<CommandResult> EngineQueryRunner::RunCacheStatement(const plan::ShowStatement& statement,
                                                                  SessionState& state, const CancelTokenPtr& cancel,
                                                                  const OriginPtr& origin) {
  const std::string& what = statement.statement;
  if (what != "CACHE TABLE" && what != "UNCACHE TABLE" && what != "CLEAR CACHE") return std::nullopt;
  const bound::SessionSettings settings = state.Settings();
  std::vector<std::string> name;
  bool lazy = false;
  bool if_exists = false;
  std::string text;
  std::string level_name = state.configuration().GetText("spark.sql.defaultCacheStorageLevel");
  for (const auto& [key, value] : statement.arguments) {
    if (key == "table") name.push_back(value);
    if (key == "lazy") lazy = true;
    if (key == "if_exists") if_exists = true;
    if (key == "text") text = value;
    if (AsciiLower(key) == "option.storagelevel") level_name = value;
  }
  if (what == "CLEAR CACHE") {
    state.cache().Clear();
    return Rows({}, {}, settings);
  }
  const plan::RelationPtr table = plan::MakeRelation(plan::NamedTable{name, {}, false, nullptr, nullptr}, origin);
  if (what == "UNCACHE TABLE") {
    try {
      Unpersist(table, state, cancel);
    } catch (const QueryError& error) {
      if (!if_exists || error.condition() != "TABLE_OR_VIEW_NOT_FOUND") throw;
    }
    return Rows({}, {}, settings);
  }
  const std::optional<StorageLevel> level = LevelNamed(level_name);
  if (!level) {
    throw JavaError("java.lang.IllegalArgumentException", "Invalid StorageLevel: " + level_name);
  }
  if (statement.query) {
    if (name.size() > 1) {
      std::string quoted;
      for (size_t i = 0; i + 1 < name.size(); ++i) quoted += (i > 0 ? "." : "") + QuoteIfNeeded(name[i]);
      throw QueryError("_LEGACY_ERROR_TEMP_0037", {{"quoted", quoted}}, origin, ErrorClass::kParse);
    }
    plan::CreateView view;
    view.name = name;
    view.query = statement.query;
    view.sql_text = text;
    CreateView(view, state, true, origin);
  }
  Persist(table, *level, state, cancel);
  if (!lazy) {
    bound::RelationPtr bound = Analyze(table, state, settings);
    WithCache(bound, state, settings, cancel);  // fills
  }
  return Rows({}, {}, settings);
}

bool EngineQueryRunner::SameSemantics(const plan::RelationPtr& left, const plan::RelationPtr& right,
                                      SessionState& state, const CancelTokenPtr&) {
  const bound::SessionSettings settings = state.Settings();
  return DigestOf(Analyze(left, state, settings), settings) == DigestOf(Analyze(right, state, settings), settings);
}

int32_t EngineQueryRunner::SemanticHash(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr&) {
  const bound::SessionSettings settings = state.Settings();
  return static_cast<int32_t>(std::hash<std::string>()(DigestOf(Analyze(plan, state, settings), settings)));
}

void EngineQueryRunner::ReleaseSession(SessionState& state) {
  state.cache().Clear();
  state.checkpoints().Clear();
  python_->EndSession(SessionKey(state));
}

}  // namespace firesteel::session
