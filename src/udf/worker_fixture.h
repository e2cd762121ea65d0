#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/ipc_reader.h"
#include "arrow/message_encoder.h"
#include "arrow/record_batch_writer.h"
#include "base/error.h"
#include "types/type_text.h"
#include "udf/init_message.h"
#include "udf/runtime.h"

/// What tests of Python workers share: real workers of the client environment's interpreter, functions pickled by it.
namespace firesteel::udf::testing {

/// Python's side of the tests: `functions` are what workers run, by name.
inline constexpr std::string_view kFunctions = R"PY(
import os, signal, sys, time
import pandas as pd
from pyspark import cloudpickle
from pyspark.sql.types import *

def plus_one(s): return s + 1
def same(s): return s
def row_plus_one(x): return None if x is None else x + 1
def row_text(x): return x if x % 2 else [x, 1.5, None, True]
def pairs(x): return (x, str(x)) if x % 2 else {"a": 300, "b": None}
def doubled(batches):
    for df in batches: yield df.assign(a=df.a * 2)
def arrow_same(batches):
    yield from batches
def first_only(batches):
    yield next(iter(batches))
def group_sum(df): return pd.DataFrame({"n": [len(df)], "s": [df.iloc[:, 0].sum()]})
def pid(s): return s * 0 + os.getpid()
def raises(s): raise ValueError("bad thing")
def raises_much(s): raise ValueError("x" * (50 << 20) + "the end")
def leaves(s): os._exit(3)
def faults(s):
    import ctypes
    ctypes.string_at(0)
def killed(s): os.kill(os.getpid(), signal.SIGKILL)
def loops(s):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True: pass
def floods(s):
    for _ in range(20000): print("flood " * 200)
    sys.stderr.write("e" * (5 << 20)); os.write(1, b"o" * (5 << 20))
    return s + 1
def forks(s):
    failed = 0
    for _ in range(200):
        try:
            if os.fork() == 0: time.sleep(600); os._exit(0)
        except OSError: failed += 1
    return s * 0 + failed
def bombs(s):
    os.setsid() if os.getpid() != os.getsid(0) else None
    while True:
        try:
            if os.fork() == 0: os.setsid()
        except OSError: pass
def eats(s):
    kept = bytearray(20 << 30)
    return s + len(kept)
def eats_slowly(s):
    kept = []
    while True: kept.append(bytearray(64 << 20))
def tells(s):
    import json
    def link(fd):
        try: return os.readlink("/proc/self/fd/" + fd)
        except OSError: return ""
    told = {"user": os.getuid(), "groups": os.getgroups(), "cwd": os.getcwd(), "environment": dict(os.environ),
            "descriptors": [link(fd) for fd in os.listdir("/proc/self/fd")], "writable": os.access(".", os.W_OK)}
    try:
        import socket
        socket.create_connection(("10.255.255.1", 9), 1)
        told["network"] = "connected"
    except OSError as error: told["network"] = error.errno
    raise RuntimeError("TOLD" + json.dumps(told) + "END")
def reads_other(s):
    path = open("other.txt").read()
    try: open(path).read(); raise RuntimeError("READ IT")
    except OSError as error: raise RuntimeError("REFUSED %d" % error.errno)
def lies(s):
    import socket as sockets
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            if sockets.socket(fileno=os.dup(fd)).family == sockets.AF_UNIX: os.write(fd, LIE)
        except OSError: pass
    time.sleep(5)
    return s
def module_value(s):
    import shipped
    return s * 0 + shipped.VALUE
class Twice:
    def eval(self, x):
        yield (x, "first")
        yield (x, None)
    def terminate(self): yield (-1, "end")

long = LongType()
ab = StructType([StructField("a", IntegerType()), StructField("b", StringType())])
pairs_type = {"pairs": ab, "row_text": StringType(), "group_sum": StructType().add("n", long).add("s", long),
              "doubled": StructType().add("a", long)}
def put(name, value):
    data = cloudpickle.dumps(value, protocol=5)
    sys.stdout.buffer.write(b"%s %d\n" % (name.encode(), len(data)) + data)
for name, value in list(globals().items()):
    if name == "put" or getattr(value, "__module__", "") != "__main__": continue
    put(name, value if isinstance(value, type) else (value, pairs_type.get(name, long)))
LIE = None
for name, lie in {"lie_length": b"\xff\xff\xff\xfa\xff\xff\xff\xff\x7f\xff\xff\xff", "lie_mark": b"\0\0\0\x2a",
                  "lie_traceback": b"\xff\xff\xff\xfe\xff\xff\xff\xf0", "lie_end": b"\xff\xff\xff\xff\x7f\xff\xff\xff"}.items():
    LIE = lie
    put(name, (lies, long))
)PY";

inline std::string Interpreter() {
  const char* named = std::getenv("FIRESTEEL_TEST_PYTHON");
  return named ? named : FIRESTEEL_CLIENT_PYTHON;
}

/// The pickled (function, type) of a name in kFunctions.
inline SharedCommand Command(const std::string& name) {
  static const std::map<std::string, SharedCommand> kCommands = [] {
    const std::string path = ::testing::TempDir() + "/firesteel_udf_functions_" + std::to_string(::getpid()) + ".py";
    std::ofstream(path) << kFunctions;
    std::map<std::string, SharedCommand> commands;
    FILE* const out = ::popen((Interpreter() + " " + path).c_str(), "r");
    std::array<char, 128> word;
    size_t length = 0;
    while (std::fscanf(out, "%127s %zu", word.data(), &length) == 2) {
      std::fgetc(out);
      std::string data(length, '\0');
      if (std::fread(data.data(), 1, length, out) != length) break;
      commands[word.data()] = std::make_shared<const std::string>(std::move(data));
    }
    ::pclose(out);
    std::filesystem::remove(path);
    return commands;
  }();
  auto it = kCommands.find(name);
  return it == kCommands.end() ? std::make_shared<const std::string>() : it->second;
}

