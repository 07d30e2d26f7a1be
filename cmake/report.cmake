# The report's page is built by npm and becomes part of the program through report_assets.cpp.
set(report_page ${PROJECT_SOURCE_DIR}/build/web/report.html)
set(report_assets ${PROJECT_SOURCE_DIR}/src/research/report_assets.cpp)
file(GLOB_RECURSE report_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/report/src/*)
add_custom_command(
  OUTPUT ${report_page}
  COMMAND ${PROJECT_SOURCE_DIR}/scripts/web.sh
  DEPENDS ${report_sources} ${PROJECT_SOURCE_DIR}/report/package-lock.json ${PROJECT_SOURCE_DIR}/report/build.mjs
          ${PROJECT_SOURCE_DIR}/scripts/web.sh
  COMMENT "Bundling the report's page"
  VERBATIM)
set_source_files_properties(${report_assets} PROPERTIES
  OBJECT_DEPENDS ${report_page}
  COMPILE_DEFINITIONS KONTOR_REPORT_TEMPLATE="${report_page}"
  SKIP_PRECOMPILE_HEADERS ON)
target_sources(kontor_research PRIVATE ${report_page})
