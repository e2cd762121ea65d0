// Options that the sanitizers read at start, linked into every executable (without a sanitizer nobody calls these).
// The installed libraries are not instrumented: containers that cross DuckDB's border look overflowing to ASan, and
// TSan sees neither the locks of DuckDB and gRPC nor what they order. So races between two threads that meet only
// inside gRPC are not found; sessions, operations, pools and caches have tests of their own without it.

extern "C" {

const char* __asan_default_options();
const char* __asan_default_options() { return "detect_container_overflow=0:detect_stack_use_after_return=1"; }

const char* __ubsan_default_options();
const char* __ubsan_default_options() { return "print_stacktrace=1"; }

const char* __tsan_default_options();
const char* __tsan_default_options() { return "second_deadlock_stack=1"; }

const char* __tsan_default_suppressions();
const char* __tsan_default_suppressions() {
  return "called_from_lib:libduckdb.so\n"
         "race:libduckdb.so\n"
         "mutex:libduckdb.so\n"
         "deadlock:libduckdb.so\n"
         "mutex:libspdlog.so\n"
         "race:libgrpc\n"
         "race:libgpr\n"
         "race:libabsl\n"
         "race:libprotobuf\n"
         "race_top:grpc::\n";
}

const char* __lsan_default_suppressions();
const char* __lsan_default_suppressions() { return "leak:libduckdb.so\nleak:libcrypto.so\n"; }

}  // extern "C"
