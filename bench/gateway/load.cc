// The clients that h2load has none of. Each prints one line of JSON.
//
//     gateway_bench_load body    --out FILE                       an AnalyzePlan request with gRPC's prefix, for h2load
//     gateway_bench_load latency --port N [--calls 5000]          one caller: p50 and p99 of AnalyzePlan, in
//     microseconds gateway_bench_load stream  --port N [--bytes N] [--step N]  ExecutePlan as fast as it comes, in GB/s
//     (10^9) gateway_bench_load slow    --port N [--seconds 6]           the same stream, read at 10 messages a second
//     gateway_bench_load good    --port N [--clients 100] [--pause-ms 50] [--seconds 10]   callers that pause between
//     calls, each on a connection of its own: p50, p99 and the longest in microseconds
//     gateway_bench_load idle    --port N [--sessions 10000]      opens them, prints a line, holds them until stdin
//     ends

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "idle_sessions.h"
#include "spark/connect/base.grpc.pb.h"

namespace {

namespace proto = ::spark::connect;
using Clock = std::chrono::steady_clock;

constexpr char kClientType[] = "_SPARK_CONNECT_PYTHON spark/4.3.0 os/linux python/3.11.2";
constexpr char kAnalyzePlan[] = "/spark.connect.SparkConnectService/AnalyzePlan";
constexpr std::chrono::milliseconds kSlowPause(100);

struct Options {
  std::string out;
  uint16_t port = 0;
  int calls = 5000, sessions = 10000, seconds = 6, clients = 100, pause_ms = 50;
  int64_t bytes = int64_t{1} << 30, step = int64_t{4} << 20;
};

std::string RandomUuid() {
  static std::mt19937_64 random{std::random_device{}()};
  const uint64_t high = random(), low = random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff,
                     0x8000 | (low >> 50), low & 0xffffffffffff);
}

template <typename Request>
Request OfSession() {
  Request request;
  request.set_session_id(RandomUuid());
  request.mutable_user_context()->set_user_id("bench");
  request.mutable_user_context()->set_user_name("bench");
  request.set_client_type(kClientType);
  return request;
}

proto::AnalyzePlanRequest SparkVersion() {
  auto request = OfSession<proto::AnalyzePlanRequest>();
  request.mutable_spark_version();
  return request;
}

std::string Framed(const std::string& message) {
  const auto length = static_cast<uint32_t>(message.size());
  std::string framed(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) framed += static_cast<char>(length >> shift);
  return framed + message;
}

std::unique_ptr<proto::SparkConnectService::Stub> Connect(const Options& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // else channels share a connection
  return proto::SparkConnectService::NewStub(grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", options.port),
                                                                       grpc::InsecureChannelCredentials(), arguments));
}

void Check(const grpc::Status& status) {
  if (!status.ok())
    throw std::runtime_error(fmt::format("status {}: {}", int{status.error_code()}, status.error_message()));
}

void Body(const Options& options) {
  const std::string message = SparkVersion().SerializeAsString();
  std::ofstream(options.out, std::ios::binary) << Framed(message);
  fmt::print("{{\"message_bytes\": {}}}\n", message.size());
}

double Quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<size_t>(q * double(sorted.size() - 1))];
}

void Latency(const Options& options) {
  const auto stub = Connect(options);
  const proto::AnalyzePlanRequest request = SparkVersion();
  const int warm_up = options.calls / 10;
  std::vector<double> microseconds;
  for (int i = 0; i < warm_up + options.calls; ++i) {
    grpc::ClientContext context;
    proto::AnalyzePlanResponse response;
    const auto begun = Clock::now();
    Check(stub->AnalyzePlan(&context, request, &response));
    const std::chrono::duration<double, std::micro> took = Clock::now() - begun;
    if (response.spark_version().version().empty()) throw std::runtime_error("an answer without a version");
    if (i >= warm_up) microseconds.push_back(took.count());
  }
  std::sort(microseconds.begin(), microseconds.end());
  fmt::print("{{\"p50_us\": {:.1f}, \"p99_us\": {:.1f}}}\n", Quantile(microseconds, 0.5), Quantile(microseconds, 0.99));
}

