#include "shell/runner.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "arrow/c_data.h"
#include "arrow/stream_file.h"
#include "engine/parquet_file.h"
#include "shell/terminal/interrupt.h"
#include "shell/terminal/paged_output.h"
#include "shell/terminal/progress_bar.h"
#include "shell/terminal/screen.h"

namespace firesteel::shell {
namespace {

using client::DataType;
using client::TypeKind;

using Clock = std::chrono::steady_clock;

bool HasInstants(const DataType& type) {
  if (type.is(TypeKind::kTimestamp) || type.is(TypeKind::kTimestampNanos) || type.is(TypeKind::kVariant)) return true;
  if (type.is(TypeKind::kArray)) return HasInstants(type.element_type());
  if (type.is(TypeKind::kMap)) return HasInstants(type.key_type()) || HasInstants(type.value_type());
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [](const client::StructField& field) { return HasInstants(field.type); });
}

class FileOutput : public TextOutput {
 public:
  explicit FileOutput(std::FILE* file) : file_(file) {}
  bool Write(std::string_view text) override { return std::fwrite(text.data(), 1, text.size(), file_) == text.size(); }

 private:
  std::FILE* file_;
};

Error NotWritten(const std::string& path) {
  return Error::Invalid("the file " + path + " cannot be written: " + std::strerror(errno));
}

std::string CountText(int64_t rows) { return std::to_string(rows) + (rows == 1 ? " row" : " rows"); }

}  // namespace

