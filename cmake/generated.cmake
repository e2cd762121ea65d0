# Code generated at build time from what the installed PySpark carries. Nothing of it is committed.

set(FIRESTEEL_GENERATED ${CMAKE_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${FIRESTEEL_GENERATED}/base ${FIRESTEEL_GENERATED}/proto)

# Every module may include the public headers, <firesteel/arrow_c_data.h> above all: they are seen through the include
# path of what is generated.
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/include/firesteel ${FIRESTEEL_GENERATED}/firesteel SYMBOLIC)

# Spark's error conditions, for base.
set(error_conditions_script ${CMAKE_SOURCE_DIR}/tools/generate/error_conditions.py)
add_custom_command(
  OUTPUT ${FIRESTEEL_GENERATED}/base/error_conditions.inc
  COMMAND ${FIRESTEEL_CLIENT_PYTHON} ${error_conditions_script} ${FIRESTEEL_GENERATED}/base/error_conditions.inc
  DEPENDS ${error_conditions_script}
  COMMENT "Generating base/error_conditions.inc"
  VERBATIM)
add_custom_target(firesteel_error_conditions DEPENDS ${FIRESTEEL_GENERATED}/base/error_conditions.inc)

# The tables of approx_count_distinct, for functions.
set(sketch_tables_script ${CMAKE_SOURCE_DIR}/tools/generate/sketch_tables.py)
file(MAKE_DIRECTORY ${FIRESTEEL_GENERATED}/functions)
add_custom_command(
  OUTPUT ${FIRESTEEL_GENERATED}/functions/sketch_tables.inc
  COMMAND ${FIRESTEEL_CLIENT_PYTHON} ${sketch_tables_script} ${FIRESTEEL_GENERATED}/functions/sketch_tables.inc
  DEPENDS ${sketch_tables_script}
  COMMENT "Generating functions/sketch_tables.inc"
  VERBATIM)
add_custom_target(firesteel_sketch_tables DEPENDS ${FIRESTEEL_GENERATED}/functions/sketch_tables.inc)

