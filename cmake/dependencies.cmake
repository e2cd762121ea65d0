# What we did not write. Debian's libraries come from the system, the rest from .deps/ (tools/setup/fetch.sh).

set(FIRESTEEL_DEPS ${CMAKE_SOURCE_DIR}/.deps)
foreach(name duckdb nanoarrow datasketches venv-client)
  if(NOT EXISTS ${FIRESTEEL_DEPS}/${name})
    message(FATAL_ERROR "${FIRESTEEL_DEPS}/${name} is missing: run tools/setup/setup.sh (tools/build.sh does)")
  endif()
endforeach()
set(FIRESTEEL_CLIENT_PYTHON ${FIRESTEEL_DEPS}/venv-client/bin/python)

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(BZip2 REQUIRED)
find_package(boost_headers 1.74 REQUIRED CONFIG)  # Asio and Beast, headers only
pkg_check_modules(protobuf REQUIRED IMPORTED_TARGET protobuf)
pkg_check_modules(grpc REQUIRED IMPORTED_TARGET grpc++)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
find_library(GRPC_REFLECTION grpc++_reflection REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(lz4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(xml2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(archive REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(libedit REQUIRED IMPORTED_TARGET libedit)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)

# DuckDB: the official shared library, kept beside our binary. Only the engine links it.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
file(COPY_FILE ${FIRESTEEL_DEPS}/duckdb/lib/libduckdb.so ${CMAKE_BINARY_DIR}/lib/libduckdb.so ONLY_IF_DIFFERENT)
add_library(duckdb SHARED IMPORTED GLOBAL)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION ${CMAKE_BINARY_DIR}/lib/libduckdb.so
  IMPORTED_NO_SONAME FALSE
  INTERFACE_INCLUDE_DIRECTORIES ${FIRESTEEL_DEPS}/duckdb/include)

# nanoarrow: Arrow C data and IPC, with flatcc inside.
set(nanoarrow_version 0.9.0)
string(REPLACE "." ";" parts ${nanoarrow_version})
list(GET parts 0 NANOARROW_VERSION_MAJOR)
list(GET parts 1 NANOARROW_VERSION_MINOR)
list(GET parts 2 NANOARROW_VERSION_PATCH)
set(NANOARROW_VERSION ${nanoarrow_version})
set(NANOARROW_NAMESPACE_DEFINE "")
configure_file(${FIRESTEEL_DEPS}/nanoarrow/nanoarrow/nanoarrow_config.h.in
  ${CMAKE_BINARY_DIR}/generated/nanoarrow/nanoarrow/nanoarrow_config.h)
set(nanoarrow_dir ${FIRESTEEL_DEPS}/nanoarrow)
file(GLOB nanoarrow_sources
  ${nanoarrow_dir}/nanoarrow/common/array.c ${nanoarrow_dir}/nanoarrow/common/array_stream.c
  ${nanoarrow_dir}/nanoarrow/common/schema.c ${nanoarrow_dir}/nanoarrow/common/utils.c
  ${nanoarrow_dir}/nanoarrow/ipc/*.c
  ${nanoarrow_dir}/flatcc/src/runtime/builder.c ${nanoarrow_dir}/flatcc/src/runtime/emitter.c
  ${nanoarrow_dir}/flatcc/src/runtime/refmap.c ${nanoarrow_dir}/flatcc/src/runtime/verifier.c)
add_library(nanoarrow STATIC ${nanoarrow_sources})
target_include_directories(nanoarrow SYSTEM
  PUBLIC ${nanoarrow_dir} ${CMAKE_BINARY_DIR}/generated/nanoarrow
  PRIVATE ${nanoarrow_dir}/flatcc/include ${nanoarrow_dir}/nanoarrow ${CMAKE_BINARY_DIR}/generated/nanoarrow/nanoarrow)
target_compile_definitions(nanoarrow PRIVATE NANOARROW_IPC_WITH_ZSTD NANOARROW_IPC_WITH_LZ4)
target_compile_options(nanoarrow PRIVATE -w)
target_link_libraries(nanoarrow PUBLIC PkgConfig::zstd PkgConfig::lz4)

# Apache DataSketches: headers only.
add_library(datasketches INTERFACE)
target_include_directories(datasketches SYSTEM INTERFACE ${FIRESTEEL_DEPS}/datasketches/include)
