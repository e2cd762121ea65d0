# Compiler, launcher, linker and warning settings for the whole project.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1")
set(CMAKE_C_FLAGS_SANITIZE "-O1 -g1")

add_compile_options(-fno-omit-frame-pointer)

# Objects are shared between checkouts of this machine: paths are relative to the source tree. The folder is made known
# by tools/build.sh through CCACHE_DIR and CCACHE_BASEDIR.
find_program(FIRESTEEL_CCACHE ccache)
if(FIRESTEEL_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${FIRESTEEL_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${FIRESTEEL_CCACHE})
endif()

foreach(linker mold lld)
  find_program(FIRESTEEL_LINKER_${linker} NAMES ld.${linker})
  if(FIRESTEEL_LINKER_${linker} AND (NOT linker STREQUAL mold OR CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1))
    add_link_options(-fuse-ld=${linker})
    break()
  endif()
endforeach()

# Warnings are errors in our own code. Switched off is what GCC 12 reports wrongly inside libstdc++ when optimising
# (GCC bugs 105329, 105562, 105651), and -Wmissing-field-initializers, which objects to designated initialisers.
add_library(firesteel_warnings INTERFACE)
target_compile_options(firesteel_warnings INTERFACE
  -Wall -Wextra -Werror -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread>)

# Spark's table of error conditions is a constant: its texts are more characters than clang counts by default.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fconstexpr-steps=16777216>)
endif()

set(FIRESTEEL_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize takes them")
if(FIRESTEEL_SANITIZE)
  add_compile_options(-fsanitize=${FIRESTEEL_SANITIZE} -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${FIRESTEEL_SANITIZE})
  # GCC says of every fence that ThreadSanitizer does not follow it; Asio has some.
  if(FIRESTEEL_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(firesteel_warnings INTERFACE -Wno-tsan)
  endif()
endif()