/// Every call must succeed.
void Good(const Options& options) {
  const auto until = Clock::now() + std::chrono::seconds(options.seconds);
  std::mutex mutex;
  std::vector<double> microseconds;
  std::string fault;
  std::vector<std::thread> threads;
  for (int i = 0; i < options.clients; ++i) {
    threads.emplace_back([&, i] {
      std::mt19937_64 random(static_cast<uint64_t>(i));
      const auto stub = Connect(options);
      const proto::AnalyzePlanRequest request = SparkVersion();
      std::vector<double> own;
      std::string own_fault;
      while (Clock::now() < until && own_fault.empty()) {
        grpc::ClientContext context;
        context.set_wait_for_ready(true);
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
        proto::AnalyzePlanResponse response;
        const auto begun = Clock::now();
        const grpc::Status status = stub->AnalyzePlan(&context, request, &response);
        const std::chrono::duration<double, std::micro> took = Clock::now() - begun;
        if (!status.ok()) own_fault = fmt::format("status {}: {}", int{status.error_code()}, status.error_message());
        own.push_back(took.count());
        // Between half and one and a half of it: clients do not come in step.
        const auto pause = static_cast<uint64_t>(options.pause_ms) * 500;
        std::this_thread::sleep_for(std::chrono::microseconds(pause + random() % (2 * pause + 1)));
      }
      const std::lock_guard lock(mutex);
      // The first call of each connects and binds a session.
      if (!own.empty()) microseconds.insert(microseconds.end(), own.begin() + 1, own.end());
      if (!own_fault.empty()) fault = own_fault;
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (!fault.empty()) throw std::runtime_error("a good client was refused: " + fault);
  if (microseconds.empty()) throw std::runtime_error("no call was made");
  std::sort(microseconds.begin(), microseconds.end());
  fmt::print("{{\"calls\": {}, \"p50_us\": {:.1f}, \"p99_us\": {:.1f}, \"most_us\": {:.1f}}}\n", microseconds.size(),
             Quantile(microseconds, 0.5), Quantile(microseconds, 0.99), microseconds.back());
}

/// Reads the stream, each message after `pause`, until `until` at most.
void ReadStream(const Options& options, Clock::duration pause, Clock::time_point until) {
  const auto stub = Connect(options);
  auto request = OfSession<proto::ExecutePlanRequest>();
  request.set_operation_id(RandomUuid());
  proto::Range* range = request.mutable_plan()->mutable_root()->mutable_range();
  range->set_end(options.bytes);
  range->set_step(options.step);
  grpc::ClientContext context;
  const auto begun = Clock::now();
  const auto reader = stub->ExecutePlan(&context, request);
  proto::ExecutePlanResponse response;
  size_t received = 0;
  while (Clock::now() < until && reader->Read(&response)) {
    received += response.arrow_batch().data().size();
    if (pause.count() > 0) std::this_thread::sleep_for(pause);
  }
  const std::chrono::duration<double> took = Clock::now() - begun;
  if (Clock::now() >= until) {
    context.TryCancel();
    reader->Finish();
  } else {
    Check(reader->Finish());
    if (received != static_cast<size_t>(options.bytes)) {
      throw std::runtime_error(fmt::format("{} of {} bytes came", received, options.bytes));
    }
  }
  fmt::print("{{\"bytes\": {}, \"gb_per_s\": {:.3f}}}\n", received, double(received) / took.count() / 1e9);
}

void Idle(const Options& options) {
  const std::vector<int> sockets = OpenIdleSessions(options.port, options.sessions, kAnalyzePlan,
                                                    [](int) { return Framed(SparkVersion().SerializeAsString()); });
  fmt::print("{{\"sessions\": {}}}\n", sockets.size());
  std::fflush(stdout);
  while (std::cin.get() != EOF) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Clients that measure a gateway.");
  app.require_subcommand(1);
  const auto with_port = [&](const char* name, const char* description) {
    CLI::App* command = app.add_subcommand(name, description);
    command->add_option("--port", options.port, "on 127.0.0.1")->required();
    return command;
  };
  CLI::App* body = app.add_subcommand("body", "writes a request's body");
  body->add_option("--out", options.out)->required();
  CLI::App* latency = with_port("latency", "p50 and p99 of one caller");
  latency->add_option("--calls", options.calls);
  CLI::App* good = with_port("good", "callers that pause between calls");
  good->add_option("--clients", options.clients);
  good->add_option("--pause-ms", options.pause_ms, "on average");
  good->add_option("--seconds", options.seconds);
  CLI::App* stream = with_port("stream", "reads a stream as fast as it comes");
  CLI::App* slow = with_port("slow", "reads a stream slowly");
  slow->add_option("--seconds", options.seconds, "then it cancels");
  for (CLI::App* command : {stream, slow}) {
    command->add_option("--bytes", options.bytes, "of the whole stream");
    command->add_option("--step", options.step, "of a message");
  }
  CLI::App* idle = with_port("idle", "opens sessions and holds them");
  idle->add_option("--sessions", options.sessions);
  CLI11_PARSE(app, argc, argv);

  try {
    if (body->parsed()) Body(options);
    if (latency->parsed()) Latency(options);
    if (good->parsed()) Good(options);
    if (stream->parsed()) ReadStream(options, {}, Clock::time_point::max());
    if (slow->parsed()) ReadStream(options, kSlowPause, Clock::now() + std::chrono::seconds(options.seconds));
    if (idle->parsed()) Idle(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "gateway_bench_load: {}\n", error.what());
    return 1;
  }
}
