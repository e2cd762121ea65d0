# Precompiled headers: two thirds of a compilation went into reading the standard library (1.2 to 3 MB of text a file).
# The lists hold only what we did not write, so that an edit of ours never rebuilds one. A file must still include what
# it uses: the asan-ubsan preset builds without them (FIRESTEEL_PRECOMPILE=OFF) and is what finds a missing #include.

option(FIRESTEEL_PRECOMPILE "Compile the headers of others once a module" ON)

# Some libraries ask for -pthread, which a precompiled header and its users must agree on. -fpch-preprocess is what ccache
# needs (with CCACHE_SLOPPINESS of tools/build.sh) to share objects that were built from one.
if(FIRESTEEL_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-pthread> $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

set(firesteel_standard_headers
  <algorithm> <array> <charconv> <cmath> <cstdint> <cstring> <filesystem> <functional> <limits> <map> <memory> <mutex>
  <optional> <set> <span> <string> <string_view> <unordered_map> <unordered_set> <utility> <variant> <vector>)

# firesteel_precompile(TARGET [header...]): the standard headers and these. Without headers of its own a module shares
# those of base.
function(firesteel_precompile target)
  if(NOT FIRESTEEL_PRECOMPILE)
    return()
  endif()
  if(ARGN OR target STREQUAL "firesteel_base")
    target_precompile_headers(${target} PRIVATE ${firesteel_standard_headers} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM firesteel_base)
  endif()
endfunction()