void PrintError(const std::string& message, const std::string& place) {
  const bool colours = HasColours(STDERR_FILENO);
  std::string text = place.empty() ? "" : place + ": ";
  text += colours ? "\033[1;31merror:\033[0m " : "error: ";
  text += message;
  if (text.back() != '\n') text += '\n';
  std::fflush(stdout);
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

/// One statement while it runs.
class Runner::Statement {
 public:
  Statement(Runner& runner, Backend& backend)
      : runner_(runner),
        backend_(backend),
        bar_(isatty(STDERR_FILENO) == 1),
        guard_([&backend] { backend.Cancel(); }, SecondInterrupt::kLeave) {
    backend_.SetProgressHandler([this](const client::Progress& progress) { bar_.Update(progress); });
  }
  ~Statement() { backend_.SetProgressHandler(nullptr); }

  Outcome Run(const std::string& sql, const std::string& place) {
    Result<void> shown = Show(sql);
    bar_.Stop();
    if (shown) {
      PrintSummary();
      return Outcome::kOk;
    }
    if (guard_.interrupted() && shown.error().kind == ErrorKind::kCanceled) {
      std::fflush(stdout);
      std::fputs("canceled\n", stderr);
      return Outcome::kCanceled;
    }
    PrintError(shown.error().message, place);
    return guard_.interrupted() ? Outcome::kCanceled : Outcome::kFailed;
  }

 private:
  Result<void> Show(const std::string& sql) {
    auto answer = backend_.Run(sql);
    if (!answer) return std::move(answer).error();
    Result<client::Schema> schema = (*answer)->GetSchema();
    if (!schema) return std::move(schema).error();
    // A command without a result, as most DDL.
    if (schema->empty()) {
      auto rest = (*answer)->Next();
      return rest ? Result<void>() : Result<void>(std::move(rest).error());
    }
    if (IsBinary(runner_.settings_.format)) return ShowBinary(**answer);
    return ShowText(**answer, *schema);
  }

  Result<void> ShowText(Answer& answer, const client::Schema& schema) {
    ShowSettings& settings = runner_.settings_;
    Style style;
    std::unique_ptr<TextOutput> output;
    if (!runner_.output_path_.empty()) {
      Result<void> opened = runner_.OpenText();
      if (!opened) return opened;
      output = std::make_unique<FileOutput>(runner_.output_);
    } else if (isatty(STDOUT_FILENO) == 1) {
      style.colours = HasColours(STDOUT_FILENO);
      style.boxes = true;
      style.widest_column = settings.widest_column;
      output = std::make_unique<PagedOutput>(settings.pager, [this] { bar_.Stop(); });
    } else {
      output = std::make_unique<DescriptorOutput>(STDOUT_FILENO);
    }
    std::fflush(stdout);
    const bool vertical = settings.expanded && settings.format == Format::kTable;
    const std::string zone = HasInstants(schema.type()) ? backend_.TimeZone() : "UTC";
    auto writer = MakeRowWriter(vertical ? Format::kVertical : settings.format, style, zone, *output);
    rows_ = 0;
    bool read = writer->Begin(schema);
    while (read) {
      auto rows = answer.Next();
      if (!rows) {
        // What came before the error is shown.
        if (*rows_ > 0) writer->End();
        return std::move(rows).error();
      }
      if (!*rows) {
        ended_ = Clock::now();  // how long the user reads does not count
        break;
      }
      *rows_ += static_cast<int64_t>((*rows)->size());
      read = writer->Rows(**rows);
    }
    read = read && writer->End();
    if (read) return {};
    if (!runner_.output_path_.empty()) return NotWritten(runner_.output_path_);
    left_ = true;  // nobody reads the rest
    return {};
  }

  Result<void> ShowBinary(Answer& answer) {
    const std::string& path = runner_.output_path_;
    const Format format = runner_.settings_.format;
    if (path.empty() && (format == Format::kParquet || isatty(STDOUT_FILENO) == 1)) {
      return Error::Invalid(std::string(FormatName(format)) + " is no text: name a file with " +
                            (runner_.interactive_ ? "\\o FILE" : "--output FILE"));
    }
    if (runner_.binary_written_) {
      return Error::Invalid("the file " + path + " holds one result already, and " + std::string(FormatName(format)) +
                            " has room for no other");
    }
    firesteel::arrow::Owned<ArrowArrayStream> stream;
    answer.ExportTo(stream.get());
    Result<int64_t> rows =
        path.empty()
            ? FromBase(firesteel::arrow::WriteStreamToFile(*stream.get(), stdout, firesteel::arrow::FileForm::kStream))
            : WriteFile(*stream.get(), format, path);
    if (!rows) {
      Error error = std::move(rows).error();
      if (guard_.interrupted()) error.kind = ErrorKind::kCanceled;
      return error;
    }
    rows_ = *rows;
    runner_.binary_written_ = true;
    return {};
  }

  /// Beside the file first: what is there stays whole until the new one is.
  static Result<int64_t> WriteFile(ArrowArrayStream& stream, Format format, const std::string& path) {
    const std::string part = path + ".part";
    Result<int64_t> rows = format == Format::kParquet ? FromBase(engine::WriteStreamToParquet(stream, part))
                                                      : WriteArrowFile(stream, part);
    if (rows && std::rename(part.c_str(), path.c_str()) != 0) rows = NotWritten(path);
    if (!rows) unlink(part.c_str());
    return rows;
  }

  static Result<int64_t> WriteArrowFile(ArrowArrayStream& stream, const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "wbe");
    if (file == nullptr) return NotWritten(path);
    auto rows = FromBase(firesteel::arrow::WriteStreamToFile(stream, file, firesteel::arrow::FileForm::kFile));
    if (std::fclose(file) != 0 && rows) rows = NotWritten(path);
    return rows;
  }

  static Result<int64_t> FromBase(firesteel::Result<int64_t> rows) {
    if (rows) return *rows;
    Error error;
    error.kind = ErrorKind::kExecution;
    error.message = rows.error();
    return error;
  }

  void PrintSummary() {
    const bool person = runner_.interactive_;
    if (!person && !runner_.settings_.timing) return;
    std::string text = left_ ? "stopped" : rows_ ? CountText(*rows_) : "done";
    if (!runner_.output_path_.empty() && rows_ && !left_) text += " written to " + runner_.output_path_;
    if (runner_.settings_.timing) {
      char time[32];
      const std::chrono::duration<double> passed = ended_.value_or(Clock::now()) - began_;
      std::snprintf(time, sizeof time, "%.3f s", passed.count());
      text += " in " + std::string(time);
    }
    // Data alone goes into pipes.
    std::FILE* target = person ? stdout : stderr;
    std::fprintf(target, "%s\n", text.c_str());
    std::fflush(target);
  }

  Runner& runner_;
  Backend& backend_;
  const Clock::time_point began_ = Clock::now();
  std::optional<Clock::time_point> ended_;
  ProgressBar bar_;
  CancelOnInterrupt guard_;
  std::optional<int64_t> rows_;
  bool left_ = false;
};

Runner::Runner(ShowSettings settings, bool interactive) : settings_(std::move(settings)), interactive_(interactive) {}

Runner::~Runner() { (void)CloseOutput(); }

Outcome Runner::Run(Backend& backend, const std::string& sql, const std::string& place) {
  const Outcome outcome = Statement(*this, backend).Run(sql, place);
  // A person's next result shall not fail because the file is full.
  if (interactive_ && binary_written_) {
    (void)CloseOutput();
    output_path_.clear();
  }
  return outcome;
}

Result<void> Runner::SetOutput(const std::string& path) {
  Result<void> closed = CloseOutput();
  output_path_ = path;
  return closed;
}

Result<void> Runner::OpenText() {
  if (output_ != nullptr) return {};
  output_ = std::fopen(output_path_.c_str(), "we");
  return output_ != nullptr ? Result<void>() : NotWritten(output_path_);
}

Result<void> Runner::CloseOutput() {
  binary_written_ = false;
  if (output_ == nullptr) return {};
  const bool failed = std::ferror(output_) != 0;
  const bool closed = std::fclose(std::exchange(output_, nullptr)) == 0;
  return closed && !failed ? Result<void>() : NotWritten(output_path_);
}

}  // namespace firesteel::shell
