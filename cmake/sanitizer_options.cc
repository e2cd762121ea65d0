// Options that the sanitizers read at start, linked into every executable (without a sanitizer nobody calls these).
// The prebuilt DuckDB is not instrumented: containers that cross its border look overflowing to ASan, and TSan does not
// see its locks, hence the suppressions.

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
         "called_from_lib:libgrpc.so\n"
         "race:libgrpc.so\n";
}

const char* __lsan_default_suppressions();
const char* __lsan_default_suppressions() { return "leak:libduckdb.so\n"; }

}  // extern "C"
