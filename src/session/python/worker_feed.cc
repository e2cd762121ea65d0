#include "session/python/worker_feed.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace firesteel::session {
namespace {

// From here on more than one worker is worth its start.
constexpr int64_t kManyRows = 10'000;
constexpr size_t kManyBytes = 1 << 20;

std::shared_ptr<const std::string> GroupMark(size_t streams) {
  return std::make_shared<const std::string>(std::string{'\0', '\0', '\0', static_cast<char>(streams)});
}

}  // namespace

WorkerFeed::WorkerFeed(const PythonStages::Context& context, udf::Task task, Options options)
    : context_(context), task_(std::move(task)), options_(options) {}

void WorkerFeed::Add(const engine::ArrowBatch& batch) {
  const size_t streams = std::max<size_t>(1, options_.streams);
  const auto number = static_cast<size_t>(batch.group);
  const size_t stream = number % streams;
  BatchParts parts = PartsOf(batch.slices);
  schemas_[0] = options_.schema ? options_.schema : parts.schema;
  if (streams > 1) {
    BatchParts other = PartsOf(batch.beside);
    schemas_[1] = other.schema;
    if (stream == 1) parts = std::move(other);
  }
  if (batch.rows == 0) return;
  rows_ += batch.rows;
  if (options_.streams == 0) {
    unit_.partition = number;
    Put(std::move(parts.record_batch));
    EndUnit();
    return;
  }
  if (!group_ || *group_ != number / streams) {
    EndGroup();
    group_ = number / streams;
    Put({GroupMark(streams)});
  }
  OpenStream(stream);
  has_rows_ = true;
  Put(std::move(parts.record_batch));
}

void WorkerFeed::OpenStream(size_t stream) {
  while (opened_ <= stream) {
    if (opened_ > 0) CloseStream();
    has_rows_ = false;
    Put({schemas_[opened_++]});
  }
}

void WorkerFeed::CloseStream() {
  if (!has_rows_) Put(options_.empty_batches[opened_ - 1]);
  Put({EndOfStream()});
}

void WorkerFeed::EndGroup() {
  if (!group_) return;
  group_.reset();
  OpenStream(options_.streams - 1);
  CloseStream();
  opened_ = 0;
  EndUnit();
}

void WorkerFeed::Put(Slices slices) {
  for (auto& slice : slices) {
    unit_.bytes += slice->size();
    unit_.slices.push_back(std::move(slice));
  }
}

void WorkerFeed::EndUnit() {
  Unit unit = std::move(unit_);
  unit_ = Unit();
  if (run_) {
    Send(std::move(unit));
    return;
  }
  if (options_.partitions > 0) {
    Start(options_.partitions);
    Send(std::move(unit));
    return;
  }
  waiting_bytes_ += unit.bytes;
  waiting_.push_back(std::move(unit));
  if (waiting_.size() > 1 && (rows_ >= kManyRows || waiting_bytes_ >= kManyBytes)) Start(options_.workers);
}

void WorkerFeed::Start(size_t workers) {
  run_ = context_.runtime.Start(task_, workers, context_.cancel,
                                [this](size_t worker, std::string_view message) { Receive(worker, message); });
  const size_t started = run_->workers();  // perhaps fewer
  early_.resize(started);
  has_output_schema_.assign(started, false);
  has_schema_.assign(started, false);
  const size_t outputs = options_.order == Order::kByUnit ? 1 : started;
  for (size_t i = 0; i < outputs; ++i) outputs_.push_back(std::make_unique<ArrowOutput>(context_.place));
  for (Unit& unit : std::exchange(waiting_, {})) Send(std::move(unit));
}

void WorkerFeed::Send(Unit unit) {
  const size_t turn = static_cast<size_t>(units_++) % run_->workers();
  const size_t worker = options_.partitions > 0 ? unit.partition % run_->workers() : turn;
  if (options_.streams == 0 && !has_schema_[worker]) {
    has_schema_[worker] = true;
    unit.slices.insert(unit.slices.begin(), schemas_[0]);
  }
  run_->Write(worker, std::move(unit.slices));
}

void WorkerFeed::Receive(size_t worker, std::string_view message) {
  const bool is_schema = !has_output_schema_[worker];
  has_output_schema_[worker] = true;
  if (is_schema && output_schema_.empty()) output_schema_ = message;
  if (options_.order == Order::kByWorker) {
    outputs_[worker]->AddMessage(message);
    return;
  }
  ArrowOutput& output = *outputs_[0];
  if (is_schema) {
    if (output.empty()) output.AddMessage(message);
    return;
  }
  // Units were dealt out in turn, so the next one's result is the first of the worker whose turn it was.
  const auto turn = [&]() -> size_t { return static_cast<size_t>(next_unit_) % early_.size(); };
  if (worker != turn() || !early_[worker].empty()) {
    early_[worker].emplace_back(message);
    return;
  }
  output.AddMessage(message);
  ++next_unit_;
  while (true) {
    std::deque<std::string>& next = early_[turn()];
    if (next.empty()) return;
    output.AddMessage(next.front());
    next.pop_front();
    ++next_unit_;
  }
}

void WorkerFeed::Finish() {
  EndGroup();
  if (!run_) {
    if (waiting_.empty() && !options_.runs_without_rows) return;
    Start(std::max<size_t>(1, options_.partitions));
  }
  const auto zero = GroupMark(0);
  for (size_t w = 0; w < run_->workers(); ++w) {
    if (options_.streams > 0) {
      run_->Write(w, {zero});
    } else if (has_schema_[w]) {
      run_->Write(w, {EndOfStream()});
    } else {
      run_->Write(w, {schemas_[0], EndOfStream()});
    }
    run_->CloseInput(w);
  }
  run_->Finish();
  if (options_.order == Order::kByUnit && next_unit_ != units_) {
    throw InternalError("Python workers gave " + std::to_string(next_unit_) + " batches for " + std::to_string(units_));
  }
}

std::vector<SharedBytes> WorkerFeed::TakeOutputs() {
  std::vector<SharedBytes> streams;
  for (std::unique_ptr<ArrowOutput>& output : outputs_) {
    if (!output->empty()) streams.push_back(output->Take());
  }
  return streams;
}

std::vector<SharedBytes> WorkerFeed::TakeUnfinished() {
  std::vector<SharedBytes> streams;
  for (std::unique_ptr<ArrowOutput>& output : outputs_) {
    streams.push_back(output->empty() ? nullptr : output->Take());
  }
  return streams;
}

SharedBytes WorkerFeed::TakeJoined() {
  if (output_schema_.empty()) return nullptr;
  if (outputs_.size() == 1) return outputs_[0]->Take();
  ArrowOutput joined(context_.place);
  joined.AddMessage(output_schema_);
  for (std::unique_ptr<ArrowOutput>& output : outputs_) {
    if (output->empty()) continue;
    const SharedBytes stream = output->Take();
    std::string_view batches = stream->view();
    // Each began with the same schema and ends with the mark.
    batches.remove_prefix(output_schema_.size());
    batches.remove_suffix(EndOfStream()->size());
    joined.AddMessage(batches);
    stream->ReleasePages();
  }
  return joined.Take();
}

}  // namespace firesteel::session
