# firesteel_fuzz_target(NAME [SOURCES file...] LIBRARIES target...)
#
# Makes tests/fuzz_NAME of the build folder from tests/fuzz/NAME_target.cc. In the preset `fuzz` (clang) it is linked with
# libFuzzer; in every other one with a main of our own that replays files (tests/fuzz/replay.sh).

option(FIRESTEEL_FUZZ "Link the fuzz targets with libFuzzer" OFF)
add_custom_target(fuzz_targets)

function(firesteel_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  set(target fuzz_${name})
  add_executable(${target} ${CMAKE_SOURCE_DIR}/tests/fuzz/${name}_target.cc ${arg_SOURCES}
    ${CMAKE_SOURCE_DIR}/cmake/sanitizer_options.cc)
  if(FIRESTEEL_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc)
  endif()
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} firesteel_warnings)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/../lib")
  add_dependencies(fuzz_targets ${target})
endfunction()