inline Schema OneLong() { return {{"a", DataType::Long()}}; }

/// How long the message at the begin of a stream is, which has no body.
inline size_t SchemaBytes(const std::string& stream) {
  uint32_t metadata = 0;
  std::memcpy(&metadata, stream.data() + 4, sizeof metadata);
  return 8 + metadata;
}

/// A stream of one column of longs, `begin` and up, in batches.
inline std::string LongStream(int64_t begin, int64_t rows, int64_t batch_rows = 10'000,
                              const Schema& schema = OneLong()) {
  arrow::RecordBatchWriter writer(schema, "UTC");
  std::string stream;
  int64_t done = 0;
  do {
    const int64_t count = std::min(batch_rows, rows - done);
    arrow::ColumnBuilder& outer = writer.columns()[0];
    const bool nested = schema[0].type.Is(TypeKind::kStruct);
    arrow::ColumnBuilder& column = nested ? outer.child(0) : outer;
    auto* values = column.AppendFixedAs<int64_t>(count);
    for (int64_t i = 0; i < count; ++i) values[i] = begin + done + i;
    column.AppendAllValid(count);
    if (nested) outer.AppendAllValid(count);
    const arrow::EncodedBatch batch = writer.Finish(count);
    std::string text;
    for (const auto& slice : batch.slices) text += *slice;
    // One schema and one end for all batches.
    stream += text.substr(done > 0 ? SchemaBytes(text) : 0);
    stream.resize(stream.size() - arrow::EndOfStreamMark().size());
    done += count;
  } while (done < rows);
  return stream + arrow::EndOfStreamMark();
}

class Workers : public ::testing::Test {
 protected:
  static RuntimeOptions Options() {
    RuntimeOptions options;
    options.python = Interpreter();
    options.limits.memory_bytes = int64_t{1} << 30;
    return options;
  }
  void SetUp() override { folder_ = NewFolder(); }
  void TearDown() override {
    runtime_.reset();
    for (const std::string& folder : folders_) std::filesystem::remove_all(folder);
  }
  Runtime& runtime() {
    if (!runtime_) runtime_ = Runtime::Open(options_);
    return *runtime_;
  }
  std::string NewFolder() {
    std::string path = ::testing::TempDir() + "/firesteel_udf_XXXXXX";
    folders_.emplace_back(::mkdtemp(path.data()));
    return folders_.back();
  }

  Task OneCall(int32_t kind, const std::string& function, std::vector<int32_t> arguments = {0}) {
    Task task;
    task.eval_type = kind;
    task.python_version = FIRESTEEL_CLIENT_PYTHON_VERSION;
    task.calls.push_back({.commands = {Command(function)}, .arguments = std::move(arguments)});
    task.input = OneLong();
    task.output = {{"_0", DataType::Long()}};
    task.eval_conf["input_type"] = TypeToJson(DataType::Struct(OneLong()));
    task.environment["SPARK_SIMPLIFIED_TRACEBACK"] = "1";
    task.principal = {.session = session_, .files_folder = folder_};
    return task;
  }

  /// What all workers gave, each a stream; empty where one gave nothing.
  std::vector<std::string> RunAll(const Task& task, size_t workers, const std::string& input,
                                  CancelTokenPtr cancel = nullptr) {
    std::vector<std::string> streams(workers);
    auto run = runtime().Start(task, workers, std::move(cancel),
                               [&](size_t w, std::string_view message) { streams[w] += message; });
    const auto shared = std::make_shared<const std::string>(input);
    for (size_t w = 0; w < workers; ++w) {
      run->Write(w, {shared});
      run->CloseInput(w);
    }
    run->Finish();
    reports_.clear();
    for (size_t w = 0; w < workers; ++w) {
      if (!streams[w].empty()) streams[w] += arrow::EndOfStreamMark();
      reports_.push_back(run->report(w));
    }
    return streams;
  }
  std::string RunOne(const Task& task, const std::string& input, CancelTokenPtr cancel = nullptr) {
    return RunAll(task, 1, input, std::move(cancel))[0];
  }
  /// The error's text, or "none".
  std::string Failure(const Task& task, const std::string& input, CancelTokenPtr cancel = nullptr) {
    try {
      RunOne(task, input, std::move(cancel));
    } catch (const QueryError& error) {
      condition_ = error.condition();
      return error.message();
    }
    return "none";
  }

  /// The longs of the first column, through structs; INT64_MIN for a null.
  static std::vector<int64_t> Longs(const std::string& stream) {
    std::vector<int64_t> values;
    auto reader = arrow::IpcReader::Open(Bytes::Of(stream));
    while (true) {
      auto batch = reader->Next();
      if (batch.empty()) return values;
      const ArrowArray* column = batch->children[0];
      while (column->n_children > 0) column = column->children[0];
      const auto* bits = static_cast<const uint8_t*>(column->buffers[0]);
      for (int64_t i = 0; i < column->length; ++i) {
        const bool valid = !bits || column->null_count == 0 || (bits[i / 8] >> (i % 8) & 1);
        values.push_back(valid ? static_cast<const int64_t*>(column->buffers[1])[i] : INT64_MIN);
      }
    }
  }

  RuntimeOptions options_ = Options();
  std::string session_ = "a";
  std::string folder_;
  std::string condition_;
  std::vector<WorkerReport> reports_;
  std::unique_ptr<Runtime> runtime_;
  std::vector<std::string> folders_;
};

}  // namespace firesteel::udf::testing
