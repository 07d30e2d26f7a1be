# Tests that are scripts: the rules of the house, and the tools that the tests themselves rely on. They do not depend
# on the build, so the sanitizer stages leave them out by their label.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(scripts ${PROJECT_SOURCE_DIR}/scripts)

add_test(NAME tidy COMMAND ${Python3_EXECUTABLE} ${scripts}/tidy.py)
add_test(NAME tidy_self_test COMMAND ${Python3_EXECUTABLE} ${scripts}/tidy_test.py)
add_test(NAME test_tools_self_test COMMAND ${Python3_EXECUTABLE} ${scripts}/test_tools_test.py)
set_tests_properties(tidy tidy_self_test test_tools_self_test PROPERTIES LABELS plain TIMEOUT 60)
