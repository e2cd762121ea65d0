#include "session/engine_query_runner.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "arrow/record_batch_writer.h"
#include "base/error.h"
#include "optimizer/extract_python_calls.h"
#include "optimizer/optimizer.h"
#include "plan/relation.h"
#include "session/catalog/catalog_commands.h"
#include "session/operator_metrics.h"
#include "session/python/python_stages.h"
#include "session/result_rows.h"

namespace firesteel::session {
namespace {

Schema TextSchema(const char* column) { return {StructField{column, DataType::String(), false, ""}}; }

ResultBatch ToResultBatch(engine::ArrowBatch batch) {
  ResultBatch result;
  result.row_count = batch.rows;
  for (auto& slice : batch.slices) {
    std::string_view bytes = *slice;
    result.ipc.push_back(ByteSlice{std::move(slice), bytes});
  }
  return result;
}

bool IsPrettyText(const plan::Relation& relation) {
  return relation.As<plan::ShowString>() || relation.As<plan::HtmlString>();
}

// Spark refuses to show more rows than an array can hold; so do we, and we keep one for "there are more".
constexpr int64_t kMostShownRows = 0x7fffffff - 16;

void CollectScans(const bound::RelationPtr& relation, std::vector<std::string>& files) {
  if (const auto* scan = relation->As<bound::Scan>()) files.insert(files.end(), scan->files.begin(), scan->files.end());
  for (const bound::RelationPtr& child : bound::Children(*relation)) CollectScans(child, files);
}

bool ReadsStream(const plan::Relation& relation) {
  if (const auto* table = relation.As<plan::NamedTable>()) return table->is_streaming;
  if (const auto* source = relation.As<plan::DataSource>()) return source->is_streaming;
  std::vector<plan::RelationPtr> children = plan::Children(relation);
  return std::any_of(children.begin(), children.end(), [](const auto& child) { return ReadsStream(*child); });
}

bool HasMetrics(const plan::Relation& relation) {
  if (relation.As<plan::CollectMetrics>()) return true;
  std::vector<plan::RelationPtr> children = plan::Children(relation);
  return std::any_of(children.begin(), children.end(), [](const auto& child) { return HasMetrics(*child); });
}

// The unresolved plan by its nodes' names, as Spark indents them.
std::string ParsedTree(const plan::Relation& relation, int depth) {
  std::string text;
  if (depth > 0) text = std::string(static_cast<size_t>(depth - 1) * 3, ' ') + "+- ";
  text += "'" + std::string(plan::NodeName(relation)) + "\n";
  for (const plan::RelationPtr& child : plan::Children(relation)) text += ParsedTree(*child, depth + 1);
  return text;
}

std::shared_ptr<const engine::ScanTable> ScanOf(lowering::TextScan lowered) {
  auto table = std::make_shared<engine::ScanTable>();
  sources::FileScan& scan = table->scan;
  scan.format = std::move(lowered.format);
  scan.options = functions::FormatOptions(lowered.options);
  scan.schema = std::move(lowered.schema);
  for (size_t i = 0; i < lowered.files.size(); ++i) {
    scan.files.push_back({std::move(lowered.files[i]), lowered.file_sizes[i]});
  }
  scan.time_zone = std::move(lowered.time_zone);
  scan.corrupt_record_column = scan.options.Text("columnNameOfCorruptRecord", "_corrupt_record");
  scan.now_micros = lowered.now_micros;
  scan.ignore_corrupt_files = scan.options.Flag("ignoreCorruptFiles", false);
  scan.ignore_missing_files = scan.options.Flag("ignoreMissingFiles", false);
  for (const lowering::TextScan::Column& column : lowered.columns) {
    table->columns.push_back({column.is_partition, column.index});
  }
  table->partition_values = std::move(lowered.partition_values);
  return table;
}

/// Spark tells tasks of stages; the engine knows a part of the whole: one stage of a hundred tasks.
void TellProgress(const SessionState& state, ResultSink& sink, engine::QuerySpec& spec) {
  spec.progress_interval =
      std::chrono::milliseconds(state.configuration().GetNumber("spark.connect.progress.reportInterval"));
  if (spec.progress_interval <= std::chrono::milliseconds(0)) return;
  spec.on_progress = [&sink](double done) {
    constexpr int64_t kTasks = 100;
    const auto completed = static_cast<int64_t>(done * kTasks);
    sink.OnProgress({{.stage_id = 0, .num_tasks = kTasks, .num_completed_tasks = completed}}, 1);
  };
}

}  // namespace

EngineQueryRunner::EngineQueryRunner(engine::EngineOptions options, PythonOptions python)
    : options_(std::move(options)),
      python_options_(std::move(python)),
      python_(udf::Runtime::Open(RuntimeOptionsOf(python_options_))) {}

engine::Engine& EngineQueryRunner::engine() {
  std::lock_guard lock(open_mutex_);
  if (!engine_) engine_ = engine::Engine::Open(options_);
  return *engine_;
}

void EngineQueryRunner::Warm() { engine(); }

bound::RelationPtr EngineQueryRunner::Analyze(const plan::RelationPtr& plan, SessionState& state,
                                              const bound::SessionSettings& settings) {
  QueryEnvironment environment(state, settings, engine(), RowsRunner(state, settings));
  return analyzer::Analyze(plan, environment, settings);
}

std::vector<std::vector<Value>> EngineQueryRunner::RowsOf(const bound::RelationPtr& bound,
                                                          const bound::SessionSettings& settings,
                                                          const CancelTokenPtr& cancel) {
  const Schema schema = bound::OutputSchema(*bound);
  std::vector<std::vector<Value>> rows;
  Run(bound, settings, cancel, [&](engine::ArrowBatch batch) {
    AppendRows(batch, schema, rows);
    return true;
  });
  return rows;
}

QueryEnvironment::Runs EngineQueryRunner::RowsRunner(SessionState& state, const bound::SessionSettings& settings) {
  const auto rows = [this, &state, &settings](const bound::RelationPtr& query) {
    auto cancel = std::make_shared<CancelToken>();
    const CachedPlan cached = WithCache(query, state, settings, cancel);
    return RowsOf(cached.plan, settings, cancel);
  };
  const auto ask = [this, &state](udf::Question question) {
    return AskPython(std::move(question), state, std::make_shared<CancelToken>());
  };
  return {rows, ask};
}

engine::QuerySpec EngineQueryRunner::Spec(const bound::RelationPtr& bound, const bound::SessionSettings& settings) {
  return Spec(lowering::Lower(optimizer::Optimize(bound, settings), settings), settings);
}

engine::QuerySpec EngineQueryRunner::Spec(lowering::LoweredQuery lowered, const bound::SessionSettings& settings) {
  engine::QuerySpec spec;
  spec.sql = std::move(lowered.sql);
  spec.schema = std::move(lowered.schema);
  spec.kernels = std::move(lowered.kernels);
  spec.files = std::move(lowered.files);
  for (lowering::LocalTable& table : lowered.local_tables) {
    spec.tables.push_back({std::move(table.table_name), std::move(table.arrow_ipc), std::move(table.types),
                           std::move(table.more_columns)});
  }
  for (lowering::TextScan& scan : lowered.scans) spec.scans.push_back(ScanOf(std::move(scan)));
  spec.time_zone = settings.time_zone;
  return spec;
}

void EngineQueryRunner::Run(const bound::RelationPtr& bound, const bound::SessionSettings& settings,
                            const CancelTokenPtr& cancel, const std::function<bool(engine::ArrowBatch)>& sink) {
  engine().Run(Spec(bound, settings), cancel, sink);
}

Schema EngineQueryRunner::AnalyzeSchema(const plan::RelationPtr& plan, SessionState& state, const CancelTokenPtr&) {
  if (plan->As<plan::ShowString>()) return TextSchema("show_string");
  if (plan->As<plan::HtmlString>()) return TextSchema("html_string");
  bound::SessionSettings settings = state.Settings();
  return bound::OutputSchema(*Analyze(plan, state, settings));
}

void EngineQueryRunner::Execute(const plan::RelationPtr& plan, SessionState& state, ResultSink& sink,
                                const CancelTokenPtr& cancel) {
  bound::SessionSettings settings = state.Settings();
  if (IsPrettyText(*plan)) {
    std::string text;
    Schema schema;
    if (const auto* show = plan->As<plan::ShowString>()) {
      int32_t rows = static_cast<int32_t>(std::clamp<int64_t>(show->num_rows, 0, kMostShownRows));
      auto [columns, cells] = PrettyRows(show->child, int64_t{rows} + 1, state, cancel);
      text = ShowString(columns, std::move(cells), rows, show->truncate, show->vertical);
      schema = TextSchema("show_string");
    } else {
      const auto& html = *plan->As<plan::HtmlString>();
      int32_t rows = static_cast<int32_t>(std::clamp<int64_t>(html.num_rows, 0, kMostShownRows));
      auto [columns, cells] = PrettyRows(html.child, int64_t{rows} + 1, state, cancel);
      text = HtmlString(columns, std::move(cells), rows, html.truncate);
      schema = TextSchema("html_string");
    }
    CommandResult result = Rows(schema, {{Value{std::move(text)}}}, settings);
    sink.OnSchema(schema);
    sink.OnBatch(ResultBatch{std::move(result.ipc), result.row_count});
    if (HasMetrics(*plan)) {
      SendMetrics(Analyze(plan::Children(*plan).at(0), state, settings), state, settings, cancel, sink);
    }
    return;
  }
  const auto* call = plan->As<plan::CatalogCall>();
  // A DataFrame of createTable makes its table once, and reads it from then on.
  const bool creates = call && call->method.starts_with("create_") && plan->plan_id;
  if (call && !(creates && state.HasCreated(*plan->plan_id))) {
    std::optional<CommandResult> result = RunCacheCall(*call, state, cancel);
    if (!result) result = CatalogCommands(*this, state, cancel, plan->origin).Call(*call);
    if (!result) result = RunCatalogCall(*call, state);
    if (creates) state.SetCreated(*plan->plan_id);
    if (result) {
      sink.OnSchema(result->schema);
      sink.OnBatch(ResultBatch{std::move(result->ipc), result->row_count});
      return;
    }
  }
  bound::RelationPtr bound = Analyze(plan, state, settings);
  const CachedPlan cached = WithCache(bound, state, settings, cancel);
  const bound::RelationPtr optimized = optimizer::Optimize(cached.plan, settings);
  if (sink.WantsPlan()) sink.OnPlan(bound::TreeString(*optimized));
  engine::QuerySpec spec = Spec(lowering::Lower(optimized, settings), settings);
  sink.OnSchema(bound::OutputSchema(*bound));
  TellProgress(state, sink, spec);
  if (WantsOperatorMetrics(state.configuration())) {
    spec.on_profile = [&sink](const std::vector<engine::OperatorProfile>& profile) {
      sink.OnMetrics(OperatorMetricsOf(profile));
    };
  }
  engine().Run(spec, cancel, [&](engine::ArrowBatch batch) {
    sink.OnBatch(ToResultBatch(std::move(batch)));
    return true;
  });
  SendMetrics(bound, state, settings, cancel, sink);
}

CommandResult EngineQueryRunner::Rows(const Schema& schema, const std::vector<std::vector<Value>>& rows,
                                      const bound::SessionSettings& settings) {
  arrow::RecordBatchWriter writer(schema, settings.time_zone);
  for (const std::vector<Value>& row : rows) {
    for (size_t c = 0; c < schema.size(); ++c) {
      arrow::ColumnBuilder& column = writer.columns()[c];
      if (row[c].is_null()) {
        column.AppendNull();
        continue;
      }
      column.AppendAllValid(1);
      if (schema[c].type.Is(TypeKind::kBoolean)) {
        column.AppendBoolean(std::get<bool>(row[c].data));
      } else if (schema[c].type.Is(TypeKind::kString)) {
        column.AppendBytes(row[c].text());
      } else if (schema[c].type.Is(TypeKind::kArray) && schema[c].type.element_type().Is(TypeKind::kString)) {
        const ValueList& items = row[c].list();
        column.AppendList(static_cast<int64_t>(items.size()));
        for (const Value& item : items) {
          column.child(0).AppendAllValid(1);
          column.child(0).AppendBytes(item.text());
        }
      } else {
        throw InternalError("a command answers with texts, lists of texts and booleans only");
      }
    }
  }
  arrow::EncodedBatch batch = writer.Finish(static_cast<int64_t>(rows.size()));
  CommandResult result;
  result.row_count = batch.rows;
  result.schema = schema;
  for (auto& slice : batch.slices) {
    std::string_view bytes = *slice;
    result.ipc.push_back(ByteSlice{std::move(slice), bytes});
  }
  return result;
}

std::string EngineQueryRunner::Explain(const plan::RelationPtr& plan, ExplainMode mode, SessionState& state,
                                       const CancelTokenPtr&) {
  bound::SessionSettings settings = state.Settings();
  bound::RelationPtr bound = Analyze(plan, state, settings);
  const bound::RelationPtr staged = optimizer::ExtractPythonCalls(ShowCache(bound, state, settings), settings);
  bound::RelationPtr optimized = optimizer::Optimize(staged, settings);
  std::string text;
  if (mode != ExplainMode::kSimple && mode != ExplainMode::kFormatted) {
    text += "== Parsed Logical Plan ==\n" + ParsedTree(*plan, 0) + "\n";
    text += "== Analyzed Logical Plan ==\n" + bound::TreeString(*bound) + "\n";
    text += "== Optimized Logical Plan ==\n" + bound::TreeString(*optimized) + "\n";
  }
  text += "== Physical Plan ==\n";
  // The engine plans what is around Python's stages when it has their rows.
  const bool is_tree = mode == ExplainMode::kSimple || HasPythonStage(staged);
  text += is_tree ? bound::TreeString(*optimized) : engine().Explain(Spec(bound, settings));
  return text + "\n";
}

bool EngineQueryRunner::IsLocal(const plan::RelationPtr& plan, SessionState&, const CancelTokenPtr&) {
  return plan->As<plan::LocalRelation>() || plan->As<plan::CachedLocalRelation>() || plan->As<plan::CatalogCall>();
}

bool EngineQueryRunner::IsStreaming(const plan::RelationPtr& plan, SessionState&, const CancelTokenPtr&) {
  return ReadsStream(*plan);
}

std::vector<std::string> EngineQueryRunner::InputFiles(const plan::RelationPtr& plan, SessionState& state,
                                                       const CancelTokenPtr&) {
  std::vector<std::string> files;
  CollectScans(Analyze(plan, state, state.Settings()), files);
  std::vector<std::string> urls;
  for (std::string& file : files) {
    std::string url = file.find("://") == std::string::npos ? "file://" + file : std::move(file);
    if (std::find(urls.begin(), urls.end(), url) == urls.end()) urls.push_back(std::move(url));
  }
  return urls;
}

}  // namespace firesteel::session
