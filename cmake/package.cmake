# `cpack -G DEB` in the build directory makes Debian's package of the program. What is in it, and
# where, does not depend on CMAKE_INSTALL_PREFIX. deploy/debian/build.sh does all of it.
set(package prometheus-ocsp-stapling-exporter)  # Debian's exporters are called so
set(debian ${PROJECT_SOURCE_DIR}/deploy/debian)
set(systemd ${PROJECT_SOURCE_DIR}/deploy/systemd)

# The package's version is that of its changelog: the program's, and a revision.
file(STRINGS ${debian}/changelog package_version LIMIT_COUNT 1)
string(REGEX REPLACE "^${package} \\(([^-]*)-(.*)\\) .*" "\\1;\\2" package_version "${package_version}")
list(GET package_version 0 package_upstream)
list(GET package_version 1 package_revision)
if(NOT package_upstream STREQUAL PROJECT_VERSION)
  message(FATAL_ERROR "deploy/debian/changelog is about ${package_upstream}, not ${PROJECT_VERSION}")
endif()

function(install_in_package destination)
  install(${ARGN} DESTINATION ${destination} COMPONENT package EXCLUDE_FROM_ALL)
endfunction()
# Debian wants these compressed, with nothing in it that changes from build to build.
function(install_gzipped destination source name)
  set(zipped ${CMAKE_CURRENT_BINARY_DIR}/package/${name}.gz)
  add_custom_command(OUTPUT ${zipped} DEPENDS ${source} VERBATIM
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/package
    COMMAND gzip --best --no-name --stdout ${source} > ${zipped})
  set_property(GLOBAL APPEND PROPERTY PACKAGE_FILES ${zipped})
  install_in_package(${destination} FILES ${zipped})
endfunction()

set(doc /usr/share/doc/${package})
install_in_package(/usr/bin TARGETS ocsp_stapling_exporter RUNTIME)
install_in_package(/lib/systemd/system FILES
  ${systemd}/ocsp_stapling_exporter.service ${systemd}/ocsp_stapling_exporter.socket)
install_in_package(/etc/default FILES
  ${systemd}/ocsp_stapling_exporter.default RENAME ocsp_stapling_exporter)
install_in_package(/etc/ocsp_stapling_exporter FILES
  ${PROJECT_SOURCE_DIR}/deploy/ocsp_stapling_exporter.yml)
install_in_package(${doc} FILES ${debian}/copyright)
install_in_package(${doc}/examples FILES
  ${PROJECT_SOURCE_DIR}/deploy/alertmanager/alertmanager.yml
  ${PROJECT_SOURCE_DIR}/deploy/prometheus/ocsp_stapling.rules.yml
  ${PROJECT_SOURCE_DIR}/deploy/prometheus/prometheus.yml
  ${PROJECT_SOURCE_DIR}/deploy/web-config.yml)
install_gzipped(${doc} ${debian}/changelog changelog.Debian)
install_gzipped(${doc} ${PROJECT_SOURCE_DIR}/CHANGELOG.md changelog)
install_gzipped(/usr/share/man/man1 ${PROJECT_SOURCE_DIR}/deploy/ocsp_stapling_exporter.1
  ocsp_stapling_exporter.1)
get_property(package_files GLOBAL PROPERTY PACKAGE_FILES)
add_custom_target(package_files ALL DEPENDS ${package_files})

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};${PROJECT_NAME};package;/")
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME ${package})
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT
  "The ocsp_stapling_exporter authors <maintainers@ocsp-stapling-exporter.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Prometheus exporter that judges stapled OCSP responses")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Would a strict client accept the revocation proof that a TLS server staples,
and for how much longer? On each scrape this exporter makes a fresh TLS
handshake with a status request, takes the OCSP response that the server
staples for every certificate that it sends, and judges it by RFC 6960.
.
It tells a missing staple from an expired, a forged or a revoked one, probes
servers that begin in plain text by STARTTLS, and compares the staple with the
CA's own responder and revocation list. The command check does the same on a
terminal, and verify judges a captured response offline.")
set(CPACK_DEBIAN_PACKAGE_RELEASE ${package_revision})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
include(CPack)
