# Writes OUTPUT with version, commit and build type; touches it only when something has changed.
find_package(Git QUIET)
set(commit "unknown")
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} rev-parse --short=12 HEAD
                  OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit ${head})
  endif()
endif()
set(text "#include \"version.hpp\"

namespace kontor {

std::string version_number() { return \"${VERSION}\"; }

std::string version_text() { return \"kontor ${VERSION} (commit ${commit}, ${BUILD_TYPE})\"; }

}  // namespace kontor
")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