# The program of Python workers, for udf.
set(python_modules_script ${CMAKE_SOURCE_DIR}/tools/generate/python_modules.py)
file(GLOB python_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/udf/python/*.py)
file(MAKE_DIRECTORY ${FIRESTEEL_GENERATED}/udf)
add_custom_command(
  OUTPUT ${FIRESTEEL_GENERATED}/udf/python_modules.inc
  COMMAND ${FIRESTEEL_CLIENT_PYTHON} ${python_modules_script} ${CMAKE_SOURCE_DIR}/src/udf/python
          ${FIRESTEEL_GENERATED}/udf/python_modules.inc
  DEPENDS ${python_modules_script} ${python_modules}
  COMMENT "Generating udf/python_modules.inc"
  VERBATIM)
add_custom_target(firesteel_python_modules DEPENDS ${FIRESTEEL_GENERATED}/udf/python_modules.inc)

# The functions of the client library: a public header and its implementation.
set(client_functions_script ${CMAKE_SOURCE_DIR}/tools/generate/client_functions.py)
set(client_functions_table ${CMAKE_SOURCE_DIR}/src/client/api/functions.txt)
set(FIRESTEEL_CLIENT_GENERATED ${FIRESTEEL_GENERATED}/client)
add_custom_command(
  OUTPUT ${FIRESTEEL_CLIENT_GENERATED}/include/firesteel/functions.h ${FIRESTEEL_CLIENT_GENERATED}/functions.cc
  COMMAND ${FIRESTEEL_CLIENT_PYTHON} ${client_functions_script} ${client_functions_table}
          ${FIRESTEEL_CLIENT_GENERATED}/include/firesteel/functions.h ${FIRESTEEL_CLIENT_GENERATED}/functions.cc
  DEPENDS ${client_functions_script} ${client_functions_table}
  COMMENT "Generating firesteel/functions.h"
  VERBATIM)
add_custom_target(firesteel_client_functions DEPENDS ${FIRESTEEL_CLIENT_GENERATED}/include/firesteel/functions.h)

# The calls whose plans are compared with PySpark's, for the client's tests.
set(plan_cases_script ${CMAKE_SOURCE_DIR}/tools/generate/client_plan_cases.py)
file(GLOB plan_cases CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/cpp_client/plans/*.cases)
set(FIRESTEEL_PLAN_CASES "")
foreach(cases ${plan_cases})
  get_filename_component(name ${cases} NAME_WE)
  set(out ${FIRESTEEL_CLIENT_GENERATED}/plan_cases_${name}.cc)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${FIRESTEEL_CLIENT_PYTHON} ${plan_cases_script} ${cases} ${out}
    DEPENDS ${plan_cases_script} ${cases}
    COMMENT "Generating plan_cases_${name}.cc"
    VERBATIM)
  list(APPEND FIRESTEEL_PLAN_CASES ${out})
endforeach()

# The protocol: descriptors from PySpark's modules, then protoc. The list of files is only known after the first step,
# so that step runs while configuring, and again when its script or the virtual environment changes.
set(descriptors_script ${CMAKE_SOURCE_DIR}/tools/generate/proto_descriptors.py)
set(descriptors ${FIRESTEEL_GENERATED}/protocol.pb)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${descriptors_script})
file(READ_SYMLINK ${FIRESTEEL_DEPS}/venv-client venv_identity)
file(SHA256 ${descriptors_script} descriptors_hash)
string(APPEND descriptors_hash "${venv_identity}")
if(NOT EXISTS ${descriptors} OR NOT "${FIRESTEEL_PROTO_KEY}" STREQUAL "${descriptors_hash}")
  execute_process(COMMAND ${FIRESTEEL_CLIENT_PYTHON} ${descriptors_script} ${descriptors}
    OUTPUT_VARIABLE proto_files OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(FIRESTEEL_PROTO_FILES "${proto_files}" CACHE INTERNAL "")
  set(FIRESTEEL_PROTO_KEY "${descriptors_hash}" CACHE INTERNAL "")
endif()

find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
set(proto_sources "")
set(proto_headers "")
foreach(file ${FIRESTEEL_PROTO_FILES})
  string(REGEX REPLACE "\\.proto$" "" stem ${FIRESTEEL_GENERATED}/proto/${file})
  list(APPEND proto_sources ${stem}.pb.cc)
  list(APPEND proto_headers ${stem}.pb.h)
endforeach()
# Only base.proto declares a service.
set(grpc_stem ${FIRESTEEL_GENERATED}/proto/spark/connect/base.grpc.pb)
add_custom_command(
  OUTPUT ${proto_sources} ${proto_headers} ${grpc_stem}.cc ${grpc_stem}.h
  COMMAND ${PROTOC} --descriptor_set_in=${descriptors} --cpp_out=${FIRESTEEL_GENERATED}/proto ${FIRESTEEL_PROTO_FILES}
  COMMAND ${PROTOC} --descriptor_set_in=${descriptors} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN}
          --grpc_out=${FIRESTEEL_GENERATED}/proto spark/connect/base.proto
  DEPENDS ${descriptors}
  COMMENT "Generating the protocol's messages"
  VERBATIM)
# A target of its own: the generated headers exist before anything that includes them compiles.
add_custom_target(firesteel_proto_code DEPENDS ${proto_sources} ${grpc_stem}.cc)

add_library(firesteel_protos STATIC ${proto_sources} ${grpc_stem}.cc)
add_dependencies(firesteel_protos firesteel_proto_code)
target_include_directories(firesteel_protos SYSTEM PUBLIC ${FIRESTEEL_GENERATED}/proto)
target_compile_options(firesteel_protos PRIVATE -w -O1)
target_link_libraries(firesteel_protos PUBLIC PkgConfig::grpc PkgConfig::protobuf)
