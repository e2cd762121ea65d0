# The client library as others use it: one shared and one static library, headers, and what find_package(Firesteel)
# reads. `cmake --build BUILD --target client_package && cmake --install BUILD --component client --prefix DIR`.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# What the client is made of, besides libraries of the system.
set(client_parts firesteel_client firesteel_arrow firesteel_types firesteel_base firesteel_protos nanoarrow)
set(client_package_dir ${CMAKE_BINARY_DIR}/package)
file(MAKE_DIRECTORY ${client_package_dir})

# The modules are built position-independent; the shared library is all of the client's module, what that needs of the
# others, and shows nothing but the client's names.
file(CONFIGURE OUTPUT ${client_package_dir}/exports.map CONTENT [[
{
  global:
    extern "C++" {
      firesteel::client::*;
      "typeinfo for firesteel::client::*";
      "typeinfo name for firesteel::client::*";
      "vtable for firesteel::client::*";
    };
  local: *;
};
]])
file(CONFIGURE OUTPUT ${client_package_dir}/empty.cc CONTENT "")
add_library(firesteel_client_shared SHARED EXCLUDE_FROM_ALL ${client_package_dir}/empty.cc)
target_link_libraries(firesteel_client_shared PRIVATE
  -Wl,--whole-archive $<TARGET_FILE:firesteel_client> -Wl,--no-whole-archive firesteel_client)
target_link_options(firesteel_client_shared PRIVATE
  -Wl,--version-script=${client_package_dir}/exports.map -Wl,--no-undefined -Wl,--gc-sections -Wl,--as-needed)
set_target_properties(firesteel_client_shared PROPERTIES
  OUTPUT_NAME firesteel_client VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
  LIBRARY_OUTPUT_DIRECTORY ${client_package_dir} LINK_DEPENDS ${client_package_dir}/exports.map)

# One archive of all parts: their order on a user's command line does not matter then.
set(static_library ${client_package_dir}/libfiresteel_client.a)
set(merge "CREATE ${static_library}\n")
foreach(part ${client_parts})
  string(APPEND merge "ADDLIB $<TARGET_FILE:${part}>\n")
endforeach()
file(GENERATE OUTPUT ${client_package_dir}/merge.mri CONTENT "${merge}SAVE\nEND\n")
add_custom_command(
  OUTPUT ${static_library}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${static_library}
  COMMAND ${CMAKE_AR} -M < ${client_package_dir}/merge.mri
  DEPENDS ${client_parts} ${client_package_dir}/merge.mri
  COMMENT "Merging libfiresteel_client.a"
  VERBATIM)
add_custom_target(client_package DEPENDS ${static_library} firesteel_client_shared)

configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/FiresteelConfig.cmake.in
  ${client_package_dir}/FiresteelConfig.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Firesteel
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(${client_package_dir}/FiresteelConfigVersion.cmake COMPATIBILITY SameMinorVersion)

install(FILES ${static_library} DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT client)
install(TARGETS firesteel_client_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT client
  NAMELINK_COMPONENT client)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/firesteel ${FIRESTEEL_CLIENT_GENERATED}/include/firesteel
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT client FILES_MATCHING PATTERN "*.h")
install(FILES ${client_package_dir}/FiresteelConfig.cmake ${client_package_dir}/FiresteelConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Firesteel COMPONENT client)
