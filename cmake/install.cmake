# What `cmake --install` puts where: program, manual page, default configuration, licence, and what
# to start from in Prometheus and Alertmanager. With the prefix /usr the configuration is in /etc.
include(GNUInstallDirs)

install(TARGETS ocsp_stapling_exporter RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${PROJECT_SOURCE_DIR}/deploy/ocsp_stapling_exporter.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/deploy/ocsp_stapling_exporter.yml
        DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/ocsp_stapling_exporter)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
              ${PROJECT_SOURCE_DIR}/deploy/alertmanager/alertmanager.yml
              ${PROJECT_SOURCE_DIR}/deploy/prometheus/ocsp_stapling.rules.yml
              ${PROJECT_SOURCE_DIR}/deploy/prometheus/prometheus.yml
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
