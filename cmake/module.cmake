# firesteel_module(NAME [DEPENDS module...] [LIBRARIES target...] [TEST_DEPENDS module...] [PRECOMPILE header...])
#
# Makes the static library firesteel_NAME from src/NAME/**/*.cc and, when there are *_test.cc files, the gtest
# executable NAME_test. DEPENDS are the modules whose headers it may include (DESIGN.md's table; tests/borders holds its
# own copy and checks the sources). PRECOMPILE names the heavy headers of its LIBRARIES. A module without sources becomes an INTERFACE target, so that others can name it.

include(GoogleTest)
find_package(GTest REQUIRED)

# With ThreadSanitizer protobuf's headers give its classes other members than the installed library has.
function(firesteel_fit_protobuf target)
  if(FIRESTEEL_SANITIZE MATCHES thread)
    target_compile_options(${target} PRIVATE -U__SANITIZE_THREAD__)
  endif()
endfunction()
firesteel_fit_protobuf(firesteel_protos)

set(FIRESTEEL_MODULES "" CACHE INTERNAL "")
set(FIRESTEEL_TESTS "" CACHE INTERNAL "")

function(firesteel_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LIBRARIES;TEST_DEPENDS;PRECOMPILE")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cc)
  set(test_sources ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/cli/main\\.cc$")
  list(FILTER test_sources INCLUDE REGEX "_test\\.cc$")
  list(TRANSFORM arg_DEPENDS PREPEND firesteel_)
  list(TRANSFORM arg_TEST_DEPENDS PREPEND firesteel_)

  set(target firesteel_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE firesteel_warnings)
    firesteel_precompile(${target} ${arg_PRECOMPILE})
    if("firesteel_protos" IN_LIST arg_LIBRARIES)
      firesteel_fit_protobuf(${target})
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(${target} ${scope} ${arg_DEPENDS} ${arg_LIBRARIES} Threads::Threads)
  set_property(CACHE FIRESTEEL_MODULES APPEND PROPERTY VALUE ${target})

  if(test_sources)
    add_executable(${name}_test ${test_sources} ${CMAKE_SOURCE_DIR}/cmake/sanitizer_options.cc)
    target_link_libraries(${name}_test PRIVATE ${target} ${arg_TEST_DEPENDS} firesteel_warnings GTest::gmock_main)
    if("firesteel_protos" IN_LIST arg_LIBRARIES)
      firesteel_fit_protobuf(${name}_test)
    endif()
    set_target_properties(${name}_test PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests
      BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/../lib")
    set_property(CACHE FIRESTEEL_TESTS APPEND PROPERTY VALUE ${name}_test)
  endif()
endfunction()
