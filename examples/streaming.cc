// A result of any size in little memory: batch by batch. `streaming sc://localhost:15002 10000000`
#include <firesteel/client.h>

#include <cstdio>
#include <cstdlib>

using namespace firesteel::client;

Result<int64_t> SumOf(const DataFrame& frame) {
  Result<ResultStream> stream = frame.stream();
  if (!stream) return stream.error();
  int64_t sum = 0;
  std::vector<int64_t> ids;
  for (Result<RecordBatch>& batch : stream->batches()) {
    if (!batch) return batch.error();
    ids.clear();
    Result<void> read = batch->append_to(ids);
    if (!read) return read.error();
    for (int64_t id : ids) sum += id;
  }
  return sum;
}

int main(int argc, char** argv) {
  Result<Session> session = Session::builder().remote(argc > 1 ? argv[1] : "sc://localhost:15002").connect();
  Result<int64_t> sum = session ? SumOf(session->range(argc > 2 ? std::atoll(argv[2]) : 1'000'000)) : session.error();
  if (!sum) {
    std::fprintf(stderr, "%s\n", sum.error().message.c_str());
    return 1;
  }
  std::printf("%ld\n", *sum);
}
