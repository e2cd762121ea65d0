#include "firesteel/result.h"

#include <cerrno>
#include <utility>

#include "client/result/record_batch.h"
#include "client/result/result_source.h"

namespace firesteel::client {
namespace {

int ErrorNumber(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kCanceled:
      return ECANCELED;
    case ErrorKind::kTimeout:
      return ETIMEDOUT;
    case ErrorKind::kConnection:
      return EIO;
    default:
      return EINVAL;
  }
}

/// A C stream over anything that gives a schema and batches.
template <class Source>
class StreamExport {
 public:
  explicit StreamExport(Source source) : source_(std::move(source)) {}

  static void Make(Source source, ArrowArrayStream* out) {
    out->private_data = new StreamExport(std::move(source));
    out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) { return Of(stream).GetSchema(schema); };
    out->get_next = [](ArrowArrayStream* stream, ArrowArray* array) { return Of(stream).GetNext(array); };
    out->get_last_error = [](ArrowArrayStream* stream) -> const char* { return Of(stream).error_.c_str(); };
    out->release = [](ArrowArrayStream* stream) {
      delete &Of(stream);
      stream->release = nullptr;
    };
  }

 private:
  static StreamExport& Of(ArrowArrayStream* stream) { return *static_cast<StreamExport*>(stream->private_data); }

  int Fail(const Error& error) {
    error_ = error.message;
    return ErrorNumber(error);
  }

  int GetSchema(ArrowSchema* out) {
    Result<const ArrowSchema*> schema = source_.WaitForArrowSchema();
    if (!schema) return Fail(schema.error());
    CopySchema(**schema, out);
    return 0;
  }

  int GetNext(ArrowArray* out) {
    out->release = nullptr;
    Result<std::optional<RecordBatch>> batch = source_.Next();
    if (!batch) return Fail(batch.error());
    if (!*batch) return 0;
    Result<void> exported = (*batch)->export_to(out, nullptr);
    return exported ? 0 : Fail(exported.error());
  }

  Source source_;
  std::string error_;
};

/// Owns the source of a stream.
struct RemainingBatches {
  std::unique_ptr<ResultStream::Source> source;
  Result<const ArrowSchema*> WaitForArrowSchema() { return source->WaitForArrowSchema(); }
  Result<std::optional<RecordBatch>> Next() { return source->Next(); }
};

struct TableBatches {
  ArrowTable table;
  size_t next = 0;
  Result<const ArrowSchema*> WaitForArrowSchema() {
    if (table.batches().empty()) return Error::Invalid("The table has no batch that could tell its Arrow schema.");
    return &table.batches()[0].arrow_schema();
  }
  Result<std::optional<RecordBatch>> Next() {
    if (next == table.batches().size()) return std::optional<RecordBatch>();
    return std::optional(table.batches()[next++]);
  }
};

}  // namespace

ResultStream::ResultStream(std::unique_ptr<Source> source) : source_(std::move(source)) {}
ResultStream::ResultStream(ResultStream&&) noexcept = default;
ResultStream& ResultStream::operator=(ResultStream&&) noexcept = default;
ResultStream::~ResultStream() = default;

Result<std::optional<RecordBatch>> ResultStream::next() { return source_->Next(); }
Result<Schema> ResultStream::schema() { return source_->WaitForSchema(); }
void ResultStream::cancel() { source_->Cancel(); }
const std::string& ResultStream::operation_id() const { return source_->operation_id(); }
const std::vector<PlanMetric>& ResultStream::metrics() const { return source_->metrics(); }
const std::vector<ObservedMetrics>& ResultStream::observed_metrics() const { return source_->observed_metrics(); }

Result<std::vector<Row>> ResultStream::rows() {
  std::vector<Row> rows;
  while (true) {
    Result<std::optional<RecordBatch>> batch = next();
    if (!batch) return batch.error();
    if (!*batch) return rows;
    for (int64_t i = 0; i < (*batch)->rows(); ++i) rows.push_back((*batch)->row(i));
  }
}

Result<void> ResultStream::for_each(const std::function<bool(const RecordBatch&)>& use) {
  while (true) {
    Result<std::optional<RecordBatch>> batch = next();
    if (!batch) return batch.error();
    if (!*batch || !use(**batch)) return {};
  }
}

Generator<Result<RecordBatch>> ResultStream::batches() {
  while (true) {
    Result<std::optional<RecordBatch>> batch = next();
    if (!batch) {
      co_yield batch.error();
      co_return;
    }
    if (!*batch) co_return;
    co_yield **std::move(batch);
  }
}

void ResultStream::export_to(ResultStream stream, ArrowArrayStream* out) {
  StreamExport<RemainingBatches>::Make({std::move(stream.source_)}, out);
}

int64_t ArrowTable::rows() const {
  int64_t rows = 0;
  for (const RecordBatch& batch : batches_) rows += batch.rows();
  return rows;
}

void ArrowTable::export_to(ArrowArrayStream* out) const { StreamExport<TableBatches>::Make({*this}, out); }

}  // namespace firesteel::client
